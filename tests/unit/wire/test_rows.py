"""Rows encoded in bulk are the rows that a plain loop over the values makes."""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_connector.utils import type_utils

from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire import rows as wire_rows
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.rows import RowEncoder
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    OID,
    REAL,
    SMALLINT,
    SUPER,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    VARBYTE,
    VOID,
    RedshiftType,
    char,
    numeric,
    varchar,
)

POSTGRESQL, REDSHIFT = Dialect(), Dialect(announced=True, version=2)
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a TIMESTAMP has no zone
MICROSECOND = timedelta(microseconds=1)

# --- the reference: one value at a time ---------------------------------------------------------

Reference = Callable[[Any, RedshiftType, Dialect], bytes]


def number(form: str) -> Reference:
    return lambda value, _type, _dialect: struct.pack(form, value)


def microseconds(value: time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


def numeric_reference(value: Decimal, type_: RedshiftType, dialect: Dialect) -> bytes:
    scale = type_.scale or 0
    unscaled = int(value.scaleb(scale, Context(prec=60)))
    if dialect.version >= 2:
        return unscaled.to_bytes(8 if (type_.precision or 0) <= 18 else 16, "big", signed=True)
    magnitude = abs(unscaled) * 10 ** (-scale % 4)
    fraction = -(-scale // 4)
    digits: list[int] = []
    while magnitude:
        magnitude, digit = divmod(magnitude, 10_000)
        digits.insert(0, digit)
    weight = len(digits) - fraction - 1
    while digits and not digits[-1]:
        digits.pop()
    sign = 0x4000 if unscaled < 0 else 0
    head = struct.pack("!HhHH", len(digits), weight if digits else 0, sign, scale)
    return head + struct.pack(f"!{len(digits)}H", *digits)


def interval_reference(value: pa.MonthDayNano, _type: RedshiftType, dialect: Dialect) -> bytes:
    time_ = value.nanoseconds // 1000
    if dialect.announced:
        return struct.pack("!qi", time_ + value.days * 86_400_000_000, value.months)
    return struct.pack("!qii", time_, value.days, value.months)


def text_reference(value: str, _type: RedshiftType, _dialect: Dialect) -> bytes:
    return value.encode()


REFERENCES: dict[str, Reference] = {
    "boolean": lambda value, *_: b"\1" if value else b"\0",
    "smallint": number("!h"),
    "integer": number("!i"),
    "bigint": number("!q"),
    "oid": number("!I"),
    "real": number("!f"),
    "double precision": number("!d"),
    "date": lambda value, *_: struct.pack("!i", (value - EPOCH.date()).days),
    "time without time zone": lambda value, *_: struct.pack("!q", microseconds(value)),
    "time with time zone": lambda value, *_: struct.pack("!qi", microseconds(value), 0),
    "timestamp without time zone": (
        lambda value, *_: struct.pack("!q", (value - EPOCH) // MICROSECOND)
    ),
    "timestamp with time zone": (
        lambda value, *_: struct.pack("!q", (value - EPOCH.replace(tzinfo=UTC)) // MICROSECOND)
    ),
    "numeric": numeric_reference,
    "interval": interval_reference,
    "binary varying": lambda value, *_: value,
}


def naive(
    rows: Sequence[Sequence[object]],
    types: Sequence[RedshiftType],
    formats: Sequence[Format],
    dialect: Dialect,
) -> bytes:
    out = bytearray()
    for row in rows:
        body = struct.pack("!H", len(row))
        for value, type_, code in zip(row, types, formats, strict=True):
            if value is None:
                body += struct.pack("!i", -1)
                continue
            encode: Reference = text_reference
            if code is Format.BINARY:
                encode = REFERENCES.get(type_.kind.value, text_reference)
            raw = encode(value, type_, dialect)
            body += struct.pack("!i", len(raw)) + raw
        out += b"D" + struct.pack("!I", len(body) + 4) + body
    return bytes(out)


# --- columns of any type ------------------------------------------------------------------------

UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DATES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001 - no zone


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    limit = 10**precision - 1
    return st.integers(-limit, limit).map(
        lambda n: Decimal((int(n < 0), tuple(map(int, str(abs(n)))), -scale))
    )


def whole(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


BINARY = [
    (BOOLEAN, pa.bool_(), st.booleans()),
    (SMALLINT, pa.int16(), whole(16)),
    (INTEGER, pa.int32(), whole(32)),
    (BIGINT, pa.int64(), whole(64)),
    (OID, pa.int64(), st.integers(0, 2**32 - 1)),
    (REAL, pa.float32(), st.floats(width=32, allow_nan=False)),
    (DOUBLE, pa.float64(), st.floats(allow_nan=False)),
    (DATE, pa.date32(), st.dates()),
    (TIME, pa.time64("us"), st.times()),
    (TIMETZ, pa.time64("us"), st.times()),
    (TIMESTAMP, pa.timestamp("us"), DATES),
    (TIMESTAMPTZ, pa.timestamp("us", "UTC"), DATES.map(lambda value: value.replace(tzinfo=UTC))),
    (
        INTERVAL,
        pa.month_day_nano_interval(),
        st.builds(
            lambda months, days, micros: pa.MonthDayNano([months, days, micros * 1000]),
            whole(32),
            whole(20),
            st.integers(-(10**12), 10**12),
        ),
    ),
    (VARBYTE, pa.binary(), st.binary(max_size=12)),
    (varchar(60), pa.string(), UNICODE),
    (char(5), pa.large_string(), UNICODE),
    *(
        (numeric(precision, scale), pa.decimal128(precision, scale), decimals(precision, scale))
        for precision, scale in (
            (1, 0),
            (4, 2),
            (5, 5),
            (18, 0),
            (18, 7),
            (19, 4),
            (38, 0),
            (38, 37),
        )
    ),
]
TEXTS = [
    (kind, arrow, UNICODE)
    for kind in (TEXT, INTEGER, numeric(10, 2), SUPER, VOID)
    for arrow in (pa.string(), pa.large_string(), pa.string_view(), "dictionary")
]
COLUMNS = [(*column, Format.BINARY) for column in BINARY] + [
    (*column, Format.TEXT) for column in TEXTS
]


Table = tuple[list[list[object]], list[RedshiftType], list[Format], pa.RecordBatch]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    chosen = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=6))
    count = draw(st.integers(0, 12))
    columns, arrays = [], []
    for _, arrow, values, _ in chosen:
        either = st.none() | values if draw(st.booleans()) else values
        column = draw(st.lists(either, min_size=count, max_size=count))
        columns.append(column)
        if arrow == "dictionary":
            arrays.append(pa.array(column, pa.string()).dictionary_encode())
        else:
            arrays.append(pa.array(column, arrow))
    # A slice has offsets, which every way of reading a buffer has to mind.
    start = draw(st.integers(0, count))
    batch = pa.record_batch(arrays, names=[str(i) for i in range(len(arrays))]).slice(start)
    rows = [list(row) for row in zip(*columns, strict=True)][start:]
    return rows, [column[0] for column in chosen], [column[3] for column in chosen], batch


def encode(
    batch: pa.RecordBatch,
    types: Sequence[RedshiftType],
    formats: Sequence[Format],
    dialect: Dialect = POSTGRESQL,
) -> bytes:
    """The messages, which are the same where a batch of a few values is not taken for one."""
    fields = [Field(str(number), type_) for number, type_ in enumerate(types)]
    encoder = RowEncoder(fields, formats, dialect)
    messages = b"".join(encoder.encode(batch))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire_rows, "_FEW", 0)
        assert b"".join(encoder.encode(batch)) == messages
    return messages


@pytest.mark.parametrize("dialect", [POSTGRESQL, REDSHIFT], ids=["postgresql", "redshift"])
@given(table=tables())
def test_encoding_is_the_naive_one(dialect: Dialect, table: Table) -> None:
    rows, types, formats, batch = table
    assert encode(batch, types, formats, dialect) == naive(rows, types, formats, dialect)


@pytest.mark.medium
@pytest.mark.parametrize(
    ("type_", "arrow", "values"), BINARY, ids=[str(column[0]) for column in BINARY]
)
@given(data=st.data())
def test_every_binary_type_with_and_without_nulls(
    type_: RedshiftType, arrow: pa.DataType, values: st.SearchStrategy, data: st.DataObject
) -> None:
    column = data.draw(st.lists(st.none() | values, min_size=1, max_size=20))
    batch = pa.record_batch([pa.array(column, arrow)], names=["x"])
    for dialect in (POSTGRESQL, REDSHIFT):
        got = encode(batch, [type_], [Format.BINARY], dialect)
        assert got == naive([[value] for value in column], [type_], [Format.BINARY], dialect)


@given(value=decimals(38, 9))
def test_redshift_connector_reads_our_numerics(value: Decimal) -> None:
    batch = pa.record_batch([pa.array([value], pa.decimal128(38, 9))], names=["x"])
    row = encode(batch, [numeric(38, 9)], [Format.BINARY], REDSHIFT)
    (length,) = struct.unpack_from("!i", row, 7)
    with localcontext(prec=60):
        assert type_utils.numeric_in_binary(row, 11, length, 9) == value


def test_many_rows_come_in_bounded_pieces() -> None:
    count = 100_000
    batch = pa.record_batch([pa.array(["x" * 100] * count)], names=["x"])
    pieces = list(RowEncoder([Field("x", TEXT)], [Format.TEXT], POSTGRESQL).encode(batch))
    assert sum(map(len, pieces)) == count * (1 + 4 + 2 + 4 + 100)
    assert max(map(len, pieces)) <= 4 * 1024 * 1024


def test_a_row_larger_than_a_piece_is_sent_whole() -> None:
    long = "é" * 3_000_000
    batch = pa.record_batch([pa.array(["a", long, "b"])], names=["x"])
    rows = [["a"], [long], ["b"]]
    assert encode(batch, [TEXT], [Format.TEXT]) == naive(rows, [TEXT], [Format.TEXT], POSTGRESQL)


def test_a_column_of_nothing_but_nulls_may_have_no_type() -> None:
    batch = pa.record_batch([pa.nulls(2)], names=["x"])
    row = b"D\0\0\0\x0a\0\1\xff\xff\xff\xff"
    assert encode(batch, [INTEGER], [Format.BINARY]) == row * 2


WRONG = [
    pytest.param(INTEGER, pa.array(["1"]), Format.BINARY, TypeError, id="text for a number"),
    pytest.param(INTEGER, pa.array([1]), Format.TEXT, TypeError, id="number for text"),
    pytest.param(numeric(5, 2), pa.array([1.5]), Format.BINARY, TypeError, id="float for numeric"),
    pytest.param(
        TIMESTAMP,
        pa.array([0], pa.timestamp("ns")),
        Format.BINARY,
        TypeError,
        id="nanoseconds for microseconds",
    ),
    pytest.param(INTERVAL, pa.array([1]), Format.BINARY, TypeError, id="number for interval"),
    pytest.param(
        SMALLINT, pa.array([70_000]), Format.BINARY, pa.ArrowInvalid, id="number beyond its type"
    ),
    pytest.param(
        numeric(5, 2),
        pa.array([Decimal("1.234")], pa.decimal128(10, 3)),
        Format.BINARY,
        pa.ArrowInvalid,
        id="more digits than the scale",
    ),
    pytest.param(
        numeric(18, 0),
        pa.array([Decimal(10**30)], pa.decimal128(38, 0)),
        Format.BINARY,
        OverflowError,
        id="more digits than the precision",
    ),
]


@pytest.mark.parametrize(("type_", "array", "code", "error"), WRONG)
def test_what_was_not_described_is_never_sent(
    type_: RedshiftType, array: pa.Array, code: Format, error: type[Exception]
) -> None:
    with pytest.raises(error):
        encode(pa.record_batch([array], names=["x"]), [type_], [code], REDSHIFT)


def test_another_number_of_columns_is_never_sent() -> None:
    with pytest.raises(ValueError, match="2 columns for 1 fields"):
        encode(pa.record_batch([pa.array(["a"])] * 2, names=["x", "y"]), [TEXT], [Format.TEXT])


def test_a_numeric_of_another_scale_keeps_its_value() -> None:
    array = pa.array([Decimal("1.5")], pa.decimal128(4, 1))
    row = encode(pa.record_batch([array], names=["x"]), [numeric(10, 4)], [Format.BINARY], REDSHIFT)
    assert row[-8:] == (15_000).to_bytes(8, "big")
