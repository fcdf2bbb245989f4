"""`sparkify report`: the same history as a summary, as JSON and as a page."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.rich_utils
from rich.console import Console
from typer.testing import CliRunner, Result

from sparkify.monitoring.overview import Overview
from sparkify_harness.cli import app
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.report_summary import summary
from sparkify_harness.runs import RunRecord, Runs
from sparkify_harness.warehouse import RunningWarehouse, open_warehouse
from tests.monitoring.conftest import connection_to
from tests.monitoring.story import DAYS, FIRST, REJECTED, STILL_WRONG, fill, story

Report = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for runs with one run in it, whose warehouse has the sixty days."""
    home = tmp_path_factory.mktemp("home")
    runs = Runs(home)
    with runs.new() as folder:
        with (
            open_warehouse(folder=folder.path, file=folder.warehouse) as running,
            connection_to(running) as connection,
        ):
            fill(connection, story())
        folder.write(RunRecord("success", "sixty days", "none", "2018-12-31T00:00:00+00:00"))
        runs.mark_last(folder)
    return home


@pytest.fixture
def report(home: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Runs `sparkify report` with arguments, on a terminal of 80 columns without colours."""
    monkeypatch.setenv("SPARKIFY_HOME", str(home))
    monkeypatch.delenv("SPARKIFY_DSN", raising=False)
    monkeypatch.setattr(typer.rich_utils, "FORCE_TERMINAL", False)
    monkeypatch.setattr(typer.rich_utils, "MAX_WIDTH", 80)
    runner = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"})

    def run(*arguments: str) -> Result:
        return runner.invoke(
            app, ["report", *arguments], prog_name="sparkify", catch_exceptions=False
        )

    return run


def test_the_summary_tells_all_at_a_glance(report: Report) -> None:
    result = report()
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "sparkify_etl: Failing"
    assert lines[1].startswith(f"53 of {DAYS} days loaded and checked, 1 failed its checks, 3 with")
    assert "Nov 2018  ■■■■■■■■■■■■■■■■■■■■■!!■■■_■■■" in lines
    assert "Dec 2018  ■■■■■■■_■■■■■■■■■×■■■■■■■!■■■?" in lines
    assert "× loaded, a check failed" in lines
    assert any("2 songplay_id" in line and "fail" in line for line in lines)
    assert any(line.startswith("2018-12-29") and line.endswith("22 pass") for line in lines)
    assert any(line.startswith("Stage_songs") for line in lines)


def test_the_summary_fits_a_terminal(overview: Overview) -> None:
    """Sentences, which are plain strings, are the terminal's to fold; all else is folded here."""
    console = Console(file=io.StringIO(), width=80, no_color=True)
    for part in summary(overview):
        if not isinstance(part, str):
            console.print(part)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert len(lines) > 40
    assert max(map(len, lines)) <= 80


def test_json_has_the_same(report: Report) -> None:
    told = story()
    found = json.loads(report("--json").stdout)
    assert found["health"] == "failing"
    assert len(found["days"]) == DAYS
    states = {day["day"]: day["state"] for day in found["days"]}
    assert states[str(told.day(STILL_WRONG))] == "failed"
    loads = {load["load_id"]: load for load in told.loads}
    for day in found["days"]:
        if day["state"] != "missing":
            load = loads[day["load_id"]]
            assert (day["etag"], day["rows_loaded"]) == (load["etag"], load["rows_loaded"])
            assert day["loaded_at"] == f"{load['loaded_at']:%Y-%m-%dT%H:%M:%SZ}"
    assert sum(sum(run["rejected"].values()) for run in found["runs"]) == sum(REJECTED.values())
    assert [finding["verdict"] for finding in found["findings"]] == ["fail", "warn", "warn", "warn"]
    assert found["songs"]["object_key"] == "song_data/"
    assert found["tasks"][0]["task_id"] == "Stage_songs"


def test_a_page_is_written(report: Report, home: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = report("--html", str(page))
    assert (result.exit_code, result.stdout) == (0, "")
    assert str(page) in result.stderr.replace("\n", "")
    text = page.read_text(encoding="utf-8")
    assert f"on the warehouse of run {Runs(home).last().id}, as of" in text
    assert text.count('class="day ') > DAYS


def test_page_and_json_go_together(report: Report, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert json.loads(report("--json", "--html", str(page)).stdout)["health"] == "failing"
    assert page.exists()


def test_another_warehouse_may_be_asked(
    report: Report, filled: RunningWarehouse, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    dsn = filled.connection.dsn(with_password=True)
    found = json.loads(report("--json", "--html", str(page), "--dsn", dsn).stdout)
    assert found["days"][0]["day"] > str(FIRST)
    text = page.read_text(encoding="utf-8")
    assert "on dev on 127.0.0.1, as of" in text
    assert filled.connection.password not in text
    assert filled.connection.user not in text


def test_another_dag_may_be_asked_for(report: Report) -> None:
    assert report("--dag", "another").stdout.splitlines()[0] == "another: Nothing loaded yet"


def test_two_warehouses_are_one_too_many(report: Report) -> None:
    assert report("--run", "x", "--dsn", "postgresql://x").exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("schema", "code", "text"),
    [
        pytest.param("fresh", ExitCode.SURROUNDINGS, "no history yet", id="no tables yet"),
        pytest.param("no such", ExitCode.FAILED, 'schema "no such" does not exist', id="no schema"),
    ],
)
def test_what_is_missing_is_said(
    schema: str, code: ExitCode, text: str, report: Report, filled: RunningWarehouse
) -> None:
    with connection_to(filled) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS fresh")
        connection.commit()
    with pytest.raises(CommandError, match=text) as caught:
        report("--schema", schema, "--dsn", filled.connection.dsn(with_password=True))
    assert caught.value.code is code
