"""The engine's SQL for every registered function grows by as much with each level of nesting."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    expression_sql,
)
from sparkify_harness.redshift.engine.duckdb.lower_queries import query_sql
from sparkify_harness.redshift.errors import CannotCoerce, NotEmulated
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.functions.registry import FunctionKind, Overload
from sparkify_harness.redshift.sql.tree import Call, CastContext, Expression, IsNull, Literal
from sparkify_harness.redshift.types import BOOLEAN, INTEGER, TEXT, Kind, RedshiftType
from tests.unit.functions.evaluation import context
from tests.unit.functions.test_registry import RUNNABLE, node

pytestmark = pytest.mark.medium

DEPTH = 10
LIMIT = 400_000
"""Characters that no expression of this depth reaches."""


def converted(expression: Expression, wanted: RedshiftType) -> Expression:
    """The value of one call as an argument of the next: by way of its text, if need be."""
    if wanted.kind is Kind.BOOLEAN and expression.type.kind is not Kind.BOOLEAN:
        return IsNull(BOOLEAN, expression, negated=True)
    try:
        if expression.type.kind is not Kind.VARBYTE or wanted.kind in {Kind.VARBYTE, Kind.VARCHAR}:
            return coerce(expression, wanted, CastContext.EXPLICIT)
    except CannotCoerce:
        if expression.type.kind is Kind.VARCHAR:
            raise
    between = INTEGER if expression.type.kind is Kind.BOOLEAN else TEXT
    return converted(coerce(expression, between, CastContext.EXPLICIT), wanted)


def nested(call: Call, place: int, depth: int) -> Call:
    """A call of it in its own argument, as often as wanted."""
    whole = call
    for _ in range(depth - 1):
        inner = converted(whole, call.arguments[place].type)
        arguments = (*call.arguments[:place], inner, *call.arguments[place + 1 :])
        whole = replace(call, arguments=arguments)
    return whole


def length(call: Call) -> int:
    return len(expression_sql(call, LoweringContext(context("Europe/Vienna"), query_sql)))


def nestable() -> Iterator[tuple[Overload, int, int]]:
    """Every scalar signature with each of its arguments that may be an expression."""
    for item, count in RUNNABLE:
        if item.kind is FunctionKind.SCALAR:
            call = node(item, count)
            assert isinstance(call, Call)
            for place, argument in enumerate(call.arguments):
                if not isinstance(argument, Literal) and place not in item.constants:
                    yield item, count, place


CASES = list(nestable())
IDS = [f"{item.signature}/{count}, {place}" for item, count, place in CASES]
NO_WAY_BACK = {Kind.INTERVAL, Kind.TIMETZ}
"""Types that no text but a constant becomes, nor anything that these functions answer."""


@pytest.mark.parametrize(("item", "count", "place"), CASES, ids=IDS)
def test_each_level_adds_as_much_as_the_last(item: Overload, count: int, place: int) -> None:
    call = node(item, count)
    assert isinstance(call, Call)
    lengths: list[int] = []
    try:
        # What doubles is told by few levels; all of them would not fit the memory.
        while len(lengths) < DEPTH and (not lengths or lengths[-1] < LIMIT):
            lengths.append(length(nested(call, place, len(lengths) + 1)))
    except (NotEmulated, CannotCoerce):
        assert call.arguments[place].type.kind in NO_WAY_BACK
        return
    growth = [later - sooner for sooner, later in pairwise(lengths[1:])]
    assert len(lengths) == DEPTH
    assert max(growth) <= 1.1 * growth[0] + 100
