"""The process in which Airflow lives: `python -m harness.airflow.worker PORT_FILE CACHE_FOLDER`.

One process makes many runs: the first costs what importing Airflow costs, later ones a tenth. The
environment must be that of `harness.airflow.home.environment`.
"""

import inspect
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Listener
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import TYPE_CHECKING, Any, SupportsIndex

from harness.airflow.channel import HOST, KEY_VARIABLE, Channel, Kind
from harness.airflow.home import DATABASE, keep_template
from harness.airflow.runs import RunRequest, RunResult, TaskResult

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG

_RETURN_VALUE = "return_value"

_NAP = 0.05
"""Seconds between looks at tasks that are not ready yet."""


def main(port_file: Path, cache: Path) -> None:
    """Serves requests until the other side closes the line."""
    key = os.environ.pop(KEY_VARIABLE).encode()
    with Listener((HOST, 0), authkey=key) as listener:
        _announce(port_file, listener.address[1])
        channel = Channel(listener.accept())
    try:
        watcher = _start_airflow(cache)
        channel.send({"kind": Kind.READY})
        while True:
            request = RunRequest.from_json(channel.receive())
            watcher.report = lambda task: channel.send({"kind": Kind.TASK, "task": task})
            try:
                with _redirected(request.log_path), _added(request.variables):
                    result = _run(request, watcher)
                channel.send({"kind": Kind.RESULT, "result": result.to_json()})
            except Exception as error:  # noqa: BLE001 - the worker goes on, the caller learns of it
                channel.send({"kind": Kind.ERROR, "text": _described(error)})
    except (EOFError, ConnectionError):
        return


def _described(error: Exception) -> str:
    """What the caller is told: where it happened, unless the caller's own Param is wrong."""
    from airflow.sdk.exceptions import ParamValidationError  # noqa: PLC0415 - the worker listens before

    if isinstance(error, ParamValidationError):
        return str(error).partition("\n")[0]
    return "".join(traceback.format_exception(error))


def _announce(port_file: Path, port: int) -> None:
    draft = port_file.with_suffix(".new")
    draft.write_text(str(port), encoding="ascii")
    draft.replace(port_file)


class _Watcher:
    """Told of the end of each try of a task; remembers why tasks failed."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.report: Callable[[dict[str, Any]], None] = lambda _: None

    def ended(self, task: Any, error: object = None) -> None:
        """Remembers and reports.

        Args:
            task: Airflow's task instance.
            error: what the task raised.
        """
        text = None
        if error is not None:
            named = f"{type(error).__name__}: " if isinstance(error, BaseException) else ""
            text = self.errors[task.task_id] = f"{named}{error}"
        values = {"task_id": task.task_id, "state": _name(task.state), "tries": task.try_number}
        self.report(values | {"error": text})

    def listener(self) -> object:
        """What Airflow's listener manager takes: an object with marked functions.

        Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/listeners.html
        """
        from airflow.listeners import hookimpl  # noqa: PLC0415 - the worker listens before

        @hookimpl
        def on_task_instance_success(task_instance: Any) -> None:
            self.ended(task_instance)

        @hookimpl
        def on_task_instance_failed(task_instance: Any, error: object) -> None:
            self.ended(task_instance, error)

        return SimpleNamespace(
            on_task_instance_success=on_task_instance_success,
            on_task_instance_failed=on_task_instance_failed,
        )


def _start_airflow(cache: Path) -> _Watcher:
    """Imports Airflow, migrates its database if that is new, and attaches the listener."""
    database = Path(os.environ["AIRFLOW_HOME"]) / DATABASE
    fresh = not database.exists()
    from airflow.sdk.listener import get_listener_manager  # noqa: PLC0415 - slow, and only the worker needs it

    if fresh:
        from airflow.utils.db import initdb  # noqa: PLC0415 - slow, and only the worker needs it

        initdb()
        keep_template(database, cache)
    _judge_schemas_once()
    watcher = _Watcher()
    manager: Any = get_listener_manager()
    manager.add_listener(watcher.listener())
    return watcher


def _judge_schemas_once() -> None:
    """Lets a JSON schema be judged once in this process, instead of at each use.

    Airflow validates every Param of every task several times a run, and each time the schema itself
    first: a quarter of what a run costs. Values are validated as before.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow, and only the worker needs it

    judge = Draft202012Validator.check_schema
    judged: set[str] = set()

    def judge_once(schema: Any, *arguments: Any, **options: Any) -> None:
        key = json.dumps(schema, sort_keys=True, default=repr)
        if key not in judged:
            judge(schema, *arguments, **options)
            judged.add(key)

    setattr(Draft202012Validator, "check_schema", judge_once)  # noqa: B010 - a classmethod by its type


def _run(request: RunRequest, watcher: _Watcher) -> RunResult:
    dag: Any = _dag(request.dag_id)
    watcher.errors.clear()
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
            state=_name(ti.state),
            tries=ti.try_number,
            duration=ti.duration,
            value=xcoms.get(task.task_id, {}).pop(_RETURN_VALUE, None),
            error=watcher.errors.get(task.task_id) if _name(ti.state) != "success" else None,
        )
        for task in dag.topological_sort()
        if (ti := states.get(task.task_id))
    )
    return RunResult(
        run_id=run.run_id,
        day=request.day,
        state=_name(run.state) or "unknown",
        duration=duration,
        tasks=tasks,
        xcoms={task_id: values for task_id, values in xcoms.items() if values},
        log_path=request.log_path,
    )


def _name(state: Any) -> str | None:
    """A state's name; Airflow has two enumerations of them, with different `str`."""
    return None if state is None else str(getattr(state, "value", state))


def _dag(dag_id: str) -> "DAG":
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - slow, and only the worker needs it

    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if dag_id not in bag.dags:
        problems = "".join(f"\n{path}: {text}" for path, text in bag.import_errors.items())
        raise LookupError(f"no DAG {dag_id} in {bag.dag_folder}{problems}")
    return bag.dags[dag_id]


def _check_interval(request: RunRequest, run: "DagRun") -> None:
    start = run.data_interval_start
    if (start and start.date()) != request.day:
        raise AssertionError(f"asked for {request.day}, Airflow ran the interval from {start}")


def _xcoms(run: "DagRun") -> dict[str, dict[str, Any]]:
    from airflow.models.xcom import XComModel  # noqa: PLC0415 - slow, and only the worker needs it
    from airflow.utils.session import create_session  # noqa: PLC0415 - slow, and only the worker needs it
    from sqlalchemy import select  # noqa: PLC0415 - slow, and only the worker needs it

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


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
