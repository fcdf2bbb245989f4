"""The syntax tree: a query as it was written, before any name in it means something.

The grammar makes these records and the binder matches them. The unions at the end, with that of
``sql/changes.py``, are the closed world: each ``match`` over one of them ends with
``assert_never``, so the type checker proves that whatever the grammar makes has a rule, and that
nothing else can be made.

Names are folded to lower case and cut at 127 bytes; no function or operator is rewritten. Two
records are the same only if they are one: generated SQL is thousands deep, and to compare or hash
it by its parts would be a recursion over all of it.

``position`` is the 1-based offset of a record in its statement, for field P of errors: of an
operator that of its sign, of a call that of its name. Strings and numbers have none.
"""

from dataclasses import dataclass, field
from typing import Literal

from sparkify_harness.redshift.types import RedshiftType


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A record of the syntax tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed(Node):
    """A record that knows where it was written; None where somebody else made it."""

    position: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A record of which there may be millions in a statement, without a place of its own."""

    @property
    def position(self) -> None:
        """Nowhere."""


# --- names and constants ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Identifier(Placed):
    """A name of one part, where an error may point at it."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Column(Placed):
    """``[[[database.] schema.] table.] column``."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Null(Placed):
    """``NULL``."""


@dataclass(frozen=True, slots=True, eq=False)
class Boolean(Placed):
    """``TRUE`` and ``FALSE``."""

    value: bool


@dataclass(frozen=True, slots=True, eq=False)
class String(Constant):
    """A string, its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Number(Constant):
    """A number without a sign, by its text."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Interval(Placed):
    """``INTERVAL '1' DAY``.

    Args:
        text: What stands in the quotes.
        unit: The word behind them in lower case, if there is one.
        until: The unit after TO.
    """

    text: str
    unit: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Placed):
    """``$1``."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class DatePart(Placed):
    """A part of a date as a bare word: ``day`` in DATEADD, what stands before FROM in EXTRACT."""

    word: str


# --- operators -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Paren(Placed):
    """An expression in parentheses."""

    inner: "Expression"


@dataclass(frozen=True, slots=True, eq=False)
class Row(Placed):
    """``(a, b)`` before IN and in grouping sets; there it may be empty, or hold one."""

    values: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cast(Placed):
    """CAST, ``::``, ``CONVERT(type, x)``, and typed literals such as ``DATE 'x'``.

    Args:
        operand: What is cast.
        type: A VARCHAR without a length has none here, other than in a column definition.
        tries: TRY_CAST.
    """

    operand: "Expression"
    type: RedshiftType
    tries: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Unary(Placed):
    """A prefix operator: ``-``, ``~``, ``@``, ``|/``, ``||/``; unary plus leaves no record."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True, eq=False)
class Binary(Placed):
    """A binary operator by its symbol, also one that nobody has: ``a -> b``.

    ``a OPERATOR(pg_catalog.+) b`` is ``a + b``, ``!=`` is ``<>``. Chains are deep on the left.
    """

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True, eq=False)
class Logical(Placed):
    """AND or OR, with all that a chain of the one joins: two or more."""

    word: Literal["AND", "OR"]
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Placed):
    """NOT; NOT IN, NOT LIKE, IS NOT, NOTNULL, ``!~`` and ``!~*`` are it around the positive."""

    operand: "Expression"


@dataclass(frozen=True, slots=True, eq=False)
class Is(Placed):
    """``IS NULL`` and its like; also ISNULL."""

    operand: "Expression"
    what: Literal["NULL", "UNKNOWN", "TRUE", "FALSE"]


@dataclass(frozen=True, slots=True, eq=False)
class Like(Placed):
    """LIKE, ILIKE and SIMILAR TO."""

    word: Literal["like", "ilike", "similar to"]
    operand: "Expression"
    pattern: "Expression"
    escape: "Expression | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Between(Placed):
    """``x BETWEEN low AND high``."""

    operand: "Expression"
    low: "Expression"
    high: "Expression"


@dataclass(frozen=True, slots=True, eq=False)
class InList(Placed):
    """``x IN (a, b)``."""

    operand: "Expression"
    values: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class InQuery(Placed):
    """``x IN (SELECT ...)``; the operand may be a Row."""

    operand: "Expression"
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Exists(Placed):
    """``EXISTS (SELECT ...)``."""

    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class Quantified(Placed):
    """``x = ANY (SELECT ...)``, ``x <> ALL (ARRAY[a, b])``; SOME is ANY.

    Args:
        operator: A comparison.
        operand: What is compared.
        quantifier: With one, or with each.
        members: A query, or the constants of an array.
    """

    operator: str
    operand: "Expression"
    quantifier: Literal["ANY", "ALL"]
    members: "Query | tuple[Expression, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Case(Placed):
    """CASE; the simple form has an operand."""

    operand: "Expression | None"
    branches: tuple[tuple["Expression", "Expression"], ...]
    otherwise: "Expression | None"


# --- functions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Function(Placed):
    """A call as it was written, SYSDATE and CURRENT_DATE included.

    Args:
        name: ``approximate count`` is one too, and ``current_schemas[]`` with an element.
        arguments: ``count(*)`` has none.
        schema: What stands before the name.
        distinct: DISTINCT before the arguments.
        starred: ``count(*)``.
    """

    name: str
    arguments: tuple["Expression", ...] = ()
    schema: str | None = None
    distinct: bool = False
    starred: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SpecialCall(Placed):
    """A function with a syntax of its own, under the name of the function that it is.

    ===============================  =====================================
    ``EXTRACT(part FROM x)``         ``extract(part, x)``
    ``SUBSTRING(x FROM a [FOR b])``  ``substring(x, a [, b])``
    ``TRIM([side] [y] FROM x)``      ``btrim``, ``ltrim``, ``rtrim (x [, y])``
    ``POSITION(a IN b)``             ``position(b, a)``
    ``x AT TIME ZONE z``             ``timezone(z, x)``
    ===============================  =====================================
    """

    name: Literal["extract", "substring", "btrim", "ltrim", "rtrim", "position", "timezone"]
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class SortKey(Node):
    """An element of ORDER BY.

    Args:
        nulls_first: None where it is not written.
    """

    expression: "Expression"
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WithinGroup(Placed):
    """``f(x) WITHIN GROUP (ORDER BY y)``."""

    function: Function
    order_by: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FrameBound(Node):
    """An end of a frame.

    Args:
        side: None for CURRENT ROW.
        offset: None for UNBOUNDED, and for CURRENT ROW.
    """

    side: Literal["PRECEDING", "FOLLOWING"] | None
    offset: "Expression | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame(Node):
    """``ROWS start`` and ``ROWS BETWEEN start AND end``."""

    start: FrameBound
    end: FrameBound | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Window(Placed):
    """A function with OVER.

    Args:
        nulls: IGNORE NULLS or RESPECT NULLS, if it is written.
    """

    function: Function | WithinGroup
    nulls: Literal["IGNORE", "RESPECT"] | None = None
    partition_by: tuple["Expression", ...] = ()
    order_by: tuple[SortKey, ...] = ()
    frame: Frame | None = None


# --- queries ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Cte(Placed):
    """An element of WITH."""

    name: str
    columns: tuple[str, ...]
    query: "Query"


@dataclass(frozen=True, slots=True, eq=False)
class With(Node):
    """WITH [RECURSIVE]."""

    elements: tuple[Cte, ...]
    recursive: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Clauses(Placed):
    """What any query may have around it.

    Args:
        limit: Also TOP; LIMIT ALL is none.
    """

    with_: With | None = field(default=None, kw_only=True)
    order_by: tuple[SortKey, ...] = field(default=(), kw_only=True)
    limit: int | None = field(default=None, kw_only=True)
    offset: int | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Star(Placed):
    """``*`` and ``t.*`` in a select list; EXCLUDE only with the first."""

    qualifier: tuple[str, ...] = ()
    excluded: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Output(Node):
    """An expression of a select list."""

    expression: "Expression"
    label: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rollup(Placed):
    """ROLLUP in GROUP BY."""

    members: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cube(Placed):
    """CUBE in GROUP BY."""

    members: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroupingSets(Placed):
    """GROUPING SETS in GROUP BY."""

    members: tuple["GroupElement", ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroupBy(Placed):
    """GROUP BY; None for ALL."""

    elements: "tuple[GroupElement, ...] | None"


@dataclass(frozen=True, slots=True, eq=False)
class Select(Clauses):
    """SELECT.

    Args:
        sources: FROM items with commas between them.
    """

    targets: tuple["Target", ...]
    distinct: bool = False
    sources: tuple["FromItem", ...] = ()
    where: "Expression | None" = None
    group_by: GroupBy | None = None
    having: "Expression | None" = None
    qualify: "Expression | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class SetOperation(Clauses):
    """UNION, INTERSECT and EXCEPT, which MINUS is too. Chains are deep on the left."""

    operator: Literal["UNION", "INTERSECT", "EXCEPT"]
    left: "Query"
    right: "Query"
    distinct: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Subquery(Clauses):
    """A query in parentheses: a scalar, an operand, even a whole statement ``(SELECT 1)``."""

    query: "Query"


# --- FROM ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Alias(Node):
    """``AS name (columns)``; the types of a column definition list are not kept."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Table(Placed):
    """A relation by its name of up to three parts, in FROM or as the target of a statement."""

    parts: tuple[str, ...]
    alias: Alias | None = None

    @property
    def name(self) -> str:
        """Its last part."""
        return self.parts[-1]

    @property
    def schema(self) -> str | None:
        """The part before, if there is one."""
        return self.parts[-2] if len(self.parts) > 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class TableFunction(Placed):
    """A function in FROM."""

    function: Function
    alias: Alias | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DerivedTable(Placed):
    """A query in FROM; the alias is optional in Redshift."""

    query: "Query"
    alias: Alias | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NestedJoin(Placed):
    """A join in parentheses."""

    join: "Joined | NestedJoin"
    alias: Alias | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Join(Placed):
    """What is joined to all that stands before it: with ON, USING, or neither if CROSS or NATURAL.

    Args:
        side: Of an outer join.
    """

    item: "FromItem"
    side: Literal["LEFT", "RIGHT", "FULL"] | None = None
    natural: bool = False
    on: "Expression | None" = None
    using: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Joined(Node):
    """A FROM item with what is joined to it from left to right; ``first`` is no Joined."""

    first: "FromItem"
    joins: tuple[Join, ...]

    @property
    def position(self) -> int | None:
        """That of its first item."""
        return self.first.position


Expression = (
    Column
    | Function
    | String
    | Number
    | Binary
    | Logical
    | Null
    | Boolean
    | Parameter
    | Cast
    | Paren
    | Is
    | Not
    | Unary
    | Case
    | Like
    | Between
    | InList
    | InQuery
    | Exists
    | Quantified
    | Subquery
    | SpecialCall
    | WithinGroup
    | Window
    | Interval
    | DatePart
    | Row
)
Query = Select | SetOperation | Subquery
Target = Output | Star
GroupElement = Expression | Rollup | Cube | GroupingSets
FromItem = Table | TableFunction | DerivedTable | NestedJoin | Joined
