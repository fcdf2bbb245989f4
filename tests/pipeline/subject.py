"""The pipeline as the tests of this lane use it."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from sparkify_fixtures import LOG_JSON_PATH_KEY, StoredObject
from sparkify_fixtures.warehouse import ROWS, Warehouse
from sparkify_harness.airflow import RunResult, TaskResult, Wiring
from sparkify_harness.stack import Stack
from sparkify_harness.warehouse import Warehouse as RunningWarehouse
from tests.redshift.clients import connect

Rows = list[tuple[Any, ...]]

COLUMNS: dict[str, Sequence[str]] = {name: list(get_type_hints(row)) for name, row in ROWS.items()}
"""Of each table that the oracle knows, in order."""


@dataclass(frozen=True)
class Pipeline:
    """The pipeline with a schema and a prefix of its own.

    Attributes:
        stack: what it runs on.
        name: of the schema and the prefix.
    """

    stack: Stack
    name: str

    def seed(self, objects: Iterable[StoredObject]) -> None:
        """Puts objects below the prefix."""
        self.stack.seed(StoredObject(f"{self.name}/{item.key}", item.body) for item in objects)

    def run(
        self,
        day: dt.date | None = None,
        *,
        wiring: Wiring | None = None,
        on_task: Callable[[TaskResult], None] | None = None,
        **params: Any,
    ) -> RunResult:
        """Runs the DAG on what is below the prefix."""
        return self.stack.run(day, conf=self.params(**params), wiring=wiring, on_task=on_task)

    def params(self, **params: Any) -> dict[str, Any]:
        """Params of a run on what is below the prefix."""
        return {
            "schema": self.name,
            "log_prefix": f"{self.name}/log_data",
            "song_prefix": f"{self.name}/song_data",
            "log_jsonpaths": LOG_JSON_PATH_KEY,
            # As the defaults are; what a run says is not looked up, which takes 10 ms each time.
            "region": self.stack.reader.region,
            "redshift_conn_id": "redshift",
            "aws_conn_id": "aws_credentials",
            **params,
        }

    def green(self, day: dt.date | None = None, **params: Any) -> RunResult:
        """Runs the DAG, which must succeed."""
        result = self.run(day, **params)
        assert result.succeeded, result.explain()
        return result

    def query(self, sql: str) -> Rows:
        """Asks the warehouse, with the schema as search path."""
        with session(self.stack) as cursor:
            cursor.execute(f'SET search_path TO "{self.name}"')
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def tables(self) -> dict[str, Rows]:
        """The rows of the star schema, each table in the order of its key."""
        return star_tables(self.query)

    def counts(self) -> dict[str, int]:
        """The number of rows of every table."""
        return {
            table: self.query(f'SELECT COUNT(*) FROM "{table}"')[0][0]
            for table in ("staging_events", "staging_songs", *COLUMNS)
        }

    def wiring(self, connection: str, **changes: Any) -> Wiring:
        """The stack's wiring with fields of one connection changed, and no wait between tries."""
        wiring = self.stack.wiring()
        changed = {**fields_of(wiring, connection), **changes}
        return replace(
            wiring,
            connections={**wiring.connections, connection: changed},
            variables={**wiring.variables, "sparkify_retry_delay_seconds": "0"},
        )


def fields_of(wiring: Wiring, connection: str) -> Mapping[str, Any]:
    """A connection of the stack's, which has fields and is no text."""
    found = wiring.connections[connection]
    assert not isinstance(found, str)
    return found


def star_tables(query: Callable[[str], Rows]) -> dict[str, Rows]:
    """The rows of the star schema, each table in the order of its key."""
    return {
        table: query(f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY {columns[0]}')
        for table, columns in COLUMNS.items()
    }


@contextmanager
def session(stack: Stack) -> Iterator[Any]:
    """A cursor on the stack's warehouse, committing at once."""
    with cursor_on(stack.warehouse, autocommit=True) as cursor:
        yield cursor


@contextmanager
def cursor_on(at: RunningWarehouse, *, autocommit: bool) -> Iterator[Any]:
    """A cursor on a warehouse; what it has not committed in the end is rolled back."""
    with closing(connect(at)) as connection:
        connection.autocommit = autocommit
        yield connection.cursor()


def expected_tables(warehouse: Warehouse) -> dict[str, Rows]:
    """The oracle's tables as `Pipeline.tables` has them."""
    return {name: [tuple(row) for row in rows] for name, rows in warehouse.tables.items()}


def logs_of(objects: Iterable[StoredObject]) -> list[dt.date]:
    """The days that have a log."""
    found = (re.search(r"(\d{4}-\d\d-\d\d)-events", item.key) for item in objects)
    return [dt.date.fromisoformat(match[1]) for match in found if match]
