"""What Airflow tells while tasks run."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


class Watcher:
    """Told of the beginning and the end of each try of a task; remembers why tasks failed."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self.report: Callable[[dict[str, Any]], None] = lambda _: None
        self.report_beginning: Callable[[str], None] = lambda _: None

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
        values = {"task_id": task.task_id, "state": state_name(task.state)}
        self.report(values | {"tries": task.try_number, "error": text})

    def listen(self) -> None:
        """Attaches this to Airflow's listener manager, which takes objects with marked functions.

        Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/listeners.html
        """
        from airflow.listeners import hookimpl  # noqa: PLC0415 - slow, and only its process needs it
        from airflow.sdk.listener import get_listener_manager  # noqa: PLC0415 - slow

        @hookimpl
        def on_task_instance_running(task_instance: Any) -> None:
            self.report_beginning(task_instance.task_id)

        @hookimpl
        def on_task_instance_success(task_instance: Any) -> None:
            self.ended(task_instance)

        @hookimpl
        def on_task_instance_failed(task_instance: Any, error: object) -> None:
            self.ended(task_instance, error)

        manager: Any = get_listener_manager()
        manager.add_listener(
            SimpleNamespace(
                on_task_instance_running=on_task_instance_running,
                on_task_instance_success=on_task_instance_success,
                on_task_instance_failed=on_task_instance_failed,
            )
        )


def state_name(state: Any) -> str | None:
    """A state's name; Airflow has two enumerations of them, with different `str`."""
    return None if state is None else str(getattr(state, "value", state))
