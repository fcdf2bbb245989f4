"""Airflow's REST API, as the stack's command asks it about the pipeline.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from sparkify_harness.airflow import RunResult, TaskResult
from sparkify_harness.airflow.rest import RestClient
from sparkify_harness.compose.settings import StackSettings
from sparkify_harness.stack import DAG_ID, QUALITY_RESULTS, QUALITY_TASK

_PAGE = 100
_RETURN_VALUE = "return_value"


class AirflowApi(RestClient):
    """The client for the pipeline's DAG.

    Raises:
        AirflowApiError: Airflow does not answer, or the password is wrong.
    """

    @classmethod
    def of(cls, settings: StackSettings) -> Self:
        """The client for a stack."""
        return cls(settings.url("SPARKIFY_AIRFLOW_PORT"), settings["AIRFLOW_ADMIN_PASSWORD"])

    def trigger(self, day: dt.date | None, conf: Mapping[str, Any]) -> str:
        """Begins a run by hand.

        Args:
            day: whose log it loads; None for a run without interval, which loads all.
            conf: values for the DAG's Params.

        Returns:
            Airflow's name for the run.
        """
        return self.begin_run(DAG_ID, day, conf)

    def knows_dag(self) -> bool:
        """Whether the DAG has been parsed already."""
        return self.knows(DAG_ID)

    def runs(self, run_type: str) -> list[dict[str, Any]]:
        """All runs of a type, such as `backfill`, in the order of their days."""
        return self.dag_runs(DAG_ID, run_type)

    def is_backfilling(self) -> bool:
        """Whether Airflow counts a backfill of the DAG as running; it allows one at a time."""
        found = self.ask("GET", "/api/v2/backfills", params={"dag_id": DAG_ID, "limit": _PAGE})
        return any(one["completed_at"] is None for one in found["backfills"])

    def state(self, run_id: str) -> str:
        """State of a run: queued, running, success, failed."""
        return str(self.ask("GET", f"{self._run(run_id)}")["state"])

    def task_states(self, run_id: str) -> dict[str, str | None]:
        """States of a run's tasks, by their ids."""
        found = self.ask("GET", f"{self._run(run_id)}/taskInstances")
        return {one["task_id"]: one["state"] for one in found["task_instances"]}

    def host(self, run_id: str, task_id: str) -> str:
        """Which worker runs, or ran, a task: the id of its container."""
        return str(self.ask("GET", f"{self._run(run_id)}/taskInstances/{task_id}")["hostname"])

    def result(self, run_id: str) -> RunResult:
        """What came of a run that has ended."""
        run = self.ask("GET", self._run(run_id))
        instances = self.ask("GET", f"{self._run(run_id)}/taskInstances")["task_instances"]
        instances.sort(key=lambda one: (one["start_date"] or "9", one["task_id"]))
        start = run["data_interval_start"]
        outcomes = self._xcom(run_id, QUALITY_TASK, QUALITY_RESULTS)
        return RunResult(
            run_id=run_id,
            day=dt.datetime.fromisoformat(start).date() if start else None,
            state=str(run["state"]),
            duration=float(run["duration"] or 0.0),
            tasks=tuple(
                TaskResult(
                    task_id=one["task_id"],
                    state=one["state"],
                    tries=int(one["try_number"]),
                    duration=one["duration"],
                    value=self._xcom(run_id, one["task_id"], _RETURN_VALUE),
                    error=self.error(DAG_ID, run_id, one),
                )
                for one in instances
            ),
            xcoms={QUALITY_TASK: {QUALITY_RESULTS: outcomes}} if outcomes else {},
            log_path=Path("logs"),  # on the volume of the stack
        )

    def _xcom(self, run_id: str, task_id: str, key: str) -> Any:
        path = f"{self._run(run_id)}/taskInstances/{task_id}/xcomEntries/{key}"
        answer = self.answer("GET", path, params={"deserialize": "true"})
        return answer.json()["value"] if answer.is_success else None

    def _run(self, run_id: str) -> str:
        return f"/api/v2/dags/{DAG_ID}/dagRuns/{run_id}"
