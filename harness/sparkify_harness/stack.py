"""The stack of a run: object store, warehouse and Airflow; started, wired, seeded, torn down."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkify.settings import SETTINGS
from sparkify.star import TABLES
from sparkify_fixtures import StoredObject
from sparkify_harness.airflow import (
    RUN_TIMEOUT,
    Airflow,
    RunResult,
    RunTimedOut,
    TaskResult,
    Wiring,
    WorkerDied,
    aws_connection,
    redshift_connection,
)
from sparkify_harness.airflow.wiring import JsonObject
from sparkify_harness.alerting import Alerting, lost, tell_channels
from sparkify_harness.objectstore import Endpoint, RunningStore, StoreKind, cache_folder, open_store
from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.seeding import upload
from sparkify_harness.warehouse import RunningWarehouse, Warehouse, open_warehouse

BUCKET = "sparkify"
REGION = "us-west-2"
DAG_ID = "sparkify_etl"
QUALITY_TASK = "Run_data_quality_checks"
QUALITY_RESULTS = "quality_results"
"""Key under which that task publishes what each check found."""
TASKS = 4 + sum(bool(table.task_id) for table in TABLES.values())
"""Number of tasks of the DAG, known before Airflow is: one for each table, and four more."""
ROLE = "arn:aws:iam::123456789012:role/sparkify"
"""What COPY may name as IAM_ROLE, or call `default`: it reads what the pipeline's key reads."""
DEFAULTS = {setting.variable: setting.default for setting in SETTINGS.values()}
"""The pipeline's own defaults, said again: a Variable that is not set costs Airflow a query."""
USED_BY_TASKS = (
    "airflow.dag_processing.dagbag",
    "airflow.providers.amazon.aws.hooks.redshift_sql",
    "airflow.providers.amazon.aws.hooks.s3",
    "airflow.providers.standard.operators.empty",
    "redshift_connector",
    "sparkify.operators",
)
"""Modules that tasks import, and not the DAG itself: a process that makes others imports them once
for all of them."""
LOCAL_RETRY_DELAY = "1"
"""Seconds between tries: waiting for a server of our own cures nothing."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack.

    Args:
        folder: Everything that the stack writes.
        bucket: Holds the logs and songs.
        store: The object store.
        reader: The key that the pipeline uses: it may read the bucket and nothing else.
        running: The warehouse's server.
        airflow: Runs the DAG; starts with its first run, or with ``start``.
        alerting: Who is told when something goes wrong.
    """

    folder: Path
    bucket: str
    store: RunningStore
    reader: Endpoint
    running: RunningWarehouse
    airflow: Airflow
    alerting: Alerting

    @property
    def warehouse(self) -> Warehouse:
        """How clients get into the warehouse."""
        return self.running.connection

    def wiring(self) -> Wiring:
        """The connections and Variables under which the DAG finds this stack."""
        warehouse, reader = self.warehouse, self.reader
        wiring = Wiring(
            connections={
                "redshift": warehouse_connection(warehouse),
                "aws_credentials": aws_connection(
                    access_key=reader.access_key_id,
                    secret_key=reader.secret_access_key,
                    session_token=reader.session_token,
                    region=reader.region,
                    endpoint_url=reader.url,
                ),
            },
            variables={
                **DEFAULTS,
                "sparkify_bucket": self.bucket,
                "sparkify_region": reader.region,
                "sparkify_retry_delay_seconds": LOCAL_RETRY_DELAY,
            },
            certificates=warehouse.certificates,
        )
        return self.alerting.wired(wiring)

    def seed(
        self,
        objects: Iterable[StoredObject],
        on_object: Callable[[StoredObject], None] | None = None,
    ) -> int:
        """Put objects into the bucket, several at once.

        Args:
            objects: What to put; taken one by one, never all in memory.
            on_object: Called after each.

        Returns:
            How many there were.
        """
        return upload(self.store.endpoint, self.bucket, objects, on_object)

    def run(
        self,
        day: dt.date | None = None,
        *,
        conf: Mapping[str, Any] | None = None,
        wiring: Wiring | None = None,
        on_task: Callable[[TaskResult], None] | None = None,
        limit: float = RUN_TIMEOUT,
    ) -> RunResult:
        """Run the pipeline; several threads may do so at once.

        Args:
            day: Loads that day's log; None loads all.
            conf: Values for the DAG's Params.
            wiring: Other connections than this stack's own.
            on_task: Called after each try of a task.
            limit: Seconds that the run may take.

        Raises:
            RunTimedOut: It took too long and was ended; who is to be told was told.
            WorkerDied: Its process died; who is to be told was told.
            AirflowError: Airflow itself failed; a failed task is in the result.
        """
        wiring = wiring or self.wiring()
        try:
            return self.airflow.run_dag(
                DAG_ID, wiring=wiring, day=day, conf=conf, on_task=on_task, timeout=limit
            )
        except (RunTimedOut, WorkerDied) as error:
            alert = lost(DAG_ID, day, error)
            for problem in tell_channels(alert, wiring, self.airflow.home):
                error.add_note(problem)
            raise

    def attempt(
        self,
        day: dt.date | None = None,
        *,
        conf: Mapping[str, Any] | None = None,
        on_task: Callable[[TaskResult], None] | None = None,
        limit: float = RUN_TIMEOUT,
    ) -> RunResult:
        """As `run`, but a run that hangs or dies is a failed one.

        Raises:
            WorkerFailed: Airflow does not start, or cannot run the DAG at all.
        """
        ended: dict[str, TaskResult] = {}

        def remember(task: TaskResult) -> None:
            ended[task.task_id] = task
            if on_task is not None:
                on_task(task)

        began = time.monotonic()
        try:
            return self.run(day, conf=conf, on_task=remember, limit=limit)
        except (RunTimedOut, WorkerDied) as error:
            log_path = error.log_path or self.airflow.log_path
            return RunResult(
                run_id=log_path.stem,
                day=day,
                state="failed",
                duration=time.monotonic() - began,
                tasks=tuple(ended.values()),
                xcoms={},
                log_path=log_path,
                error="\n".join([str(error), *getattr(error, "__notes__", ())]),
            )


def warehouse_connection(warehouse: Warehouse) -> JsonObject:
    """The connection `redshift`, as RedshiftSQLHook and PostgresHook take it.

    Both hand all of its extra to their driver, so it has what both drivers know.
    """
    return redshift_connection(
        host=warehouse.host,
        port=warehouse.port,
        user=warehouse.user,
        password=warehouse.password,
        database=warehouse.database,
        sslmode="verify-full",
        # Left out, redshift_connector searches the call stack for a name at each connect.
        application_name="sparkify",
    )


def _keys(endpoint: Endpoint) -> dict[str, str]:
    keys = {"access_key": endpoint.access_key_id, "secret_key": endpoint.secret_access_key}
    token = endpoint.session_token
    return keys | ({"token": token} if token else {})


@contextmanager
def open_stack(
    folder: Path,
    *,
    store: StoreKind = StoreKind.AUTO,
    external: Endpoint | None = None,
    bucket: str = BUCKET,
    region: str = REGION,
    in_memory: bool = False,
    warm_airflow: bool = True,
    password: str | None = None,
    require_ssl: bool = True,
    profile: Profile = Profile.PROVISIONED,
    alerting: Alerting | None = None,
) -> Iterator[Stack]:
    """A stack that runs until the context ends, or until we end in any other way.

    Args:
        folder: Takes data, logs and Airflow's home; made if need be.
        store: What serves S3; see ``open_store``.
        external: Where an external store is; its key is then the pipeline's own.
        bucket: Made in a store that we start.
        region: Of the bucket and of the imagined cluster.
        in_memory: Keep the warehouse in memory instead of ``warehouse.duckdb`` in the folder.
        warm_airflow: Start Airflow at once, which takes longest, instead of with the first run.
        password: Of the warehouse's user; random by default.
        require_ssl: Whether the warehouse refuses clients without TLS.
        profile: Kind of service that the warehouse plays.
        alerting: Who is told when something goes wrong; a file in the folder by default.

    Raises:
        ChildError: A server did not start.
        ObjectStoreError: The store cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        airflow = Airflow(folder / "airflow", cache=cache_folder(), modules=USED_BY_TASKS)
        opened.callback(airflow.close)
        if warm_airflow:
            airflow.start()
        running_store = opened.enter_context(
            open_store(store, folder=folder / "objectstore", region=region, external=external)
        )
        if external is None:
            running_store.create_bucket(bucket)
            reader = running_store.grant_reader(bucket)
        else:
            reader = external
        warehouse = opened.enter_context(
            open_warehouse(
                folder=folder,
                file=None if in_memory else folder / "warehouse.duckdb",
                s3_endpoint=running_store.endpoint.url,
                s3_ca_file=running_store.endpoint.ca_file,
                region=region,
                roles=dict.fromkeys((ROLE, "default"), _keys(reader)),
                password=password,
                require_ssl=require_ssl,
                profile=profile,
            )
        )
        yield Stack(
            folder,
            bucket,
            running_store,
            reader,
            warehouse,
            airflow,
            alerting or Alerting.into(folder),
        )
