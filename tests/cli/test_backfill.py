"""`sparkify backfill` and `sparkify days` from the outside: interrupted, repeated, corrected."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sparkify_fixtures import Settings, generate, read_folder, write_folder
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.runs import Runs
from sparkify_harness.warehouse import open_warehouse
from tests.cli.conftest import DEADLINE, Sparkify
from tests.pipeline.subject import Rows, cursor_on, expected_tables, star_tables
from tests.waiting import eventually

pytestmark = pytest.mark.pipeline

Start = Callable[..., "subprocess.Popen[str]"]

LONG = 180.0
"""Seconds for one backfill, on a machine that has other things to do."""

DAYS = 4
RANGE = ("--from", "2018-11-01", "--to", "2018-11-04", "--data", "data", "--store", "embedded")
ALL = [f"2018-11-{day:02d}" for day in range(1, DAYS + 1)]


@dataclass
class Backfill:
    """A folder of data, and the command that loads it."""

    command: Sparkify

    @property
    def data(self) -> Path:
        return self.command.folder / "data"

    def log(self, day: str) -> Path:
        return self.data / f"log_data/2018/11/{day}-events.json"

    def __call__(self, *options: str, code: int = 0) -> dict[str, Any]:
        """What `sparkify backfill --json` says."""
        done = self.command("backfill", *RANGE, "--json", *options, timeout=LONG)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def states(self, *options: str) -> dict[str, str]:
        """What `sparkify days` says."""
        done = self.command("days", "--json", *options)
        assert done.returncode == 0, done.stderr
        return {day["day"]: day["state"] for day in json.loads(done.stdout)}

    def tables(self) -> dict[str, Rows]:
        """The rows of the star schema in the last run's warehouse."""
        folder = Runs(self.command.home).last()
        with (
            folder.locked(),
            open_warehouse(folder=folder.path / "test", file=folder.warehouse) as running,
            cursor_on(running.connection, autocommit=True) as cursor,
        ):

            def query(sql: str) -> Rows:
                cursor.execute(sql)
                return [tuple(row) for row in cursor.fetchall()]

            return star_tables(query)

    def expected(self, *, without: str = "no day") -> dict[str, Rows]:
        """What the oracle makes of the folder."""
        objects = (item for item in read_folder(self.data) if without not in item.key)
        return expected_tables(expected_warehouse(objects))


@pytest.mark.timeout(3 * LONG)
def test_a_backfill_whose_run_hangs_is_red_and_told(sparkify: Sparkify) -> None:
    backfill = Backfill(sparkify)
    write_folder(generate(Settings(days=1, users=10, songs=6, seed=5)), backfill.data)
    [day] = backfill("--to", ALL[0], "--limit", "1", code=1)["days"]
    assert (day["state"], day["ran"]) == ("failed", True)
    assert "did not end in 1 s and was killed in" in day["error"]
    alerts = (sparkify.home / "last" / "alerts.jsonl").read_text(encoding="utf-8")
    [alert] = [json.loads(line) for line in alerts.splitlines()]
    assert (alert["kind"], alert["day"]) == ("run_timed_out", ALL[0])


@pytest.mark.slow
@pytest.mark.timeout(3 * LONG)
def test_a_backfill_is_killed_continued_and_corrected(sparkify: Sparkify, started: Start) -> None:
    backfill = Backfill(sparkify)
    write_folder(generate(Settings(days=DAYS, users=10, songs=6, seed=5)), backfill.data)

    killed = started("backfill", *RANGE, "--parallel", "2")
    logs = sparkify.home / "last" / "airflow" / "runs"
    assert eventually(lambda: len(list(logs.glob("*.log"))) == DAYS, LONG)  # two have ended
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=DEADLINE)
    assert eventually(lambda: not sparkify.left(), DEADLINE), sparkify.left()
    done = {day for day, state in backfill.states().items() if state == "success"}
    assert done

    again = backfill("--parallel", "2")
    assert [(day["day"], day["state"]) for day in again["days"]] == [
        (day, "success") for day in ALL
    ]
    assert {day["day"] for day in again["days"] if day["ran"]} == set(ALL) - done
    assert backfill.tables() == backfill.expected()

    assert sparkify("unload-day", ALL[0]).returncode == 0
    assert backfill.tables() == backfill.expected(without=ALL[0])
    wrong = backfill.log(ALL[1]).read_bytes()
    right = wrong.replace(b'"level":"free"', b'"level":"paid"')
    assert right != wrong
    backfill.log(ALL[1]).write_bytes(right)
    backfill.log(ALL[2]).unlink()
    seen = ["missing", "changed", "gone", "success"]
    assert list(backfill.states().values()) == seen  # compared with the folder of the backfill
    assert list(backfill.states("--data", "data").values()) == seen
    plan = backfill("--dry-run", code=1)["days"]
    assert [day["state"] for day in plan] == seen
    assert [day["due"] for day in plan] == [True, True, False, False]

    backfill.log(ALL[1]).write_bytes(right + b"no event\n")
    red = backfill("--no-log", "empty", code=1)
    assert [day["state"] for day in red["days"]] == ["success", "failed", "no log", "success"]
    backfill.log(ALL[1]).write_bytes(right)

    corrected = backfill("--no-log", "empty")
    assert corrected["run"] == again["run"]
    assert [(day["state"], day["ran"]) for day in corrected["days"]] == [
        ("success", False),
        ("success", True),
        ("no log", False),
        ("success", False),
    ]
    assert backfill.tables() == backfill.expected()

    page = sparkify.folder / "report.html"
    assert sparkify("report", "--html", str(page)).returncode == 0
    told = page.read_text(encoding="utf-8")
    for day in corrected["days"]:
        assert day["rows"] is None or f"{day['rows']:,}" in told
