"""Who gets to see the pages of Airflow's web interface."""

import httpx
import pytest

from sparkify.monitoring import library
from tests.monitoring.server import AirflowServer
from tests.monitoring.story import DAG, Story, corrected_run

pytestmark = pytest.mark.timeout(600, func_only=True)

PATHS = ("/sparkify/history", "/sparkify/run?run_id=x", f"/sparkify/library/{library.version()}.js")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_nothing(airflow: AirflowServer, path: str) -> None:
    answer = airflow.get(path)
    assert answer.status_code == 401
    assert "Not signed in" in answer.text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["forged", "a.b.c", "e30.e30."])
def test_a_forged_token_is_no_help(airflow: AirflowServer, path: str, token: str) -> None:
    for sent in ({"headers": {"Authorization": f"Bearer {token}"}}, {"cookies": {"_token": token}}):
        with httpx.Client(**sent) as client:  # type: ignore[arg-type]
            assert client.get(f"{airflow.url}{path}", timeout=60).status_code in {401, 403}


@pytest.mark.parametrize("path", PATHS[:2])
def test_who_may_not_read_the_dag_is_refused(airflow: AirflowServer, path: str) -> None:
    answer = airflow.get(path, "nobody")
    assert answer.status_code == 403
    assert "You may not read the runs of this DAG." in answer.text
    assert DAG not in answer.text


@pytest.mark.parametrize("person", ["viewer", "admin"])
def test_who_may_read_the_dag_sees_its_history(airflow: AirflowServer, person: str) -> None:
    answer = airflow.get("/sparkify/history", person)
    assert answer.status_code == 200
    assert "Failing" in answer.text


def test_the_cookie_of_airflows_pages_is_enough(airflow: AirflowServer) -> None:
    with httpx.Client(cookies={"_token": airflow.token("viewer")}) as client:
        assert client.get(f"{airflow.url}/sparkify/history", timeout=60).status_code == 200


def test_a_run_has_its_page(airflow: AirflowServer, told: Story) -> None:
    answer = airflow.get("/sparkify/run", "viewer", dag_id=DAG, run_id=corrected_run(told))
    assert answer.status_code == 200
    assert "All checks passed" in answer.text


@pytest.mark.parametrize("path", ["/sparkify/history", "/sparkify/run"])
def test_what_was_never_loaded_is_said(airflow: AirflowServer, path: str) -> None:
    answer = airflow.get(path, "viewer", dag_id="another <dag>", run_id="no such")
    assert answer.status_code == 200
    assert "Nothing" in answer.text
    assert "<dag>" not in answer.text


@pytest.mark.parametrize("parameters", [{"dag_id": ""}, {"dag_id": "x" * 251}])
def test_a_dag_has_a_name(airflow: AirflowServer, parameters: dict[str, str]) -> None:
    assert airflow.get("/sparkify/history", "admin", **parameters).status_code == 422


def test_pages_say_what_a_browser_may_do(airflow: AirflowServer) -> None:
    answers = [airflow.get("/sparkify/history", "viewer") for _ in range(2)]
    policies = {answer.headers["content-security-policy"] for answer in answers}
    assert len(policies) == 2  # what scripts are known by is new each time
    for policy in policies:
        assert policy.startswith("default-src 'none'; script-src 'nonce-")
        assert policy.endswith("frame-ancestors 'self'")
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_library_is_kept_by_browsers(airflow: AirflowServer) -> None:
    answer = airflow.get(PATHS[2], "viewer")
    assert answer.text == library.source()
    assert "immutable" in answer.headers["cache-control"]
    assert airflow.get("/sparkify/library/0.1.js", "viewer").status_code == 404


def test_the_pages_describe_themselves_to_nobody(airflow: AirflowServer) -> None:
    for path in ("docs", "redoc", "openapi.json"):
        assert airflow.get(f"/sparkify/{path}", "admin").status_code == 404


def test_links_stand_in_the_menu_beside_dags_and_beside_runs(airflow: AirflowServer) -> None:
    plugins = airflow.get("/api/v2/plugins", "admin").json()["plugins"]
    (plugin,) = (plugin for plugin in plugins if plugin["name"] == "sparkify_monitoring")
    assert {view["destination"]: view["href"] for view in plugin["external_views"]} == {
        "nav": "sparkify/history",
        "dag": "sparkify/history?dag_id={DAG_ID}",
        "dag_run": "sparkify/run?dag_id={DAG_ID}&run_id={RUN_ID}",
    }
    errors = airflow.get("/api/v2/plugins/importErrors", "admin").json()
    assert errors["import_errors"] == []
