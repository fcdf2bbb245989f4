"""Airflow's REST API, as much of it as we need: a client that is logged in.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx

from harness.airflow.errors import AirflowApiError

USER = "admin"
ENDED = frozenset({"success", "failed"})
"""States of a run that has come to its end."""

_TIMEOUT = 30.0
_PAGE = 100


class RestClient:
    """A client that is logged in; use as a context.

    Args:
        url: of the api-server.
        password: of the administrator.
        transport: instead of the network, in tests.
        timeout: seconds that an answer may take.

    Raises:
        AirflowApiError: it does not answer, or the password is wrong.
    """

    def __init__(
        self,
        url: str,
        password: str,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self._url = url
        # Whatever proxy the user has, it is not for an address of this machine.
        self._http = httpx.Client(
            base_url=url, timeout=timeout, transport=transport, trust_env=False
        )
        token = self.ask("POST", "/auth/token", json={"username": USER, "password": password})
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def knows(self, dag_id: str) -> bool:
        """Whether a DAG has been parsed already."""
        return self.answer("GET", f"/api/v2/dags/{dag_id}").is_success

    def dag_runs(self, dag_id: str, run_type: str | None = None) -> list[dict[str, Any]]:
        """All runs of a DAG, or those of a type such as `backfill`, in the order of their days."""
        runs: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": _PAGE, "order_by": "logical_date"}
        query |= {"run_type": run_type} if run_type else {}
        while True:
            found = self.ask(
                "GET", f"/api/v2/dags/{dag_id}/dagRuns", params={**query, "offset": len(runs)}
            )
            runs += found["dag_runs"]
            if len(found["dag_runs"]) < _PAGE:
                return runs

    def task_instances(self, dag_id: str, run_id: str = "~") -> list[dict[str, Any]]:
        """What Airflow knows of the tasks of a run, or of all runs."""
        instances: list[dict[str, Any]] = []
        while True:
            found = self.ask(
                "GET",
                f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances",
                params={"limit": _PAGE, "offset": len(instances)},
            )
            instances += found["task_instances"]
            if len(found["task_instances"]) < _PAGE:
                return instances

    def clear(
        self, dag_id: str, run_id: str, task_ids: Sequence[str], *, downstream: bool
    ) -> list[str]:
        """Clears tasks of a run, as the web interface does: they run again.

        Args:
            dag_id: of the DAG.
            run_id: of the run.
            task_ids: of the tasks.
            downstream: those that come after them, too.

        Returns:
            The ids of all tasks that were cleared.
        """
        found = self.ask(
            "POST",
            f"/api/v2/dags/{dag_id}/clearTaskInstances",
            json={
                "dry_run": False,
                "dag_run_id": run_id,
                "task_ids": list(task_ids),
                "include_downstream": downstream,
                "only_failed": False,
                "reset_dag_runs": True,
            },
        )
        return [one["task_id"] for one in found["task_instances"]]

    def log(self, dag_id: str, run_id: str, task_id: str, try_number: int) -> list[dict[str, Any]]:
        """What a try of a task logged: events with their fields."""
        found = self.ask(
            "GET",
            f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}",
            headers={"Accept": "application/json"},
            params={"full_content": "true"},
        )
        return list(found["content"])

    def error(self, dag_id: str, run_id: str, task: Mapping[str, Any]) -> str | None:
        """What a task that failed raised, as the log of its last try has it."""
        if task["state"] != "failed":
            return None
        log = self.log(dag_id, run_id, task["task_id"], int(task["try_number"]))
        for event in reversed(log):
            for detail in event.get("error_detail") or []:
                return f"{detail['exc_type']}: {detail['exc_value']}"
        return None

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """What the server answers, if it answers well.

        Raises:
            AirflowApiError: it does not, or refuses, in its own words.
        """
        answer = self.answer(method, path, **options)
        if answer.is_error:
            raise AirflowApiError(
                f"Airflow at {self._url} refuses {method} {path}: "
                f"{answer.status_code} {answer.text[:500]}"
            )
        return answer.json()

    def answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What the server answers, whatever it is.

        Raises:
            AirflowApiError: it does not.
        """
        try:
            return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise AirflowApiError(f"Airflow at {self._url} does not answer: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
