"""What an Airflow of ours does otherwise than production's, by Airflow's own extension points.

A home of `sparkify_harness.airflow.deployment` has an `airflow_local_settings.py` that imports
this, or a module of the caller's that begins with it. Every process of that Airflow reads it.

- **The schedule ends** where the data does: with catchup off, a DAG that is not paused runs
  *yesterday* at once, whose log is not there.
- **The wait before another try is short**, also where the task was killed and the pipeline's own
  retry policy never comes into it.
- **SQLite waits**. As it comes, Airflow on SQLite loses backfills: the driver begins no transaction
  before a savepoint, so each of a backfill's runs is committed alone, the scheduler takes the first
  while the next are being written, and one of the two ends with `database is locked`
  (https://github.com/apache/airflow/issues/66726). Here a transaction that will write takes the
  lock at its beginning, and others wait for it.
  SQLAlchemy: https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/cluster-policies.html
"""

import datetime as dt
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sparkify_harness.airflow.deployment_home import SCHEDULE_END

if TYPE_CHECKING:
    from airflow.sdk import DAG

__all__ = [
    "create_async_metadata_engine",
    "create_metadata_engine",
    "dag_policy",
    "task_policy",
]
"""What Airflow takes from here."""

RETRY_DELAY = dt.timedelta(seconds=1)

_PATIENCE = {"timeout": 60.0, "isolation_level": "IMMEDIATE"}
"""For `sqlite3.connect`: seconds that a writer waits, and the lock that it waits for."""


def dag_policy(dag: "DAG") -> None:
    """Lets scheduled runs end with the data; runs by hand and backfills go on up to that day."""
    end = os.environ.get(SCHEDULE_END)
    if end and dag.start_date is not None:
        dag.end_date = dt.datetime.combine(dt.date.fromisoformat(end), dt.time.max, dt.UTC)


def task_policy(task: Any) -> None:
    """Shortens the wait between tries."""
    task.retry_delay = RETRY_DELAY


def create_metadata_engine(
    sql_alchemy_conn: str, *, engine_args: Mapping[str, Any], connect_args: Mapping[str, Any]
) -> Engine:
    """The engine that Airflow makes, patient where it is one for SQLite."""
    if not sql_alchemy_conn.startswith("sqlite"):
        return create_engine(sql_alchemy_conn, connect_args=dict(connect_args), **engine_args)
    arguments = {**connect_args, **_PATIENCE}
    return _made_patient(create_engine(sql_alchemy_conn, connect_args=arguments, **engine_args))


def create_async_metadata_engine(
    sql_alchemy_conn_async: str,
    *,
    connect_args: Mapping[str, Any],
    engine_args: Mapping[str, Any] | None = None,
) -> AsyncEngine:
    """As `create_metadata_engine`, for the api-server's asynchronous sessions."""
    options = dict(engine_args or {})
    if not sql_alchemy_conn_async.startswith("sqlite"):
        return create_async_engine(
            sql_alchemy_conn_async, connect_args=dict(connect_args), **options
        )
    arguments = {**connect_args, **_PATIENCE}
    engine = create_async_engine(sql_alchemy_conn_async, connect_args=arguments, **options)
    _made_patient(engine.sync_engine)
    return engine


def _made_patient(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def trust_the_machine(connection: Any, _: object) -> None:
        """A commit need not reach the disk: the home is of no use once the machine is down."""
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    @event.listens_for(engine, "savepoint")
    def begin_first(connection: Connection, _: str) -> None:
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
