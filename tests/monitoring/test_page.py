"""The page: complete, escaped, and in need of nothing else."""

import html.parser
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace

import pytest

from sparkify.monitoring import library
from sparkify.monitoring.history import History
from sparkify.monitoring.overview import DETAILED, Overview
from sparkify.monitoring.page import Page, Setting, history_page, message_page, run_page
from sparkify.monitoring.runs import Run
from sparkify_harness.locations import PLUGINS
from tests.monitoring.story import ATTACKS, CHECKS, DAYS, TASKS

HERE = Setting("dev on 127.0.0.1", nonce="a-nonce")
FETCHING = ("src", "srcset", "href", "action", "formaction", "data", "poster", "background")


@dataclass
class Document(html.parser.HTMLParser):
    """What a browser would find in a page."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @classmethod
    def of(cls, text: str) -> "Document":
        document = cls()
        document.feed(text)
        document.close()
        return document

    def ids(self) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get("id"))]


@pytest.fixture(scope="module")
def page(overview: Overview) -> Page:
    return history_page(overview)


@pytest.fixture(scope="module")
def document(page: Page) -> Document:
    return Document.of(page.html(HERE))


@pytest.fixture(scope="module")
def hostile_document(hostile_overview: Overview) -> Document:
    return Document.of(history_page(hostile_overview).html(HERE))


def test_every_part_is_there(document: Document) -> None:
    parts = {"calendar", "findings", "rows", "rejected", "tasks", "checks", "runs", "objects"}
    assert parts <= set(document.ids())
    assert len(document.ids()) == len(set(document.ids()))


def test_every_chart_has_its_place(page: Page, document: Document) -> None:
    assert page.drawn is not None
    names = {f"rows-{number}" for number in range(len(TASKS))} | {"rejected", "trouble", "tasks"}
    assert set(page.drawn) == names
    assert {f"chart-{name}" for name in names} <= set(document.ids())


def test_the_calendar_has_every_day(document: Document, overview: Overview) -> None:
    cells = [
        attributes["class"]
        for tag, attributes in document.elements
        if tag == "a" and (attributes.get("class") or "").startswith("day ")
    ]
    assert cells == [f"day {day.state.value}" for day in overview.days]
    assert len(cells) == DAYS


def test_a_day_tells_its_object(document: Document, overview: Overview) -> None:
    tips = "".join(attributes.get("data-tip") or "" for _, attributes in document.elements)
    for day in overview.days:
        if day.load is not None and day.load.etag is not None:
            assert f"{day.load.object_key}\nETag {day.load.etag}" in tips


def test_the_matrix_has_a_cell_for_each_check_and_run(document: Document) -> None:
    cells = [
        attributes
        for tag, attributes in document.elements
        if tag == "td" and (attributes.get("class") or "").startswith("cell")
    ]
    assert len(cells) == len(CHECKS) * DETAILED


def test_nothing_is_fetched(document: Document, hostile_document: Document) -> None:
    for found in (document, hostile_document):
        for tag, attributes in found.elements:
            for name in FETCHING:
                value = attributes.get(name)
                assert value is None or value.startswith(("#", "data:")), (tag, name, value)
            assert "url(" not in (attributes.get("style") or "")
        assert not {"iframe", "object", "embed", "base"} & {tag for tag, _ in found.elements}


def test_styles_fetch_nothing(page: Page) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page.html(HERE), re.DOTALL)
    assert not re.search(r"url\(|@import", style)


def test_the_policy_forbids_all_but_our_scripts(document: Document) -> None:
    (policy,) = (
        attributes["content"]
        for tag, attributes in document.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        "default-src 'none'; script-src 'nonce-a-nonce'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    scripts = [attributes for tag, attributes in document.elements if tag == "script"]
    assert [attributes.get("nonce") for attributes in scripts] == [None, "a-nonce", "a-nonce"]
    assert scripts[0]["type"] == "application/json"


def test_no_handler_stands_in_the_page(hostile_document: Document, document: Document) -> None:
    for found in (document, hostile_document):
        for tag, attributes in found.elements:
            assert not [name for name in attributes if name.startswith("on")], tag


def test_an_attack_adds_no_element(hostile_document: Document) -> None:
    tags = [tag for tag, _ in hostile_document.elements]
    assert tags.count("script") == 3
    assert not {"img", "svg"} & set(tags)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_shown_as_it_stands(attack: str, hostile_document: Document) -> None:
    text = "".join(hostile_document.texts)
    for part in ("check", "table", "task", "actual", "expectation", "run", "key"):
        assert f"{part} {attack}" in text, part


def test_an_attack_stays_in_the_data_of_the_charts(hostile_overview: Overview) -> None:
    page = history_page(hostile_overview)
    (data,) = re.findall(
        r'<script type="application/json" id="charts">(.*?)</script>', page.html(HERE), re.DOTALL
    )
    assert not set("<>&'") & set(data)
    assert json.loads(data) == json.loads(json.dumps(page.drawn))


@pytest.mark.parametrize("attack", ATTACKS)
def test_one_run_is_shown_the_same(attack: str, hostile_overview: Overview) -> None:
    run = next(run for run in hostile_overview.runs if run.run_id == f"run {attack}")
    found = Document.of(run_page(run, f"dag {attack}", hostile_overview.now).html(HERE))
    text = "".join(found.texts)
    assert f"run {attack}" in text
    assert f"dag {attack}" in text
    tags = [tag for tag, _ in found.elements]
    assert tags.count("script") == 3
    assert not {"img", "svg"} & set(tags)


def test_a_message_is_escaped() -> None:
    found = Document.of(message_page(ATTACKS[0], ATTACKS[1]).html(HERE))
    assert [tag for tag, _ in found.elements].count("script") == 1
    assert "img" not in {tag for tag, _ in found.elements}
    assert ATTACKS[1] in "".join(found.texts)


def test_a_server_may_send_the_library_apart(page: Page) -> None:
    found = page.html(Setting("x", library="library/1.js", framed=True, nonce="n"))
    assert library.source() not in found
    assert '<script nonce="n" src="library/1.js"></script>' in found
    assert "http-equiv" not in found


def test_without_bokeh_the_tables_are_there(
    overview: Overview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "available", lambda: False)
    text = history_page(overview).html(HERE)
    assert "Charts need the Python package bokeh" in text
    assert "Bokeh.embed" in text  # our own script, which finds nothing to draw
    assert text.count('<details class="run"') == DETAILED
    assert len(text) < len(library.source())


@pytest.mark.parametrize("nothing", ["history", "run"])
def test_nothing_yet_is_a_page_too(nothing: str, overview: Overview) -> None:
    history = History("dag", (), None, (), (), (), ())
    page = (
        history_page(Overview(history, overview.now))
        if nothing == "history"
        else run_page(Run("run", (), ()), "dag", overview.now)
    )
    assert "Nothing" in page.html(HERE)


def test_missing_values_are_left_out(overview: Overview) -> None:
    """Every column but two may be NULL."""
    bare = tuple(
        replace(
            load,
            task_id="task",
            object_key=None,
            etag=None,
            last_modified=None,
            bytes=None,
            rows_read=None,
            rows_loaded=None,
            rows_rejected=None,
            started_at=None,
            loaded_at=None,
            seconds=None,
        )
        for load in overview.history.loads[-20:]
    )
    logs = tuple(load for load in bare if load.log_day is not None)
    results = tuple(
        replace(
            result,
            load_id=None,
            log_day=None,
            failing_rows=None,
            expectation=None,
            actual=None,
            seconds=None,
            checked_at=None,
        )
        for result in overview.history.results[-20:]
    )
    history = History("dag", logs, None, bare, results, (), results)
    shown = Overview(history, overview.now)
    text = history_page(shown).html(HERE)
    assert "None" not in "".join(Document.of(text.partition('id="charts"')[0]).texts)
    assert (
        "None"
        not in run_page(shown.runs[-1], "dag", shown.now).html(HERE).partition('id="charts"')[0]
    )


def imported_by(program: str) -> set[str]:
    """The packages that a program brings into a fresh interpreter."""
    code = f"import sys; {program}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PLUGINS,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {name.partition(".")[0] for name in found.stdout.split()}


def test_the_model_needs_neither_airflow_nor_bokeh() -> None:
    found = imported_by("import sparkify.monitoring.page, sparkify.monitoring.history")
    assert "sparkify" in found
    assert not {"airflow", "bokeh", "fastapi", "numpy"} & found


def test_the_plugin_costs_a_process_next_to_nothing() -> None:
    """Every process of Airflow loads it, also those that parse DAGs."""
    without = imported_by("import airflow.plugins_manager")
    assert imported_by("import airflow.plugins_manager, sparkify_monitoring") - without == {
        "sparkify_monitoring"
    }
