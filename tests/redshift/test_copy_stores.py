"""What a store keeps beside the objects' names and bytes makes no difference to COPY."""

import io
from collections.abc import Iterator

import pytest
from boto3.s3.transfer import TransferConfig

from tests.objectstore.kinds import KINDS
from tests.redshift.copies import Loader, loading_from


@pytest.fixture(scope="module", params=KINDS)
def loader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loader]:
    with loading_from(request.param, tmp_path_factory.mktemp(request.param)) as opened:
        yield opened


@pytest.fixture
def table(loader: Loader) -> Iterator[str]:
    loader.client.run("CREATE TABLE target (a int, b varchar(20))")
    yield "target"
    loader.client.run("DROP TABLE target")


def test_of_a_versioned_bucket_the_current_versions_are_loaded(loader: Loader, table: str) -> None:
    lake = loader.lake
    lake.s3.put_bucket_versioning(Bucket=lake.bucket, VersioningConfiguration={"Status": "Enabled"})
    folder = lake.put({"1": "1|old\n", "2": "2|deleted\n", "3": "3|deleted\n"}, "versioned")
    lake.put({"1": "1|new\n4|new\n", "3": "3|deleted again\n"}, "versioned")
    for key in ("versioned/2", "versioned/3"):
        lake.s3.delete_object(Bucket=lake.bucket, Key=key)
    lake.put({"3": "3|back\n"}, "versioned")
    loader.copy(table, folder)
    assert loader.contents(table) == [(1, "new"), (3, "back"), (4, "new")]
    files = loader.client.rows(
        "SELECT trim(filename) FROM stl_load_commits WHERE query = pg_last_copy_id() ORDER BY 1"
    )
    assert files == [(f"{folder}1",), (f"{folder}3",)]


def test_a_prefix_of_which_everything_is_deleted_does_not_exist(loader: Loader, table: str) -> None:
    lake = loader.lake
    lake.s3.put_bucket_versioning(Bucket=lake.bucket, VersioningConfiguration={"Status": "Enabled"})
    folder = lake.put({"1": "1|deleted\n"}, "all-deleted")
    lake.s3.delete_object(Bucket=lake.bucket, Key="all-deleted/1")
    refusal = loader.refused(table, folder)
    assert refusal.message == "The specified S3 prefix 'all-deleted/' does not exist"


def test_an_object_that_was_uploaded_in_parts_is_loaded_whole(loader: Loader, table: str) -> None:
    """The parts end in the middle of a record."""
    lake = loader.lake
    lines = [f"{number}|{'x' * 16}\n" for number in range(600_000)]
    body = "".join(lines).encode()
    size = 5 * 2**20 + 1
    lake.s3.upload_fileobj(
        io.BytesIO(body),
        lake.bucket,
        "parts/data",
        Config=TransferConfig(multipart_threshold=size, multipart_chunksize=size),
    )
    stored = lake.s3.head_object(Bucket=lake.bucket, Key="parts/data")
    assert stored["ETag"].endswith('-3"')  # as many parts
    loader.copy(table, f"s3://{lake.bucket}/parts/")
    assert loader.client.rows(
        f"SELECT count(*), count(DISTINCT a), max(a), max(b) FROM {table}"
    ) == [(len(lines), len(lines), len(lines) - 1, "x" * 16)]
