"""What happened, as one value: built once, told by every channel in its own form."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

LOG_VARIABLE = "SPARKIFY_RUN_LOG"
"""Environment variable with the file that takes a run's log, where no web interface shows it."""


class AlertKind(StrEnum):
    """Why somebody is told."""

    TASK_FAILED = "task_failed"
    """A task failed, and will not be tried again."""

    RUN_FAILED = "run_failed"
    """A run came to its end, and failed."""

    RUN_TIMED_OUT = "run_timed_out"
    """A run took longer than it may, and was ended."""

    CHECKS_WARNED = "checks_warned"
    """Quality checks of severity `warn` found something; the run goes on."""

    TRIAL = "trial"
    """Nothing happened: somebody tries whether alerts arrive."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Alert:
    """Something that an operator should know. Holds no secret: whoever makes one takes them out.

    Attributes:
        kind: see `AlertKind`.
        dag_id: of the DAG.
        run_id: Airflow's name of the run.
        task_id: of the task that failed, warned, or had not ended.
        try_number: of the task's last try, from 1.
        day: whose data interval the run has, in UTC; None for a run without one.
        error: what went wrong: the error's class and message, refused records included.
        refused: the first records that COPY refused.
        checks: what each check that warns has found, a line each.
        log: where the log is: a URL of Airflow's web interface, or a file.
        at: when, with a time zone.
    """

    kind: AlertKind
    dag_id: str
    run_id: str
    task_id: str | None = None
    try_number: int | None = None
    day: dt.date | None = None
    error: str = ""
    refused: tuple[Mapping[str, Any], ...] = ()
    checks: tuple[str, ...] = ()
    log: str = ""
    at: dt.datetime = field(default_factory=_now)

    @property
    def title(self) -> str:
        """One line: `sparkify_etl 2018-11-03: Stage_events failed on try 4`."""
        return f"{self.dag_id} {self.day or self.run_id}: {self._what()}"

    @property
    def text(self) -> str:
        """Everything that a person needs, without the title; several lines."""
        parts = [self.error.strip(), *(f"- {check}" for check in self.checks)]
        place = [f"Run: {self.run_id}"]
        if self.log:
            place.append(f"Log: {self.log}")
        return "\n".join([part for part in parts if part] + ["", *place]).strip()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; `title` is there for those who only read."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {
            "kind": self.kind.value,
            "title": self.title,
            "day": self.day and self.day.isoformat(),
            "refused": [dict(row) for row in self.refused],
            "checks": list(self.checks),
            "at": self.at.isoformat(timespec="seconds"),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `as_dict`.

        Raises:
            KeyError, ValueError, TypeError: it is none.
        """
        known = {item.name for item in fields(cls)}
        return cls(
            **{name: value for name, value in values.items() if name in known}
            | {
                "kind": AlertKind(values["kind"]),
                "day": dt.date.fromisoformat(values["day"]) if values.get("day") else None,
                "refused": tuple(values.get("refused") or ()),
                "checks": tuple(values.get("checks") or ()),
                "at": dt.datetime.fromisoformat(values["at"]),
            }
        )

    def _what(self) -> str:
        task = self.task_id or "a task"
        match self.kind:
            case AlertKind.TASK_FAILED:
                tries = f" on try {self.try_number}" if (self.try_number or 0) > 1 else ""
                return f"{task} failed{tries}"
            case AlertKind.RUN_FAILED:
                last = f"; the last task to fail was {self.task_id}" if self.task_id else ""
                return f"the run failed{last}"
            case AlertKind.RUN_TIMED_OUT:
                hanging = f"; {self.task_id} had not ended" if self.task_id else ""
                return f"the run took too long and was ended{hanging}"
            case AlertKind.CHECKS_WARNED:
                count = len(self.checks)
                found = "check warns" if count == 1 else "checks warn"
                return f"{count} quality {found} in {task}"
            case AlertKind.TRIAL:
                return "a trial; alerts arrive here"
