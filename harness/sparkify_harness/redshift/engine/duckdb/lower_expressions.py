"""Typed expressions as DuckDB's SQL.

Functions and operators go through their lowerings; nothing else of the engine can be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.casts import cast_sql
from sparkify_harness.redshift.engine.duckdb.functions import lower_call
from sparkify_harness.redshift.engine.duckdb.functions.floats import finite_sql, passes_infinity
from sparkify_harness.redshift.engine.duckdb.literals import literal_sql
from sparkify_harness.redshift.engine.duckdb.names import quote, table_name
from sparkify_harness.redshift.engine.duckdb.operands import is_compared_once, is_constant, once
from sparkify_harness.redshift.engine.duckdb.trimming import key
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.expressions import (
    column_list,
    membership,
    over_sql,
    predicate_sql,
)
from sparkify_harness.redshift.engine.wording import Wording
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.types import RedshiftType

_LONG: Final = 1_000
"""Operands of AND up to which the engine makes a filter of each; of OR, which it compares."""

_PIECE: Final = 10_000
"""Operands of a longer chain that make one filter: the fewer, the fewer it has to compare."""


@dataclass(frozen=True, slots=True)
class LoweringContext(Wording):
    """What lowering an expression depends on.

    Args:
        context: The session and the moment.
        query_sql: Lowers a sub-query.
        keys: Expressions that stand for something computed already: the keys of GROUP BY.
        shared: Those of the keys that are plain columns, which sub-queries can use as well.
    """

    context: ExecutionContext
    query_sql: Callable[[tree.Query, "LoweringContext"], str]
    keys: Mapping[tree.Expression, str] = field(default_factory=dict)
    shared: Mapping[tree.Expression, str] = field(default_factory=dict)

    @property
    def timezone(self) -> str:
        """Time zone of the session."""
        return self.context.settings.get("timezone", "UTC")

    @property
    def extra_digits(self) -> int:
        """Digits that a float is shown with beyond the usual ones, or short of them."""
        return int(self.context.settings.get("extra_float_digits", "0"))

    def query(self, query: tree.Query) -> str:
        """A query, as part of another."""
        return self.query_sql(query, self)

    def subquery(self, query: tree.Query) -> str:
        """SQL of a sub-query, in parentheses."""
        return f"({self.query_sql(query, replace(self, keys=self.shared))})"

    def expression(self, node: tree.Expression) -> str:
        """An expression; it can stand anywhere without further parentheses."""
        return expression_sql(node, self)

    def condition(self, node: tree.Expression) -> str:
        """A condition of which only TRUE counts."""
        return condition_sql(node, self)

    def key(self, sql: str, kind: RedshiftType) -> str:
        """What a value is compared, grouped and sorted by."""
        return key(sql, kind)

    def place_key_of(self, node: tree.Expression) -> str:
        """A key of GROUP BY or ORDER BY, where a bare constant would be the number of a column."""
        sql = self.key_of(node)
        return f"CAST({sql} AS {storage_type(node.type)})" if is_constant(sql) else sql

    def quoted(self, name: str) -> str:
        """An identifier."""
        return quote(name)

    def table(self, relation: Relation) -> str:
        """The full name of what stores or computes a relation."""
        return table_name(relation)

    def stored(self, kind: RedshiftType) -> str:
        """DuckDB's type."""
        return storage_type(kind)


def condition_sql(node: tree.Expression, lowering: LoweringContext) -> str:
    """A condition of which only TRUE counts: WHERE, ON, HAVING, QUALIFY.

    DuckDB makes a filter of each operand of AND, and compares each of them with all others: beyond
    some 25,000 it overflows its stack. A long chain reaches it in pieces that it does not take
    apart.
    """
    match node:
        case tree.Logical(operator="AND", operands=operands) if len(operands) > _LONG:
            pieces = (
                expression_sql(replace(node, operands=operands[at : at + _PIECE]), lowering)
                for at in range(0, len(operands), _PIECE)
            )
            return " AND ".join(f"({piece} IS TRUE)" for piece in pieces)
    return expression_sql(node, lowering)


def expression_sql(node: tree.Expression, lowering: LoweringContext) -> str:
    """An expression; it can stand anywhere without further parentheses."""
    if lowering.keys and (computed := lowering.keys.get(node)) is not None:
        return computed
    match node:
        case tree.Literal():
            return literal_sql(node)
        case tree.Parameter():
            return f"CAST(${node.number} AS {storage_type(node.type)})"
        case tree.ColumnRef():
            return f"{quote(node.source)}.{quote(node.name)}"
        case tree.Cast():
            inner = expression_sql(node.operand, lowering)
            return cast_sql(
                inner, node, timezone=lowering.timezone, extra_digits=lowering.extra_digits
            )
        case tree.Call():
            return finite_sql(node, _call(node, lowering))
        case tree.Aggregate():
            return _aggregate(node, lowering)
        case tree.Window():
            return _window(node, lowering)
    return _predicate(node, lowering)


def _call(node: tree.Call, lowering: LoweringContext) -> str:
    """A call whose result may be infinite; what passes that on is checked once, around all."""
    arguments = [
        _call(each, lowering)
        if isinstance(each, tree.Call)
        and passes_infinity(node, each)
        and not (lowering.keys and each in lowering.keys)
        else expression_sql(each, lowering)
        for each in node.arguments
    ]
    return lower_call(node, arguments, lowering.context)


def _predicate(node: tree.Expression, lowering: LoweringContext) -> str:
    match node:
        case tree.Case():
            return _case(node, lowering)
        case tree.Logical(operator="AND", operands=operands):
            if compared := _of_one_operand(operands, lowering):
                return _between(compared, lowering)
        case tree.Logical(operator="OR", operands=operands) if len(operands) > _LONG:
            pieces = _pieces([expression_sql(each, lowering) for each in operands])
            return f"({' OR '.join(pieces)})"
        case tree.InQuery():
            return _in_query(node, lowering)
    return predicate_sql(node, lowering)


def _pieces(operands: Sequence[str]) -> list[str]:
    """Operands of OR in pieces that DuckDB does not take apart to compare each with all others."""
    chunks = (operands[at : at + _LONG] for at in range(0, len(operands), _LONG))
    return [f"coalesce({' OR '.join(chunk)})" for chunk in chunks]


def _case(node: tree.Case, lowering: LoweringContext) -> str:
    values = [expression_sql(value, lowering) for _, value in node.branches]
    if node.otherwise is not None:
        values.append(expression_sql(node.otherwise, lowering))
    tests = [test for test, _ in node.branches]
    compared = _of_one_operand(tests, lowering)
    if compared is None:
        return _branches([expression_sql(test, lowering) for test in tests], values)

    def build(*operands: str) -> str:
        found = _compared(compared, operands[: 1 + len(compared)], lowering)
        return _branches(found, operands[1 + len(compared) :])

    return _compared_once(build, *_operands(compared, lowering), *values)


def _branches(tests: Sequence[str], values: Sequence[str]) -> str:
    branches = [f"WHEN {test} THEN {value}" for test, value in zip(tests, values, strict=False)]
    otherwise = [f"ELSE {value}" for value in values[len(tests) :]]
    return f"(CASE {' '.join([*branches, *otherwise])} END)"


def _between(compared: Sequence[tree.Call], lowering: LoweringContext) -> str:
    def build(*operands: str) -> str:
        return f"({' AND '.join(_compared(compared, operands, lowering))})"

    return _compared_once(build, *_operands(compared, lowering))


def _of_one_operand(
    tests: Sequence[tree.Expression], lowering: LoweringContext
) -> Sequence[tree.Call] | None:
    """What ``CASE x WHEN`` and BETWEEN are bound to: comparisons of the very same operand."""
    calls = [
        test
        for test in tests
        if isinstance(test, tree.Call)
        and test.overload.comparison
        and not (lowering.keys and test in lowering.keys)
    ]
    if len(calls) < len(tests):
        return None
    first = calls[0].arguments[0]
    same = (
        call.arguments[0] == first and _source(call.arguments[0]) is _source(first)
        for call in calls
    )
    return calls if all(same) else None


def _source(node: tree.Expression) -> tree.Expression:
    """What is cast, for comparison with values of another type."""
    while isinstance(node, tree.Cast):
        node = node.operand
    return node


def _operands(compared: Sequence[tree.Call], lowering: LoweringContext) -> list[str]:
    """The one operand, and what it is compared with."""
    nodes = [compared[0].arguments[0], *(call.arguments[1] for call in compared)]
    return [expression_sql(node, lowering) for node in nodes]


def _compared_once(build: Callable[..., str], operand: str, *others: str) -> str:
    if is_compared_once(operand):
        return once(build, operand, *others, lazy=True)
    return build(operand, *others)


def _compared(
    calls: Sequence[tree.Call], operands: Sequence[str], lowering: LoweringContext
) -> list[str]:
    first, *others = operands
    return [
        lower_call(call, (first, other), lowering.context)
        for call, other in zip(calls, others, strict=True)
    ]


def _in_query(node: tree.InQuery, lowering: LoweringContext) -> str:
    operands = [lowering.key_of(operand) for operand in node.operands]
    names = column_list(len(operands))
    keys = [
        lowering.key(f"k.{name}", column.type)
        for name, column in zip(names, node.query.columns, strict=True)
    ]
    source = f"{lowering.subquery(node.query)} AS k({', '.join(names)})"
    if len(operands) == 1:
        return f"({operands[0]} {membership(node)} (SELECT {keys[0]} FROM {source}))"
    # DuckDB compares rows as structs, in which NULL equals NULL: spell out the three truth values.
    match = " AND ".join(f"{one} = {other}" for one, other in zip(operands, keys, strict=True))
    found = (
        "(SELECT CASE WHEN bool_or(m) THEN true WHEN bool_or(m IS NULL) THEN NULL ELSE false END "
        f"FROM (SELECT ({match}) AS m FROM {source}))"
    )
    return f"(NOT {found})" if node.negated else found


# --- functions -------------------------------------------------------------------------------


def _aggregate(node: tree.Aggregate, lowering: LoweringContext) -> str:
    # Inside an aggregate the keys of GROUP BY are plain columns.
    inner = replace(lowering, keys=lowering.shared)
    if node.overload.grouping:
        keys = [inner.place_key_of(each) for each in node.arguments]
        return lower_call(node, keys, lowering.context)
    return lower_call(
        node,
        _arguments(node, inner),
        lowering.context,
        order_by=[inner.place_key_of(each.expression) for each in node.order_by],
    )


def _arguments(node: tree.Aggregate | tree.Window, lowering: LoweringContext) -> list[str]:
    arguments = [expression_sql(each, lowering) for each in node.arguments]
    if node.distinct and arguments:
        arguments[0] = lowering.key(arguments[0], node.arguments[0].type)
    return arguments


def _window(node: tree.Window, lowering: LoweringContext) -> str:
    return lower_call(
        node,
        _arguments(node, lowering),
        lowering.context,
        over=over_sql(node, lowering),
        order_by=[lowering.place_key_of(each.expression) for each in node.within_group],
    )
