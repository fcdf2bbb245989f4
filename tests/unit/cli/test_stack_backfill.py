"""`sparkify stack backfill` with an Airflow that says what it is told, and no stack."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sparkify.days import DayState, DayStatus
from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.commands import stack_backfill
from sparkify_harness.commands.exits import CommandError
from sparkify_harness.compose.airflow_api import AirflowApi
from tests.unit.cli.conftest import Invoke

FIRST = dt.date(2018, 11, 1)
DAYS = [FIRST + dt.timedelta(days=number) for number in range(5)]
RANGE = ("stack", "backfill", "--from", str(DAYS[0]), "--to", str(DAYS[-1]))


@dataclass
class Stack:
    """A stack that is not there.

    Attributes:
        states: of the days, before and after the runs.
        failing: days whose runs fail.
        begun: the options of each backfill that was begun.
    """

    states: dict[dt.date, DayState] = field(
        default_factory=lambda: dict.fromkeys(DAYS, DayState.SUCCESS)
    )
    failing: set[dt.date] = field(default_factory=set)
    begun: list[dict[str, str]] = field(default_factory=list)
    settings = SimpleNamespace()
    _runs: list[dict[str, Any]] = field(default_factory=list)

    def exec(self, service: str, *program: str) -> SimpleNamespace:
        """Does what `airflow backfill create` does."""
        assert (service, *program[:3]) == ("scheduler", "airflow", "backfill", "create")
        options = dict(zip(program[3::2], program[4::2], strict=True))
        self.begun.append(options)
        first, last = map(dt.date.fromisoformat, (options["--from-date"], options["--to-date"]))
        for day in DAYS:
            if first <= day <= last:
                state = "failed" if day in self.failing else "success"
                self._runs.append(
                    {
                        "dag_run_id": f"backfill__{day}",
                        "queued_at": f"{len(self._runs)}",
                        "state": state,
                        "duration": 2.0,
                        "data_interval_start": f"{day}T00:00:00Z",
                    }
                )
                if state == "success" and self.states[day] is not DayState.NO_LOG:
                    self.states[day] = DayState.SUCCESS
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    def runs(self, kind: str) -> list[dict[str, Any]]:
        assert kind == "backfill"
        return list(self._runs)

    def result(self, run_id: str) -> RunResult:
        day = dt.date.fromisoformat(run_id.removeprefix("backfill__"))
        task = TaskResult("Stage_events", "failed", 1, error="SourceError: no such key")
        return RunResult(run_id, day, "failed", 2.0, (task,), {}, Path("logs"))

    def survey(self, *_: object) -> list[DayStatus]:
        return [DayStatus(day, state, rows=7, loads=1) for day, state in self.states.items()]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    """What the command finds."""
    found = Stack()

    @contextmanager
    def airflow(_: object) -> Iterator[Stack]:
        yield found

    def follow_all(airflow: Stack, mine: list[str], _: float) -> list[dict[str, Any]]:
        return [run for run in airflow.runs("backfill") if run["dag_run_id"] in mine]

    replaced: dict[str, Callable[..., Any]] = {
        "project_of": lambda _: found,
        "wait_for_dag": lambda _: None,
        "wait_for_backfill": lambda _: None,
        "follow_all": follow_all,
        "_states": found.survey,
        "row_counts": lambda _: {"songplays": 3},
        "warehouse": lambda _: None,
        "run_url": lambda _, run_id: f"http://airflow/{run_id}",
    }
    for name, instead in replaced.items():
        monkeypatch.setattr(stack_backfill, name, instead)
    monkeypatch.setattr(AirflowApi, "of", airflow)
    return found


def test_a_stretch_of_days_is_a_backfill_of_airflows(stack: Stack, invoke: Invoke) -> None:
    stack.states |= {DAYS[0]: DayState.MISSING, DAYS[1]: DayState.CHANGED, DAYS[3]: DayState.LOADED}
    done = invoke(*RANGE, "--parallel", "3", "--json")
    assert done.exit_code == 0, done.output
    assert [(one["--from-date"], one["--to-date"]) for one in stack.begun] == [
        (str(DAYS[0]), str(DAYS[1])),
        (str(DAYS[3]), str(DAYS[3])),
    ]
    assert {one["--max-active-runs"] for one in stack.begun} == {"3"}
    assert {one["--reprocess-behavior"] for one in stack.begun} == {"completed"}
    told = json.loads(done.stdout)
    assert told["passed"] is True
    assert [day["ran"] for day in told["days"]] == [True, True, False, True, False]


def test_nothing_is_begun_where_nothing_is_missing(stack: Stack, invoke: Invoke) -> None:
    done = invoke(*RANGE)
    assert done.exit_code == 0, done.output
    assert stack.begun == []
    assert "nothing to run; --reprocess completed" in " ".join(done.stderr.split())
    assert "None of 5 days red." in done.stdout


def test_a_red_day_is_exit_code_1_with_its_reason(stack: Stack, invoke: Invoke) -> None:
    stack.states[DAYS[2]] = DayState.MISSING
    stack.failing.add(DAYS[2])
    done = invoke(*RANGE)
    assert done.exit_code == 1, done.output
    assert "SourceError: no such key" in " ".join(done.stdout.split())
    assert f"http://airflow/backfill__{DAYS[2]}" in done.stdout
    assert "1 of 5 days red." in done.stdout


@pytest.mark.parametrize(("policy", "code"), [("fail", 1), ("empty", 0)])
def test_a_day_without_log_is_what_the_policy_says(
    policy: str, code: int, stack: Stack, invoke: Invoke
) -> None:
    stack.states[DAYS[4]] = DayState.NO_LOG
    done = invoke(*RANGE, "--no-log", policy)
    assert done.exit_code == code, done.output
    assert f"No log {DAYS[4]}" in done.stderr
    assert stack.begun == []


def test_a_plan_runs_nothing(stack: Stack, invoke: Invoke) -> None:
    stack.states[DAYS[1]] = DayState.MISSING
    done = invoke(*RANGE, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "1 of 5 days to run: 1 missing" in done.stdout
    assert stack.begun == []


def test_several_stretches_need_somebody_who_waits(stack: Stack, invoke: Invoke) -> None:
    stack.states |= {DAYS[1]: DayState.MISSING, DAYS[3]: DayState.MISSING}
    with pytest.raises(CommandError, match="one backfill at a time, and these are 2"):
        invoke(*RANGE, "--no-wait")
    assert stack.begun == []
