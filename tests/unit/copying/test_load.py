"""COPY from objects: which are read, in what condition, and what becomes of errors.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
"""

import bz2
import codecs
import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from moto.s3.models import S3Backend, s3_backends

from sparkify_harness import machine
from sparkify_harness.redshift.copying import Caller, Credentials, S3Settings
from sparkify_harness.redshift.copying.source import ObjectSource
from sparkify_harness.redshift.errors import ComputeFault, QueryCanceled, RedshiftError
from tests.unit.copying.conftest import CopyFrom, Put

pytestmark = pytest.mark.medium

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def moto_backends() -> list[S3Backend]:
    return [backend for by_region in s3_backends.values() for backend in by_region.values()]


ROWS = [(1, "x"), (2, "y")]
TEXT = "1|x\n2|y\n"
BUCKET = "sparkify-test"


def _zstd(data: bytes) -> bytes:
    compressed: bytes = pa.Codec("zstd").compress(data, asbytes=True)
    return compressed


def test_a_path_is_a_prefix(put: Put, copy_from: CopyFrom) -> None:
    for key in ("data/a.txt", "data/b.txt", "data.txt", "data_1/c", "dat"):
        put(key, f"1|{key}\n")
    assert copy_from("data").rows == [
        (1, key) for key in sorted(["data/a.txt", "data/b.txt", "data.txt", "data_1/c"])
    ]


def test_all_pages_of_a_listing_are_taken(s3: "S3Client", s3_endpoint: str) -> None:
    (backend,) = [backend for backend in moto_backends() if BUCKET in backend.buckets]
    keys = [f"many/{number:04}" for number in range(2003)]
    for key in keys:  # as many over HTTP would take seconds
        backend.put_object(BUCKET, key, b"")
    settings = S3Settings(s3_endpoint, "us-west-2")
    source = ObjectSource(settings, Credentials("key", "secret"), None, Caller())
    assert [item.key for item in source.matching(BUCKET, "many/")] == keys
    source.close()


def test_nothing_at_the_prefix_is_an_error(s3: "S3Client", copy_from: CopyFrom) -> None:
    with pytest.raises(ComputeFault) as error:
        copy_from("2017/02/18/11")
    assert error.value.message == "The specified S3 prefix '2017/02/18/11' does not exist"
    assert error.value.sqlstate == "XX000"
    for part in ("code:      8001", "query:     42", "padbmaster [pid=7]", "s3_utility.cpp:"):
        assert part in (error.value.detail or "")


def test_objects_without_bytes_are_no_rows(put: Put, copy_from: CopyFrom) -> None:
    put("empty/a", b"")
    put("empty/b/", b"")
    loaded = copy_from("empty/")
    assert (loaded.rows, loaded.load.failed) == ([], False)


@pytest.mark.parametrize(
    ("options", "body"),
    [
        pytest.param("", TEXT.encode(), id="plain"),
        pytest.param("GZIP", gzip.compress(TEXT.encode()), id="GZIP"),
        pytest.param(
            "GZIP", gzip.compress(b"1|x\n") + gzip.compress(b"2|y\n"), id="GZIP of two members"
        ),
        pytest.param("BZIP2", bz2.compress(TEXT.encode()), id="BZIP2"),
        pytest.param("ZSTD", _zstd(TEXT.encode()), id="ZSTD"),
        pytest.param("ENCODING UTF16", TEXT.encode("utf-16"), id="UTF16 with a byte order mark"),
        pytest.param("ENCODING UTF16LE", TEXT.encode("utf-16-le"), id="UTF16LE"),
        pytest.param("ENCODING UTF16BE", TEXT.encode("utf-16-be"), id="UTF16BE"),
        *(
            pytest.param(
                f"ENCODING {option}",
                mark + TEXT.encode(encoding),
                id=f"{option} with a byte order mark, {encoding}",
            )
            for option, mark, encoding in (
                ("UTF16", codecs.BOM_UTF16_LE, "utf-16-le"),
                ("UTF16", codecs.BOM_UTF16_BE, "utf-16-be"),
                ("UTF16LE", codecs.BOM_UTF16_LE, "utf-16-le"),
                ("UTF16BE", codecs.BOM_UTF16_BE, "utf-16-be"),
            )
        ),
        pytest.param(
            "GZIP ENCODING UTF16",
            b"".join(gzip.compress(bytes([each])) for each in TEXT.encode("utf-16")),
            id="UTF16, a byte at a time",
        ),
        pytest.param("ENCODING UTF16", b"", id="UTF16 of nothing at all"),
        pytest.param("GZIP", b"", id="GZIP of nothing at all"),
    ],
)
def test_compression_and_encoding(put: Put, copy_from: CopyFrom, options: str, body: bytes) -> None:
    put("x", body)
    assert copy_from("x", options).rows == (ROWS if body else [])


def test_iso88591(put: Put, copy_from: CopyFrom) -> None:
    put("x", "1|café\n".encode("latin-1"))
    assert copy_from("x", "ENCODING ISO88591").rows == [(1, "café")]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("UTF16LE", b"odd", id="a byte too many"),
        pytest.param("UTF16", TEXT.encode("utf-16-le"), id="UTF16 without a byte order mark, LE"),
        pytest.param("UTF16", TEXT.encode("utf-16-be"), id="UTF16 without a byte order mark, BE"),
        pytest.param("UTF16", b"1", id="UTF16 of one byte"),
    ],
)
def test_another_encoding_is_a_load_error(
    put: Put, copy_from: CopyFrom, encoding: str, body: bytes
) -> None:
    put("x", body)
    loaded = copy_from("x", f"ENCODING {encoding}")
    assert loaded.load.failed
    assert [error.err_code for error in loaded.load.errors] == [1221]


@pytest.mark.parametrize(
    ("option", "body"),
    [
        ("GZIP", TEXT.encode()),
        ("GZIP", gzip.compress(os.urandom(9999))[:-500]),
        ("BZIP2", TEXT.encode()),
        ("BZIP2", bz2.compress(TEXT.encode())[:-5]),
        ("ZSTD", TEXT.encode()),
    ],
)
def test_what_is_not_compressed_as_said_fails(
    put: Put, copy_from: CopyFrom, option: str, body: bytes
) -> None:
    put("x", body)
    with pytest.raises(ComputeFault, match=r"failed to (inflate|decompress)") as error:
        copy_from("x", option)
    assert f"s3://{BUCKET}/x" in (error.value.detail or "")


def test_gzip_is_not_guessed(put: Put, copy_from: CopyFrom) -> None:
    put("x.gz", gzip.compress(TEXT.encode()))
    assert copy_from("x.gz").load.failed


def test_header_lines_are_skipped_in_every_object(put: Put, copy_from: CopyFrom) -> None:
    put("h/1", "a|b\n1|x\n")
    put("h/2", "a|b\n2|y\n")
    assert copy_from("h/", "IGNOREHEADER 1").rows == ROWS


# --- errors ---------------------------------------------------------------------------------


def test_the_first_error_fails_the_load(put: Put, copy_from: CopyFrom) -> None:
    put("e/1", "1|x\nbad|y\n3|z\n")
    put("e/2", "4|x\n")
    loaded = copy_from("e/")
    assert loaded.load.failed
    assert (loaded.load.loaded_rows, loaded.rows) == (0, [])
    assert loaded.reasons == [("e/1", 2, "Invalid digit, Value 'b', Pos 0, Type: Integer")]


@pytest.mark.parametrize(
    ("options", "failed", "errors"),
    [
        pytest.param("MAXERROR 0", True, 1, id="0 is 1"),
        pytest.param("MAXERROR 1", True, 1, id="1"),
        pytest.param("MAXERROR 3", True, 3, id="as many errors as MAXERROR"),
        pytest.param("MAXERROR 4", False, 3, id="fewer errors than MAXERROR"),
        pytest.param("IGNOREALLERRORS", False, 3, id="IGNOREALLERRORS"),
    ],
)
def test_maxerror(put: Put, copy_from: CopyFrom, options: str, failed: bool, errors: int) -> None:
    put("m/1", "1|x\nbad|x\n2|y\n")
    put("m/2", "bad|x\nworse|y\n")
    loaded = copy_from("m/", options)
    assert loaded.load.failed is failed
    assert len(loaded.load.errors) == errors
    assert loaded.rows == ([] if failed else ROWS)


def test_errors_come_in_order_of_objects_and_lines(put: Put, copy_from: CopyFrom) -> None:
    for number in range(40):
        put(f"o/{number:02}", "1|x\nbad|y\n" * 3)
    loaded = copy_from("o/", "MAXERROR 50")
    assert len(loaded.reasons) == 50
    assert loaded.reasons == sorted(loaded.reasons)


def test_noload_checks_and_loads_nothing(put: Put, copy_from: CopyFrom) -> None:
    put("n", "1|x\nbad|y\n")
    loaded = copy_from("n", "NOLOAD MAXERROR 5")
    assert (loaded.rows, loaded.load.loaded_rows, len(loaded.load.errors)) == ([], 0, 1)


def test_each_object_is_told_of(put: Put, copy_from: CopyFrom) -> None:
    put("f/1", "1|x\n2|y")
    put("f/2", "bad|x\n3|y\n")
    loaded = copy_from("f/", "MAXERROR 9")
    assert [
        (file.filename, file.lines_scanned, file.size, file.rows, file.errors)
        for file in loaded.load.files
    ] == [(f"s3://{BUCKET}/f/1", 2, 7, 2, 0), (f"s3://{BUCKET}/f/2", 2, 10, 1, 1)]


def test_a_cancelled_load_stops_and_leaves_nothing(
    put: Put, copy_from: CopyFrom, tmp_path: Path
) -> None:
    put("c", TEXT)
    with pytest.raises(QueryCanceled):
        copy_from("c", cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_an_object_that_vanishes_fails_the_load(
    s3: "S3Client", put: Put, copy_from: CopyFrom, tmp_path: Path
) -> None:
    put("gone", TEXT)

    def cancelled() -> bool:
        s3.delete_object(Bucket=BUCKET, Key="gone")
        return False

    with pytest.raises(ComputeFault) as error:
        copy_from("gone", cancelled=cancelled)
    assert error.value.message.startswith(
        "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Rid "
    )
    assert f"S3 key being read : s3://{BUCKET}/gone" in (error.value.detail or "")
    assert list(tmp_path.iterdir()) == []


# --- manifests ------------------------------------------------------------------------------


def _manifest(*entries: dict[str, object]) -> str:
    return json.dumps({"entries": list(entries)})


def test_a_manifest_names_objects(put: Put, copy_from: CopyFrom) -> None:
    put("d/1", "1|x\n")
    put("elsewhere", "2|y\n")
    put("d/3", "3|z\n")
    url = f"s3://{BUCKET}/"
    put(
        "list",
        _manifest(
            {"url": url + "d/1", "mandatory": True},
            {"url": url + "missing", "mandatory": False},
            {"url": url + "elsewhere", "meta": {"content_length": 4}},
            {"url": url + "d/1"},
        ),
    )
    assert copy_from("list", "MANIFEST").rows == [(1, "x"), (2, "y"), (1, "x")]


def test_a_manifest_without_the_option_is_data(put: Put, copy_from: CopyFrom) -> None:
    put("list", _manifest({"url": f"s3://{BUCKET}/d"}))
    assert copy_from("list").load.failed


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            _manifest({"url": f"s3://{BUCKET}/no", "mandatory": True}),
            "Mandatory url is not present in manifest file",
            id="a mandatory object is missing",
        ),
        pytest.param(
            _manifest({"url": f"s3://{BUCKET}/no"}), "does not exist", id="no object is there"
        ),
        pytest.param("{", "Invalid manifest file", id="malformed"),
        pytest.param('{"files": []}', "Invalid manifest file", id="no entries"),
        pytest.param('{"entries": [{}]}', "Invalid manifest file", id="an entry without url"),
        pytest.param(
            None,
            "Problem reading manifest file - S3ServiceException:The specified key does not exist.,"
            "Status 404",
            id="no manifest",
        ),
    ],
)
def test_manifests_that_fail(
    s3: "S3Client", put: Put, copy_from: CopyFrom, body: str | None, message: str
) -> None:
    if body is not None:
        put("list", body)
    with pytest.raises(RedshiftError, match=message):
        copy_from("list", "MANIFEST")


# --- jsonpaths ------------------------------------------------------------------------------


def test_a_jsonpaths_object(put: Put, copy_from: CopyFrom) -> None:
    put("log/1", '{"B":"x","A":1}{"A":2,"B":"y"}')
    put("paths.json", '{"jsonpaths":["$.A","$.B"]}')
    assert copy_from("log/", f"JSON 's3://{BUCKET}/paths.json'").rows == ROWS


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            '{"jsonpaths":["$.a"]}',
            "Number of jsonpaths and the number of columns should match. JSONPath size: 1, Number "
            "of columns in table or column list: 2",
            id="too few paths",
        ),
        pytest.param('{"jsonpaths":["$.a",""]}', "Invalid JSONPaths file", id="an empty path"),
        pytest.param('{"jsonpaths":["$.a",1]}', "Invalid JSONPaths file", id="not a string"),
        pytest.param('{"jsonpaths":["$.a","$.*"]}x', "Invalid JSONPaths file", id="more text"),
        pytest.param('{"jsonpaths":["$.a","$[*]"]}', "Invalid JSONPaths file", id="wildcards"),
        pytest.param("""{"jsonpaths":["$.a","$['b']"]}""", "mixed", id="mixed notations"),
        pytest.param(None, "The specified key does not exist", id="missing"),
    ],
)
def test_jsonpaths_files_that_fail(
    put: Put, copy_from: CopyFrom, body: str | None, message: str
) -> None:
    put("log/1", "{}")
    if body is not None:
        put("paths.json", body)
    with pytest.raises(RedshiftError) as error:
        copy_from("log/", f"JSON 's3://{BUCKET}/paths.json' MAXERROR 100")
    assert message in error.value.message


# --- real data ------------------------------------------------------------------------------

REAL_DATA = machine.real_data()
EVENTS = {
    "artist": "varchar(256)", "auth": "varchar(16)", "firstName": "varchar(64)",
    "gender": "char(1)", "itemInSession": "int", "lastName": "varchar(64)",
    "length": "double precision", "level": "varchar(8)", "location": "varchar(128)",
    "method": "varchar(8)", "page": "varchar(32)", "registration": "double precision",
    "sessionId": "int", "song": "varchar(256)", "status": "smallint", "ts": "bigint",
    "userAgent": "varchar(256)", "userId": "int",
}  # fmt: skip
SONGS = (
    "num_songs int, artist_id varchar(18), artist_latitude double precision, "
    "artist_longitude double precision, artist_location varchar(256), artist_name varchar(256), "
    "song_id varchar(18), title varchar(256), duration double precision, year smallint"
)


@pytest.fixture
def real_data(put: Put) -> None:
    files = sorted(REAL_DATA.rglob("*.json"))
    if not files:
        pytest.skip(f"no real data below {REAL_DATA}")
    for path in files:
        put(str(path.relative_to(REAL_DATA)), path.read_bytes())
    put("paths.json", json.dumps({"jsonpaths": [f"$['{key}']" for key in EVENTS]}))


@pytest.mark.usefixtures("real_data")
def test_the_real_data(copy_from: CopyFrom) -> None:
    columns = ", ".join(f"c{number} {type_}" for number, type_ in enumerate(EVENTS.values()))
    events = copy_from("log_data", f"JSON 's3://{BUCKET}/paths.json'", columns=columns).rows
    assert len(events) == 8056
    assert sum(row[17] is None for row in events) == 286
    assert len({row[17] for row in events} - {None}) == 97
    assert sum(row[10] == "NextSong" for row in events) == 6820
    songs = copy_from("song_data", "JSON 'auto'", columns=SONGS).rows
    assert len(songs) == 71
    assert sum(row[2] is None for row in songs) == 40
    assert sum(row[4] == "" for row in songs) == 28


@pytest.mark.usefixtures("real_data")
def test_auto_on_camel_case_keys_loads_nulls(copy_from: CopyFrom) -> None:
    columns = ", ".join(f"{key.lower()} {type_}" for key, type_ in EVENTS.items())
    row = copy_from("log_data/2018/11/2018-11-02", "JSON 'auto'", columns=columns).rows[0]
    keys = list(EVENTS)
    assert [key for key, value in zip(keys, row, strict=True) if value is None] == [
        key for key in keys if key != key.lower()
    ]


def test_without_an_endpoint_nothing_is_tried(copy_from: CopyFrom) -> None:
    with pytest.raises(RedshiftError, match="started without an S3 endpoint"):
        copy_from("x", settings=S3Settings())
