"""The closed world of query trees: the node classes that exist, and what each may carry.

The grammar makes only these; the screen proves it for every tree before anything acts on it, so
that a node or argument that nobody has thought of cannot reach the binder.
"""

from collections.abc import Mapping
from typing import Final, cast

from sqlglot import exp

from sparkify_harness.redshift.errors import NotEmulated, SyntaxFault
from sparkify_harness.redshift.sql.dialect import position

_ONE: Final = frozenset({"this"})
_TWO: Final = frozenset({"this", "expression"})
_MANY: Final = frozenset({"expressions"})
_REST: Final = frozenset({"order", "limit", "offset", "with_"})

ALLOWED: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    # names and constants
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Column: frozenset({"this", "table", "db", "catalog"}),
    exp.Dot: _TWO,
    exp.Star: frozenset({"except_"}),
    exp.Parameter: _ONE,
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Null: frozenset(),
    exp.Boolean: _ONE,
    exp.Var: _ONE,
    exp.Interval: frozenset({"this", "unit"}),
    exp.IntervalSpan: _TWO,
    exp.DataType: frozenset({"this", "kind"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.TryCast: frozenset({"this", "to"}),
    # operators
    **dict.fromkeys(
        (
            exp.Add,
            exp.Sub,
            exp.Mul,
            exp.Div,
            exp.Mod,
            exp.Pow,
            exp.DPipe,
            exp.BitwiseAnd,
            exp.BitwiseOr,
            exp.BitwiseXor,
            exp.BitwiseLeftShift,
            exp.BitwiseRightShift,
            exp.EQ,
            exp.NEQ,
            exp.LT,
            exp.LTE,
            exp.GT,
            exp.GTE,
            exp.RegexpLike,
            exp.RegexpILike,
            exp.And,
            exp.Or,
            exp.Is,
            exp.Like,
            exp.ILike,
            exp.SimilarTo,
            exp.Escape,
        ),
        _TWO,
    ),
    exp.Operator: frozenset({"this", "operator", "expression"}),
    **dict.fromkeys(
        (exp.Neg, exp.Not, exp.BitwiseNot, exp.Sqrt, exp.Cbrt, exp.Abs, exp.Paren, exp.Any),
        _ONE,
    ),
    exp.All: _ONE,
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions", "query"}),
    exp.Exists: _ONE,
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.AtTimeZone: frozenset({"this", "zone"}),
    exp.Tuple: _MANY,
    # functions
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.Extract: _TWO,
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.Trim: frozenset({"this", "expression", "position"}),
    exp.StrPosition: frozenset({"this", "substr"}),
    exp.WithinGroup: _TWO,
    exp.IgnoreNulls: _ONE,
    exp.RespectNulls: _ONE,
    exp.Window: frozenset({"this", "partition_by", "order", "spec"}),
    exp.WindowSpec: frozenset({"kind", "start", "start_side", "end", "end_side"}),
    # queries
    exp.Select: _REST
    | {"expressions", "distinct", "from_", "joins", "where", "group", "having", "qualify"},
    exp.Union: _REST | {"this", "expression", "distinct"},
    exp.Except: _REST | {"this", "expression", "distinct"},
    exp.Intersect: _REST | {"this", "expression", "distinct"},
    exp.Subquery: _REST | {"this", "alias", "joins"},
    exp.With: frozenset({"expressions", "recursive"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.From: _ONE,
    exp.Join: frozenset({"this", "side", "kind", "method", "on", "using"}),
    exp.Table: frozenset({"this", "db", "catalog", "alias", "joins"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Distinct: _MANY,
    exp.Where: _ONE,
    exp.Group: frozenset({"expressions", "all"}),
    exp.Rollup: _MANY,
    exp.Cube: _MANY,
    exp.GroupingSets: _MANY,
    exp.Having: _ONE,
    exp.Qualify: _ONE,
    exp.Order: _MANY,
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    # statements
    exp.Insert: frozenset({"this", "expression", "default", "with_"}),
    exp.Schema: frozenset({"this", "expressions"}),
    exp.Values: _MANY,
    exp.Update: frozenset({"this", "expressions", "from_", "where", "with_"}),
    exp.Delete: frozenset({"this", "using", "where", "with_"}),
    exp.Merge: frozenset({"this", "using", "on", "whens"}),
    exp.Whens: _MANY,
    exp.When: frozenset({"matched", "then"}),
}
"""Node classes with the arguments that they may carry."""

NOT_EMULATED: Final[Mapping[type[exp.Expr], str]] = {
    exp.Pivot: "PIVOT and UNPIVOT",
    exp.Connect: "CONNECT BY",
    exp.Prior: "CONNECT BY",
    exp.JoinHint: "join hints",
    exp.Bracket: "navigation into SUPER values",
    exp.Unnest: "UNNEST",
}
"""Node classes of what Redshift has and this substitute does not."""

_REFUSED_ARGUMENTS: Final[Mapping[tuple[type[exp.Expr], str], str]] = {
    (exp.Column, "join_mark"): "outer joins written (+)",
    (exp.Table, "pivots"): "PIVOT and UNPIVOT",
}


def screened(tree: exp.Expr) -> exp.Expression:
    """The tree, if every node and argument in it is registered.

    Raises:
        SyntaxFault: Redshift does not know a node or an argument.
        NotEmulated: Redshift does, this substitute does not.
    """
    for node in tree.walk(bfs=False):
        allowed = ALLOWED.get(type(node))
        if allowed is None:
            raise _refused(node, NOT_EMULATED.get(type(node)))
        for name, value in node.args.items():
            if name not in allowed and value:
                part = value if isinstance(value, exp.Expr) else node
                raise _refused(part, _REFUSED_ARGUMENTS.get((type(node), name)))
    # sqlglot types clauses and queries by a wider class; all registered ones are Expressions.
    return cast("exp.Expression", tree)


def _refused(node: exp.Expr, construct: str | None) -> NotEmulated | SyntaxFault:
    place = position(node)
    if construct is not None:
        return NotEmulated(construct, position=place)
    return SyntaxFault.near(node.key.upper(), place)
