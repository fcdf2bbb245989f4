"""Texts of columns are read by the engine as constants are, or refused."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.literals import literal_sql
from sparkify_harness.redshift.engine.duckdb.types import text_output
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.input import read
from sparkify_harness.redshift.sql.tree import CastContext, Literal
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    RedshiftType,
    numeric,
)
from tests.unit.functions.evaluation import Engine, column, context, lower

pytestmark = pytest.mark.medium

ENGINE = Engine()
FORMATS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y",
    "%m-%d-%y", "%b %d, %Y", "%B %d %Y", "%d-%b-%Y", "%d %b %Y", "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S+02", "%Y-%m-%dT%H:%M:%SZ",
    "%m/%d/%Y %H:%M:%S-0530", "%H:%M:%S", "%H:%M",
)  # fmt: skip
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))  # noqa: DTZ001  # TIMESTAMP has no zone
WRITTEN = st.builds(lambda moment, form: moment.strftime(form), MOMENTS, st.sampled_from(FORMATS))
NOISE = st.text("0123456789-/:. TZ+eE", max_size=24)
MIXED = st.one_of(NOISE, st.tuples(WRITTEN, NOISE).map("".join))
NUMBERS = st.one_of(st.integers(-(10**12), 10**12).map(str), st.floats(-1e9, 1e9).map(repr), NOISE)
MOMENT_TYPES = (DATE, TIMESTAMP, TIMESTAMPTZ, TIME)


def many(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=20, max_size=60)


def of_column(texts: Sequence[str], kind: RedshiftType) -> list[str | None]:
    """One query for all of them: what the engine is asked is long."""
    cast = lower(coerce(column("x", TEXT), kind, CastContext.TRY), context())
    rows = ", ".join(f"({index}, {text_sql(text)})" for index, text in enumerate(texts))
    found = ENGINE.rows(
        f"SELECT {text_output('v', kind)} "
        f"FROM (SELECT i, {cast} AS v FROM (VALUES {rows}) t(i, x)) ORDER BY i"
    )
    return [value if value is None else str(value) for (value,) in found]


def of_constants(texts: Sequence[str], kind: RedshiftType) -> list[str | None]:
    literals = [
        f"({index}, {literal_sql(constant(text, kind))})" for index, text in enumerate(texts)
    ]
    found = ENGINE.rows(
        f"SELECT {text_output('v', kind)} FROM (VALUES {', '.join(literals)}) t(i, v) ORDER BY i"
    )
    return [value if value is None else str(value) for (value,) in found]


def constant(text: str, kind: RedshiftType) -> Literal:
    try:
        return Literal(kind, read(text, kind))
    except RedshiftError:
        return Literal(kind, None)


@pytest.mark.parametrize("kind", MOMENT_TYPES, ids=str)
def test_written_moments(kind: RedshiftType) -> None:
    @settings(max_examples=8, deadline=None)
    @given(many(WRITTEN))
    def check(texts: list[str]) -> None:
        pairs = zip(texts, of_column(texts, kind), strict=True)
        assert list(pairs) == list(zip(texts, of_constants(texts, kind), strict=True))

    check()


@pytest.mark.parametrize("kind", MOMENT_TYPES, ids=str)
def test_noise_is_never_read_otherwise(kind: RedshiftType) -> None:
    @settings(max_examples=8, deadline=None)
    @given(many(MIXED))
    def check(texts: list[str]) -> None:
        both = zip(texts, of_column(texts, kind), of_constants(texts, kind), strict=True)
        assert [row for row in both if row[1] is not None and row[1] != row[2]] == []

    check()


@pytest.mark.parametrize("kind", [SMALLINT, BIGINT, numeric(12, 3), DOUBLE, BOOLEAN], ids=str)
def test_numbers(kind: RedshiftType) -> None:
    @settings(max_examples=10, deadline=None)
    @given(many(NUMBERS))
    def check(texts: list[str]) -> None:
        pairs = zip(texts, of_column(texts, kind), strict=True)
        assert list(pairs) == list(zip(texts, of_constants(texts, kind), strict=True))

    check()


@pytest.mark.parametrize("clock", ["78:28", "24:01", "10:60", "10:00:61"])
def test_no_time_of_day(clock: str) -> None:
    for kind in (DATE, TIMESTAMP):
        assert of_column([f"2059-12-24 {clock}"], kind) == [None]
        assert of_constants([f"2059-12-24 {clock}"], kind) == [None]


@pytest.mark.parametrize("text", ["0000-01-01", "2008-01-01 10:00-20", "2008-01-01 10:00+02:99"])
def test_out_of_range(text: str) -> None:
    assert of_column([text], TIMESTAMPTZ) == [None]
    assert of_constants([text], TIMESTAMPTZ) == [None]
