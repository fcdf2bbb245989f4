"""COPY of Parquet, through a client: places, types, lengths, errors.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

import bz2
import gzip
import json
import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.redshift.copies import Copy, Loader, copies

SCAN = ("XX000", "Spectrum Scan Error")
DAY = datetime(2018, 11, 1, 21, 1, 46, 796000, tzinfo=UTC)
NAIVE = DAY.replace(tzinfo=None)


def parquet(table: pa.Table, **options: Any) -> bytes:
    """A file that pyarrow writes."""
    sink = BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def one(value: object, type_: pa.DataType, **options: Any) -> bytes:
    """A file of one column and three rows, of which the second is null."""
    return parquet(pa.table({"c": pa.array([value, None, value], type_)}), **options)


def by_duckdb(query: str, path: Path, options: str = "") -> bytes:
    """A file that DuckDB writes."""
    file = path / "duck.parquet"
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet{options})")
    return file.read_bytes()


PLAIN = pa.table({"x": pa.array([1, 2], pa.int32()), "y": ["one", "two"]})
ROWS = [(1, "one"), (2, "two")]
ROW = "a int, b varchar(20)"


@copies(
    Copy("columns fit by their places, not by their names", ROW, parquet(PLAIN), "PARQUET", ROWS),
    Copy(
        "a column list says which columns the file's are",
        "b varchar(20), z int default 7, a int",
        parquet(PLAIN),
        "FORMAT AS PARQUET",
        [("one", 7, 1), ("two", 7, 2)],
        columns="(a, b)",
    ),
    Copy(
        "all objects of a prefix",
        ROW,
        {"data/1.parquet": parquet(PLAIN), "data/2.parquet": parquet(PLAIN.slice(1))},
        "PARQUET",
        [*ROWS, (2, "two")],
    ),
    Copy("no rows", ROW, parquet(PLAIN.slice(0, 0)), "PARQUET", []),
    Copy("MAXERROR 0 goes without saying", ROW, parquet(PLAIN), "PARQUET MAXERROR 0", ROWS),
    Copy(
        "other numbers are refused",
        ROW,
        parquet(PLAIN),
        "PARQUET MAXERROR 1",
        error=("0A000", "MAXERROR argument is not supported for PARQUET based COPY"),
    ),
    Copy(
        "FILLRECORD makes up for columns at the end",
        f"{ROW}, c varchar(5), d date",
        parquet(PLAIN),
        "PARQUET FILLRECORD",
        [(*row, None, None) for row in ROWS],
    ),
    Copy(
        "a column is missing",
        f"{ROW}, c int",
        parquet(PLAIN),
        "PARQUET",
        error=SCAN,
        detail="Unmatched number of columns between table and file. "
        "Table columns: 3, Data columns: 2, File name: https://s3.us-west-2.amazonaws.com/contract",
        faults=[(0, "", 15007, "Spectrum Scan Error. Unmatched number of columns between table "
                               "and file. Table columns: 3, Data colu")],
    ),
    Copy(
        "a column is too many, also with FILLRECORD",
        "a int",
        parquet(PLAIN),
        "PARQUET FILLRECORD",
        error=SCAN,
        detail="Table columns: 1, Data columns: 2",
    ),
    Copy(
        "one object of several is wrong: nothing is loaded",
        ROW,
        {"data/1": parquet(PLAIN), "data/2": parquet(PLAIN.select(["x"]))},
        "PARQUET",
        error=SCAN,
        detail="Data columns: 1",
    ),
    Copy(
        "a text that is too long, in bytes",
        "a int, b varchar(5)",
        parquet(PLAIN.set_column(1, "y", pa.array(["ééé", "x"]))),
        "PARQUET",
        error=SCAN,
        detail="The length of the data column b is longer than the length defined in the table. "
        "Table: 5, Data: 6, File name: https://s3.us-west-2.amazonaws.com/contract/",
    ),
    Copy(
        "NULL into a NOT NULL column",
        "a int not null",
        one(1, pa.int32()),
        "PARQUET",
        error=("XX000", "Cannot insert a NULL value into column a"),
    ),
    Copy(
        "a column that FILLRECORD leaves NULL",
        f"{ROW}, c int not null",
        parquet(PLAIN),
        "PARQUET FILLRECORD",
        error=("XX000", "Cannot insert a NULL value into column c"),
    ),
    Copy(
        "a file that ends otherwise",
        ROW,
        "a,b\n1,one\n",
        "PARQUET",
        error=SCAN,
        detail="has an invalid version number: one",
    ),
    Copy(
        "SUPER needs SERIALIZETOJSON",
        "a int, b super",
        parquet(PLAIN),
        "PARQUET",
        error=("XX000", "SUPER column in COPY query requires SERIALIZETOJSON option"),
    ),
    Copy(
        "compression by the object's name: gzip",
        ROW,
        {"data.gz": gzip.compress(parquet(PLAIN))},
        "PARQUET",
        ROWS,
    ),
    Copy(
        "compression by the object's name: bzip2",
        ROW,
        {"data.bz2": bz2.compress(parquet(PLAIN))},
        "PARQUET",
        ROWS,
    ),
    Copy("IDENTITY", "i int identity(1,1), a int, b varchar(20)", parquet(PLAIN),
         "PARQUET", [(1, 1, "one"), (2, 2, "two")], columns="(a, b)"),
    Copy("IDENTITY without a column list", "i int identity(1,1), a int, b varchar(20)",
         parquet(PLAIN), "PARQUET",
         error=("0A000",
                "not emulated: COPY PARQUET into a table with IDENTITY without a column list")),
)  # fmt: skip
def test_parquet(loader: Loader, case: Copy) -> None:
    case.check(loader)


def decimals(precision: int, **options: Any) -> bytes:
    """A file of decimals with two places."""
    value = Decimal("-" + "9" * (precision - 2) + ".99")
    return one(value, pa.decimal128(precision, 2), **options)


PYARROW = {
    "boolean": (one(True, pa.bool_()), True),
    "smallint": (one(-(2**15), pa.int16()), -(2**15)),
    "smallint from a byte": ("smallint", one(-128, pa.int8()), -128),
    "int": (one(-(2**31), pa.int32()), -(2**31)),
    "bigint": (one(-(2**63), pa.int64()), -(2**63)),
    "real": (one(0.5, pa.float32()), 0.5),
    "double precision": (one(-1.5e300, pa.float64()), -1.5e300),
    "varchar(8)": (one("é 😀", pa.string()), "é 😀"),
    "empty": ("varchar(8)", one("", pa.string()), ""),
    "large": ("varchar(8)", one("abc", pa.large_string()), "abc"),
    "category": ("varchar(8)", one("abc", pa.dictionary(pa.int8(), pa.string())), "abc"),
    "plain": ("varchar(8)", one("abc", pa.string(), use_dictionary=False), "abc"),
    "char(4)": (one("ab", pa.string()), "ab  "),
    "date": (one(date(9999, 12, 31), pa.date32()), date(9999, 12, 31)),
    "old date": ("date", one(date(1, 1, 1), pa.date32()), date(1, 1, 1)),
    "timestamp": (one(NAIVE, pa.timestamp("us")), NAIVE),
    "milliseconds": ("timestamp", one(NAIVE, pa.timestamp("ms")), NAIVE),
    "seconds": ("timestamp", one(NAIVE.replace(microsecond=0), pa.timestamp("s")),
                NAIVE.replace(microsecond=0)),
    "instant into timestamp": ("timestamp", one(DAY, pa.timestamp("us", "UTC")), NAIVE),
    "last moment": ("timestamp", one(datetime.max, pa.timestamp("us")), datetime.max),  # noqa: DTZ901
    "timestamptz": (one(DAY, pa.timestamp("us", "UTC")), DAY),
    "elsewhere": ("timestamptz", one(DAY, pa.timestamp("ms", "Asia/Tokyo")), DAY),
    "version 1": ("timestamp", one(NAIVE, pa.timestamp("us"), version="1.0"), NAIVE),
    "varbyte(4)": (one(b"\0\xff", pa.binary()), "00ff"),
    "INT96": ("timestamp", one(NAIVE, pa.timestamp("us"), use_deprecated_int96_timestamps=True),
              NAIVE),
    "last INT96": (
        "timestamp",
        one(datetime(9999, 12, 31, 23, 59, 59), pa.timestamp("us"), flavor="spark"),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001
    ),
    "INT96 instant": ("timestamptz", one(DAY, pa.timestamp("us", "UTC"), flavor="spark"), DAY),
}  # fmt: skip
CASES = {name: found if len(found) == 3 else (name, *found) for name, found in PYARROW.items()} | {
    f"numeric({precision},2) {how}": (
        f"numeric({precision},2)",
        decimals(precision, store_decimal_as_integer=whole),
        Decimal("-" + "9" * (precision - 2) + ".99"),
    )
    for precision in (3, 9, 10, 18, 20, 28)
    for how, whole in (("in fixed bytes", False), ("as integers", True))
    if precision <= 18 or not whole
}


@pytest.mark.parametrize(("type_", "data", "value"), CASES.values(), ids=CASES)
def test_types_of_pyarrow(loader: Loader, type_: str, data: bytes, value: object) -> None:
    Copy("", f"c {type_}", data, "PARQUET", [(value,), (None,), (value,)]).check(loader)


def test_the_longest_decimals(loader: Loader) -> None:
    loader.client.run("CREATE TABLE longest (c numeric(38,2))")
    try:
        loader.copy("longest", loader.lake.put({"data": decimals(38)}), "PARQUET")
        rows = loader.client.rows("SELECT DISTINCT c::varchar FROM longest WHERE c IS NOT NULL")
    finally:
        loader.client.run("DROP TABLE longest")
    assert rows == [("-" + "9" * 36 + ".99",)]


@pytest.mark.parametrize(
    ("type_", "expression", "value"),
    [
        ("boolean", "true", True),
        ("smallint", "(-32768)::smallint", -32768),
        ("int", "2147483647::int", 2147483647),
        ("bigint", "-9223372036854775807", -9223372036854775807),
        ("real", "0.5::real", 0.5),
        ("double precision", "'nan'::double", float("nan")),
        ("varchar(8)", "'é 😀'", "é 😀"),
        ("date", "date '0001-01-01'", date(1, 1, 1)),
        ("timestamp", "timestamp '2018-11-01 21:01:46.796'", NAIVE),
        ("timestamptz", "timestamptz '2018-11-01 21:01:46.796+00'", DAY),
        ("numeric(4,2)", "99.99::decimal(4,2)", Decimal("99.99")),
        ("numeric(18,2)", "-0.01::decimal(18,2)", Decimal("-0.01")),
        ("varbyte(4)", "'\\x00\\xFF'::blob", "00ff"),
    ],
)
def test_types_of_duckdb(
    loader: Loader, tmp_path: Path, type_: str, expression: str, value: object
) -> None:
    data = by_duckdb(f"SELECT * FROM (VALUES ({expression}), (NULL), ({expression}))", tmp_path)
    loader.client.run(f"CREATE TABLE by_duckdb (c {type_})")
    try:
        loader.copy("by_duckdb", loader.lake.put({"data": data}), "PARQUET")
        rows = loader.contents("by_duckdb")
    finally:
        loader.client.run("DROP TABLE by_duckdb")
    assert sorted(map(repr, rows)) == sorted(map(repr, [(value,), (None,), (value,)]))


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_codecs(loader: Loader, codec: str, dictionary: bool) -> None:
    """Many row groups and pages, with and without dictionaries."""
    numbers = range(5000)
    table = pa.table(
        {"a": pa.array(numbers, pa.int32()), "b": [f"text {n % 700}" for n in numbers]}
    )
    data = parquet(
        table,
        compression=codec,
        use_dictionary=dictionary,
        row_group_size=1024,
        data_page_size=512,
        write_page_checksum=True,
    )
    Copy("", ROW, data, "PARQUET", [(n, f"text {n % 700}") for n in numbers]).check(loader)


@pytest.mark.parametrize(
    ("type_", "data", "shown"),
    [
        ("int", one(1, pa.int64()), "INT, Parquet schema:\noptional int64 c [i:0 d:1 r:0]"),
        ("bigint", one(1, pa.int32()), "BIGINT, Parquet schema:\noptional int32 c"),
        ("smallint", one(1, pa.int32()), "SMALLINT, Parquet schema:\noptional int32 c"),
        ("int", one("1", pa.string()), "INT, Parquet schema:\noptional byte_array c"),
        ("varchar(9)", one(1, pa.int64()), "VARCHAR, Parquet schema:\noptional int64 c"),
        ("numeric(9,2)", one(1.5, pa.float64()), "DECIMAL(9, 2), Parquet schema:\noptional double"),
        ("double precision", one(1.5, pa.float32()), "DOUBLE, Parquet schema:\noptional float c"),
        ("real", one(1.5, pa.float64()), "FLOAT, Parquet schema:\noptional double c"),
        ("date", one(NAIVE, pa.timestamp("us")), "DATE, Parquet schema:\noptional int64 c"),
        ("timestamp", one(date(2020, 1, 1), pa.date32()), "TIMESTAMP, Parquet schema:\noptional"),
        ("boolean", one(1, pa.int32()), "BOOLEAN, Parquet schema:\noptional int32 c"),
        ("varbyte(3)", one(b"abc", pa.binary(3)), "VARBYTE, Parquet schema:\noptional fixed_len"),
    ],
)
def test_types_that_do_not_fit(loader: Loader, type_: str, data: bytes, shown: str) -> None:
    """AWS: https://github.com/aws/amazon-redshift-python-driver/issues/107"""
    loader.client.run(f"CREATE TABLE misfit (c {type_})")
    try:
        refusal = loader.refused("misfit", loader.lake.put({"d": data}) + "d", "PARQUET")
        left = loader.contents("misfit")
    finally:
        loader.client.run("DROP TABLE misfit")
    assert (refusal.sqlstate, refusal.message, left) == (*SCAN, [])
    assert "has an incompatible Parquet schema for column 's3://contract/" in (refusal.detail or "")
    assert f".c'. Column type: {shown}" in (refusal.detail or "")


def test_decimals_of_another_length(loader: Loader) -> None:
    """AWS: https://github.com/G-Research/ParquetSharp/issues/252"""
    Copy(
        "",
        "num numeric(18,9)",
        parquet(pa.table({"num": pa.array([1], pa.decimal128(29, 9))})),
        "PARQUET",
        error=SCAN,
        detail="column 'num' has an invalid type length. Expecting: 8 len in file: 13",
    ).check(loader)


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("numeric(9,2)", one(1, pa.int32())),
        ("numeric(9,2)", decimals(8)),
        ("bigint", one(NAIVE, pa.timestamp("us"))),
        ("bigint", one(1, pa.uint64())),
        ("int", one(1, pa.int16())),
        ("varchar(9)", one(b"abc", pa.binary())),
        ("timestamp", one(NAIVE, pa.timestamp("ns"))),
        ("timestamp", one(1, pa.int64())),
        ("timestamp", one(2**62, pa.timestamp("ms"))),
        ("date", one(2**30, pa.date32())),
        ("char(9)", one("é", pa.string())),
        ("varchar(9)", one("a\0b", pa.string())),
        ("varchar(9)", parquet(pa.table({"c": pa.array([b"\xff"]).view(pa.string())}))),
        ("varchar(9)", one(["a"], pa.list_(pa.string()))),
        ("varchar(9)", one({"a": "b"}, pa.struct({"a": pa.string()}))),
        ("int", parquet(pa.table({"c": pa.nulls(2)}))),
        ("time", one(1, pa.time64("us"))),
        ("int", one(1, pa.int32(), compression="brotli")),
        ("int", one(1, pa.int32(), compression="lz4")),
        ("int", one(1, pa.int32(), use_dictionary=False, column_encoding="DELTA_BINARY_PACKED")),
        ("int", b""),
        ("int not null default 4", one(1, pa.int32())),
    ],
)  # fmt: skip
def test_what_is_not_emulated(loader: Loader, type_: str, data: bytes) -> None:
    """What no source tells of is never loaded in some way of our own."""
    Copy("", f"c {type_}", data, "PARQUET", error=("0A000", "not emulated: COPY PARQUET")).check(
        loader
    )


def test_serializetojson_is_not_emulated(loader: Loader) -> None:
    for table in ("a int, b super", ROW):
        Copy(
            "",
            table,
            parquet(PLAIN),
            "PARQUET SERIALIZETOJSON",
            error=("0A000", "not emulated: COPY PARQUET SERIALIZETOJSON"),
        ).check(loader)


def test_acceptinvchars(loader: Loader) -> None:
    Copy("", ROW, parquet(PLAIN), "PARQUET ACCEPTINVCHARS '^'", ROWS).check(loader)
    odd = parquet(pa.table({"a": pa.array([1], pa.int32()), "b": ["a\ufffe"]}))
    Copy("", ROW, odd, "PARQUET", [(1, "a\ufffe")]).check(loader)
    Copy("", ROW, odd, "PARQUET ACCEPTINVCHARS", error=("0A000", "not emulated:")).check(loader)


def test_names_stand_in_errors_as_urls_have_them(loader: Loader) -> None:
    Copy(
        "",
        "a int",
        {"p=1/x y.parquet": parquet(PLAIN)},
        "PARQUET",
        source="p=1/",
        error=SCAN,
        detail="/p%3D1/x%20y.parquet\n",
    ).check(loader)


def test_load_errors(loader: Loader) -> None:
    """They survive, and sys_load_error_detail has the whole text."""
    loader.client.run("CREATE TABLE too_long (a int, b varchar(2))")
    url = loader.lake.put({"k": parquet(PLAIN)}) + "k"
    try:
        loader.refused("too_long", url, "PARQUET")
    finally:
        loader.client.run("DROP TABLE too_long")
    assert loader.client.rows(
        "SELECT trim(file_name), trim(column_name), trim(column_type), trim(column_length), "
        "error_code, trim(error_message) FROM sys_load_error_detail "
        f"WHERE file_name = '{url}'"
    ) == [
        (
            url,
            "b",
            "varchar",
            "2",
            15007,
            "Spectrum Scan Error. The length of the data column b is longer than the length "
            "defined in the table. Table: 2, Data: 3, File name: "
            f"https://s3.us-west-2.amazonaws.com/{url.removeprefix('s3://')}",
        )
    ]


def manifest(loader: Loader, **meta: object) -> str:
    """The URL of a manifest of one Parquet file."""
    url = loader.lake.put({"f.parquet": parquet(PLAIN)})
    entry = {"url": f"{url}f.parquet", "mandatory": True, **meta}
    return loader.lake.put({"m": json.dumps({"entries": [entry]})}) + "m"


def test_manifests(loader: Loader) -> None:
    """AWS: https://github.com/awslabs/aws-lambda-redshift-loader/pull/221"""
    size = len(parquet(PLAIN))
    loader.client.run(f"CREATE TABLE by_manifest ({ROW})")
    try:
        loader.copy(
            "by_manifest", manifest(loader, meta={"content_length": size}), "PARQUET MANIFEST"
        )
        assert loader.contents("by_manifest") == ROWS
        for meta, message in (
            ({}, "File entry does not have 'meta' key."),
            ({"meta": {}}, "File entry does not have 'content_length' key."),
            ({"meta": {"content_length": size - 1}}, "not emulated: COPY with a content_length"),
        ):
            refusal = loader.refused("by_manifest", manifest(loader, **meta), "PARQUET MANIFEST")
            assert refusal.message.startswith(message)
        assert loader.contents("by_manifest") == ROWS
    finally:
        loader.client.run("DROP TABLE by_manifest")


def broken() -> dict[str, bytes]:
    """Files that are no Parquet, or no longer."""
    whole = parquet(PLAIN, compression="none")
    footer = struct.unpack("<I", whole[-8:-4])[0]
    return {
        "begins too late": whole[len(whole) // 2 :],
        "nothing but the magic": b"PAR1",
        "a footer longer than the file": whole[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1",
        "a footer of nothing": b"PAR1" + bytes(60) + struct.pack("<I", 60) + b"PAR1",
        "pages of nothing": b"PAR1" + bytes(len(whole) - footer - 12) + whole[-footer - 8 :],
        "pages of noise": b"PAR1" + b"\xa5" * (len(whole) - footer - 12) + whole[-footer - 8 :],
    }


@pytest.mark.parametrize("data", broken().values(), ids=broken())
def test_broken_files(loader: Loader, data: bytes) -> None:
    Copy(
        "", ROW, data, "PARQUET", error=SCAN, detail="is not a valid Parquet file", faults=None
    ).check(loader)
    assert loader.client.rows("SELECT 1") == [(1,)]
