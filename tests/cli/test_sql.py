"""`sparkify sql` from the outside, on the run that went before."""

import csv
import io
import json
import os
import pty
import select
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sparkify_fixtures import Settings, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.runs import Runs
from tests.cli.conftest import DEADLINE, Ended, Sparkify

QUERY = "select user_id, level from users order by user_id"


@pytest.fixture(scope="module")
def users() -> list[tuple[int, str | None]]:
    settings = Settings(days=2, users=12, songs=8, seed=5)
    return [(user.user_id, user.level) for user in expected_warehouse(generate(settings)).users]


def test_csv_where_output_is_no_terminal(
    finished: Ended, users: list[tuple[int, str | None]]
) -> None:
    done = finished.sql(QUERY)
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = csv.reader(io.StringIO(done.stdout))
    assert header == ["user_id", "level"]
    assert [(int(user), level) for user, level in rows] == users


def test_json(finished: Ended, users: list[tuple[int, str | None]]) -> None:
    done = finished.sql("--format", "json", QUERY)
    rows = json.loads(done.stdout)
    assert [(row["user_id"], row["level"]) for row in rows] == users


def test_table(finished: Ended, users: list[tuple[int, str | None]]) -> None:
    done = finished.sql("-f", "table", QUERY)
    assert done.stdout.rstrip().endswith(f"({len(users)} rows)")
    assert "user_id   level" in done.stdout


def test_statements_from_standard_input_run_one_by_one(finished: Ended) -> None:
    script = """\
create temp table t (a int);
insert into t values (1), (2); -- ;
select count(*) from t"""
    done = finished.sql(stdin=script)
    assert (done.returncode, done.stdout) == (0, "count\n2\n")
    assert done.stderr.split("\n")[:2] == ["CREATE TABLE", "INSERT 0 2"]


def test_an_error_is_shown_as_psql_does_and_ends_the_command(
    finished: Ended,
) -> None:
    done = finished.sql("select 1 as a; select *\nfrom nope; select 2 as b")
    assert (done.returncode, done.stdout) == (1, "a\n1\n")
    assert done.stderr.splitlines() == [
        'ERROR:  42P01: relation "nope" does not exist',
        "LINE 2: from nope",
        "             ^",
    ]


def test_two_at_once_take_turns(finished: Ended) -> None:
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda n: finished.sql(f"select {n} as n"), (1, 2)))
    assert [done.stdout for done in both] == ["n\n1\n", "n\n2\n"]


def test_the_last_run_is_asked_unless_another_is_named(at_once: tuple[Ended, Ended]) -> None:
    last = Runs(at_once[0].command.home).last()
    (run,) = (each for each in at_once if each.folder == last)
    done = run.command("sql", "select count(*) from staging_events")
    assert done.stdout == f"count\n{run.counts()['staging_events']}\n"


def test_without_a_run_it_says_how_to_make_one(sparkify: Sparkify) -> None:
    done = sparkify("sql", "select 1")
    assert done.returncode == 3
    assert 'make one with "sparkify run"' in done.stderr


def test_a_warehouse_that_is_not_there_is_told_without_the_password(sparkify: Sparkify) -> None:
    dsn = "postgresql://awsuser:sentinel-secret@127.0.0.1:1/dev"
    done = sparkify("sql", "--dsn", dsn, "select 1")
    assert done.returncode == 3
    assert "cannot connect" in done.stderr
    assert "sentinel-secret" not in done.stdout + done.stderr


def test_a_dsn_that_cannot_be_read_is_not_repeated(sparkify: Sparkify) -> None:
    done = sparkify("sql", "--dsn", "bogus sentinel-secret", "select 1")
    assert done.returncode == 2
    assert "sentinel-secret" not in done.stdout + done.stderr


def read_until(terminal: int, text: str, timeout: float = 30.0) -> str:
    """What a terminal shows, up to a text."""
    shown = ""
    deadline = time.monotonic() + timeout
    while text not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536).decode()
    assert text in shown
    return shown


def test_a_prompt_on_a_terminal(finished: Ended) -> None:
    command = finished.command
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sparkify_harness.cli", "sql", "--run", finished.folder.id],
        cwd=command.folder,
        env=command.environment({"TERM": "dumb", "NO_COLOR": "1"}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        read_until(ours, "dev=> ")
        os.write(ours, b"select 40 +\n")
        read_until(ours, "dev-> ")
        os.write(ours, b"2 as answer;\n")
        assert "42" in read_until(ours, "dev=> ")
        os.write(ours, b"selec 1;\n")
        assert 'syntax error at or near "selec"' in read_until(ours, "dev=> ")
        os.write(ours, b"begin;\n")
        read_until(ours, "dev*=> ")
        os.write(ours, b"\\q\n")
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait(DEADLINE)
        os.close(ours)
