"""What is asked of Airflow's API, and what is made of its answers."""

import datetime as dt
import json
from typing import Any

import httpx
import pytest

from sparkify_harness.airflow.errors import AirflowApiError
from sparkify_harness.compose.airflow_api import AirflowApi

RUN = "/api/v2/dags/sparkify_etl/dagRuns/r"
ANSWERS: dict[str, Any] = {
    "/auth/token": {"access_token": "t"},
    "/api/v2/dags/sparkify_etl/dagRuns": {"dag_run_id": "r"},
    RUN: {"state": "failed", "duration": 2.5, "data_interval_start": "2018-11-03T00:00:00Z"},
    "/api/v2/backfills": {
        "backfills": [{"completed_at": "2026-01-01T00:00:00Z"}, {"completed_at": None}]
    },
    f"{RUN}/taskInstances": {
        "task_instances": [
            {
                "task_id": "Stage_events",
                "state": "failed",
                "try_number": 2,
                "duration": 1.0,
                "start_date": "2026-01-01T00:00:02Z",
            },
            {
                "task_id": "Create_tables",
                "state": "success",
                "try_number": 1,
                "duration": 0.5,
                "start_date": "2026-01-01T00:00:01Z",
            },
            {
                "task_id": "End_execution",
                "state": "upstream_failed",
                "try_number": 0,
                "duration": None,
                "start_date": None,
            },
        ]
    },
    f"{RUN}/taskInstances/Create_tables/xcomEntries/return_value": {"value": 7},
    f"{RUN}/taskInstances/Stage_events/logs/2": {
        "content": [
            {
                "event": "Task failed with exception",
                "error_detail": [{"exc_type": "SourceError", "exc_value": "no such key"}],
            },
            {"event": "::endgroup::"},
        ]
    },
}


@pytest.fixture
def asked() -> list[httpx.Request]:
    return []


@pytest.fixture
def airflow(asked: list[httpx.Request]) -> AirflowApi:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = ANSWERS.get(request.url.path)
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    return AirflowApi("http://airflow", "p", transport=httpx.MockTransport(answer))


def test_it_logs_in_first(airflow: AirflowApi, asked: list[httpx.Request]) -> None:
    airflow.state("r")
    assert json.loads(asked[0].content) == {"username": "admin", "password": "p"}
    assert asked[1].headers["Authorization"] == "Bearer t"


def test_a_run_of_everything_has_no_date(airflow: AirflowApi, asked: list[httpx.Request]) -> None:
    assert airflow.trigger(None, {"full_load": True}) == "r"
    assert json.loads(asked[-1].content) == {"logical_date": None, "conf": {"full_load": True}}


def test_a_run_of_a_day_has_its_interval(airflow: AirflowApi, asked: list[httpx.Request]) -> None:
    airflow.trigger(dt.date(2018, 11, 3), {})
    body = json.loads(asked[-1].content)
    assert body["data_interval_start"] == "2018-11-03T00:00:00+00:00"
    assert body["data_interval_end"] == "2018-11-04T00:00:00+00:00"
    assert body["logical_date"].startswith("2018-11-03T")


def test_a_result_has_the_tasks_as_they_ran(airflow: AirflowApi) -> None:
    result = airflow.result("r")
    assert (result.state, result.duration, result.day) == ("failed", 2.5, dt.date(2018, 11, 3))
    assert [(task.task_id, task.tries, task.value, task.error) for task in result.tasks] == [
        ("Create_tables", 1, 7, None),
        ("Stage_events", 2, None, "SourceError: no such key"),
        ("End_execution", 0, None, None),
    ]


def test_a_backfill_that_is_not_closed_is_seen(airflow: AirflowApi) -> None:
    assert airflow.is_backfilling()


def test_a_refusal_has_airflows_words(airflow: AirflowApi) -> None:
    with pytest.raises(AirflowApiError, match=r"refuses GET .*dagRuns/none: 404"):
        airflow.state("none")


def test_a_stack_that_is_not_there_is_told() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(AirflowApiError, match="http://airflow does not answer: refused"):
        AirflowApi("http://airflow", "p", transport=httpx.MockTransport(refuse))
