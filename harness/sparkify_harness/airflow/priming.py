"""Everything of Airflow that is slow the first time, done once, in the process that forks workers.

What is made here is inherited by each worker, so nothing here may start a thread, open a connection
that stays open, or run a DAG: a fork copies one thread and every lock as it stands.
"""

import asyncio
import importlib
import os
from collections.abc import Sequence
from pathlib import Path

from sparkify_harness.airflow import shortcuts
from sparkify_harness.airflow.home import DATABASE, keep_template

_USED_BY_RUNS = (
    "a2wsgi",
    "airflow.api_fastapi.execution_api.app",
    "airflow.dag_processing.bundles.manager",
    "airflow.dag_processing.collection",
    "airflow.jobs.triggerer_job_runner",
    "airflow.models.dag_version",
    "airflow.models.xcom",
    "airflow.sdk.execution_time.task_runner",
    "anyio._backends._asyncio",
)
"""Modules that a run imports in its middle."""


def prime(cache: Path, modules: Sequence[str]) -> None:
    """Imports Airflow, migrates its database if that is new, and makes what runs need.

    Args:
        cache: folder where the migrated database is kept for later homes.
        modules: what the tasks of the DAGs import while they run.
    """
    database = Path(os.environ["AIRFLOW_HOME"]) / DATABASE
    fresh = not database.exists()
    from airflow import settings  # noqa: PLC0415 - slow, and only this process needs it

    if fresh:
        from airflow.utils.db import initdb  # noqa: PLC0415 - slow, and only this process needs it

        initdb()
        keep_template(database, cache)
    shortcuts.take(modules)
    for module in (*_USED_BY_RUNS, *modules):
        importlib.import_module(module)
    _make_api()
    _import_what_dags_import()
    settings.dispose_orm()


def _make_api() -> None:
    """Makes the API that tasks talk to: it takes its final shape with its first request."""
    import httpx  # noqa: PLC0415 - slow, and only this process needs it
    from airflow.sdk.execution_time.supervisor import in_process_api_server  # noqa: PLC0415 - slow
    from sqlalchemy.orm import configure_mappers  # noqa: PLC0415 - slow

    configure_mappers()
    transport = in_process_api_server().atransport

    async def ask() -> None:
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get("http://in-process.invalid./health")

    asyncio.run(ask())


def _import_what_dags_import() -> None:
    """Parses the DAGs once for the modules that stay behind; a run parses them again."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - slow

    DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
