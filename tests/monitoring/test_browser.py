"""The pages in a real browser: every chart is drawn, nothing is fetched, nothing is taken over.

`SPARKIFY_UPDATE_GOLDEN=1` takes the pictures in `docs/images/` anew.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

pytest.importorskip("playwright", reason="no playwright; make .venv/.installed-stack brings it")
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from sparkify.monitoring.overview import Overview
from sparkify.monitoring.page import Setting, history_page, run_page
from sparkify_harness.locations import CHECKOUT
from tests.chromium import open_chromium
from tests.monitoring.server import AirflowServer
from tests.monitoring.story import ATTACKS, DAG, STILL_WRONG, Story, corrected_run

pytestmark = pytest.mark.timeout(600, func_only=True)

PATIENCE = 60_000
"""Milliseconds for a page on two busy cores."""

WIDTHS = {"desktop": 1280, "phone": 390}
THEMES = {"light": "rgb(244, 245, 247)", "dark": "rgb(15, 18, 20)"}
"""The colour of the page behind everything."""


@dataclass
class Watch:
    """What a page does besides showing itself.

    Attributes:
        requests: addresses that it asked for.
        complaints: errors and warnings of its scripts, and of the browser about it.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watches a page."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for screenshots."""
    if os.environ.get("SPARKIFY_UPDATE_GOLDEN"):
        return CHECKOUT / "docs" / "images"
    kept = os.environ.get("SPARKIFY_ARTEFACTS")
    folder = Path(kept) / "screenshots" if kept else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def report(overview: Overview, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `sparkify report --html` writes."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    page = history_page(overview)
    path.write_text(page.html(Setting("the warehouse of run 20181231T001502")), encoding="utf-8")
    return path


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-drawn=yes]").wait_for(timeout=PATIENCE)


def blank(place: Page | FrameLocator) -> list[str]:
    """The charts on which nothing is drawn, by their ids."""
    root = place.locator("body")
    return list(
        root.evaluate(
            """
            (body) => [...body.querySelectorAll(".chart")].filter((chart) => {
                const inside = (node) => [
                    ...node.querySelectorAll("canvas"),
                    ...[...node.querySelectorAll("*")]
                        .filter((child) => child.shadowRoot)
                        .flatMap((child) => inside(child.shadowRoot)),
                ];
                let seen = 0;
                for (const canvas of inside(chart)) {
                    const {width, height} = canvas;
                    if (width * height === 0) continue;
                    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
                    for (let at = 3; at < data.length && seen < 500; at += 4) seen += data[at] > 0;
                }
                return seen < 500;
            }).map((chart) => chart.id)
            """
        )
    )


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize(
    "look", [(width, theme) for width in WIDTHS for theme in THEMES], ids=" in the ".join
)
def test_the_report_is_drawn(
    look: tuple[str, str], browser: Browser, report: Path, shots: Path, watch: Watch
) -> None:
    width, theme = look
    page = browser.new_page(
        viewport={"width": WIDTHS[width], "height": 900},
        color_scheme=theme,  # type: ignore[arg-type]  # one of its literals
    )
    watch.over(page)
    opened(page, report.as_uri())
    expect(page.locator(".chart")).to_have_count(10)
    assert blank(page) == []
    assert overflow(page) <= 0
    root = page.locator("html")
    assert root.evaluate("(html) => getComputedStyle(html).backgroundColor") == THEMES[theme]
    assert watch.requests == [report.as_uri()]
    assert watch.complaints == []
    name = {("desktop", "light"): "report", ("phone", "dark"): "report-phone"}.get(look)
    if name:
        page.set_viewport_size({"width": WIDTHS[width], "height": 1480})
        page.screenshot(path=shots / f"{name}.png")
    page.locator("#chart-tasks").evaluate("(chart) => chart.replaceChildren()")
    assert blank(page) == ["chart-tasks"]
    page.close()


def test_charts_follow_the_reader_into_the_dark(
    browser: Browser, report: Path, watch: Watch
) -> None:
    page = browser.new_page(color_scheme="light")
    watch.over(page)
    opened(page, report.as_uri())
    chart = page.locator("#chart-tasks")
    bright = chart.screenshot()
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-theme=dark][data-drawn=yes]").wait_for(timeout=PATIENCE)
    assert blank(page) == []
    assert chart.screenshot() != bright
    assert watch.complaints == []
    page.close()


def test_a_day_tells_what_it_is(browser: Browser, report: Path, told: Story) -> None:
    page = browser.new_page()
    opened(page, report.as_uri())
    wrong = told.day(STILL_WRONG)
    page.locator("a.day.failed").hover()
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(f"{wrong}: loaded, a check failed")
    expect(tip).to_contain_text("checks: 21 passed, 0 warned, 1 failed")
    page.locator("a.day.failed").click()
    expect(page.locator(f"#object-{wrong}")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.close()


def test_a_run_opens(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    opened(page, report.as_uri())
    run = page.locator("#run-2")
    expect(run.get_by_text("Load_songplays_fact_table")).to_be_hidden()
    run.locator("summary").click()
    expect(run.get_by_text("Load_songplays_fact_table")).to_be_visible()
    page.close()


def test_attacks_stay_texts(
    browser: Browser, hostile_overview: Overview, tmp_path: Path, watch: Watch
) -> None:
    pages = {"history": history_page(hostile_overview)}
    for number, run in enumerate(hostile_overview.runs):
        pages[f"run-{number}"] = run_page(run, run.run_id, hostile_overview.now)
    page = browser.new_page(viewport={"width": WIDTHS["phone"], "height": 900})
    watch.over(page)
    for name, shown in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(shown.html(Setting(ATTACKS[0])), encoding="utf-8")
        opened(page, path.as_uri())
        assert page.title() != "taken"
        assert blank(page) == []
        assert overflow(page) <= 0
        box = page.locator(".chart").last.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)  # charts tell of what is there
    assert not [address for address in watch.requests if not address.startswith("file:")]
    assert watch.complaints == []
    page.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, airflow: AirflowServer) -> Iterator[BrowserContext]:
    """Somebody who has gone through Airflow's login form."""
    context = browser.new_context(base_url=airflow.url, viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").first.fill(airflow.passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.close()
    yield context
    context.close()


def test_the_page_behind_the_login_is_drawn(
    signed_in: BrowserContext, airflow: AirflowServer, watch: Watch
) -> None:
    page = signed_in.new_page()
    watch.over(page)
    opened(page, f"{airflow.url}/sparkify/history")
    assert blank(page) == []
    assert {address.partition("/sparkify/")[0] for address in watch.requests} == {airflow.url}
    assert watch.complaints == []
    page.close()


def test_airflow_has_it_in_its_menu(signed_in: BrowserContext, watch: Watch) -> None:
    page = signed_in.new_page()
    watch.over(page)
    page.goto("/")
    page.get_by_role("button", name="Browse").click()
    page.get_by_role("menuitem", name="Sparkify").click()
    page.wait_for_url("**/plugin/sparkify")
    frame = page.frame_locator("iframe")
    frame.locator("html[data-drawn=yes]").wait_for(timeout=PATIENCE)
    assert blank(frame) == []
    assert not [text for text in watch.complaints if "sparkify" in text]
    page.close()


def test_airflow_has_it_beside_the_dag(
    signed_in: BrowserContext, airflow: AirflowServer, shots: Path, watch: Watch
) -> None:
    page = signed_in.new_page()
    watch.over(page)
    page.goto(f"/dags/{DAG}")
    page.get_by_role("link", name="Load history").click()
    frame = page.frame_locator("iframe")
    frame.locator("html[data-drawn=yes]").wait_for(timeout=PATIENCE)
    assert blank(frame) == []
    expect(frame.get_by_role("heading", name="Failing")).to_be_visible()
    page.set_viewport_size({"width": 1500, "height": 1180})
    assert blank(frame) == []
    page.screenshot(path=shots / "monitoring.png")
    hosts = {str(httpx.URL(address).netloc, "ascii") for address in watch.requests}
    assert hosts - {""} == {airflow.url.removeprefix("http://")}
    page.close()


def test_airflow_has_it_beside_the_run(
    signed_in: BrowserContext, airflow: AirflowServer, told: Story
) -> None:
    made = httpx.post(
        f"{airflow.url}/api/v2/dags/{DAG}/dagRuns",
        headers={"Authorization": f"Bearer {airflow.token('admin')}"},
        json={"dag_run_id": corrected_run(told), "logical_date": None},
        timeout=60,
    )
    assert made.is_success, made.text
    page = signed_in.new_page()
    page.goto(f"/dags/{DAG}/runs/{corrected_run(told)}")
    page.get_by_role("link", name="Loads and checks").click()
    frame = page.frame_locator("iframe")
    frame.locator("html[data-drawn=yes]").wait_for(timeout=PATIENCE)
    assert blank(frame) == []
    expect(frame.get_by_role("heading", name="All checks passed")).to_be_visible()
    expect(frame.locator("header")).to_contain_text(corrected_run(told))
    page.close()


def test_it_follows_airflow_into_the_dark(signed_in: BrowserContext, watch: Watch) -> None:
    page = signed_in.new_page()
    page.goto("/plugin/sparkify")
    frame = page.frame_locator("iframe")
    frame.locator("html[data-theme=light][data-drawn=yes]").wait_for(timeout=PATIENCE)
    page.evaluate("document.documentElement.classList.replace('light', 'dark')")
    frame.locator("html[data-theme=dark][data-drawn=yes]").wait_for(timeout=PATIENCE)
    assert blank(frame) == []
    page.close()


def test_a_frame_of_somebody_signed_out_says_so(browser: Browser, airflow: AirflowServer) -> None:
    page = browser.new_page()
    page.goto(f"{airflow.url}/sparkify/history")
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    assert not re.search("songplays|log_data", page.content())
    page.close()
