"""Node shapes of a parsed query: what the grammar makes and the binder may meet. Nothing else.

Queries and expressions are sqlglot nodes (``exp``), made by the strict grammar in
``sql/grammar``; no function or operator is rewritten, so what was written can still be told.
``[x]`` is optional, ``x*`` a list. Identifiers are folded to lower case and cut at 127 bytes.

Names
    Identifier(this: str, quoted)
    Column(this=Identifier | Star, [table], [db], [catalog])  ``t.*`` has a Star as ``this``
    Star()                                                    ``*``; no EXCEPT, no REPLACE
    Parameter(this=Literal)                                   ``$1``: int(node.name)
Constants
    Literal(this: str, is_string)                             escapes are resolved
    Null()   Boolean(this: bool)
    Interval(this=Literal, [unit=Var | IntervalSpan(this=Var, expression=Var)])
                                                              ``INTERVAL '1 day'``: the text is
                                                              whole, unit (lower case) only if
                                                              written outside
    Cast(this, to=DataType)                                   CAST, ``::``, CONVERT(type, x), and
                                                              typed literals (DATE 'x')
    TryCast(this, to=DataType)                                target: ``target_type(node)``
Operators
    Add Sub Mul Div Mod Pow DPipe BitwiseAnd BitwiseOr BitwiseXor(#) BitwiseLeftShift
    BitwiseRightShift EQ NEQ LT LTE GT GTE RegexpLike(~) RegexpILike(~*)      (this, expression)
    Operator(this, operator=Var, expression)                  any other binary operator: resolve
                                                              it by its text, mostly to an error;
                                                              ``a OPERATOR(pg_catalog.+) b`` is
                                                              the node of its symbol
    Neg BitwiseNot(~) Sqrt(|/) Cbrt(||/) Abs(@) Paren         (this); unary plus leaves no node
    And Or (this, expression)   Not(this)                     NOT IN, NOT LIKE, IS NOT, !~ and
                                                              !~* are Not around the positive
    Is(this, expression=Null | Boolean | Var("UNKNOWN"))      also ISNULL, NOTNULL
    Like ILike SimilarTo (this, expression), within Escape(this, expression) when ESCAPE is given
    Between(this, low, high)
    In(this, expressions*) or In(this, query=Subquery)        ``this`` may be a Tuple for a query
    Exists(this=query)   EQ(x, Any(this=Subquery))  LT(x, All(this=Subquery))   SOME is Any
    Case([this], ifs=If(this, true)*, [default])
    AtTimeZone(this, zone)
Functions
    Anonymous(this: str, expressions*)                        lower-case name as written
        count(*)            expressions=[Star()]
        f(DISTINCT x)       expressions=[Distinct(expressions=[x])]   f(ALL x): no node
        dateadd, datediff, date_part with a bare date part: Var(lower-case word)
        sysdate, current_date, current_user ...: no expressions, ``is_bare(node)`` is True
        approximate count(DISTINCT x), approximate percentile_disc(): this="approximate count"
    Dot(this=Identifier, expression=Anonymous)                schema.f(x)
    Extract(this=Var, expression)                             EXTRACT(part FROM x); lower case
    Substring(this, start, [length])                          only SUBSTRING(x FROM a [FOR b])
    Trim(this, [expression=characters], position)             only with BOTH, LEADING, TRAILING
                                                              or FROM; BOTH by default
    StrPosition(this=string, substr)                          only POSITION(a IN b)
    WithinGroup(this=Anonymous, expression=Order)
    Window(this, partition_by*, [order], [spec])              ``this``: Anonymous, WithinGroup or
                                                              IgnoreNulls / RespectNulls of one
        WindowSpec(kind="ROWS", start, start_side, end, end_side)
            start, end: "UNBOUNDED", "CURRENT ROW" or an expression; sides "PRECEDING" | "FOLLOWING"
            or None; without BETWEEN ``end`` is None
Queries
    Select(expressions*, [distinct=Distinct()], [from_=From(this=item)], joins=Join*, [where=Where],
           [group=Group], [having=Having], [qualify=Qualify], [order], [limit], [offset], [with_])
        expressions: any expression, or Alias(this, alias=Identifier). TOP n is a ``limit``.
    Union, Intersect, Except (this, expression, distinct: bool, [order], [limit], [offset], [with_])
        operands are Select, set operations, or Subquery for a parenthesised one
    Subquery(this=query, [alias], [order], [limit], [offset], [with_])
        parenthesised query: scalar, FROM item, operand, even a whole statement ``(SELECT 1)``
    Group(expressions*)                                       may hold Rollup, Cube (expressions*)
                                                              and GroupingSets(expressions=Tuple*)
    Order(expressions=Ordered(this, desc: bool, nulls_first: bool | None)*)   None: not written
    Limit(expression=Literal)   Offset(expression=Literal)    LIMIT ALL leaves no node
    With(expressions=CTE(this=query, alias=TableAlias(this, columns*))*, recursive: bool)
FROM items; each may carry ``joins`` of its own, which bind tighter than the list it stands in
    Table(this=Identifier, [db], [catalog], [alias=TableAlias(this, columns*)])
    Table(this=Anonymous, [alias])                            function in FROM
    Subquery(this=query, [alias])                             the alias is optional in Redshift
    Subquery(this=item, [alias])                              parenthesised join
    Join(this=item, [side="LEFT" | "RIGHT" | "FULL"], [kind="INNER" | "OUTER" | "CROSS"],
         [method="NATURAL"], [on], [using=Identifier*])
        a comma is a Join with neither kind nor side nor condition;
        ``a, b JOIN c ON x`` is from a, joins=[Join(this=b with joins=[Join(c, on=x)])]
Statements
    Insert(this=Table | Schema(this=Table, expressions=Identifier*),
           expression=Values(expressions=Tuple*) | query, or default=True, [with_])
        a value may be Var("DEFAULT"), only as a whole value of VALUES
    Update(this=Table, expressions=EQ(Column, value)*, [from_=From(item)], [where], [with_])
        a value may be Var("DEFAULT"); a FROM list with commas is joins of its first item
    Delete(this=Table, using=item*, [where], [with_])
    Merge(this=Table, using=Table | Subquery, on, whens)
        whens = Whens(expressions=When(matched: bool, then)*)
            then = Update(expressions=EQ*), Var("DELETE"), or
                   Insert(this=Tuple of Columns, or absent; expression=Tuple of values)
        whens = Var("REMOVE DUPLICATES")

``position(node)`` is the 1-based offset of identifiers, columns, tables, functions, casts,
parameters and operators, for field P of errors.
"""

from sqlglot import exp

from sparkify_harness.redshift.types import RedshiftType

_START = "start"
_TYPE = "redshift_type"
_BARE = "bare"


def position(node: exp.Expr) -> int | None:
    """Where a node stands in its statement.

    Args:
        node: Any node; those without a place of their own take that of their first child.

    Returns:
        1-based character offset, or None where nothing is known.
    """
    for part in node.walk(bfs=False):
        start = part.meta.get(_START) if part._meta else None  # noqa: SLF001  # no dict for each
        if start is not None:
            return int(start) + 1
    return None


def target_type(cast: exp.Cast) -> RedshiftType:
    """The type that a Cast or TryCast names.

    A VARCHAR without a length has none in an expression, other than in a column definition.

    Args:
        cast: A node of this grammar.
    """
    kind: RedshiftType = cast.args["to"].meta[_TYPE]
    return kind


def is_bare(call: exp.Anonymous) -> bool:
    """Whether a function was written without parentheses, such as SYSDATE."""
    return bool(call.meta.get(_BARE))
