"""`sparkify run` from the outside."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.runs import Runs
from sparkify_harness.stack import TASKS
from tests.cli.conftest import DEADLINE, SMALL, Ended, Sparkify
from tests.waiting import eventually

Start = Callable[..., "subprocess.Popen[str]"]


def test_a_run_shows_the_star_schema_that_must_come_out(finished: Ended) -> None:
    expected = expected_warehouse(generate(Settings(days=2, users=12, songs=8, seed=5)))
    assert finished.counts() == expected.row_counts
    assert len(re.findall(r"^ \w+ +success ", finished.output, re.MULTILINE)) == TASKS
    assert re.search(r"^Quality checks: all \d+ passed\.$", finished.output, re.MULTILINE)
    assert re.search(r'^Ask +\S+ sql "select', finished.output, re.MULTILINE)


def test_without_a_terminal_there_are_no_colours(finished: Ended) -> None:
    assert "\x1b" not in finished.output + finished.messages


def test_a_run_keeps_its_warehouse_and_logs_but_no_objects(finished: Ended) -> None:
    folder = finished.folder
    assert folder.record is not None
    assert folder.record.state == "success"
    assert folder.record.store.startswith("embedded at http://127.0.0.1:")
    assert folder.warehouse.stat().st_size
    assert [path for path in (folder.path / "objectstore").iterdir() if path.is_dir()] == []
    assert list((folder.path / "airflow" / "runs").glob("*.log"))


def test_a_failed_check_is_exit_code_1_with_its_text(at_once: tuple[Ended, Ended]) -> None:
    _, bad = at_once
    assert bad.code == 1
    assert re.search(r"^Quality checks: \d+ of \d+ failed", bad.output, re.MULTILINE)
    assert "Run_data_quality_checks failed:" in bad.output
    assert "staging_events.not_null(session_id" in " ".join(bad.output.split())
    (log,) = re.findall(r"^Log    (.*)$", bad.output, re.MULTILINE)
    assert (bad.command.folder / log).exists()
    assert "Traceback" not in bad.output + bad.messages


def test_a_failed_check_is_told_to_the_file_of_the_run(at_once: tuple[Ended, Ended]) -> None:
    good, bad = at_once
    file = bad.folder.path / "alerts.jsonl"
    alerts = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(alert["kind"], alert["task_id"], alert["day"]) for alert in alerts] == [
        ("task_failed", "Run_data_quality_checks", "2018-11-02"),
        ("run_failed", "Run_data_quality_checks", "2018-11-02"),
    ]
    assert f"Alerts {file}\n" in bad.messages
    assert not (good.folder.path / "alerts.jsonl").exists()
    assert "Alerts" not in good.messages


def test_a_job_on_github_has_a_summary(at_once: tuple[Ended, Ended]) -> None:
    good, bad = at_once
    text = (good.command.folder / "good.md").read_text(encoding="utf-8")
    assert text.startswith("## ✅ Sparkify: all logs at once; data generated: 2 days")
    assert f"| songplays | {good.counts()['songplays']:,} |" in text
    assert re.search(r"^Quality checks: all \d+ passed\.$", text, re.MULTILINE)
    text = (bad.command.folder / "bad.md").read_text(encoding="utf-8")
    assert text.startswith("## ❌ Sparkify: 2018-11-02;")
    assert "| Run\\_data\\_quality\\_checks | ❌ failed | 1 |" in text
    assert re.search(r"^\| fail \| staging\\_events", text, re.MULTILINE)


def test_a_run_that_hangs_is_ended_and_told(sparkify: Sparkify) -> None:
    done = sparkify("run", *SMALL, "--limit", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "did not end in 1 s and was killed in" in " ".join(done.stdout.split())
    [file] = sparkify.home.glob("runs/*/alerts.jsonl")
    [alert] = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert alert["kind"] == "run_timed_out"


def test_two_at_once_do_not_meet(at_once: tuple[Ended, Ended]) -> None:
    good, bad = at_once
    assert good.folder != bad.folder
    assert Runs(good.command.home).last() in {good.folder, bad.folder}
    songs, logs = generate_parts(Settings(days=2, users=12, songs=8, seed=6))
    second_day = expected_warehouse([*songs, logs[1]])
    assert bad.counts()["staging_events"] == second_day.staging_events
    assert bad.counts()["songplays"] == 0
    assert good.counts()["songplays"] > 0


def generate_parts(settings: Settings) -> tuple[list[StoredObject], list[StoredObject]]:
    """Songs and logs."""
    objects = list(generate(settings))
    return objects[: settings.songs], objects[settings.songs :]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGKILL, -9, id="kill -9"),
    ],
)
def test_nothing_is_left_of_a_run_that_is_ended(
    number: signal.Signals, code: int, sparkify: Sparkify, started: Start
) -> None:
    process = started("run", *SMALL)
    # The object store, the warehouse and Airflow: each a watcher and a program.
    assert eventually(lambda: len(sparkify.left()) >= 7, DEADLINE)
    os.kill(process.pid, number)
    _, text = process.communicate(timeout=DEADLINE)
    assert process.returncode == code
    assert "Traceback" not in text
    assert ("Interrupted; everything" in text) == (number is signal.SIGINT)
    assert eventually(lambda: not sparkify.left(), DEADLINE), sparkify.left()
    assert not (sparkify.home / "last").exists()


def test_a_store_that_is_not_there_is_told_in_one_line(sparkify: Sparkify, tmp_path: Path) -> None:
    nowhere = {"PATH": str(tmp_path), "SPARKIFY_CACHE": str(tmp_path)}
    done = sparkify("run", "--store", "minio", extra=nowhere)
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("error: there is no minio on PATH")
    assert 'run "sparkify minio install"' in done.stderr
