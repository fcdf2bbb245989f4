"""The key cases of COPY from a real MinIO server: what S3 says is the store's part, not ours."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.objectstore.kinds import REAL_KINDS
from tests.redshift.copies import Copy, Loader, copies, keys_of, loading_from
from tests.redshift.test_copy_authorization import (
    DENIED,
    ELSEWHERE,
    FORMS,
    NO_BUCKET,
    TOKEN_FORMS,
    UNKNOWN_KEY,
    WRONG_SECRET,
)

MANY = 10_000
ROW = "a int, b varchar(20)"
BOTH = [(1, "one"), (2, "two")]


@pytest.fixture(scope="module", params=REAL_KINDS)
def loader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loader]:
    """A substitute of its own before a MinIO of its own."""
    with loading_from(request.param, tmp_path_factory.mktemp("minio")) as opened:
        yield opened


@copies(
    Copy("a prefix", ROW, {"d": "1|one", "d.1": "2|two", "c": "3|x"}, source="d", rows=BOTH),
    Copy(
        "a prefix that matches nothing",
        ROW,
        {"d": "1|one"},
        source="e",
        error=("XX000", "The specified S3 prefix '$PREFIX' does not exist"),
        detail="code:      8001",
    ),
    Copy("a key with signs", ROW, {"ü é/日 + (1)'.txt": "1|a"}, source="ü", rows=[(1, "a")]),
    Copy("an object without bytes", ROW, "", rows=[]),
    Copy("GZIP", ROW, gzip.compress(b"1|one\n2|two\n"), "GZIP", rows=BOTH),
    Copy(
        "jsonpaths",
        ROW,
        {"data": '{"x": 1, "Y": "one"}{"x": 2}', "p": '{"jsonpaths": ["$.x", "$.Y"]}'},
        "JSON '$FOLDERp'",
        rows=[(1, "one"), (2, None)],
    ),
    Copy(
        "a jsonpaths file that is not there",
        ROW,
        "{}",
        "JSON '$FOLDERnone'",
        error=("XX000", "S3ServiceException:The specified key does not exist.,Status 404,"),
    ),
    Copy(
        "more than a thousand objects",
        "a int",
        {f"part-{number:04}": f"{number % 2}\n" for number in range(1010)},
        source="part",
        rows=[(number % 2,) for number in range(1010)],
    ),
)
def test_objects(case: Copy, loader: Loader) -> None:
    case.check(loader)


@pytest.mark.slow
@pytest.mark.timeout(300)  # half a minute where nothing else runs
def test_ten_thousand_small_objects_are_loaded_by_one_copy(loader: Loader) -> None:
    """Not from the embedded store, which takes minutes."""
    lake, admin = loader.lake, loader.lake.store.client()
    # MinIO unpacks the archive as Snowball does, much faster than they are put one by one.
    admin.meta.events.register_first(
        "before-sign.s3.PutObject",
        lambda request, **_: request.headers.add_header("X-Amz-Meta-Snowball-Auto-Extract", "true"),
    )
    admin.put_object(Bucket=lake.bucket, Key="many.tar", Body=archive(MANY))
    loader.client.run("CREATE TABLE #t (a int, b varchar(20))")
    loader.copy("#t", f"s3://{lake.bucket}/many/")
    assert loader.client.rows("SELECT count(*), count(DISTINCT a), max(a) FROM #t") == [
        (MANY, MANY, MANY - 1)
    ]
    assert loader.client.rows("SELECT pg_last_copy_count()") == [(MANY,)]
    assert loader.client.rows(
        "SELECT count(*) FROM stl_load_commits WHERE query = pg_last_copy_id()"
    ) == [(MANY,)]
    loader.client.run("DROP TABLE #t")


def archive(count: int) -> bytes:
    """Objects of one record each, below `many/`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for number in range(count):
            content = f"{number}|small\n".encode()
            entry = tarfile.TarInfo(f"many/{number:05}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def test_a_manifest(loader: Loader) -> None:
    folder = loader.lake.put({"1": "1|one", "2": "2|two"})
    entries = [{"url": folder + "1"}, {"url": folder + "2", "mandatory": True}]
    text = json.dumps({"entries": [*entries, {"url": folder + "3"}]})
    Copy("", ROW, {"m": text}, "MANIFEST", source="m", rows=BOTH).check(loader)
    missing = json.dumps({"entries": [*entries, {"url": folder + "3", "mandatory": True}]})
    error = ("XX000", "Mandatory url is not present in manifest file")
    Copy("", ROW, {"m": missing}, "MANIFEST", source="m", error=error).check(loader)


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_authorization(loader: Loader, form: str) -> None:
    folder = loader.lake.put({"data": "1\n2\n"})
    loader.client.run(
        "CREATE TABLE #t (a int)",
        f"COPY #t FROM '{folder}' {FORMS[form](loader.lake.reader)}",
    )
    assert loader.client.rows("SELECT sum(a) FROM #t") == [(3,)]
    loader.client.run("DROP TABLE #t")


@pytest.mark.parametrize("form", TOKEN_FORMS)
def test_temporary_keys(loader: Loader, form: str) -> None:
    folder = loader.lake.put({"data": "1\n2\n"})
    key = loader.lake.running.grant_reader(loader.lake.bucket, temporary=True)
    loader.client.run(
        "CREATE TABLE #t (a int)", f"COPY #t FROM '{folder}' {TOKEN_FORMS[form](key)}"
    )
    assert loader.client.rows("SELECT sum(a) FROM #t") == [(3,)]
    loader.client.run("DROP TABLE #t")


def test_what_is_refused(loader: Loader) -> None:
    """The texts of an embedded store and of MinIO are AWS's."""
    lake = loader.lake
    folder = lake.put({"data": "1\n"})
    lake.running.create_bucket("private")
    lake.s3.put_object(Bucket="private", Key="data", Body=b"1\n")
    reader, admin = lake.reader, lake.running.endpoint
    unknown = replace(reader, access_key_id="AKIAIOSFODNN7EXAMPLE")
    wrong = replace(reader, secret_access_key="x" * 40)
    loader.client.run("CREATE TABLE refusals (a int)")
    for source, key, options, message in (
        (folder, unknown, "", UNKNOWN_KEY),
        (folder, wrong, "", WRONG_SECRET),
        ("s3://private/data", reader, "", DENIED),
        ("s3://no-such-bucket-here/data", admin, "", NO_BUCKET),
        (folder, reader, "REGION 'eu-west-1'", ELSEWHERE),
    ):
        other = Loader(loader.client, replace(lake, reader=key))
        seen = other.refused("refusals", source, options)
        assert (seen.sqlstate, seen.message[: len(message)]) == ("XX000", message)
        assert keys_of(key) not in repr(seen)
    loader.client.run("DROP TABLE refusals")
