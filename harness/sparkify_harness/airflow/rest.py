"""Airflow's REST API, as much of it as we need: a client that is logged in.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
"""

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Self

import httpx

from sparkify_harness.airflow.errors import AirflowApiError

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
        # One change at a time: Airflow on SQLite waits for the lock on its event loop, and who has
        # the lock may need that loop to end.
        self._changing = threading.Lock()
        # Whatever proxy the user has, it is not for an address of this machine.
        self._http = httpx.Client(
            base_url=url, timeout=timeout, transport=transport, trust_env=False
        )
        token = self.ask("POST", "/auth/token", json={"username": USER, "password": password})
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def knows(self, dag_id: str) -> bool:
        """Whether a DAG has been parsed already."""
        return self.answer("GET", f"/api/v2/dags/{dag_id}").is_success

    def begin_run(self, dag_id: str, day: dt.date | None, conf: Mapping[str, Any]) -> str:
        """Begins a run by hand.

        Args:
            dag_id: of the DAG.
            day: whose data interval the run has, in UTC; None for a run without one.
            conf: values for the DAG's Params.

        Returns:
            Airflow's name for the run.
        """
        body: dict[str, Any] = {"logical_date": None, "conf": dict(conf)}
        if day is not None:
            start = dt.datetime.combine(day, dt.time(), dt.UTC)
            # A day may be run again, a logical date not: the time of day tells such runs apart.
            now = dt.datetime.now(dt.UTC)
            body |= {
                "logical_date": dt.datetime.combine(day, now.timetz()).isoformat(),
                "data_interval_start": start.isoformat(),
                "data_interval_end": (start + dt.timedelta(days=1)).isoformat(),
            }
        return str(self.ask("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

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
        self,
        dag_id: str,
        run_id: str,
        task_ids: Sequence[str] | None = None,
        *,
        downstream: bool = False,
        only_failed: bool = False,
    ) -> list[str]:
        """Clears tasks of a run, as the web interface does: they run again.

        Args:
            dag_id: of the DAG.
            run_id: of the run.
            task_ids: of the tasks; None: all.
            downstream: those that come after them, too.
            only_failed: of all these, those that failed or could not run for it.

        Returns:
            The ids of all tasks that were cleared.
        """
        body: dict[str, Any] = {
            "dry_run": False,
            "dag_run_id": run_id,
            "include_downstream": downstream,
            "only_failed": only_failed,
            "reset_dag_runs": True,
        }
        body |= {"task_ids": list(task_ids)} if task_ids is not None else {}
        found = self.ask("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body)
        return [one["task_id"] for one in found["task_instances"]]

    def pause(self, dag_id: str) -> None:
        """Lets no further run of a DAG begin, nor a task of one that goes on."""
        self.ask("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": True})

    def parse_again(self, dag_id: str) -> None:
        """Lets the file of a DAG be parsed as soon as may be."""
        token = self.ask("GET", f"/api/v2/dags/{dag_id}")["file_token"]
        self.ask("PUT", f"/api/v2/parseDagFile/{token}")

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
            with self._changing if method != "GET" else nullcontext():
                return self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise AirflowApiError(f"Airflow at {self._url} does not answer: {error}") from error

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
