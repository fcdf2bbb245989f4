from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import ComputeFault, NumericOutOfRange
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TEXT,
    char,
    numeric,
)
from tests.unit.functions.evaluation import Engine, aggregate, column, window

INTS, SMALLS, LONGS = column("i", INTEGER), column("s", SMALLINT), column("l", BIGINT)
DECIMALS, REALS, DOUBLES = column("n", numeric(8, 2)), column("r", REAL), column("f", DOUBLE)
TEXTS, FLAGS, DAYS = column("t", TEXT), column("b", BOOLEAN), column("d", DATE)
ROWS = """FROM (
    SELECT
        i::INTEGER AS i, i::SMALLINT AS s, i::BIGINT AS l, n::DECIMAL(8,2) AS n, f::FLOAT AS r,
        f::DOUBLE AS f, t, b, d::DATE AS d
    FROM (VALUES
        (1, 1.10, 1.5, 'a', true, '2020-01-01'),
        (2, 2.25, 2.5, 'a  ', true, '2020-01-03'),
        (NULL, NULL, NULL, NULL, NULL, NULL),
        (4, 4.00, 0.5, 'b', false, '2020-01-05')
    ) v(i, n, f, t, b, d)
) t"""

CASES = {
    "count(*)": (aggregate("count"), "4", "bigint"),
    "count(x)": (aggregate("count", INTS), "3", "bigint"),
    "count(distinct text) ignores trailing blanks": (
        aggregate("count", TEXTS, distinct=True),
        "2",
        "bigint",
    ),
    "approximate count": (aggregate("approximate count", TEXTS, distinct=True), "2", "bigint"),
    "sum of smallint": (aggregate("sum", SMALLS), "7", "bigint"),
    "sum of integer": (aggregate("sum", INTS), "7", "bigint"),
    "sum of bigint": (aggregate("sum", LONGS), "7", "bigint"),
    "sum of decimal": (aggregate("sum", DECIMALS), "7.35", "numeric(38,2)"),
    "sum of real": (aggregate("sum", REALS), "4.5", "double precision"),
    "sum of double": (aggregate("sum", DOUBLES), "4.5", "double precision"),
    "sum distinct": (aggregate("sum", INTS, distinct=True), "7", "bigint"),
    "avg of integer is cut off": (aggregate("avg", INTS), "2", "bigint"),
    "avg of smallint": (aggregate("avg", SMALLS), "2", "bigint"),
    "avg of decimal keeps the scale": (aggregate("avg", DECIMALS), "2.45", "numeric(38,2)"),
    "avg of double": (aggregate("avg", DOUBLES), "1.5", "double precision"),
    "min of text": (aggregate("min", TEXTS), "a", "character varying"),
    "max of char stays char": (
        aggregate("max", column("t", char(4))),
        "b   ",
        "character(4)",
    ),
    "max of date": (aggregate("max", DAYS), "2020-01-05", "date"),
    "max of decimal": (aggregate("max", DECIMALS), "4.00", "numeric(8,2)"),
    "stddev_samp": (aggregate("stddev_samp", INTS), "1.52752523165195", "double precision"),
    "stddev_pop": (aggregate("stddev_pop", INTS), "1.24721912892465", "double precision"),
    "var_samp": (aggregate("var_samp", INTS), "2.33333333333333", "double precision"),
    "var_pop": (aggregate("var_pop", INTS), "1.55555555555556", "double precision"),
    "bool_and": (aggregate("bool_and", FLAGS), "f", "boolean"),
    "bool_or": (aggregate("bool_or", FLAGS), "t", "boolean"),
    "bit_and": (aggregate("bit_and", INTS), "0", "integer"),
    "bit_or": (aggregate("bit_or", INTS), "7", "integer"),
    "listagg in order": (
        aggregate("listagg", TEXTS, ",", order_by=INTS, descending=True),
        "b,a  ,a",
        "character varying(65535)",
    ),
    "listagg without separator": (
        aggregate("listagg", INTS, order_by=INTS),
        "124",
        "character varying(65535)",
    ),
    "median of integer": (aggregate("median", INTS), "2.0", "numeric(11,1)"),
    "median of decimal": (aggregate("median", DECIMALS), "2.250", "numeric(9,3)"),
    "median of double": (aggregate("median", DOUBLES), "1.5", "double precision"),
    "percentile_cont of double": (
        aggregate("percentile_cont", Decimal("0.25"), order_by=DOUBLES),
        "1",
        "double precision",
    ),
    "percentile_cont descending": (
        aggregate("percentile_cont", Decimal("0.25"), order_by=DOUBLES, descending=True),
        "2",
        "double precision",
    ),
    "hll": (aggregate("hll", TEXTS), "2", "bigint"),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(engine: Engine, expression: Expression, text: str, type_name: str) -> None:
    assert (engine.text(expression, ROWS), str(expression.type)) == (text, type_name)


EMPTY = ("sum", "avg", "min", "max", "median", "bool_and", "stddev_samp")


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_gives_null(engine: Engine, name: str) -> None:
    argument = FLAGS if name == "bool_and" else INTS
    assert engine.text(aggregate(name, argument), f"{ROWS} WHERE false") is None


def values(engine: Engine, expression: Expression) -> list[str | None]:
    from sparkify_harness.redshift.engine.duckdb.types import text_output
    from tests.unit.functions.evaluation import context, lower

    sql = text_output(lower(expression, context()), expression.type)
    return [row[0] for row in engine.rows(f"SELECT {sql} {ROWS} ORDER BY i NULLS LAST")]  # type: ignore[misc]


WINDOWS = {
    "row_number": (window("row_number", order_by=INTS), ["1", "2", "3", "4"]),
    "rank": (window("rank", order_by=FLAGS), ["2", "2", "1", "4"]),
    "dense_rank": (window("dense_rank", order_by=FLAGS), ["2", "2", "1", "3"]),
    "ntile": (window("ntile", 2, order_by=INTS), ["1", "1", "2", "2"]),
    "percent_rank": (
        window("percent_rank", order_by=INTS),
        ["0", "0.333333333333333", "0.666666666666667", "1"],
    ),
    "cume_dist": (window("cume_dist", order_by=INTS), ["0.25", "0.5", "0.75", "1"]),
    "lag": (window("lag", INTS, 1, order_by=INTS), [None, "1", "2", "4"]),
    "lag ignore nulls": (
        window("lag", INTS, ignore_nulls=True, order_by=INTS),
        [None, "1", "2", "4"],
    ),
    "lead": (window("lead", TEXTS, order_by=INTS), ["a  ", "b", None, None]),
    "first_value": (window("first_value", INTS, order_by=INTS), ["1", "1", "1", "1"]),
    "nth_value": (window("nth_value", INTS, 2, order_by=INTS), [None, "2", "2", "2"]),
    "ratio_to_report": (
        window("ratio_to_report", INTS),
        ["0.142857142857143", "0.285714285714286", "0.571428571428571", None],
    ),
    "percentile_disc": (
        window("percentile_disc", Decimal("0.5"), within_group=INTS),
        ["2", "2", "2", "2"],
    ),
    "running avg of integers": (window("avg", INTS, order_by=INTS), ["1", "1", "2", "2"]),
    "running sum of decimals": (
        window("sum", DECIMALS, order_by=INTS),
        ["1.10", "3.35", "7.35", "7.35"],
    ),
    "avg of decimals": (window("avg", DECIMALS), ["2.45", "2.45", "2.45", "2.45"]),
}


@pytest.mark.parametrize(("expression", "texts"), WINDOWS.values(), ids=WINDOWS)
def test_windows(engine: Engine, expression: Expression, texts: list[str | None]) -> None:
    assert sorted(values(engine, expression), key=str) == sorted(texts, key=str)


def test_a_sum_beyond_bigint_overflows(engine: Engine) -> None:
    with pytest.raises(NumericOutOfRange, match="bigint out of range"):
        engine.text(
            aggregate("sum", LONGS), "FROM (VALUES (9223372036854775807), (1::BIGINT)) t(l)"
        )


def test_listagg_has_a_limit(engine: Engine) -> None:
    with pytest.raises(ComputeFault, match="Result size exceeds LISTAGG limit"):
        engine.text(aggregate("listagg", TEXTS), "FROM (SELECT repeat('x', 65536) AS t) t")


def test_a_percentile_is_a_fraction(engine: Engine) -> None:
    with pytest.raises(ComputeFault):
        engine.text(aggregate("percentile_cont", 2, order_by=DOUBLES), ROWS)
