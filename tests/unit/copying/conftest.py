"""COPY's readers over bytes in memory, each way of reading in turn; and a small S3."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import boto3
import pyarrow as pa
import pytest

from sparkify_harness.redshift.catalog.logs import LoadError
from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.copying import Caller, Load, LoadFailed, S3Settings, load
from sparkify_harness.redshift.copying.files import Destination, FileReading, TooManyErrors, Vectors
from sparkify_harness.redshift.copying.jsonpaths import parse_jsonpaths
from sparkify_harness.redshift.copying.plan import CopyPlan, prepare
from sparkify_harness.redshift.copying.readers import open_reader, quick_reader
from sparkify_harness.redshift.copying.records import RowReader
from sparkify_harness.redshift.copying.sink import Sink, schema_of
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import Copy, CreateTable

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

KEYS = "ACCESS_KEY_ID 'AKIAIOSFODNN7EXAMPLE' SECRET_ACCESS_KEY 'secret'"


def relation(columns: str, name: str = "t") -> Relation:
    """A table of these column definitions."""
    statement = parse_one(f"CREATE TABLE {name} ({columns})")
    assert isinstance(statement, CreateTable)
    return Relation(
        "public",
        name,
        RelationKind.TABLE,
        tuple(definition.column for definition in statement.columns),
    )


def copy_statement(
    options: str = "", *, source: str = "s3://bucket/key", columns: str = "", keys: str = KEYS
) -> Copy:
    """A COPY into ``t``."""
    statement = parse_one(f"COPY t {columns} FROM '{source}' {keys} {options}")
    assert isinstance(statement, Copy)
    return statement


@dataclass
class Outcome:
    """What reading gave.

    Args:
        rows: Accepted rows.
        errors: Load errors.
        lines: Lines of the file.
        quick: Stretches that were read by whole columns.
        slow: Stretches that were not.
    """

    rows: list[tuple[object, ...]]
    errors: list[LoadError]
    lines: int = 0
    quick: int = 0
    slow: int = 0

    @property
    def reasons(self) -> list[tuple[int, int, str, str]]:
        """Line, code, column and reason of each error."""
        return [(e.line_number, e.err_code, e.colname, e.err_reason) for e in self.errors]


@dataclass
class Spy:
    """Counts what a quick reader takes."""

    reader: Vectors
    outcome: Outcome = field(default_factory=lambda: Outcome([], []))

    @property
    def relaid(self) -> Callable[[bytes], tuple[bytes, int]] | None:
        """How the reader itself brings records into lines."""
        return self.reader.relaid

    def read(self, data: bytes) -> list[pa.Array]:
        self.outcome.slow += 1
        arrays = self.reader.read(data)
        self.outcome.slow -= 1
        self.outcome.quick += 1
        return arrays


def read_bytes(
    plan: CopyPlan,
    data: bytes,
    path: Path,
    *,
    jsonpaths: str | None = None,
    defaults: Mapping[str, object] | None = None,
    quick: bool,
    stretch: int = 1 << 20,
) -> Outcome:
    """Read a file of these bytes."""
    path.write_bytes(data)
    paths = None if jsonpaths is None else parse_jsonpaths(jsonpaths, len(plan.columns))
    outcome = Outcome([], [])
    reader = quick_reader(plan, paths) if quick else None
    reading = FileReading(
        open_reader(plan, paths),
        RowReader(plan, lambda name: (defaults or {})[name]),
        None if reader is None else Spy(reader, outcome),
        plan.ignore_header,
        plan.max_errors,
        lambda: None,
        small=0,
        stretch=stretch,
    )
    rows = path.with_suffix(".arrow")
    with Sink(rows, schema_of(plan.columns)) as sink:
        try:
            outcome.lines = reading.read(path, Destination("s3://bucket/key", sink, outcome.errors))
        except TooManyErrors:
            outcome.lines = -1
    table = pa.ipc.open_stream(io.BytesIO(rows.read_bytes())).read_all()
    outcome.rows = [tuple(row.values()) for row in table.to_pylist()]
    return outcome


class Read(Protocol):
    """Reads bytes as COPY with these options would into a table of these columns."""

    def __call__(
        self,
        columns: str,
        data: str | bytes,
        options: str = "",
        *,
        fields: str = "",
        jsonpaths: str | None = None,
        defaults: Mapping[str, object] | None = None,
        stretch: int = 1 << 20,
    ) -> Outcome: ...


@pytest.fixture(params=["record by record", "by whole columns"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Read:
    """Each of both ways of reading in turn."""

    def read(
        columns: str,
        data: str | bytes,
        options: str = "",
        *,
        fields: str = "",
        jsonpaths: str | None = None,
        defaults: Mapping[str, object] | None = None,
        stretch: int = 1 << 20,
    ) -> Outcome:
        if "MAXERROR" not in options:
            options += " MAXERROR 1000"
        plan = prepare(copy_statement(options, columns=fields), relation(columns))
        return read_bytes(
            plan,
            data.encode() if isinstance(data, str) else data,
            tmp_path / "object",
            jsonpaths=jsonpaths,
            defaults=defaults,
            quick=request.param == "by whole columns",
            stretch=stretch,
        )

    return read


class ReadPlan(Protocol):
    """Prepares a COPY."""

    def __call__(
        self,
        options: str = "",
        *,
        table: str = "a int, b varchar(20)",
        columns: str = "",
        keys: str = KEYS,
        source: str = "s3://bucket/key",
    ) -> CopyPlan: ...


@pytest.fixture
def read_plan() -> ReadPlan:
    """What prepares a COPY."""

    def read_plan(
        options: str = "",
        *,
        table: str = "a int, b varchar(20)",
        columns: str = "",
        keys: str = KEYS,
        source: str = "s3://bucket/key",
    ) -> CopyPlan:
        statement = copy_statement(options, columns=columns, keys=keys, source=source)
        return prepare(statement, relation(table))

    return read_plan


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """URL of an S3 substitute that checks nothing."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


REGION: Final = "us-west-2"
BUCKET = "sparkify-test"


@pytest.fixture
def s3(s3_endpoint: str) -> Iterator["S3Client"]:
    """A client for an empty bucket in us-west-2."""
    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name=REGION,
        aws_access_key_id="root",
        aws_secret_access_key="root",
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield client
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        keys: list[ObjectIdentifierTypeDef] = [
            {"Key": entry["Key"]} for entry in page.get("Contents", ())
        ]
        if keys:
            client.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})
    client.delete_bucket(Bucket=BUCKET)
    client.close()


Put = Callable[[str, str | bytes], None]


@pytest.fixture
def put(s3: "S3Client") -> Put:
    """Puts an object into the bucket."""

    def put(key: str, body: str | bytes) -> None:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    return put


@dataclass
class Loaded:
    """A Load, read to its end."""

    rows: list[tuple[object, ...]]
    load: Load

    @property
    def reasons(self) -> list[tuple[str, int, str]]:
        """Key, line and reason of each error."""
        return [
            (error.filename.removeprefix(f"s3://{BUCKET}/"), error.line_number, error.err_reason)
            for error in self.load.errors
        ]


class CopyFrom(Protocol):
    """Runs a COPY from a prefix of the bucket, up to the rows."""

    def __call__(
        self,
        prefix: str,
        options: str = "",
        *,
        columns: str = "a int, b varchar(20)",
        keys: str = KEYS,
        bucket: str = BUCKET,
        settings: S3Settings | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Loaded: ...


@pytest.fixture
def copy_from(s3_endpoint: str, tmp_path: Path) -> CopyFrom:
    """What runs a COPY."""

    def copy_from(
        prefix: str,
        options: str = "",
        *,
        columns: str = "a int, b varchar(20)",
        keys: str = KEYS,
        bucket: str = BUCKET,
        settings: S3Settings | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Loaded:
        statement = copy_statement(options, source=f"s3://{bucket}/{prefix}", keys=keys)
        plan = prepare(statement, relation(columns))
        with load(
            plan,
            settings or S3Settings(s3_endpoint, REGION),
            folder=tmp_path,
            cancelled=cancelled,
            caller=Caller(query=42, pid=7, user="awsuser"),
        ) as loaded:
            rows = []
            with suppress(LoadFailed):
                rows = [tuple(row.values()) for row in loaded.batches().read_all().to_pylist()]
        assert list(tmp_path.iterdir()) == []
        return Loaded(rows, loaded)

    return copy_from
