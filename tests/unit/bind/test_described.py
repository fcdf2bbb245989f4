"""Whatever binds also runs, and the engine gives it the types that were described."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.errors import RedshiftError

pytestmark = pytest.mark.medium

NUMBERS = st.sampled_from(["a.id", "b.small", "b.big", "b.price", "b.ratio", "1", "-2.5", "0"])
TEXTS = st.sampled_from(["a.name", "a.level", "b.level", "b.code", "'free'", "'x '", "NULL"])
TIMES = st.sampled_from(["b.at", "b.day", "timestamp '2018-11-03 04:05:06'"])


def numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("({} / 2.5)".format, inner),
        st.builds("coalesce({}, {})".format, inner, inner),
        st.builds("CASE WHEN {} > {} THEN {} END".format, inner, inner, inner),
        st.builds("abs({})".format, inner),
        st.builds("round({}, 1)".format, inner),
        st.builds("{}::numeric(30, 3)".format, inner),
        st.just("(SELECT max(e.id) FROM events e WHERE e.id = a.id)"),
    )


def texts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} || {})".format, inner, inner),
        st.builds("upper({})".format, inner),
        st.builds("nvl({}, {})".format, inner, inner),
        st.builds("substring({}, 1, 2)".format, inner),
        st.builds("CASE WHEN {} = {} THEN 'yes' ELSE {} END".format, inner, inner, inner),
    )


def times(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("dateadd(day, 1, {})".format, inner),
        st.builds("date_trunc('month', {})".format, inner),
        st.builds("({} + interval '1 hour')".format, inner),
    )


NUMBER = st.recursive(NUMBERS, numbers, max_leaves=4)
TEXT = st.recursive(TEXTS, texts, max_leaves=4)
TIME = st.recursive(TIMES, times, max_leaves=3)
VALUE = st.one_of(NUMBER, TEXT, TIME)
CONDITION = st.one_of(
    st.builds("{} {} {}".format, NUMBER, st.sampled_from(["=", "<", ">=", "<>"]), NUMBER),
    st.builds("{} {} {}".format, TEXT, st.sampled_from(["=", "<", "LIKE", "<>"]), TEXT),
    st.builds("{} IN ({}, {})".format, NUMBER, NUMBERS, NUMBERS),
    st.builds("NOT ({} IS NULL OR {} IN (SELECT level FROM users))".format, VALUE, TEXT),
    st.builds("EXISTS (SELECT 1 FROM users u WHERE u.id = {})".format, NUMBERS),
)
SOURCE = "FROM users a JOIN events b ON a.id = b.id"
ORDER = st.sampled_from(["", " ORDER BY 1", " ORDER BY 1 DESC", " ORDER BY 1 NULLS FIRST LIMIT 2"])
PLAIN = st.builds(
    f"SELECT {{}} {{}} AS x, {{}} AS y, x AS z {SOURCE} WHERE {{}}{{}}".format,
    st.sampled_from(["", "DISTINCT"]),
    VALUE,
    VALUE,
    CONDITION,
    ORDER,
)
GROUPED = st.builds(
    (
        f"SELECT {{0}} AS k, count(DISTINCT {{1}}), sum({{2}}), max({{3}}), count(*) {SOURCE}"
        " GROUP BY {4}({0}) HAVING count(*) < 9{5}"
    ).format,
    st.one_of(st.sampled_from(["a.id", "b.level", "b.at"]), TEXT.map("{} || a.name".format)),
    VALUE,
    NUMBER,
    TEXT,
    st.sampled_from(["", "ROLLUP"]),
    ORDER,
)
WINDOWED = st.builds(
    (
        "SELECT rank() OVER (PARTITION BY {} ORDER BY {}), sum({}) OVER (ORDER BY {}"
        f" ROWS UNBOUNDED PRECEDING) {SOURCE}{{}}"
    ).format,
    VALUE,
    VALUE,
    NUMBER,
    VALUE,
    ORDER,
)
COMBINED = st.builds(
    f"SELECT {{}} AS x, {{}} {SOURCE} {{}} SELECT {{}}, {{}} {SOURCE}{{}}".format,
    TEXT,
    NUMBER,
    st.sampled_from(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]),
    TEXT,
    NUMBER,
    ORDER.filter(lambda text: "LIMIT" not in text),
)
QUERY = st.one_of(PLAIN, GROUPED, WINDOWED, COMBINED)
INSIDE = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ"}


@pytest.fixture(scope="module")
def loaded(new_engine: Callable[[], Any]) -> Any:
    opened = new_engine()
    opened.run("INSERT INTO users VALUES (1, 'ann', 'paid'), (2, 'b ', 'free '), (NULL, '', NULL)")
    opened.run(
        "INSERT INTO events VALUES (1, 'paid', 'A', 1.5, 1, 10, 0.5, '2018-11-01', '2018-11-01'),"
        " (2, 'free', NULL, 2.5, NULL, NULL, 1.5, NULL, '2018-11-02 10:00:00.5'),"
        " (2, 'FREE', 'b', NULL, 2, 20, NULL, '2018-11-03', NULL)"
    )
    return opened


@given(sql=QUERY)
@settings(max_examples=60, deadline=None)
def test_what_is_described_comes_out(
    sql: str, loaded: Any, bound: Callable[..., Any], lowered: Callable[[str], str]
) -> None:
    try:
        columns = bound(sql).columns
    except RedshiftError as error:
        assert error.sqlstate not in {"XX000", "0A000"}, error  # noqa: PT017  # only some are ours
        return
    described = loaded.execute(f"DESCRIBE {lowered(sql)}")

    assert [INSIDE.get(row[1], row[1]) for row in described] == [
        storage_type(column.type).replace(", ", ",") for column in columns
    ]
    try:
        loaded.execute(lowered(sql))
    except RedshiftError as error:
        assert "Error:" not in error.message, error  # noqa: PT017
