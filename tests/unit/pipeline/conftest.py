"""An Airflow without database for tests of the DAG and its parts, and a warehouse that records."""

import importlib.util
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sparkify_harness.airflow.home import environment
from sparkify_harness.locations import DAGS, PLUGINS

# Airflow reads its settings when it is first imported, which the tests beside this file do.
_HOME = tempfile.TemporaryDirectory(prefix="sparkify-unit-airflow-", ignore_cleanup_errors=True)
_SETTINGS = environment(Path(_HOME.name), dags=DAGS, plugins=PLUGINS)
for _name in [name for name in os.environ if name.startswith(("AIRFLOW", "AWS_"))]:
    del os.environ[_name]
os.environ.update(
    {name: text for name, text in _SETTINGS.items() if name.startswith(("AIRFLOW", "AWS_"))}
)
sys.path.insert(0, str(PLUGINS))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Airflow's own, about the libraries it uses
    from airflow.providers.amazon.aws.hooks import base_aws, redshift_sql  # noqa: F401
    from airflow.providers.common.sql.hooks import sql  # noqa: F401
    from airflow.sdk.bases.operator import ExecutorSafeguard

if TYPE_CHECKING:
    from airflow.sdk import DAG

Reply = Sequence[tuple[Any, ...]] | int | Exception
"""What a statement gives: rows, a row count, or an error."""


class RecordingConnection:
    """A connection that answers by patterns and remembers all it is told.

    Attributes:
        sent: statements with their parameters, and `commit`, `rollback`, `close`.
    """

    def __init__(self, replies: Mapping[str, Reply] | None = None) -> None:
        self.replies = dict(replies or {})
        self.sent: list[str | tuple[str, tuple[Any, ...]]] = []
        self.rowcount = -1
        self._rows: Sequence[tuple[Any, ...]] = ()

    @property
    def description(self) -> list[tuple[str]]:
        return [(f"c{number}",) for number in range(len(self._rows[0]) if self._rows else 0)]

    @property
    def statements(self) -> list[str]:
        return [entry if isinstance(entry, str) else entry[0] for entry in self.sent]

    def cursor(self) -> "RecordingConnection":
        return self

    def execute(self, operation: str, args: Sequence[Any] | None = None) -> None:
        self.sent.append((operation, tuple(args)) if args else operation)
        reply = next(
            (reply for pattern, reply in self.replies.items() if re.search(pattern, operation)), 0
        )
        if isinstance(reply, Exception):
            raise reply
        self.rowcount = reply if isinstance(reply, int) else -1
        self._rows = () if isinstance(reply, int) else reply

    def fetchall(self) -> Sequence[tuple[Any, ...]]:
        return self._rows

    def commit(self) -> None:
        self.sent.append("commit")

    def rollback(self) -> None:
        self.sent.append("rollback")

    def close(self) -> None:
        self.sent.append("close")


@pytest.fixture(autouse=True)
def _operators_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExecutorSafeguard, "test_mode", True)


@pytest.fixture
def warehouse(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RecordingConnection]:
    """Makes operators talk to a RecordingConnection with the replies given."""

    def answer(replies: Mapping[str, Reply] | None = None) -> RecordingConnection:
        connection = RecordingConnection(replies)
        monkeypatch.setenv("AIRFLOW_CONN_REDSHIFT", '{"conn_type": "redshift"}')
        monkeypatch.setattr("sparkify.warehouse.connect", lambda hook: connection)
        return connection

    return answer


class FakeTaskInstance:
    """Takes XComs."""

    def __init__(self) -> None:
        self.xcoms: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.xcoms[key] = value


@pytest.fixture
def context() -> dict[str, Any]:
    """What `execute` gets, as far as the operators use it."""
    return {"ti": FakeTaskInstance(), "outlet_events": {}, "params": {}, "run_id": "a run"}


def dag_of(path: Path) -> "DAG":
    """The DAG of a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: DAG = module.dag
    return found


@pytest.fixture(scope="session")
def dag() -> "DAG":
    """The pipeline's DAG."""
    return dag_of(DAGS / "sparkify_etl.py")
