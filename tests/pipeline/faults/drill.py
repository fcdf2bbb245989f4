"""What drills work on, and what must hold after them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from sparkify.star import STAGING_EVENTS, STAGING_SONGS, STAR, TABLES
from sparkify_fixtures import StoredObject
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.airflow import Airflow, RunResult, TaskResult, Wiring
from sparkify_harness.objectstore import StoreKind
from sparkify_harness.stack import Stack
from sparkify_harness.warehouse import RunningWarehouse, open_warehouse
from tests.pipeline.faults.proxy import Proxy
from tests.pipeline.faults.s3 import S3Proxy
from tests.pipeline.faults.table import Fault, FaultTable
from tests.pipeline.subject import Pipeline, expected_tables, fields_of, session

DAY = dt.date(2018, 11, 1)
LOG = f"log_data/2018/11/{DAY}-events.json"

LOADED = "loaded"
"""Schema and prefix of the day before its log is corrected."""

ON_ONE_STORE = [
    pytest.mark.pipeline,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True),
]
"""Marks of a module of drills: what is behind the proxy makes no difference."""


@dataclass
class Ground:
    """A stack of which every connection leads through a proxy.

    Attributes:
        stack: the lane's store and Airflow, and a warehouse of its own that keeps its data in a
            file; straight, without faults.
        warehouse: between tasks and warehouse.
        listing: between tasks and store.
        copying: between warehouse and store.
        folder: of the warehouse's file and log.
    """

    stack: Stack
    warehouse: Proxy
    listing: S3Proxy
    copying: S3Proxy
    folder: Path
    _straight: Proxy
    _running: ExitStack

    @property
    def server(self) -> psutil.Process:
        """The warehouse's process."""
        return self.stack.running.child.program

    def kill(self) -> None:
        """Ends the warehouse as `kill -9` does."""
        self.stack.running.child.kill()

    def restart(self) -> None:
        """Kills the warehouse and starts it again on its file, at the same address."""
        self.kill()
        self._running.close()
        running = self._running.enter_context(
            _start(self.folder, self.copying.url, self.stack.warehouse.password)
        )
        self._straight.target = self.warehouse.target = running.connection.port
        self.stack = _reached_by(self.stack, running, self._straight)

    def wiring(self, **extra: Any) -> Wiring:
        """The connections through the proxies, and no wait between tries.

        Args:
            extra: for the extra of the connection to the warehouse.
        """
        wiring = self.stack.wiring()
        redshift, aws = fields_of(wiring, "redshift"), fields_of(wiring, "aws_credentials")
        return replace(
            wiring,
            connections={
                "redshift": {
                    **redshift,
                    "port": self.warehouse.port,
                    "extra": {**redshift["extra"], **extra},
                },
                "aws_credentials": {
                    **aws,
                    "extra": {
                        **aws["extra"],
                        "endpoint_url": self.listing.url,
                        "config_kwargs": {"read_timeout": 1},  # the pipeline's own is 30 s
                    },
                },
            },
            variables={**wiring.variables, "sparkify_retry_delay_seconds": "0"},
        )

    @contextmanager
    def struck(
        self,
        *,
        warehouse: Sequence[Fault] = (),
        listing: Sequence[Fault] = (),
        copying: Sequence[Fault] = (),
    ) -> Iterator[list[FaultTable]]:
        """Faults hold for the time of the block; gives what counts them."""
        proxies: tuple[Proxy | S3Proxy, ...] = (self.warehouse, self.listing, self.copying)
        tables = [FaultTable(faults) for faults in (warehouse, listing, copying)]
        for proxy, table in zip(proxies, tables, strict=True):
            proxy.faults = table
        try:
            yield tables
        finally:
            for proxy in proxies:
                proxy.faults = FaultTable()


@contextmanager
def open_ground(stack: Stack, folder: Path) -> Iterator[Ground]:
    """A ground for drills, with a warehouse that is started for it.

    Args:
        stack: lends its store and its Airflow.
        folder: takes the warehouse's log and file.
    """
    with ExitStack() as opened:
        listing, copying = (
            opened.enter_context(S3Proxy(stack.store.endpoint.url)) for _ in range(2)
        )
        running = opened.enter_context(ExitStack())
        warehouse = running.enter_context(_start(folder, copying.url))
        straight, faulty = (
            opened.enter_context(Proxy(warehouse.connection.port, warehouse.certificates))
            for _ in range(2)
        )
        stack = _reached_by(stack, warehouse, straight)
        yield Ground(stack, faulty, listing, copying, folder, straight, running)


def _start(
    folder: Path, s3_endpoint: str, password: str | None = None
) -> AbstractContextManager[RunningWarehouse]:
    file = folder / "warehouse.duckdb"
    return open_warehouse(folder=folder, file=file, s3_endpoint=s3_endpoint, password=password)


def _reached_by(stack: Stack, running: RunningWarehouse, proxy: Proxy) -> Stack:
    """The stack with a warehouse whose port does not change."""
    connection = replace(running.connection, port=proxy.port)
    return replace(stack, running=replace(running, connection=connection))


@dataclass(frozen=True)
class Outcome:
    """What came of a run under faults.

    Attributes:
        result: of the run.
        errors: of all tries that failed, in their order: the task's id and its error.
    """

    result: RunResult
    errors: list[tuple[str, str]]

    @property
    def tries(self) -> dict[str, int]:
        """How often tasks ran that ran more than once."""
        return {task.task_id: task.tries for task in self.result.tasks if task.tries > 1}

    def error_of(self, task_id: str) -> str:
        """The error of the task's first try that failed."""
        return next((error for name, error in self.errors if name == task_id), "")


@dataclass(frozen=True)
class Drill:
    """A day that is loaded, and whose log was corrected since: a run has to load that.

    Attributes:
        ground: what it works on.
        pipeline: schema and prefix of the drill's own; straight, without proxies.
        before: the objects that are loaded.
        after: the objects that are in the store.
    """

    ground: Ground
    pipeline: Pipeline
    before: Sequence[StoredObject] = field(repr=False)
    after: Sequence[StoredObject] = field(repr=False)

    @property
    def log_key(self) -> str:
        """Of the day's log."""
        return f"{self.pipeline.name}/{LOG}"

    def run(
        self,
        *,
        warehouse: Sequence[Fault] = (),
        listing: Sequence[Fault] = (),
        copying: Sequence[Fault] = (),
        airflow: Airflow | None = None,
        limit: float | None = None,
        same_songs: bool = False,
    ) -> Outcome:
        """Runs the day under faults, all of which must strike.

        Args:
            warehouse: between tasks and warehouse.
            listing: between tasks and store.
            copying: between warehouse and store.
            airflow: to run it in; the lane's by default.
            limit: seconds that the warehouse may take for an answer.
            same_songs: whether the songs are those that are loaded; else they are loaded anew.
        """
        errors: list[tuple[str, str]] = []

        def note(task: TaskResult) -> None:
            if task.error is not None:
                errors.append((task.task_id, task.error))

        pipeline = self.pipeline
        if airflow is not None:
            pipeline = replace(pipeline, stack=replace(pipeline.stack, airflow=airflow))
        extra = {} if limit is None else {"timeout": limit}
        with self.ground.struck(warehouse=warehouse, listing=listing, copying=copying) as tables:
            result = pipeline.run(
                DAY,
                wiring=self.ground.wiring(**extra),
                on_task=note,
                song_prefix=f"{LOADED if same_songs else pipeline.name}/song_data",
            )
        missing = [fault for table in tables for fault in table.missing]
        assert missing == [], f"{result.explain()}\n{errors}"
        self._keeps_secrets(result)
        return Outcome(result, errors)

    def green(self, **faults: Any) -> Outcome:
        """Runs the day under faults; it must end well, with all that belongs into the tables."""
        outcome = self.run(**faults)
        assert outcome.result.succeeded, outcome.result.explain()
        self.is_done()
        return outcome

    def red(self, **faults: Any) -> Outcome:
        """Runs the day under faults; it must fail, and once more without must make it good."""
        outcome = self.run(**faults)
        assert not outcome.result.succeeded
        self.is_not_half_done()
        self.green()
        return outcome

    def is_done(self) -> None:
        """The tables are what the oracle says of the objects in the store, and so the records."""
        expected = expected_warehouse(self.after)
        assert self.pipeline.tables() == expected_tables(expected)
        assert self.pipeline.counts() == expected.row_counts
        self._records_agree()

    def is_not_half_done(self) -> None:
        """Each table is, as a whole, either still what it was or what it is to become."""
        former, latter = (
            expected_tables(expected_warehouse(objects)) | {}
            for objects in (self.before, self.after)
        )
        tables = self.pipeline.tables()
        assert [name for name in tables if tables[name] not in (former[name], latter[name])] == []
        counts = [expected_warehouse(objects).row_counts for objects in (self.before, self.after)]
        found = self.pipeline.counts()
        assert [name for name in found if found[name] not in {each[name] for each in counts}] == []
        self._has_no_strays()

    def _records_agree(self) -> None:
        query = self.pipeline.query
        numbers = [row[0] for row in query("SELECT load_id FROM load_audit ORDER BY load_id")]
        assert numbers == list(range(1, len(numbers) + 1))
        latest: dict[str, tuple[Any, ...]] = {}
        for target, *state in query(
            "SELECT target, load_id, outcome, object_key, etag, rows_loaded, source_load\n"
            "FROM load_audit ORDER BY load_id"
        ):
            latest[target] = tuple(state)
        number, *state = latest[STAGING_EVENTS.name][:-1]
        [staged] = query("SELECT COUNT(*) FROM staging_events")
        etag = self._etag()
        assert state == ["loaded", self.log_key, etag, staged[0]]
        keys = query("SELECT DISTINCT log_key FROM staging_events")
        assert keys == [(self.log_key,)]
        newest = {STAGING_EVENTS.name: number, STAGING_SONGS.name: latest[STAGING_SONGS.name][0]}
        for table in STAR:
            seen = latest[table.name][-1]
            assert seen >= max(newest[name] for name in table.sources), table.name
        self._has_no_strays()

    def _etag(self) -> str:
        stack = self.pipeline.stack
        client = stack.store.endpoint.client()
        return client.head_object(Bucket=stack.bucket, Key=self.log_key)["ETag"].strip('"')

    def _has_no_strays(self) -> None:
        """No table is there but the pipeline's own, and nobody holds one of them."""
        name = self.pipeline.name
        found = self.pipeline.query(
            f"SELECT table_name FROM svv_tables WHERE table_schema = '{name}'"
        )
        assert sorted(row[0] for row in found) == sorted(TABLES)
        with session(self.pipeline.stack) as cursor:
            cursor.execute("SET statement_timeout TO 20000")
            cursor.execute("BEGIN")
            cursor.execute("LOCK " + ", ".join(f'"{name}"."{table}"' for table in TABLES))
            cursor.execute("ROLLBACK")

    def _keeps_secrets(self, result: RunResult) -> None:
        stack = self.pipeline.stack
        text = result.log_path.read_text() + stack.running.log_path.read_text()
        assert stack.reader.secret_access_key not in text
        assert stack.warehouse.password not in text


def clone(ground: Ground, name: str) -> None:
    """A schema with the day as it is loaded, from a log below its own name."""
    with session(ground.stack) as cursor:
        cursor.execute(f'CREATE SCHEMA "{name}"')
        for table in TABLES:
            cursor.execute(f'CREATE TABLE "{name}"."{table}" (LIKE "{LOADED}"."{table}")')
            cursor.execute(f'INSERT INTO "{name}"."{table}" SELECT * FROM "{LOADED}"."{table}"')
        for table, column in (("staging_events", "log_key"), ("load_audit", "object_key")):
            cursor.execute(
                f'UPDATE "{name}".{table} SET {column} = %s WHERE {column} = %s',
                (f"{name}/{LOG}", f"{LOADED}/{LOG}"),
            )
