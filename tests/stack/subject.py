"""The stack in containers as the tests of this lane use it."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sparkify.star import TABLES
from sparkify_fixtures import StoredObject, log_json_path
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.commands.stack_view import warehouse
from sparkify_harness.compose.airflow_api import AirflowApi
from sparkify_harness.compose.project import Project
from sparkify_harness.compose.services import ONE_SHOTS, Container
from sparkify_harness.compose.settings import read
from sparkify_harness.seeding import clear, upload
from tests.pipeline.subject import Rows, cursor_on, expected_tables, star_tables
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
START = ("up", "--workers", "2", "--monitoring")
"""Arguments of `sparkify stack` with which the stack of the tests is started."""

FACT = "Load_songplays_fact_table"


@dataclass(frozen=True)
class StackUnderTest:
    """A running stack.

    Attributes:
        project: of Compose.
        folder: for `sparkify`'s own files.
    """

    project: Project
    folder: Path

    # --- the command --------------------------------------------------------------------------

    def sparkify(self, *arguments: str, timeout: float = 600) -> "subprocess.CompletedProcess[str]":
        """`sparkify stack ...` with this stack's settings."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        command, *rest = arguments
        words = ["stack", command, "--env-file", str(self.project.settings.file), *rest]
        return subprocess.run(
            [sys.executable, "-m", "sparkify_harness.cli", *words],
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT / "harness"), "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def with_settings(self, file: Path) -> "StackUnderTest":
        """Another stack of the same engine."""
        return replace(self, project=replace(self.project, settings=read(file)))

    def airflow(self) -> AirflowApi:
        """Airflow's REST API."""
        return AirflowApi.of(self.project.settings)

    # --- the bucket and the warehouse ---------------------------------------------------------

    def seed(self, objects: Iterable[StoredObject]) -> None:
        """Replaces what is in the bucket."""
        store, bucket = self.project.settings.store(), self.project.settings.bucket
        clear(store, bucket)
        upload(store, bucket, [log_json_path(), *objects])

    def empty_warehouse(self) -> None:
        """Drops the pipeline's tables."""
        for table in TABLES:
            self.execute(f'DROP TABLE IF EXISTS "{table}"')

    def query(self, sql: str) -> Rows:
        """Asks the warehouse."""
        with cursor_on(warehouse(self.project.settings), autocommit=True) as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def execute(self, sql: str) -> None:
        """Changes the warehouse."""
        with cursor_on(warehouse(self.project.settings), autocommit=True) as cursor:
            cursor.execute(sql)

    def tables(self) -> dict[str, Rows]:
        """The rows of the star schema."""
        return star_tables(self.query)

    # --- containers ---------------------------------------------------------------------------

    def container(self, service: str) -> Container:
        """The only container of a service, or the first."""
        return next(one for one in self.project.containers() if one.service == service)

    def engine(self, *arguments: str) -> str:
        """Runs the engine's program."""
        done = subprocess.run(
            [self.project.engine.program, *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self, container: str) -> None:
        """Ends a container as `kill -9` ends a process."""
        self.engine("kill", "--signal", "KILL", container)

    def revive(self) -> None:
        """Starts what earlier tests have ended; returns when every service does its work."""
        for one in self.project.containers():
            if one.service not in ONE_SHOTS and one.status == "exited":
                self.engine("start", one.id)
        assert eventually(
            lambda: all(one.ready for one in self.project.containers()), within=180, every=0.2
        ), "all healthy"

    # --- runs ---------------------------------------------------------------------------------

    @contextmanager
    def held_in_mid_statement(self, airflow: AirflowApi) -> Iterator[str]:
        """A run whose fact task waits in its transaction, for a table that we write to.

        Yields:
            Airflow's name for the run; with the context the wait ends.
        """
        run_id = airflow.trigger(None, {})
        # Create_tables looks at the table as well.
        self.wait_for_task(airflow, run_id, "Create_tables", "success")
        with cursor_on(warehouse(self.project.settings), autocommit=False) as cursor:
            cursor.execute("DELETE FROM songplays WHERE false")
            self.wait_for_task(airflow, run_id, FACT, "running")
            assert eventually(lambda: self._waiting_writers() > 0, within=120, every=0.2), (
                f"{FACT} waits for its table"
            )
            yield run_id

    def _waiting_writers(self) -> int:
        sql = "SELECT COUNT(*) FROM svv_transactions WHERE NOT granted"
        return int(self.query(sql)[0][0])

    def wait_for_task(self, airflow: AirflowApi, run_id: str, task: str, *states: str) -> None:
        """Returns when a task is in one of these states."""
        assert eventually(
            lambda: airflow.task_states(run_id).get(task) in states, within=180, every=0.2
        ), f"{task}: {states}"

    def wait_for_success(self, airflow: AirflowApi, run_id: str) -> dict[str, Any]:
        """Returns the tries of each task when the run has succeeded."""
        assert eventually(
            lambda: airflow.state(run_id) in {"success", "failed"}, within=300, every=0.2
        ), "the run's end"
        result = airflow.result(run_id)
        assert result.succeeded, result.explain()
        return {task.task_id: task.tries for task in result.tasks}


def expected(objects: Iterable[StoredObject]) -> dict[str, Rows]:
    """What the warehouse must hold after all objects have been loaded."""
    return expected_tables(expected_warehouse(objects))
