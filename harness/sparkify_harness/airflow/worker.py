"""A forked process that makes runs, one at a time, for whoever is at the other end of the line.

It has a metadata database of its own, so that workers do not wait for each other, and its standard
output is the log of the run at hand.
"""

import inspect
import os
import shutil
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, SupportsIndex

from sparkify_harness.airflow.bag import Dags
from sparkify_harness.airflow.channel import Channel, MessageKind
from sparkify_harness.airflow.home import DATABASE
from sparkify_harness.airflow.runs import RunRequest, RunResult, TaskResult
from sparkify_harness.airflow.watcher import Watcher, state_name

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

_RETURN_VALUE = "return_value"

_NAP = 0.05
"""Seconds between looks at tasks that are not ready yet."""


def serve(channel: Channel, watcher: Watcher, database: Path) -> None:
    """Serves requests until the other side closes the line.

    Args:
        channel: the line.
        watcher: attached to Airflow already.
        database: where this worker's metadata are; made from the home's empty one.
    """
    watcher.report = lambda task: channel.send({"kind": MessageKind.TASK, "task": task})
    watcher.report_beginning = lambda name: channel.send(
        {"kind": MessageKind.BEGUN, "task_id": name}
    )
    dags = Dags()
    try:
        _use(database)
        ready = {"kind": MessageKind.READY, "pid": os.getpid()}
        channel.send(ready)
        while True:
            message = channel.receive()
            if message.get("kind") == MessageKind.ASK:
                channel.send(ready)
                continue
            request = RunRequest.from_json(message)
            try:
                with _redirected(request.log_path), _added(request.variables):
                    result = _run(request, watcher, dags)
                channel.send({"kind": MessageKind.RESULT, "result": result.to_json()})
            except Exception as error:  # noqa: BLE001 - the worker goes on, the caller learns of it
                channel.send({"kind": MessageKind.ERROR, "text": _described(error)})
    except (EOFError, ConnectionError):
        return


def _use(database: Path) -> None:
    """Points Airflow to a database of this worker's own."""
    from airflow import settings as untyped  # noqa: PLC0415 - only processes with Airflow have it

    settings: Any = untyped

    shutil.copyfile(Path(os.environ["AIRFLOW_HOME"]) / DATABASE, database)
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{database}"
    settings.configure_vars()
    settings.configure_orm()


def _described(error: Exception) -> str:
    """What the caller is told: where it happened, unless the caller's own Param is wrong."""
    from airflow.sdk.exceptions import ParamValidationError  # noqa: PLC0415 - see above

    if isinstance(error, ParamValidationError):
        return str(error).partition("\n")[0]
    return "".join(traceback.format_exception(error))


def _run(request: RunRequest, watcher: Watcher, dags: Dags) -> RunResult:
    watcher.errors.clear()
    with dags.parsed(request.dag_id) as parsed:
        dag: Any = parsed
        started = time.monotonic()
        with _short_naps_of(type(dag).test.__code__):
            run = dag.test(logical_date=request.logical_date, run_conf=dict(request.conf))
    duration = time.monotonic() - started
    _check_interval(request, run)
    xcoms = _xcoms(run)
    states = {ti.task_id: ti for ti in run.get_task_instances()}
    tasks = tuple(
        TaskResult(
            task_id=task.task_id,
            state=state_name(ti.state),
            tries=ti.try_number,
            duration=ti.duration,
            value=xcoms.get(task.task_id, {}).pop(_RETURN_VALUE, None),
            error=watcher.errors.get(task.task_id) if state_name(ti.state) != "success" else None,
        )
        for task in dag.topological_sort()
        if (ti := states.get(task.task_id))
    )
    return RunResult(
        run_id=run.run_id,
        day=request.day,
        state=state_name(run.state) or "unknown",
        duration=duration,
        tasks=tasks,
        xcoms={task_id: values for task_id, values in xcoms.items() if values},
        log_path=request.log_path,
    )


def _check_interval(request: RunRequest, run: "DagRun") -> None:
    start = run.data_interval_start
    if (start and start.date()) != request.day:
        raise AssertionError(f"asked for {request.day}, Airflow ran the interval from {start}")


def _xcoms(run: "DagRun") -> dict[str, dict[str, Any]]:
    from airflow.models.xcom import XComModel  # noqa: PLC0415 - see above
    from airflow.utils.session import create_session  # noqa: PLC0415 - see above
    from sqlalchemy import select  # noqa: PLC0415 - see above

    found: dict[str, dict[str, Any]] = {}
    query = select(XComModel).where(XComModel.dag_id == run.dag_id, XComModel.run_id == run.run_id)
    with create_session() as session:
        for row in session.scalars(query):
            found.setdefault(row.task_id, {})[row.key] = XComModel.deserialize_value(row)
    return found


@contextmanager
def _short_naps_of(code: CodeType) -> Iterator[None]:
    """Shortens the sleeps of one function; everybody else sleeps as long as they ask to.

    `dag.test()` sleeps a second whenever no task is ready: once for each level of tasks that cannot
    run because one before them failed, and while it waits for a retry.
    """
    sleep = time.sleep

    def nap(seconds: SupportsIndex | float) -> None:
        frame = inspect.currentframe()
        caller = frame.f_back if frame else None
        sleep(min(float(seconds), _NAP) if caller and caller.f_code is code else seconds)

    time.sleep = nap
    try:
        yield
    finally:
        time.sleep = sleep


@contextmanager
def _added(environment: Mapping[str, str]) -> Iterator[None]:
    """Sets variables, for the time of the block."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _redirected(log_path: Path) -> Iterator[None]:
    """Sends standard output and error to a file, whoever writes to them."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    saved = [os.dup(number) for number in (1, 2)]
    try:
        _switch(log, log)
        yield
    finally:
        _switch(*saved)
        for number in (log, *saved):
            os.close(number)


def _switch(output: int, error: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(output, 1)
    os.dup2(error, 2)
