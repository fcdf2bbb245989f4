"""`sparkify check` from the outside, on the runs that went before."""

import json

from tests.cli.conftest import Ended


def test_a_good_run_passes_every_check(finished: Ended) -> None:
    done = finished.command("check", "--run", finished.folder.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("checks: all passed.")
    assert "songplays.schema" in done.stdout


def test_one_day_is_judged_by_what_its_log_has_brought(finished: Ended) -> None:
    run = finished.folder.id
    done = finished.command("check", "--run", run, "--day", "2018-11-02", "--json")
    outcomes = {item["check"]: item for item in json.loads(done.stdout)}
    rows = "select count(*) from staging_events where log_day = '2018-11-02'"
    count = int(finished.sql(rows).stdout.split()[1])
    assert outcomes["staging_events.row_count"]["actual"] == f"{count:,} rows"
    assert "songs.unique(song_id)" in outcomes
    assert "users.schema" not in outcomes


def test_a_bad_run_fails_with_what_is_wrong(at_once: tuple[Ended, Ended]) -> None:
    _, bad = at_once
    done = bad.command("check", "--run", bad.folder.id)
    assert done.returncode == 1
    assert (
        "✗ staging_events.not_null(session_id, item_in_session, ts, page): expected no NULL"
        in " ".join(done.stdout.split())
    )


def test_a_day_that_is_not_loaded(finished: Ended) -> None:
    done = finished.command("check", "--run", finished.folder.id, "--day", "2018-12-24")
    assert done.returncode == 1
    assert "no log of 2018-12-24 is loaded; the days are 2018-11-01 to 2018-11-02" in done.stderr
