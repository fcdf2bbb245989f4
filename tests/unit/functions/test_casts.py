"""Casts of constants, which the binder folds, and of columns, which the engine computes."""

from datetime import datetime
from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import (
    CannotCoerce,
    ComputeFault,
    DatatypeMismatch,
    InvalidTextRepresentation,
    NumericOutOfRange,
    RedshiftError,
    StringTooLong,
)
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.constants import number
from sparkify_harness.redshift.sql.tree import Cast, CastContext, Expression, Literal, Parameter
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    UNKNOWN,
    RedshiftType,
    char,
    numeric,
    varchar,
)
from tests.unit.functions.evaluation import Engine, cast, column, literal

NUMBERS = {
    "1": "integer",
    "2147483647": "integer",
    "2147483648": "bigint",
    "9223372036854775808": "numeric(19,0)",
    "1.50": "numeric(3,2)",
    "0.05": "numeric(2,2)",
    "1e3": "double precision",
}


@pytest.mark.parametrize(("text", "type_name"), NUMBERS.items(), ids=NUMBERS)
def test_type_of_a_number(text: str, type_name: str) -> None:
    assert str(number(text).type) == type_name


FOLDED: dict[str, tuple[object, RedshiftType, object]] = {
    "'12'::int": ("12", INTEGER, 12),
    "1.5::int": (Decimal("1.5"), INTEGER, 2),
    "-1.5::int": (Decimal("-1.5"), INTEGER, -2),
    "2.5::float::int": (2.5, INTEGER, 2),
    "109.652::decimal(4,1)": (Decimal("109.652"), numeric(4, 1), Decimal("109.7")),
    "1.6::decimal": (Decimal("1.6"), numeric(18, 0), Decimal(2)),
    "2008::char(4)": (2008, char(4), "2008"),
    "varchar(4) cuts": ("City in the mountains", varchar(4), "City"),
    "varchar cuts whole characters": ("é€x", varchar(4), "é"),
    "char drops blanks": ("ab  ", char(4), "ab"),
    "NULL": (None, INTEGER, None),
    "timestamp::varchar has two digits": (
        datetime(2021, 3, 19, 17, 7, 10, 900_000),  # noqa: DTZ001 - a TIMESTAMP has no zone
        TEXT,
        "2021-03-19 17:07:10.90",
    ),
    "timestamp::varchar without a fraction": (
        datetime(2021, 3, 19, 17, 7, 10),  # noqa: DTZ001 - a TIMESTAMP has no zone
        TEXT,
        "2021-03-19 17:07:10",
    ),
    "1::decimal(8,2)": (1, numeric(8, 2), Decimal("1.00")),
}


@pytest.mark.parametrize(("value", "target", "expected"), FOLDED.values(), ids=FOLDED)
def test_constants_are_folded(value: object, target: RedshiftType, expected: object) -> None:
    assert cast(value, target) == Literal(target, expected)


CONSTANT_FAULTS: dict[str, tuple[object, RedshiftType, type[RedshiftError], str]] = {
    "'1.5'::int": (
        "1.5",
        INTEGER,
        InvalidTextRepresentation,
        'invalid input syntax for integer: "1.5"',
    ),
    "12345678::smallint": (12345678, SMALLINT, NumericOutOfRange, "smallint out of range"),
    "123.456::decimal(2,1)": (
        Decimal("123.456"),
        numeric(2, 1),
        NumericOutOfRange,
        "numeric field overflow",
    ),
    "é::char(2)": ("é", char(2), ComputeFault, "CHAR string contains invalid ASCII character"),
    "'true'::varchar::boolean": (
        cast("true", TEXT),
        BOOLEAN,
        CannotCoerce,
        "cannot cast type character varying to boolean",
    ),
    "true::varchar": (
        True,
        TEXT,
        CannotCoerce,
        "cannot cast type boolean to character varying",
    ),
}


@pytest.mark.parametrize(
    ("value", "target", "error", "message"), CONSTANT_FAULTS.values(), ids=CONSTANT_FAULTS
)
def test_constants_fail_when_bound(
    value: object, target: RedshiftType, error: type[RedshiftError], message: str
) -> None:
    with pytest.raises(error) as caught:
        cast(value, target)
    assert caught.value.message == message


def test_an_assigned_constant_is_not_cut() -> None:
    with pytest.raises(StringTooLong, match=r"value too long for type character varying\(3\)"):
        coerce(literal("abcd"), varchar(3), CastContext.ASSIGNMENT, column="c")


def test_blanks_beyond_the_limit_are_cut() -> None:
    value = coerce(literal("abc   "), varchar(4), CastContext.ASSIGNMENT, column="c")
    assert value == Literal(varchar(4), "abc ")


def test_an_open_parameter_takes_the_type() -> None:
    assert coerce(Parameter(UNKNOWN, 1), BIGINT, CastContext.ASSIGNMENT) == Parameter(BIGINT, 1)


def test_what_cannot_be_assigned_names_the_column() -> None:
    with pytest.raises(DatatypeMismatch) as caught:
        coerce(column("x", TEXT), INTEGER, CastContext.ASSIGNMENT, column="c")
    assert caught.value.message == (
        'column "c" is of type integer but expression is of type character varying'
    )


def from_column(source: RedshiftType, *targets: RedshiftType, tried: bool = False) -> Expression:
    node = column("x", source)
    for target in targets:
        context = CastContext.TRY if tried else CastContext.EXPLICIT
        node = coerce(node, target, context)
    return node


COLUMNS = {
    "text to integer": (from_column(TEXT, INTEGER), "' 12 '", "12"),
    "text to decimal rounds": (from_column(TEXT, numeric(8, 2)), "'20.259'", "20.26"),
    "text to decimal with exponent": (from_column(TEXT, numeric(8, 2)), "'1e3'", "1000.00"),
    "text to double": (from_column(TEXT, DOUBLE), "'1.5e10'", "15000000000"),
    "text to double NaN": (from_column(TEXT, DOUBLE), "'NaN'", "NaN"),
    "text to boolean, tried": (from_column(TEXT, BOOLEAN, tried=True), "' Yes '", "t"),
    "text to date": (from_column(TEXT, DATE), "'2008-02-18 02:36:48'", "2008-02-18"),
    "text to date, month first": (from_column(TEXT, DATE), "'12/31/2008'", "2008-12-31"),
    "text to date, named month": (from_column(TEXT, DATE), "'Jan 8, 1999'", "1999-01-08"),
    "text to timestamp": (
        from_column(TEXT, TIMESTAMP),
        "'2008-02-18T02:36:48.5Z'",
        "2008-02-18 02:36:48.50",
    ),
    "timestamp to text, one digit": (
        from_column(TIMESTAMP, TEXT),
        "TIMESTAMP '2021-03-19 17:07:10.1'",
        "2021-03-19 17:07:10.10",
    ),
    "timestamp to text, three digits": (
        from_column(TIMESTAMP, TEXT),
        "TIMESTAMP '2021-03-19 17:07:10.123'",
        "2021-03-19 17:07:10.123",
    ),
    "timestamp to text, no digits": (
        from_column(TIMESTAMP, TEXT),
        "TIMESTAMP '2021-03-19 17:07:10'",
        "2021-03-19 17:07:10",
    ),
    "timestamptz to text": (
        from_column(TIMESTAMPTZ, TEXT),
        "TIMESTAMPTZ '2021-03-19 17:07:10.9+00'",
        "2021-03-19 17:07:10.90+00",
    ),
    "time to text": (from_column(TIME, TEXT), "TIME '17:07:10.9'", "17:07:10.90"),
    "timetz to text": (from_column(TIMETZ, TEXT), "TIMETZ '17:07:10.9-05:30'", "17:07:10.90-05:30"),
    "text to timestamptz": (
        from_column(TEXT, TIMESTAMPTZ),
        "'2001-02-16 18:38:40-08'",
        "2001-02-17 02:38:40+00",
    ),
    "text to time": (from_column(TEXT, TIME), "'10:11:12'", "10:11:12"),
    "decimal to integer rounds away from zero": (from_column(numeric(3, 1), INTEGER), "2.5", "3"),
    "double to integer rounds to even": (from_column(DOUBLE, INTEGER), "2.5", "2"),
    "integer to boolean": (from_column(INTEGER, BOOLEAN), "5", "t"),
    "boolean to integer": (from_column(BOOLEAN, INTEGER), "true", "1"),
    "double to decimal by its digits": (from_column(DOUBLE, numeric(8, 2)), "1.005", "1.01"),
    "real to decimal by its digits": (from_column(REAL, numeric(8, 4)), "0.1", "0.1000"),
    "text to double infinity": (from_column(TEXT, DOUBLE), "'-Infinity'", "-Infinity"),
    "double to text": (from_column(DOUBLE, TEXT), "1e20", "1e+20"),
    "real to text": (from_column(REAL, TEXT), "0.1", "0.1"),
    "decimal to text": (from_column(numeric(8, 2), TEXT), "5", "5.00"),
    "timestamp to text": (
        from_column(TIMESTAMP, TEXT),
        "TIMESTAMP '2020-01-01 00:00:00.120'",
        "2020-01-01 00:00:00.12",
    ),
    "timestamp to date": (
        from_column(TIMESTAMP, DATE),
        "TIMESTAMP '2020-01-01 23:59:59'",
        "2020-01-01",
    ),
    "text cut to bytes": (from_column(TEXT, varchar(4)), "'é€x'", "é"),
    "char is padded": (from_column(TEXT, char(5)), "'ab'", "ab   "),
    "try_cast of a word": (from_column(TEXT, INTEGER, tried=True), "'x'", None),
    "try_cast of a date": (from_column(TEXT, DATE, tried=True), "'2007-02-29'", None),
    "try_cast out of range": (from_column(INTEGER, SMALLINT, tried=True), "99999", None),
    "blanks beyond the limit": (
        coerce(column("x", TEXT), varchar(3), CastContext.ASSIGNMENT, column="c"),
        "'ab     '",
        "ab ",
    ),
    "NULL text": (from_column(TEXT, INTEGER), "NULL::VARCHAR", None),
}


def source(node: Expression, value: str) -> str:
    from sparkify_harness.redshift.engine.duckdb.types import storage_type

    while isinstance(node, Cast):
        node = node.operand
    return f"FROM (SELECT CAST({value} AS {storage_type(node.type)}) AS x) t"


@pytest.mark.parametrize(("node", "value", "text"), COLUMNS.values(), ids=COLUMNS)
def test_columns(engine: Engine, node: Expression, value: str, text: str | None) -> None:
    assert engine.text(node, source(node, value)) == text


COLUMN_FAULTS = {
    "no integer": (
        from_column(TEXT, INTEGER),
        "'1.5'",
        ComputeFault,
        "Invalid digit, Value '.', Pos 1, Type: Integer",
    ),
    "hexadecimal": (
        from_column(TEXT, BIGINT),
        "'0x1F'",
        ComputeFault,
        "Invalid digit, Value 'x', Pos 1, Type: Long",
    ),
    "no decimal": (
        from_column(TEXT, numeric(8, 2)),
        "'abc'",
        ComputeFault,
        "Invalid digit, Value 'a', Pos 0, Type: Decimal",
    ),
    "double too large": (
        from_column(TEXT, DOUBLE),
        "'1e400'",
        ComputeFault,
        '"1e400" is out of range for type double precision',
    ),
    "no date": (from_column(TEXT, DATE), "'x'", ComputeFault, "Error converting text to date"),
    "a day too many": (
        from_column(TEXT, DATE),
        "'2007-02-29'",
        ComputeFault,
        "Error converting text to date",
    ),
    "infinity": (
        from_column(TEXT, TIMESTAMP),
        "'infinity'",
        ComputeFault,
        "Error converting text to timestamp",
    ),
    "integer too large": (
        from_column(INTEGER, SMALLINT),
        "32768",
        NumericOutOfRange,
        "smallint out of range",
    ),
    "decimal too large": (
        from_column(numeric(8, 2), numeric(7, 3)),
        "99999",
        ComputeFault,
        "Numeric data overflow (result precision)",
    ),
    "text too long to be assigned": (
        coerce(column("x", TEXT), varchar(3), CastContext.ASSIGNMENT, column="c"),
        "'é€'",
        ComputeFault,
        "Value too long for character type",
    ),
    "no ASCII in CHAR": (
        from_column(TEXT, char(5)),
        "'é'",
        ComputeFault,
        "CHAR string contains invalid ASCII character",
    ),
}


@pytest.mark.parametrize(
    ("node", "value", "error", "message"), COLUMN_FAULTS.values(), ids=COLUMN_FAULTS
)
def test_columns_refused(
    engine: Engine, node: Expression, value: str, error: type[RedshiftError], message: str
) -> None:
    with pytest.raises(error) as caught:
        engine.text(node, source(node, value))
    assert caught.value.message == message
