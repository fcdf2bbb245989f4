"""What is asked of Airflow's API, whatever the DAG, and what is made of its answers."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sparkify_harness.airflow.errors import AirflowApiError
from sparkify_harness.airflow.rest import RestClient

DAGS = "/api/v2/dags"


class Server:
    """Answers by path, and remembers what it is asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[httpx.Request], Any]] = {
            "/auth/token": lambda _: {"access_token": "t"}
        }
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        found = self.answers.get(request.url.path)
        if found is None:
            return httpx.Response(404, text="none")
        return httpx.Response(200, content=json.dumps(found(request)))

    @property
    def body(self) -> Any:
        return json.loads(self.asked[-1].content)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(server: Server) -> RestClient:
    return RestClient("http://airflow", "p", transport=httpx.MockTransport(server.answer))


def test_it_logs_in_and_says_so_from_then_on(client: RestClient, server: Server) -> None:
    assert server.body == {"username": "admin", "password": "p"}
    assert not client.knows("d")
    assert server.asked[-1].headers["Authorization"] == "Bearer t"


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_all_pages_are_read(count: int, client: RestClient, server: Server) -> None:
    def page(key: str) -> Callable[[httpx.Request], Any]:
        def answer(request: httpx.Request) -> dict[str, Any]:
            first, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
            return {key: [{"n": n} for n in range(count)][first : first + limit]}

        return answer

    server.answers[f"{DAGS}/d/dagRuns"] = page("dag_runs")
    server.answers[f"{DAGS}/d/dagRuns/~/taskInstances"] = page("task_instances")
    assert [run["n"] for run in client.dag_runs("d", "backfill")] == list(range(count))
    assert server.asked[-1].url.params["run_type"] == "backfill"
    assert [task["n"] for task in client.task_instances("d")] == list(range(count))


def test_a_run_of_a_day_has_its_interval(client: RestClient, server: Server) -> None:
    server.answers[f"{DAGS}/d/dagRuns"] = lambda _: {"dag_run_id": "r"}
    assert client.begin_run("d", dt.date(2018, 11, 30), {"a": 1}) == "r"
    assert server.body["data_interval_start"] == "2018-11-30T00:00:00+00:00"
    assert server.body["data_interval_end"] == "2018-12-01T00:00:00+00:00"
    assert server.body["logical_date"].startswith("2018-11-30T")
    assert server.body["conf"] == {"a": 1}


def test_a_run_without_a_day_has_none(client: RestClient, server: Server) -> None:
    server.answers[f"{DAGS}/d/dagRuns"] = lambda _: {"dag_run_id": "r"}
    client.begin_run("d", None, {})
    assert server.body == {"logical_date": None, "conf": {}}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"task_ids": ["a"]}, {"task_ids": ["a"]}, id="a task"),
        pytest.param(
            {"task_ids": ["a"], "downstream": True},
            {"task_ids": ["a"], "include_downstream": True},
            id="and what comes after it",
        ),
        pytest.param({"only_failed": True}, {"only_failed": True}, id="what failed"),
    ],
)
def test_tasks_are_cleared_for_good_and_their_run_goes_on(
    options: dict[str, Any], said: dict[str, Any], client: RestClient, server: Server
) -> None:
    server.answers[f"{DAGS}/d/clearTaskInstances"] = lambda _: {
        "task_instances": [{"task_id": "a"}, {"task_id": "b"}]
    }
    assert client.clear("d", "r", **options) == ["a", "b"]
    usual = {"include_downstream": False, "only_failed": False}
    always = {"dry_run": False, "dag_run_id": "r", "reset_dag_runs": True}
    assert server.body == usual | said | always


def test_a_file_is_parsed_again_by_its_token(client: RestClient, server: Server) -> None:
    server.answers[f"{DAGS}/d"] = lambda _: {"file_token": "f.t"}
    server.answers["/api/v2/parseDagFile/f.t"] = lambda _: None
    client.parse_again("d")
    assert server.asked[-1].method == "PUT"


@pytest.mark.parametrize(
    ("log", "error"),
    [
        pytest.param([{"event": "x"}], None, id="it says nothing of it"),
        pytest.param(
            [
                {"event": "1", "error_detail": [{"exc_type": "A", "exc_value": "first"}]},
                {"event": "2", "error_detail": [{"exc_type": "B", "exc_value": "last"}]},
                {"event": "3", "error_detail": []},
            ],
            "B: last",
            id="the last one",
        ),
    ],
)
def test_why_a_task_failed_is_in_its_log(
    log: list[dict[str, Any]], error: str | None, client: RestClient, server: Server
) -> None:
    server.answers[f"{DAGS}/d/dagRuns/r/taskInstances/t/logs/2"] = lambda _: {"content": log}
    task = {"task_id": "t", "try_number": 2}
    assert client.error("d", "r", task | {"state": "failed"}) == error
    assert client.error("d", "r", task | {"state": "success"}) is None


def test_a_refusal_has_airflows_words(client: RestClient) -> None:
    with pytest.raises(AirflowApiError, match=r"refuses GET .*/none/dagRuns: 404 none"):
        client.dag_runs("none")
