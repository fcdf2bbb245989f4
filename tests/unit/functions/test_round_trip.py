"""What is printed is read again as the same value."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.sql.input import read, single
from sparkify_harness.redshift.sql.intervals import DAY, read_interval, write_interval
from sparkify_harness.redshift.sql.tree import Interval, Literal
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTERVAL,
    REAL,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    VARBYTE,
    RedshiftType,
    numeric,
)
from tests.unit.functions.evaluation import Engine

pytestmark = pytest.mark.medium

FIRST, LAST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - a TIMESTAMP has no zone
MONTH = st.integers(-1200, 1200)
SPAN = st.integers(-400 * DAY, 400 * DAY)
VALUES: dict[RedshiftType, st.SearchStrategy[object]] = {
    BOOLEAN: st.booleans(),
    BIGINT: st.integers(-(2**63) + 1, 2**63 - 1),
    numeric(38, 9): st.decimals(places=9, min_value=-(10**28), max_value=10**28),
    TEXT: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    DATE: st.dates(),
    TIME: st.times(),
    TIMESTAMP: st.datetimes(FIRST, LAST),
    TIMESTAMPTZ: st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    VARBYTE: st.binary(),
}
TYPED = st.one_of([st.tuples(st.just(kind), strategy) for kind, strategy in VALUES.items()])
ENGINE = Engine()


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_exact_types(case: tuple[RedshiftType, object]) -> None:
    kind, value = case
    text = ENGINE.text(Literal(kind, value))
    assert text is not None
    assert read(text, kind) == value


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False))
def test_doubles_to_fifteen_digits(value: float) -> None:
    text = ENGINE.text(Literal(DOUBLE, value))
    assert text is not None
    if math.isinf(float(f"{value:.15g}")) and not math.isinf(value):
        return
    again = read(text, DOUBLE)
    assert isinstance(again, float)
    assert again == float(f"{value:.15g}")


@settings(max_examples=200, deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_reals_to_six_digits(value: float) -> None:
    text = ENGINE.text(Literal(REAL, value))
    assert text is not None
    printed = single(float(f"{value:.6g}"))
    if not math.isinf(printed):
        assert read(text, REAL) == printed


@settings(max_examples=80, deadline=None)
@given(MONTH, SPAN)
def test_intervals(months: int, microseconds: int) -> None:
    value = Interval(months, 0, microseconds)
    text = ENGINE.text(Literal(INTERVAL, value))
    assert text == write_interval(value)
    assert read_interval(text or "") == value


def test_dates_are_where_python_has_them() -> None:
    text = ENGINE.text(Literal(DATE, date(1, 1, 1) + timedelta(days=1)))
    assert text == "0001-01-02"
