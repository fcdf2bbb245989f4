"""The pipeline's own tasks, with their templates rendered, and runs of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.empty import EmptyOperator
from jinja2 import Template

from sparkify.retry import RETRIES
from tests.unit.pipeline.interleaved.material import Run

if TYPE_CHECKING:
    from airflow.sdk import DAG


class State(StrEnum):
    """What has become of a task."""

    NONE = "none"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


class _Variables:
    def get(self, name: str, default: str) -> str:
        return default


@dataclass
class _OutletEvent:
    extra: Any = None


class _TaskInstance:
    def xcom_push(self, key: str, value: Any) -> None:
        """Nobody pulls it."""


class Tasks:
    """The tasks of the DAG.

    Args:
        dag: the pipeline's.
    """

    def __init__(self, dag: "DAG") -> None:
        self._dag = dag
        self._params = {name: dag.params[name] for name in dag.params}
        self.upstream: Mapping[str, frozenset[str]] = {
            task.task_id: frozenset(task.upstream_task_ids) for task in dag.tasks
        }
        # Airflow makes an environment for each task, and compiles each text in it.
        self._templates = dag.get_template_env()
        compiled: Callable[..., Template] = cache(self._templates.from_string)
        self._templates.from_string = compiled  # type: ignore[method-assign]  # this one's alone
        self.idle = frozenset(task.task_id for task in dag.tasks if isinstance(task, EmptyOperator))
        # The same few runs come again and again.
        self.rendered = cache(self._rendered)

    def _rendered(self, task_id: str, run: Run) -> Any:
        """The task as it is in such a run."""
        task: Any = copy(self._dag.get_task(task_id))
        task.on_warning = ()  # nobody is to be told
        task.render_template_fields(self._context(run), self._templates)
        return task

    def execute(self, task_id: str, run: Run, run_id: str) -> Any:
        """What a worker does."""
        context = self._context(run) | {
            "run_id": run_id,
            "ti": _TaskInstance(),
            "outlet_events": defaultdict(_OutletEvent),
        }
        return self.rendered(task_id, run).execute(context)

    def _context(self, run: Run) -> dict[str, Any]:
        params = self._params | {"no_log": run.no_log, "load_modes": dict(run.modes)}
        context: dict[str, Any] = {"params": params, "var": {"value": _Variables()}}
        if run.day is not None:
            midnight = dt.datetime.combine(run.day, dt.time(), dt.UTC)
            context["data_interval_start"] = midnight
        return context


@dataclass
class DagRun:
    """A run of the DAG, or of some of its tasks.

    Attributes:
        run_id: what Airflow calls it.
        run: what it loads.
        upstream: what each of its tasks waits for.
        states: of its tasks.
        tries: of each task, those that have begun.
        abandoned: whether nobody tries its tasks again.
        errors: that ended tries.
        began: the step at which the try of a task began that succeeded.
    """

    run_id: str
    run: Run
    upstream: Mapping[str, frozenset[str]]
    states: dict[str, State] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    abandoned: bool = False
    errors: list[BaseException] = field(default_factory=list)
    began: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.upstream, State.NONE) | self.states
        self.tries = dict.fromkeys(self.upstream, 0)

    @property
    def startable(self) -> list[str]:
        """The tasks whose turn has come."""
        if self.abandoned:
            return []
        done = {task for task, state in self.states.items() if state is State.SUCCESS}
        return [
            task
            for task, state in self.states.items()
            if state is State.NONE and self.upstream[task] <= done
        ]

    @property
    def ended(self) -> bool:
        """Whether none of its tasks runs or will run."""
        running = any(state is State.RUNNING for state in self.states.values())
        return not running and not self.startable

    @property
    def green(self) -> bool:
        """Whether all its tasks succeeded."""
        return all(state is State.SUCCESS for state in self.states.values())

    def failed(self, task: str, error: BaseException, *, again: bool) -> None:
        """A try has ended badly; there is another one if it may pass and is not the last."""
        self.errors.append(error)
        more = again and self.tries[task] <= RETRIES
        self.states[task] = State.NONE if more else State.FAILED
