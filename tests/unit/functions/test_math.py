from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import ComputeFault, NumericOutOfRange, Unsupported
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import (
    BIGINT,
    INTEGER,
    REAL,
    SMALLINT,
    numeric,
)
from tests.unit.functions.evaluation import Engine, call, cast, column

CASES = {
    "abs(-38)": (call("abs", -38), "38", "integer"),
    "abs(14-76.5)": (call("abs", Decimal("-62.5")), "62.5", "numeric(3,1)"),
    "acos(-1)": (call("acos", -1), "3.14159265358979", "double precision"),
    "asin(1)": (call("asin", 1), "1.5707963267949", "double precision"),
    "atan(1)": (call("atan", 1), "0.785398163397448", "double precision"),
    "atan2(2,2)": (call("atan2", 2, 2), "0.785398163397448", "double precision"),
    "cbrt(-64)": (call("cbrt", -64), "-4", "double precision"),
    "ceiling(28.05)": (call("ceiling", Decimal("28.05")), "29", "numeric(3,0)"),
    "floor(-28.05)": (call("floor", Decimal("-28.05")), "-29", "numeric(3,0)"),
    "cos(pi())": (call("cos", call("pi")), "-1", "double precision"),
    "cot(1)": (call("cot", 1), "0.642092615934331", "double precision"),
    "degrees(pi())": (call("degrees", call("pi")), "180", "double precision"),
    "exp(1)": (call("exp", 1), "2.71828182845905", "double precision"),
    "dexp(0)": (call("dexp", 0), "1", "double precision"),
    "ln(2.718281828)": (
        call("ln", Decimal("2.718281828")),
        "0.999999999831127",
        "double precision",
    ),
    "dlog1(1)": (call("dlog1", 1), "0", "double precision"),
    "log(100)": (call("log", 100), "2", "double precision"),
    "log(2,8)": (call("log", 2, 8), "3", "double precision"),
    "dlog10(100)": (call("dlog10", 100), "2", "double precision"),
    "mod(10,4)": (call("mod", 10, 4), "2", "integer"),
    "mod(10.5,4)": (call("mod", Decimal("10.5"), 4), "2.5", "numeric(11,1)"),
    "mod keeps the dividend's sign": (call("mod", -7, 3), "-1", "integer"),
    "pi()": (call("pi"), "3.14159265358979", "double precision"),
    "power(2,10)": (call("power", 2, 10), "1024", "double precision"),
    "radians(180)": (call("radians", 180), "3.14159265358979", "double precision"),
    "round(28.05)": (call("round", Decimal("28.05")), "28", "numeric(3,0)"),
    "round(28.05,1)": (call("round", Decimal("28.05"), 1), "28.1", "numeric(4,1)"),
    "round half away from zero": (call("round", Decimal("-2.5")), "-3", "numeric(2,0)"),
    "round of a double": (call("round", 2.5), "3", "double precision"),
    "round before the point": (call("round", Decimal("115.55"), -1), "120", "numeric(4,0)"),
    "round of an integer": (call("round", 115, -1), "120", "integer"),
    "trunc(110.86)": (call("trunc", Decimal("110.86")), "110", "numeric(4,0)"),
    "trunc(111.86,1)": (call("trunc", Decimal("111.86"), 1), "111.8", "numeric(5,1)"),
    "trunc(-43.88)": (call("trunc", Decimal("-43.88")), "-43", "numeric(3,0)"),
    "trunc of a double": (call("trunc", -1.987, 2), "-1.98", "double precision"),
    "sign(-28.05)": (call("sign", Decimal("-28.05")), "-1", "numeric(1,0)"),
    "sin(-1)": (call("sin", -1), "-0.841470984807897", "double precision"),
    "sqrt(16)": (call("sqrt", 16), "4", "double precision"),
    "tan(0)": (call("tan", 0), "0", "double precision"),
    "to_hex(2147483647)": (call("to_hex", 2147483647), "7fffffff", "character varying"),
    "to_hex of a negative": (call("to_hex", -1), "ffffffff", "character varying"),
    "7/2 is 3": (call("/", 7, 2), "3", "integer"),
    "-7/2 is -3": (call("/", -7, 2), "-3", "integer"),
    "smallint + smallint": (call("+", cast(1, SMALLINT), cast(2, SMALLINT)), "3", "smallint"),
    "integer + bigint": (call("+", 1, cast(2, BIGINT)), "3", "bigint"),
    "real + real": (call("+", cast(1, REAL), cast(2, REAL)), "3", "real"),
    "real + integer is double": (call("+", cast(1, REAL), 2), "3", "double precision"),
    "decimal + double is double": (call("+", Decimal("1.5"), 2.0), "3.5", "double precision"),
    "'5' next to an integer is an integer": (call("+", 1, "5"), "6", "integer"),
    "decimal(8,2) / decimal(8,2)": (
        call("/", cast(7, numeric(8, 2)), cast(3, numeric(8, 2))),
        "2.333333333",
        "numeric(17,9)",
    ),
    "quotients are cut off": (call("/", Decimal("2.0"), Decimal("3.0")), "0.6666", "numeric(6,4)"),
    "division by a division of decimals": (
        call(
            "/",
            cast(1, numeric(38, 20)),
            call("/", 1, cast(10, numeric(38, 20))),
        ),
        "10.000000000000",
        "numeric(38,12)",
    ),
    "decimal * decimal": (call("*", Decimal("1.5"), Decimal("2.25")), "3.375", "numeric(6,3)"),
    "decimal + integer": (call("+", Decimal("1.5"), 1), "2.5", "numeric(12,1)"),
    "decimal % integer": (call("%", Decimal("5.5"), 2), "1.5", "numeric(11,1)"),
    "decimal(38,2) * 1e20": (
        call("*", cast(728, numeric(38, 2)), Decimal(100000000000000000000)),
        "72800000000000000000000.00",
        "numeric(38,2)",
    ),
    "unary minus": (call("-", cast(Decimal("1.5"), numeric(3, 1))), "-1.5", "numeric(3,1)"),
    "@ -38": (call("@", -38), "38", "integer"),
    "|/ 25": (call("|/", 25), "5", "double precision"),
    "2 ^ 10": (call("^", 2, 10), "1024", "double precision"),
    "5 & 3": (call("&", 5, 3), "1", "integer"),
    "5 | 3": (call("|", 5, 3), "7", "integer"),
    "5 # 3": (call("#", 5, 3), "6", "integer"),
    "1 << 4": (call("<<", 1, 4), "16", "integer"),
    "-8 << 1": (call("<<", -8, 1), "-16", "integer"),
    "1 << 31 is the sign": (call("<<", 1, 31), "-2147483648", "integer"),
    "3 << 15 of a smallint": (call("<<", cast(3, SMALLINT), 15), "-32768", "smallint"),
    "-1 << 63": (call("<<", cast(-1, BIGINT), 63), "-9223372036854775808", "bigint"),
    "-8 >> 1": (call(">>", -8, 1), "-4", "integer"),
    "~ 5": (call("~", 5), "-6", "integer"),
    "power of a negative number": (call("power", -2.0, 3.0), "-8", "double precision"),
    "decimal below 1 as text": (
        call("||", cast(Decimal("-0.001"), numeric(3, 3)), ""),
        "-0.001",
        "character varying",
    ),
    "decimal(2,2)": (cast(Decimal("0.5"), numeric(2, 2)), "0.50", "numeric(2,2)"),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(engine: Engine, expression: Expression, text: str, type_name: str) -> None:
    assert (engine.text(expression), str(expression.type)) == (text, type_name)


FAULTS = {
    "integer overflow": (
        call("+", column("n", INTEGER), 1),
        NumericOutOfRange,
        "integer out of range",
    ),
    "bigint overflow": (
        call("*", cast(column("n", INTEGER), BIGINT), 9223372036854775807),
        NumericOutOfRange,
        "bigint out of range",
    ),
    "integer division by zero": (
        call("/", column("n", INTEGER), 0),
        ComputeFault,
        "Divide by zero",
    ),
    "decimal division by zero": (
        call("/", column("n", INTEGER), Decimal("0.0")),
        ComputeFault,
        "Divide by zero",
    ),
    "double division by zero": (
        call("/", column("n", INTEGER), 0.0),
        ComputeFault,
        "Divide by zero",
    ),
    "decimal product too long": (
        call(
            "*",
            cast(column("n", INTEGER), numeric(38, 10)),
            cast(column("n", INTEGER), numeric(38, 27)),
        ),
        ComputeFault,
        "128 bit numeric data overflow (multiplication)",
    ),
    "decimal cast too short": (
        cast(cast(column("n", INTEGER), numeric(12, 2)), numeric(7, 3)),
        ComputeFault,
        "Numeric data overflow (result precision)",
    ),
    "logarithm of zero": (
        call("ln", call("*", column("n", INTEGER), 0)),
        ComputeFault,
        "cannot take logarithm of zero or a negative number",
    ),
    "root operator of a negative number": (
        call("|/", call("-", column("n", INTEGER))),
        ComputeFault,
        "cannot take square root of a negative number",
    ),
    "power of a negative number to a fraction": (
        call("power", call("-", column("n", INTEGER)), 0.5),
        ComputeFault,
        "invalid argument for power function",
    ),
    "zero to a negative power": (
        call("^", call("*", column("n", INTEGER), 0), -1),
        ComputeFault,
        "invalid argument for power function",
    ),
    "shift by more than there is": (
        call("<<", 1, column("n", INTEGER)),
        Unsupported,
        "not emulated: a shift by less than no bit, or by as many as there are",
    ),
    "shift by less than nothing": (
        call(">>", 1, call("-", column("n", INTEGER))),
        Unsupported,
        "not emulated: a shift by less than no bit, or by as many as there are",
    ),
    "root of a negative number": (
        call("sqrt", call("-", column("n", INTEGER))),
        ComputeFault,
        "cannot take square root of a negative number",
    ),
}


@pytest.mark.parametrize(("expression", "error", "message"), FAULTS.values(), ids=FAULTS)
def test_refused(
    engine: Engine, expression: Expression, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        engine.text(expression, "FROM (SELECT 2147483647 AS n) t")
    assert str(caught.value) == message


def test_more_than_37_fractional_digits_cannot_be_multiplied() -> None:
    with pytest.raises(ComputeFault, match="128 bit numeric data overflow"):
        call("*", cast(1, numeric(38, 20)), cast(10, numeric(38, 20)))


def test_random_is_below_one(engine: Engine) -> None:
    value = engine.text(call("random"))
    assert value is not None
    assert 0 <= float(value) < 1
