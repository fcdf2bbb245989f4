"""The pipeline on an Airflow with a scheduler, as the tests of this lane use it."""

import datetime as dt
import re
import shlex
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from sparkify_fixtures import StoredObject
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.airflow.rest import ENDED
from sparkify_harness.stack import DAG_ID
from tests.pipeline.subject import Pipeline, Rows, expected_tables
from tests.processes import gone
from tests.scheduler.gates import Gates
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300.0
"""Seconds for whatever is awaited here; on an idle machine it takes a tenth of that."""


def processes_in(folder: Path) -> list[psutil.Process]:
    """What works in a folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.cwd() == str(folder) and not gone(process):
                found.append(process)
    return found


def documented(command: str, document: str) -> list[str]:
    """The words of a command that a document has in a block of code, without `airflow`.

    Args:
        command: how it begins, such as `airflow backfill create`.
        document: in `docs`.
    """
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    text = text.replace("\\\n", " ")
    (found,) = re.findall(rf"^{re.escape(command)}\b.*$", text, re.MULTILINE)
    first, *words = shlex.split(found)
    assert first == "airflow"
    return words


@dataclass(frozen=True)
class Scheduled:
    """The pipeline with a schema and a prefix of its own, run by the scheduler.

    Attributes:
        pipeline: the schema and the prefix.
        airflow: runs it.
        gates: stop its tasks.
    """

    pipeline: Pipeline
    airflow: Deployment
    gates: Gates

    def begin(self, day: dt.date) -> str:
        """Begins a run of a day; Airflow's name for it."""
        return self.airflow.api.begin_run(DAG_ID, day, self.pipeline.params())

    def run(self, run_id: str) -> dict[str, Any]:
        """What Airflow knows of a run."""
        found: dict[str, Any] = self.airflow.api.ask(
            "GET", f"/api/v2/dags/{DAG_ID}/dagRuns/{run_id}"
        )
        return found

    def tasks(self, run_id: str) -> dict[str, dict[str, Any]]:
        """What Airflow knows of the tasks of a run, by their ids."""
        found = self.airflow.api.task_instances(DAG_ID, run_id)
        return {task["task_id"]: task for task in found}

    def ended(self, run_id: str) -> str:
        """Waits for a run; success or failed."""
        assert eventually(lambda: self.run(run_id)["state"] in ENDED, within=LIMIT, every=1), (
            f"the end of {run_id}"
        )
        return str(self.run(run_id)["state"])

    def end(self, run_id: str) -> None:
        """Waits for a run, which must succeed."""
        assert self.ended(run_id) == "success", self.airflow.explain(DAG_ID)

    def check(self, objects: Iterable[StoredObject]) -> None:
        """Every table is what the oracle says of these objects."""
        expected = expected_warehouse(objects)
        assert self.pipeline.counts() == expected.row_counts
        assert self.tables() == expected_tables(expected)

    def tables(self) -> dict[str, Rows]:
        """The rows of the star schema."""
        return self.pipeline.tables()
