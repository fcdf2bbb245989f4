"""What a person sees of the stack, in a real browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from sparkify_fixtures import StoredObject
from sparkify_harness.compose.settings import StackSettings
from tests.chromium import open_chromium
from tests.stack.subject import StackUnderTest, expected

pytestmark = pytest.mark.timeout(300, func_only=True)

DAG = "sparkify_etl"
TASKS = {
    "Begin_execution",
    "Create_tables",
    "Stage_events",
    "Stage_songs",
    "Load_songplays_fact_table",
    "Load_song_dim_table",
    "Load_user_dim_table",
    "Load_artist_dim_table",
    "Load_time_dim_table",
    "Run_data_quality_checks",
    "End_execution",
}
COLOURS = {
    "Stage_events": "#358140",
    "Load_songplays_fact_table": "#F98866",
    "Load_user_dim_table": "#80BD9E",
    "Run_data_quality_checks": "#89DA59",
}
PATIENCE = 30_000
"""Milliseconds for a page on two busy cores."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium that calls nobody."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for screenshots."""
    kept = os.environ.get("SPARKIFY_ARTEFACTS")
    folder = Path(kept) / "screenshots" if kept else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def settings(stack: StackUnderTest) -> StackSettings:
    """Of the stack."""
    return stack.project.settings


@pytest.fixture(scope="module")
def airflow(browser: Browser, settings: StackSettings) -> Iterator[Page]:
    """Airflow's web interface, after the login form."""
    url = settings.url("SPARKIFY_AIRFLOW_PORT")
    context = browser.new_context(base_url=url, viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").first.fill(settings["AIRFLOW_ADMIN_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    yield page
    context.close()


def fetched(page: Page, path: str) -> str:
    """What the page itself is given when it asks."""
    return str(page.evaluate("path => fetch(path).then(found => found.text())", path))


def test_a_wrong_password_does_not_get_in(browser: Browser, settings: StackSettings) -> None:
    page = browser.new_page(base_url=settings.url("SPARKIFY_AIRFLOW_PORT"))
    page.goto("/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").first.fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Invalid credentials")).to_be_visible()
    assert "/auth/login" in page.url
    page.close()


def test_the_graph_has_the_eleven_tasks(airflow: Page, shots: Path) -> None:
    airflow.goto(f"/dags/{DAG}")
    airflow.get_by_role("button", name="Show Graph").click()
    nodes = airflow.locator(".react-flow__node")
    expect(nodes).to_have_count(len(TASKS))
    assert {node.get_attribute("data-id") for node in nodes.all()} == TASKS
    airflow.screenshot(path=shots / "graph.png")


def test_the_tasks_have_their_colours(airflow: Page) -> None:
    """Airflow 3.3 hands them to its pages and paints only states; its API is what can be seen."""
    answer = airflow.evaluate(
        "path => fetch(path).then(found => found.json())", f"/api/v2/dags/{DAG}/tasks"
    )
    colours = {task["task_id"]: task["ui_color"] for task in answer["tasks"]}
    assert {task: colours[task] for task in COLOURS} == COLOURS


def test_the_documentation_is_there(airflow: Page, shots: Path) -> None:
    airflow.goto(f"/dags/{DAG}")
    airflow.get_by_role("button", name="Dag Docs").click()
    dialog = airflow.get_by_role("dialog")
    expect(dialog.get_by_text("After any history of runs")).to_be_visible()
    airflow.screenshot(path=shots / "docs.png")
    airflow.keyboard.press("Escape")


def test_a_run_triggered_by_a_click_goes_green(
    airflow: Page, stack: StackUnderTest, data: list[StoredObject], shots: Path
) -> None:
    stack.seed(data)
    stack.empty_warehouse()
    airflow.goto(f"/dags/{DAG}")
    airflow.get_by_role("button", name="Trigger").first.click()
    dialog = airflow.get_by_role("dialog")
    dialog.get_by_text("full_load").scroll_into_view_if_needed()
    airflow.screenshot(path=shots / "trigger.png")
    dialog.get_by_role("button", name="Trigger", exact=True).click()
    airflow.wait_for_url(re.compile(rf"/dags/{DAG}/runs/manual__"))
    run = airflow.url.partition("/runs/")[2].partition("?")[0]
    airflow.get_by_role("button", name="Show Graph").click()
    green = airflow.locator(".react-flow__node").filter(
        has_text=re.compile("success", re.IGNORECASE)
    )
    expect(green).to_have_count(len(TASKS), timeout=120_000)
    airflow.screenshot(path=shots / "green.png")
    last = sorted(item for item in data if "log_data" in item.key)[-1:]
    songs = [item for item in data if "song_data" in item.key]
    assert stack.tables() == expected([*songs, *last])

    airflow.goto(f"/dags/{DAG}/runs/{run}/tasks/Stage_events")
    expect(airflow.get_by_text("COPY into staging_events")).to_be_visible()
    airflow.screenshot(path=shots / "log.png")


def test_the_load_history_is_beside_the_dag(airflow: Page, shots: Path) -> None:
    """Of the run that the test before has made."""
    airflow.goto(f"/dags/{DAG}")
    airflow.get_by_role("link", name="Load history").click()
    frame = airflow.frame_locator("iframe")
    frame.locator("html[data-drawn=yes]").wait_for()
    expect(frame.locator("#chart-rows-0 canvas").first).to_be_visible()
    expect(frame.locator("#objects").get_by_text("-events.json").first).to_be_visible()
    airflow.screenshot(path=shots / "history.png")


def test_connections_show_no_secret(airflow: Page, settings: StackSettings, shots: Path) -> None:
    airflow.goto("/connections")
    expect(airflow.get_by_text("2 Connections")).to_be_visible()
    airflow.screenshot(path=shots / "connections.png")
    seen = airflow.content()
    for name in ("redshift", "aws_credentials"):
        seen += fetched(airflow, f"/api/v2/connections/{name}")
        row = airflow.get_by_role("row").filter(has=airflow.get_by_text(name, exact=True)).last
        row.get_by_role("button", name="Edit").click()
        dialog = airflow.get_by_role("dialog")
        expect(dialog).to_be_visible()
        seen += airflow.content()
        seen += "".join(field.input_value() for field in dialog.locator("input").all())
        airflow.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    for secret in ("SPARKIFY_REDSHIFT_PASSWORD", "SPARKIFY_S3_SECRET"):
        assert settings[secret] not in seen


def test_the_console_shows_the_objects(
    browser: Browser, settings: StackSettings, shots: Path
) -> None:
    page = browser.new_page(
        base_url=settings.url("SPARKIFY_CONSOLE_PORT"), viewport={"width": 1400, "height": 900}
    )
    page.set_default_timeout(PATIENCE)
    page.goto("/login")
    page.locator("#accessKey").fill(settings["MINIO_ROOT_USER"])
    page.locator("#secretKey").fill(settings["MINIO_ROOT_PASSWORD"])
    page.locator("#do-login").click()
    page.wait_for_url("**/browser**")
    page.goto(f"/browser/{settings.bucket}")
    page.get_by_role("button", name="Acknowledge").click()
    for name in ("log_data", "song_data", "log_json_path.json"):
        expect(page.get_by_text(name).first).to_be_visible()
    page.screenshot(path=shots / "console.png")
    page.close()
