"""Parquet files, read as COPY reads them: whatever is in them, and whatever is wrong with them."""

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.copying import Caller, S3Settings
from sparkify_harness.redshift.copying.files import Destination
from sparkify_harness.redshift.copying.parquet_files import ParquetReading
from sparkify_harness.redshift.copying.parquet_schema import decimal_size
from sparkify_harness.redshift.copying.plan import prepare
from sparkify_harness.redshift.copying.sink import Sink, schema_of
from sparkify_harness.redshift.copying.source import ObjectSource
from sparkify_harness.redshift.copying.spectrum import ScanFault
from sparkify_harness.redshift.errors import NotEmulated, NotNullViolation, QueryCanceled
from tests.unit.copying.conftest import REGION, copy_statement, relation

Rows = list[tuple[object, ...]]
OPEN = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def source() -> Iterator[ObjectSource]:
    """What errors ask who runs the statement; nothing is read from it."""
    plan = prepare(copy_statement("PARQUET"), relation("a int"))
    found = ObjectSource(
        S3Settings("http://127.0.0.1:9", REGION), plan.authorization, None, Caller(42, 7)
    )
    yield found
    found.close()


def load(
    source: ObjectSource,
    folder: Path,
    columns: str,
    data: bytes,
    check: Callable[[], None] = lambda: None,
) -> Rows:
    """The rows of a file."""
    plan = prepare(copy_statement("PARQUET"), relation(columns))
    path, rows = folder / "object", folder / "rows"
    path.write_bytes(data)
    with Sink(rows, schema_of(plan.columns)) as sink:
        count = ParquetReading(plan, source, check).read(path, Destination("s3://b/k", sink, []))
    table = pa.ipc.open_stream(io.BytesIO(rows.read_bytes())).read_all()
    assert count == len(table)
    return [tuple(row.values()) for row in table.to_pylist()]


def written(table: pa.Table, **options: Any) -> bytes:
    """A file that pyarrow writes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**precision) + 1, 10**precision - 1).map(
        lambda digits: Decimal(digits).scaleb(-scale)
    )


COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "boolean": (pa.bool_(), st.booleans()),
    "smallint": (pa.int16(), st.integers(-(2**15), 2**15 - 1)),
    "int": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    "bigint": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "real": (pa.float32(), st.floats(width=32, allow_nan=False)),
    "double precision": (pa.float64(), st.floats(allow_nan=False)),
    "varchar(80)": (pa.string(), TEXTS),
    "varbyte(9)": (pa.binary(), st.binary(max_size=9)),
    "date": (pa.date32(), st.dates()),
    "timestamp": (pa.timestamp("us"), MOMENTS),
    "timestamptz": (pa.timestamp("us", "UTC"), MOMENTS.map(lambda at: at.replace(tzinfo=UTC))),
    "numeric(7,3)": (pa.decimal128(7, 3), decimals(7, 3)),
    "numeric(18,0)": (pa.decimal128(18, 0), decimals(18, 0)),
    "numeric(28,20)": (pa.decimal128(28, 20), decimals(28, 20)),
}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, Rows, bytes]:
    """A table's columns, its rows, and a file of them."""
    types = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5))
    size = draw(st.integers(0, 40))
    values = [
        draw(st.lists(st.none() | COLUMNS[type_][1], min_size=size, max_size=size))
        for type_ in types
    ]
    arrays = [pa.array(each, COLUMNS[type_][0]) for type_, each in zip(types, values, strict=True)]
    # Names need not differ, for columns fit by their places.
    names = draw(
        st.lists(st.sampled_from(["x", "a.b", "Ä", ""]), min_size=len(types), max_size=len(types))
    )
    data = written(
        pa.Table.from_arrays(arrays, names),
        compression=draw(st.sampled_from(["none", "snappy", "gzip", "zstd"])),
        use_dictionary=draw(st.booleans()),
        row_group_size=draw(st.integers(1, 50)),
        data_page_size=draw(st.integers(1, 200)),
        version=draw(st.sampled_from(["1.0", "2.4", "2.6"])),
        data_page_version=draw(st.sampled_from(["1.0", "2.0"])),
        store_decimal_as_integer=draw(st.booleans()),
        store_schema=draw(st.booleans()),
        use_deprecated_int96_timestamps=draw(st.booleans()),
        write_page_checksum=draw(st.booleans()),
    )
    columns = ", ".join(f"c{place} {type_}" for place, type_ in enumerate(types))
    return columns, list(zip(*values, strict=True)), data


@OPEN
@given(files())
def test_what_is_written_is_read(
    source: ObjectSource, tmp_path: Path, file: tuple[str, Rows, bytes]
) -> None:
    columns, rows, data = file
    assert load(source, tmp_path, columns, data) == rows


BROKEN = "a int, b varchar(20), c date, d numeric(20,2)"
SMALL = written(
    pa.table(
        {
            "a": pa.array([1, None, 3] * 20, pa.int32()),
            "b": ["one", "two", None] * 20,
            "c": pa.array([date(2020, 1, 1)] * 60),
            "d": pa.array([Decimal("1.25")] * 60, pa.decimal128(20, 2)),
        }
    ),
    row_group_size=16,
)


@settings(OPEN, max_examples=300)
@given(st.data())
def test_a_broken_file_is_a_fault_or_another_file(
    source: ObjectSource, tmp_path: Path, data: st.DataObject
) -> None:
    """Never an error of the reader's own."""
    broken = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    ending = data.draw(st.sampled_from([b"", b"PAR1"]))
    whole = data.draw(st.booleans())
    with suppress(ScanFault, NotEmulated, NotNullViolation):
        load(source, tmp_path, BROKEN, bytes(broken) if whole else bytes(broken[:cut]) + ending)


@pytest.mark.parametrize(
    "value",
    [0xFF, pytest.param(0, marks=pytest.mark.slow), pytest.param(0x45, marks=pytest.mark.slow)],
)
def test_each_byte_may_be_wrong(source: ObjectSource, tmp_path: Path, value: int) -> None:
    """Codecs, types and sizes that there are not: the process lives on, and so do errors."""
    for at in range(4, len(SMALL) - 4):
        broken = bytearray(SMALL)
        broken[at] = value
        with suppress(ScanFault, NotEmulated, NotNullViolation):
            load(source, tmp_path, BROKEN, bytes(broken))


@pytest.mark.parametrize("size", range(0, len(SMALL), 37))
def test_a_truncated_file_is_not_read(source: ObjectSource, tmp_path: Path, size: int) -> None:
    with pytest.raises((ScanFault, NotEmulated)):
        load(source, tmp_path, BROKEN, SMALL[:size])


def test_a_cancel_is_asked_for_between_batches(source: ObjectSource, tmp_path: Path) -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise QueryCanceled("Query cancelled on user's request")

    data = written(pa.table({"a": pa.array(range(200_000), pa.int32())}))
    with pytest.raises(QueryCanceled):
        load(source, tmp_path, "a int", data, check)


def test_a_long_text_is_refused_before_it_is_repeated(source: ObjectSource, tmp_path: Path) -> None:
    """A megabyte in a dictionary that a million rows refer to."""
    indices = pa.array([0] * 1_000_000, pa.int32())
    texts = pa.DictionaryArray.from_arrays(indices, ["x" * (1 << 20)])
    data = written(pa.table({"a": texts}))
    assert len(data) < 1 << 20
    usual = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(usual)
    pa.set_memory_pool(pool)
    try:
        with pytest.raises(ScanFault):
            load(source, tmp_path, "a varchar(10)", data)
    finally:
        pa.set_memory_pool(usual)
    assert 1 << 20 < pool.max_memory() < 64 << 20


@pytest.mark.slow
def test_a_bomb_is_not_decompressed(source: ObjectSource, tmp_path: Path) -> None:
    text = pa.array([bytes(257 << 20)], pa.large_binary())
    data = written(
        pa.table({"a": text}), compression="zstd", use_dictionary=False, write_statistics=False
    )
    assert len(data) < 1 << 20
    with pytest.raises(NotEmulated, match="grows a thousandfold"):
        load(source, tmp_path, "a varbyte(10)", data)


def test_bytes_of_decimals() -> None:
    assert [decimal_size(digits) for digits in (1, 2, 3, 9, 18, 19, 29, 38)] == [
        1, 1, 2, 4, 8, 9, 13, 16,
    ]  # fmt: skip
