from decimal import Decimal as D

import pytest

from harness.redshift.errors import ComputeFault, NumericOutOfRange
from harness.redshift.sql.functions.library import OVERLOADS
from harness.redshift.sql.functions.registry import Node
from harness.redshift.sql.tree import Expression
from harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TEXT,
    numeric,
)
from tests.unit.functions.evaluation import Engine, aggregate, column, window

I, S, L = column("i", INTEGER), column("s", SMALLINT), column("l", BIGINT)
N, R, F = column("n", numeric(8, 2)), column("r", REAL), column("f", DOUBLE)
T, B, DAY = column("t", TEXT), column("b", BOOLEAN), column("d", DATE)
ROWS = """FROM (VALUES
    (1, 1::SMALLINT, 1::BIGINT, 1.10::DECIMAL(8,2), 1.5::FLOAT, 1.5::DOUBLE, 'a', true, DATE '2020-01-01'),
    (2, 2::SMALLINT, 2::BIGINT, 2.25::DECIMAL(8,2), 2.5::FLOAT, 2.5::DOUBLE, 'a  ', true, DATE '2020-01-03'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 4::SMALLINT, 4::BIGINT, 4.00::DECIMAL(8,2), 0.5::FLOAT, 0.5::DOUBLE, 'b', false, DATE '2020-01-05')
) t(i, s, l, n, r, f, t, b, d)"""

CASES = {
    "count(*)": (aggregate("count"), "4", "bigint"),
    "count(x)": (aggregate("count", I), "3", "bigint"),
    "count(distinct text) ignores trailing blanks": (
        aggregate("count", T, distinct=True),
        "2",
        "bigint",
    ),
    "approximate count": (aggregate("approximate count", T, distinct=True), "2", "bigint"),
    "sum of smallint": (aggregate("sum", S), "7", "bigint"),
    "sum of integer": (aggregate("sum", I), "7", "bigint"),
    "sum of bigint": (aggregate("sum", L), "7", "bigint"),
    "sum of decimal": (aggregate("sum", N), "7.35", "numeric(38,2)"),
    "sum of real": (aggregate("sum", R), "4.5", "double precision"),
    "sum of double": (aggregate("sum", F), "4.5", "double precision"),
    "sum distinct": (aggregate("sum", I, distinct=True), "7", "bigint"),
    "avg of integer is cut off": (aggregate("avg", I), "2", "bigint"),
    "avg of smallint": (aggregate("avg", S), "2", "bigint"),
    "avg of decimal keeps the scale": (aggregate("avg", N), "2.45", "numeric(38,2)"),
    "avg of double": (aggregate("avg", F), "1.5", "double precision"),
    "min of text": (aggregate("min", T), "a", "character varying"),
    "max of date": (aggregate("max", DAY), "2020-01-05", "date"),
    "max of decimal": (aggregate("max", N), "4.00", "numeric(8,2)"),
    "stddev_samp": (aggregate("stddev_samp", I), "1.52752523165195", "double precision"),
    "stddev_pop": (aggregate("stddev_pop", I), "1.24721912892465", "double precision"),
    "var_samp": (aggregate("var_samp", I), "2.33333333333333", "double precision"),
    "var_pop": (aggregate("var_pop", I), "1.55555555555556", "double precision"),
    "bool_and": (aggregate("bool_and", B), "f", "boolean"),
    "bool_or": (aggregate("bool_or", B), "t", "boolean"),
    "bit_and": (aggregate("bit_and", I), "0", "integer"),
    "bit_or": (aggregate("bit_or", I), "7", "integer"),
    "listagg in order": (
        aggregate("listagg", T, ",", order_by=I, descending=True),
        "b,a  ,a",
        "character varying(65535)",
    ),
    "listagg without separator": (
        aggregate("listagg", I, order_by=I),
        "124",
        "character varying(65535)",
    ),
    "median of integer": (aggregate("median", I), "2.0", "numeric(11,1)"),
    "median of decimal": (aggregate("median", N), "2.250", "numeric(9,3)"),
    "median of double": (aggregate("median", F), "1.5", "double precision"),
    "percentile_cont of double": (
        aggregate("percentile_cont", D("0.25"), order_by=F),
        "1",
        "double precision",
    ),
    "percentile_cont descending": (
        aggregate("percentile_cont", D("0.25"), order_by=F, descending=True),
        "2",
        "double precision",
    ),
    "percentile_disc": (aggregate("percentile_disc", D("0.5"), order_by=I), "2", "integer"),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(engine: Engine, expression: Expression, text: str, type_name: str) -> None:
    assert (engine.text(expression, ROWS), str(expression.type)) == (text, type_name)


EMPTY = ("sum", "avg", "min", "max", "median", "bool_and", "stddev_samp")


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_gives_null(engine: Engine, name: str) -> None:
    argument = B if name == "bool_and" else I
    assert engine.text(aggregate(name, argument), f"{ROWS} WHERE false") is None


def values(engine: Engine, expression: Expression) -> list[str | None]:
    from harness.redshift.engine.duckdb.output import text_output
    from tests.unit.functions.evaluation import context, lower

    sql = text_output(lower(expression, context()), expression.type)
    return [row[0] for row in engine.rows(f"SELECT {sql} {ROWS} ORDER BY i NULLS LAST")]  # type: ignore[misc]


WINDOWS = {
    "row_number": (window("row_number", order_by=I), ["1", "2", "3", "4"]),
    "rank": (window("rank", order_by=B), ["2", "2", "1", "4"]),
    "dense_rank": (window("dense_rank", order_by=B), ["2", "2", "1", "3"]),
    "ntile": (window("ntile", 2, order_by=I), ["1", "1", "2", "2"]),
    "percent_rank": (
        window("percent_rank", order_by=I),
        ["0", "0.333333333333333", "0.666666666666667", "1"],
    ),
    "cume_dist": (window("cume_dist", order_by=I), ["0.25", "0.5", "0.75", "1"]),
    "lag": (window("lag", I, 1, order_by=I), [None, "1", "2", "4"]),
    "lag ignore nulls": (window("lag", I, ignore_nulls=True, order_by=I), [None, "1", "2", "4"]),
    "lead": (window("lead", T, order_by=I), ["a  ", "b", None, None]),
    "first_value": (window("first_value", I, order_by=I), ["1", "1", "1", "1"]),
    "nth_value": (window("nth_value", I, 2, order_by=I), [None, "2", "2", "2"]),
    "ratio_to_report": (
        window("ratio_to_report", I),
        ["0.142857142857143", "0.285714285714286", "0.571428571428571", None],
    ),
    "running avg of integers": (window("avg", I, order_by=I), ["1", "1", "2", "2"]),
    "running sum of decimals": (window("sum", N, order_by=I), ["1.10", "3.35", "7.35", "7.35"]),
    "avg of decimals": (window("avg", N), ["2.45", "2.45", "2.45", "2.45"]),
}


@pytest.mark.parametrize(("expression", "texts"), WINDOWS.values(), ids=WINDOWS)
def test_windows(engine: Engine, expression: Expression, texts: list[str | None]) -> None:
    assert sorted(values(engine, expression), key=str) == sorted(texts, key=str)


def test_a_sum_beyond_bigint_overflows(engine: Engine) -> None:
    with pytest.raises(NumericOutOfRange, match="bigint out of range"):
        engine.text(aggregate("sum", L), "FROM (VALUES (9223372036854775807), (1::BIGINT)) t(l)")


def test_listagg_has_a_limit(engine: Engine) -> None:
    with pytest.raises(ComputeFault, match="Result size exceeds LISTAGG limit"):
        engine.text(aggregate("listagg", T), "FROM (SELECT repeat('x', 65536) AS t) t")


def test_a_percentile_is_a_fraction(engine: Engine) -> None:
    with pytest.raises(ComputeFault):
        engine.text(aggregate("percentile_cont", 2, order_by=F), ROWS)


@pytest.mark.parametrize("name", ["median", "listagg", "percentile_cont"])
def test_sorting_aggregates_need_a_table(name: str) -> None:
    assert {item.node for item in OVERLOADS[name]} == {Node.COMPUTE}
