"""Which objects a COPY reads: key prefixes, manifests, compression.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
"""

import bz2
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from tests.redshift.clients import Client
from tests.redshift.copies import Copy, Lake, Loader, copies, ordered

ROW = "a int, b varchar(20)"
LINES = "1|one\n2|two\n"
BOTH = [(1, "one"), (2, "two")]


def zstd(text: str) -> bytes:
    return bytes(pa.compress(text.encode(), "zstd", asbytes=True))


@copies(
    Copy(
        "a path is a prefix: siblings that begin with the name of an object load too",
        ROW,
        {"custdata.txt": "1|a", "custdata.txt.1": "2|b", "custdata.txt.bak": "3|c"},
        source="custdata.txt",
        rows=[(1, "a"), (2, "b"), (3, "c")],
    ),
    Copy(
        "a prefix without a slash takes every folder and file that begins with it",
        ROW,
        {
            "custfolder/1": "1|a",
            "custfolder/deep/er/2": "2|b",
            "custfolder_1/3": "3|c",
            "custfolder.log": "4|d",
            "cust": "5|e",
        },
        source="custfolder",
        rows=[(1, "a"), (2, "b"), (3, "c"), (4, "d")],
    ),
    Copy(
        "a prefix with a slash at its end stays in the folder",
        ROW,
        {"custfolder/1": "1|a", "custfolder_1/3": "3|c"},
        source="custfolder/",
        rows=[(1, "a")],
    ),
    Copy(
        "a whole key",
        ROW,
        {"part-1": "1|a", "part-2": "2|b"},
        source="part-2",
        rows=[(2, "b")],
    ),
    Copy(
        "a stray object under the prefix is loaded, and fails",
        ROW,
        {"part-1": "1|a", "part-1.log": "loaded one file\n"},
        source="part",
        faults=[(1, "a", 1214, "Delimiter not found")],
    ),
    Copy(
        "a key with blanks, signs and letters beyond ASCII",
        ROW,
        {"ü é/日本 + (1)'.txt": "1|a"},
        source="ü é/日本 + (1)",
        rows=[(1, "a")],
    ),
    Copy(
        "keys are case-sensitive",
        ROW,
        {"Data": "1|a"},
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
    ),
    Copy(
        "an asterisk is no pattern",
        ROW,
        {"data.txt": "1|a"},
        source="*.txt",
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
    ),
    Copy(
        "a leading slash is part of the key",
        ROW,
        {"data.txt": "1|a"},
        source="/data.txt",
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
    ),
    Copy(
        "the middle of a key is no prefix",
        ROW,
        {"data.txt": "1|a"},
        source="ata",
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
    ),
    Copy("an object without bytes has no rows", ROW, "", rows=[]),
    Copy(
        "objects without bytes, such as folder markers, do no harm",
        ROW,
        {"day/": "", "day/1": "1|a", "day/_SUCCESS": ""},
        source="day/",
        rows=[(1, "a")],
    ),
    Copy("a last line without line feed", ROW, "1|one\n2|two", rows=BOTH),
    Copy(
        "objects are files of their own: no record goes on in the next one",
        ROW,
        {"part-1": "1|a", "part-2": "2|b"},
        source="part",
        rows=[(1, "a"), (2, "b")],
    ),
    Copy(
        "headers are skipped in every object",
        ROW,
        {"part-1": "a|b\n1|one\n", "part-2": "a|b\n2|two\n", "part-3": "a|b"},
        "IGNOREHEADER 1",
        source="part",
        rows=BOTH,
    ),
    Copy(
        "forty objects",
        "a int",
        {f"part-{number:02}": f"{number}\n{number}\n" for number in range(40)},
        source="part",
        rows=[(number,) for number in range(40) for _ in "ab"],
    ),
)
def test_prefixes(case: Copy, loader: Loader) -> None:
    case.check(loader)


def test_nothing_under_the_prefix_is_an_error_with_a_block(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    client.run("CREATE TABLE t (a int)")
    refusal = Loader(client, lake).refused("t", f"s3://{lake.bucket}/2017/02/18/11", "CSV")
    assert (refusal.sqlstate, refusal.message) == (
        "XX000",
        "The specified S3 prefix '2017/02/18/11' does not exist",
    )
    detail = refusal.detail or ""
    assert "code:      8001" in detail
    assert "location:  s3_utility.cpp:" in detail
    assert "process:   padbmaster [pid=" in detail
    assert client.rows("SELECT count(*) FROM t") == [(0,)]


@pytest.mark.parametrize("ending", ["", "/"], ids=["bucket", "bucket with a slash"])
def test_a_whole_bucket(client: Client, lake: Lake, ending: str) -> None:
    bucket = f"whole-{client.name.replace('_', '-')}{'-slash' * bool(ending)}"
    lake.running.create_bucket(bucket)
    lake.s3.put_object(Bucket=bucket, Key="x/1", Body=b"1|a")
    lake.s3.put_object(Bucket=bucket, Key="2", Body=b"2|b")
    reads = Lake(lake.store, bucket, lake.running.grant_reader(bucket))
    client.run(f"CREATE TABLE t ({ROW})")
    Loader(client, reads).copy("t", f"s3://{bucket}{ending}")
    assert ordered(client.rows("SELECT * FROM t")) == [(1, "a"), (2, "b")]


def test_copy_appends(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html"""
    folder = lake.put({"data": LINES})
    client.run(f"CREATE TABLE t ({ROW})")
    loader = Loader(client, lake)
    loader.copy("t", folder)
    loader.copy("t", folder)
    assert loader.contents("t") == ordered([*BOTH, *BOTH])


# --- compression ------------------------------------------------------------------------------


@copies(
    Copy("GZIP", ROW, gzip.compress(LINES.encode()), "GZIP", rows=BOTH),
    Copy("BZIP2", ROW, bz2.compress(LINES.encode()), "BZIP2", rows=BOTH),
    Copy("ZSTD", ROW, zstd(LINES), "ZSTD", rows=BOTH),
    Copy(
        "GZIP of several members",
        ROW,
        gzip.compress(b"1|one\n2|") + gzip.compress(b"two\n"),
        "GZIP",
        rows=BOTH,
    ),
    Copy(
        "GZIP with JSON",
        ROW,
        gzip.compress(b'{"a": 1, "b": "one"}{"a": 2, "b": "two"}'),
        "JSON 'auto' GZIP",
        rows=BOTH,
    ),
    Copy(
        "GZIP with CSV and a header",
        ROW,
        gzip.compress(b'a,b\n1,one\n2,"two"\n'),
        "CSV IGNOREHEADER 1 GZIP",
        rows=BOTH,
    ),
    Copy(
        "GZIP of nothing",
        ROW,
        gzip.compress(b""),
        "GZIP",
        rows=[],
    ),
    Copy(
        "GZIP is for every object",
        ROW,
        {"part-1.gz": gzip.compress(b"1|one"), "part-2": "2|two"},
        "GZIP",
        source="part",
        error=("XX000", "failed to inflate with zlib"),
    ),
    Copy("GZIP and plain text", ROW, LINES, "GZIP", error=("XX000", "failed to inflate")),
    Copy(
        "GZIP that ends too soon",
        ROW,
        gzip.compress(LINES.encode() * 100)[:-12],
        "GZIP",
        error=("XX000", "failed to inflate"),
    ),
    Copy("BZIP2 and plain text", ROW, LINES, "BZIP2", error=("XX000", "failed to decompress")),
    Copy("ZSTD and plain text", ROW, LINES, "ZSTD", error=("XX000", "failed to decompress")),
    Copy("LZOP is not emulated", ROW, LINES, "LZOP", error=("0A000", "not emulated: COPY LZOP")),
    Copy("two compressions", ROW, LINES, "GZIP ZSTD", error=("42601", "")),
)
def test_compression(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-file-compression.html"""
    case.check(loader)


@pytest.mark.parametrize("options", ["", "CSV", "JSON 'auto'", "DELIMITER ','"])
def test_compressed_objects_need_the_option(loader: Loader, options: str) -> None:
    """A name that ends in .gz says nothing."""
    Copy(
        "GZIP is not guessed",
        ROW,
        {"data.gz": gzip.compress(LINES.encode())},
        options,
        error=("XX000", "Load into table 'target_"),
    ).check(loader)


# --- manifests --------------------------------------------------------------------------------


def manifest(*entries: Mapping[str, Any], **more: object) -> str:
    return json.dumps({"entries": entries, **more})


def entry(lake: Lake, key: str, **more: object) -> dict[str, object]:
    return {"url": f"s3://{lake.bucket}/manifests/{key}", **more}


@pytest.fixture(scope="module")
def parts(lake: Lake) -> Lake:
    """Two objects that manifests name, and one that they do not."""
    lake.put({"x/one": "1|one", "y/two": "2|two", "x/one.more": "3|three"}, "manifests")
    return lake


@pytest.mark.parametrize(
    ("entries", "rows"),
    [
        pytest.param([("x/one", {})], [(1, "one")], id="an entry is a whole key"),
        pytest.param([("x/one", {}), ("y/two", {"mandatory": True})], BOTH, id="two folders"),
        pytest.param([("x/one", {})] * 2, [(1, "one")] * 2, id="listed twice, loaded twice"),
        pytest.param(
            [("x/one", {"mandatory": True, "meta": {"content_length": 5}, "note": 1})],
            [(1, "one")],
            id="meta and unknown keys are ignored",
        ),
        pytest.param(
            [("x/none", {"mandatory": False}), ("x/nil", {}), ("x/one", {})],
            [(1, "one")],
            id="what is not mandatory may be missing",
        ),
    ],
)
def test_manifests(
    loader: Loader, parts: Lake, entries: list[tuple[str, dict[str, Any]]], rows: list[Any]
) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html"""
    text = manifest(*(entry(parts, key, **more) for key, more in entries), author="someone")
    Copy("", ROW, {"cust.manifest": text}, "MANIFEST", source="cust.manifest", rows=rows).check(
        loader
    )


@pytest.mark.parametrize(
    ("text", "source", "error"),
    [
        pytest.param(
            [("x/one", {}), ("x/none", {"mandatory": True})],
            "m",
            "Mandatory url is not present in manifest file",
            id="a mandatory object is missing",
        ),
        pytest.param([("x/none", {})], "m", "", id="no object is there"),
        pytest.param([("x/", {})], "m", "", id="a prefix is no entry"),
        pytest.param([], "m", "", id="no entries"),
        pytest.param(
            [("x/one", {})],
            "",
            "Problem reading manifest file - S3ServiceException:The specified key does not exist.,"
            "Status 404,Error NoSuchKey,",
            id="the manifest itself is no prefix",
        ),
        pytest.param(
            "none.manifest",
            "other",
            "Problem reading manifest file - S3ServiceException:The specified key does not exist.,",
            id="no manifest",
        ),
        pytest.param('{"entries": [', "m", "Invalid manifest file", id="malformed"),
        pytest.param('{"files": []}', "m", "Invalid manifest file", id="no key entries"),
        pytest.param('[{"url": "s3://b/k"}]', "m", "Invalid manifest file", id="not an object"),
        pytest.param('{"entries": [{"uri": "s3://b/k"}]}', "m", "Invalid manifest", id="no url"),
        pytest.param("1|one\n", "m", "Invalid manifest file", id="data"),
    ],
)
def test_manifests_that_fail(
    loader: Loader,
    parts: Lake,
    text: str | list[tuple[str, dict[str, Any]]],
    source: str,
    error: str,
) -> None:
    if isinstance(text, list):
        text = manifest(*(entry(parts, key, **more) for key, more in text))
    Copy("", ROW, {"m": text}, "MANIFEST", source=source, error=("XX000", error)).check(loader)


def test_a_manifest_of_several_buckets(loader: Loader, parts: Lake) -> None:
    parts.running.create_bucket("second")
    parts.s3.put_object(Bucket="second", Key="k", Body=b"2|two")
    text = manifest(entry(parts, "x/one"), {"url": "s3://second/k"})
    folder = parts.put({"m": text})
    loader.client.run(f"CREATE TABLE t_several ({ROW})")
    try:
        refusal = loader.refused("t_several", folder + "m", "MANIFEST")
        assert "Access Denied" in refusal.message
        everything = Lake(parts.store, parts.bucket, parts.running.endpoint)
        Loader(loader.client, everything).copy("t_several", folder + "m", "MANIFEST")
        assert loader.contents("t_several") == BOTH
    finally:
        loader.client.run("DROP TABLE t_several")


def test_a_manifest_without_the_option_is_data(loader: Loader, parts: Lake) -> None:
    text = manifest(entry(parts, "x/one"))
    Copy("", ROW, {"m": text}, "JSON 'auto'", source="m", rows=[(None, None)]).check(loader)
    Copy("", ROW, {"m": text}, source="m", faults=[(1, "a", 1214, "Delimiter not found")]).check(
        loader
    )


# --- what is not emulated ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ORC", "AVRO 'auto'", "SHAPEFILE"])
@pytest.mark.parametrize("word", ["FORMAT AS ", "FORMAT ", ""])
def test_formats_that_are_not_emulated(loader: Loader, word: str, name: str) -> None:
    Copy(
        "",
        ROW,
        LINES,
        word + name,
        error=("0A000", f"not emulated: COPY {name.split(maxsplit=1)[0]}"),
    ).check(loader)
