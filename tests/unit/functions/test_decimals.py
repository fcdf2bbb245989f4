"""Exact arithmetic, compared with Python's Decimal by the documented rules of AWS."""

from decimal import ROUND_DOWN, Context, Decimal, localcontext

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.decimals import common_numeric, quotient_type
from sparkify_harness.redshift.sql.tree import Literal
from sparkify_harness.redshift.types import BIGINT, INTEGER, SMALLINT, RedshiftType, numeric
from tests.unit.functions.evaluation import Engine, call

pytestmark = pytest.mark.medium

ENGINE = Engine()
WIDE = Context(prec=200)


@st.composite
def operands(draw: st.DrawFn, most: int) -> Literal:
    precision = draw(st.integers(1, most))
    scale = draw(st.integers(0, min(precision, 12)))
    digits = draw(st.integers(-(10**precision) + 1, 10**precision - 1))
    return Literal(numeric(precision, scale), Decimal(digits).scaleb(-scale, WIDE))


def exact(symbol: str, left: Decimal, right: Decimal, scale: int) -> Decimal:
    unit = Decimal(1).scaleb(-scale)
    with localcontext(WIDE):
        match symbol:
            case "+":
                value = left + right
            case "-":
                value = left - right
            case "*":
                value = left * right
            case "%":
                value = left % right
            case _:
                value = left / right
        return value.quantize(unit, rounding=ROUND_DOWN)


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "%"])
def test_results_are_exact(symbol: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(operands(15), operands(15))
    def check(left: Literal, right: Literal) -> None:
        assume(symbol not in {"/", "%"} or right.value)
        expression = call(symbol, left, right)
        assert isinstance(left.value, Decimal)
        assert isinstance(right.value, Decimal)
        expected = exact(symbol, left.value, right.value, expression.type.scale or 0)
        text = ENGINE.text(expression)
        assert text is not None
        assert Decimal(text) == expected

    check()


@settings(max_examples=150, deadline=None)
@given(operands(38), operands(38))
def test_wide_operands_are_exact_or_overflow(left: Literal, right: Literal) -> None:
    assume(right.value)
    assert isinstance(left.value, Decimal)
    assert isinstance(right.value, Decimal)
    expression = call("/", left, right)
    try:
        text = ENGINE.text(expression)
    except ComputeFault:
        return
    assert text is not None
    assert Decimal(text) == exact("/", left.value, right.value, expression.type.scale or 0)


QUOTIENTS = [
    (numeric(8, 2), numeric(8, 2), numeric(17, 9)),
    (INTEGER, numeric(38, 20), numeric(38, 8)),
    (numeric(38, 20), numeric(38, 8), numeric(38, 12)),
    (BIGINT, numeric(19, 0), numeric(38, 19)),
    (numeric(19, 2), numeric(38, 19), numeric(38, 4)),
    (SMALLINT, numeric(5, 0), numeric(11, 6)),
]


@pytest.mark.parametrize(("left", "right", "result"), QUOTIENTS, ids=str)
def test_type_of_a_quotient(left: RedshiftType, right: RedshiftType, result: RedshiftType) -> None:
    assert quotient_type(left, right) == result


COMMON = [
    (numeric(7, 2), numeric(15, 3), numeric(15, 3)),
    (numeric(10, 2), numeric(8, 4), numeric(12, 4)),
    (numeric(38, 2), numeric(8, 2), numeric(38, 2)),
    (INTEGER, numeric(8, 2), numeric(12, 2)),
]


@pytest.mark.parametrize(("left", "right", "result"), COMMON, ids=str)
def test_common_type(left: RedshiftType, right: RedshiftType, result: RedshiftType) -> None:
    assert common_numeric(left, right) == common_numeric(right, left) == result
