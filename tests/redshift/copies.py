"""A case of COPY: what lies in the bucket, what is loaded, and what stands where afterwards."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sparkify_harness.objectstore import Endpoint, RunningStore, StoreKind, open_store
from sparkify_harness.warehouse import Warehouse, open_warehouse
from tests.redshift.cases import with_types
from tests.redshift.clients import Client, Connector, Row, ServerError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FAILED = "Load into table '{}' failed.  Check 'stl_load_errors' system table for details."
ROLE = "arn:aws:iam::123456789012:role/loader"

CAT = "catid int, catgroup varchar(10), catname varchar(10), catdesc varchar(60)"
"""Columns of AWS's sample table `category`."""

Content = str | bytes
Fault = tuple[int, str, int, str]
"""Line, column, code and reason of a row of stl_load_errors."""

_NUMBERS: Iterator[int] = count(1)


@dataclass(frozen=True)
class Lake:
    """A bucket, and a key that may read it and nothing else.

    Args:
        store: Which has it.
        bucket: Its name.
        reader: Where it is, with the key.
        prefix: Of all objects.
    """

    store: RunningStore | Endpoint
    bucket: str
    reader: Endpoint
    prefix: str = ""

    def put(self, objects: Mapping[str, Content], folder: str = "") -> str:
        """Store objects below a folder, a new one by default; its URL, with a slash at the end."""
        folder = self.prefix + (folder or f"case-{next(_NUMBERS)}")

        def put(name: str) -> None:
            content = objects[name]
            body = content.encode() if isinstance(content, str) else content
            self.s3.put_object(Bucket=self.bucket, Key=f"{folder}/{name}", Body=body)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(put, objects))
        return f"s3://{self.bucket}/{folder}/"

    @property
    def running(self) -> RunningStore:
        """The store, where it is one of ours: that makes buckets and keys."""
        assert isinstance(self.store, RunningStore)
        return self.store

    @cached_property
    def s3(self) -> "S3Client":
        """A client that may do everything."""
        return self.store.client()

    @property
    def keys(self) -> str:
        """The reader's keys, as a clause of COPY."""
        return keys_of(self.reader)


def keys_of(endpoint: Endpoint) -> str:
    """ACCESS_KEY_ID ... for the keys of an endpoint."""
    clause = f"ACCESS_KEY_ID '{endpoint.access_key_id}' "
    clause += f"SECRET_ACCESS_KEY '{endpoint.secret_access_key}'"
    return clause + (f" SESSION_TOKEN '{endpoint.session_token}'" if endpoint.session_token else "")


@dataclass
class Loader:
    """A session that loads from a lake."""

    client: Client
    lake: Lake

    def copy(self, table: str, url: str, options: str = "") -> None:
        """COPY with the reader's keys."""
        self.client.run(f"COPY {table} FROM '{url}' {self.lake.keys} {options}")

    def refused(self, table: str, url: str, options: str = "") -> ServerError:
        """What a COPY that must fail is answered."""
        with pytest.raises(ServerError) as caught:
            self.copy(table, url, options)
        return caught.value

    def contents(self, table: str) -> list[Row]:
        """The table's rows, in an order that does not depend on the server."""
        return ordered(self.client.rows(f"SELECT * FROM {table}"))

    def faults(self) -> list[Fault]:
        """Load errors of the session's last COPY."""
        rows = self.client.rows(
            "SELECT line_number, trim(colname), err_code, trim(err_reason) FROM stl_load_errors "
            "WHERE query = pg_last_copy_id() ORDER BY filename, line_number"
        )
        return [(line, column, code, reason) for line, column, code, reason in rows]


def ordered(rows: list[Row]) -> list[Row]:
    """Rows sorted, NULLs and all."""
    return sorted(rows, key=repr)


@dataclass(frozen=True)
class Copy:
    """One behaviour of COPY.

    Args:
        id: What must hold, in a few words.
        table: Column definitions of the target.
        data: The object ``data``, or objects by name; all lie in a folder of their own.
        options: After the keys; ``$FOLDER`` is the folder's URL.
        rows: What the table has then, in any order.
        faults: Rows of stl_load_errors. Without ``rows`` the load must fail because of them.
        error: SQLSTATE and beginning of the message of a COPY that fails otherwise.
        detail: Part of the DETAIL.
        columns: Column list, with its parentheses.
        source: Prefix below the folder.
    """

    id: str
    table: str
    data: Content | Mapping[str, Content]
    options: str = ""
    rows: list[Row] | None = None
    faults: list[Fault] | None = None
    error: tuple[str, str] | None = None
    detail: str = ""
    columns: str = ""
    source: str = "data"

    def check(self, loader: Loader) -> None:
        """Run it and compare."""
        objects = self.data if isinstance(self.data, Mapping) else {"data": self.data}
        folder = loader.lake.put(objects)
        name = f"target_{next(_NUMBERS)}"
        loader.client.run(f"CREATE TABLE {name} ({self.table})")
        try:
            self._check(loader, name, folder)
        finally:
            loader.client.run(f"DROP TABLE {name}")

    def _check(self, loader: Loader, name: str, folder: str) -> None:
        target = f"{name} {self.columns}"
        options = self.options.replace("$FOLDER", folder)
        if self.rows is not None:
            loader.copy(target, folder + self.source, options)
            assert with_types(loader.contents(name)) == with_types(ordered(self.rows))
            count = loader.client.rows("SELECT pg_last_copy_count()")
            assert count == [(len(self.rows),)]
            if self.faults is not None:
                assert loader.faults() == self.faults
            return
        refusal = loader.refused(target, folder + self.source, options)
        state, message = self.error or ("XX000", FAILED.format(name))
        message = message.replace("$PREFIX", folder.split("/", 3)[3] + self.source)
        seen = refusal.sqlstate, refusal.message[: len(message)]
        assert seen == (state, message)
        assert self.detail in (refusal.detail or "")
        assert loader.contents(name) == []
        if self.faults is not None:
            assert loader.faults() == self.faults


def copies(*cases: Copy) -> pytest.MarkDecorator:
    """Parametrize a test over cases, each under its own id."""
    ids = [case.id for case in cases]
    assert len(set(ids)) == len(ids), "two cases have the same id"
    return pytest.mark.parametrize("case", cases, ids=ids)


@contextmanager
def loading_from(
    kind: StoreKind, folder: Path, *, tls: bool = False, trusted: bool = True
) -> Iterator[Loader]:
    """A store of its own, a bucket, a key that may read it, and a substitute that loads from it.

    Args:
        kind: Of store.
        folder: Takes what both write.
        tls: The store serves HTTPS.
        trusted: The substitute is told the store's authority.
    """
    bucket, region = "contract", "us-west-2"
    with open_store(kind, folder=folder, region=region, tls=tls) as store:
        store.create_bucket(bucket)
        lake = Lake(store, bucket, store.grant_reader(bucket))
        keys = {
            "access_key": lake.reader.access_key_id,
            "secret_key": lake.reader.secret_access_key,
        }
        with (
            open_warehouse(
                folder=folder,
                s3_endpoint=store.endpoint.url,
                s3_ca_file=store.endpoint.ca_file if trusted else None,
                region=region,
                roles={ROLE: keys, "default": keys},
            ) as running,
            closing(open_loader(running.connection, lake).client) as client,
        ):
            yield Loader(client, lake)


def open_loader(warehouse: Warehouse, lake: Lake) -> Loader:
    """A loader through the production client."""
    return Loader(Connector(warehouse), lake)
