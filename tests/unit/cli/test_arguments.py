"""Command lines that cannot be meant are refused with exit code 2, before anything is started."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Invoke

REFUSED = [
    pytest.param("run --day 2018-11-03 --from 2018-11-01", "--day is one day", id="day and range"),
    pytest.param("run --from 2018-11-01", "--from and --to go together", id="half a range"),
    pytest.param(
        "run --from 2018-11-03 --to 2018-11-01", "--from 2018-11-03 is after", id="range backwards"
    ),
    pytest.param("run --day 3.11.2018", "does not match the format", id="not a date"),
    pytest.param(
        "run --day 2020-01-01", "the data set has 2018-11-01 to 2018-11-30", id="day without log"
    ),
    pytest.param(
        "run --days 2 --from 2018-11-02 --to 2018-11-03",
        "there is no log of 2018-11-03",
        id="range beyond the logs",
    ),
    pytest.param("run --days 0", "days must be between 1 and", id="no days"),
    pytest.param("run --start 1960-01-01", "start must be 1971-01-01 or later", id="too early"),
    pytest.param("run --data nowhere", "nowhere is not a folder", id="no such folder"),
    pytest.param("run --data . --days 3 --seed 1", "leave out --days, --seed", id="data and days"),
    pytest.param("run --param log_jsonpaths", "--param wants NAME=VALUE", id="param without value"),
    pytest.param(
        "run --param log_jsonpath=auto",
        "the DAG has no Param 'log_jsonpath', but bucket, log_prefix,",
        id="param that the DAG would ignore",
    ),
    pytest.param("run --store s3", "is not one of", id="unknown store"),
    pytest.param("run --store external", "go together", id="external without endpoint"),
    pytest.param("run --endpoint http://127.0.0.1:1", "go together", id="endpoint of our own"),
    pytest.param(
        "run --store external --endpoint http://127.0.0.1:1",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        id="external without key",
    ),
    pytest.param("run --limit 0", "should be greater than or equal to 1", id="no time at all"),
    pytest.param(
        "backfill --from 2018-11-01", "Missing option '--to'", id="backfill: half a range"
    ),
    pytest.param(
        "backfill --from 2018-11-03 --to 2018-11-01",
        "--from 2018-11-03 is after --to 2018-11-01",
        id="backfill: range backwards",
    ),
    pytest.param(
        "backfill --from 2018-11-01 --to 2018-11-03 --parallel 0",
        "should be greater than or equal to 1",
        id="backfill: no run at all",
    ),
    pytest.param(
        "backfill --from 2018-11-01 --to 2018-11-03 --reprocess all",
        "'none', 'failed', 'completed'",
        id="backfill: unknown days",
    ),
    pytest.param(
        "backfill --from 2018-11-01 --to 2018-11-03 --param full_load=true",
        "--param full_load is not for backfills: use sparkify run",
        id="backfill: everything in each run",
    ),
    pytest.param(
        "backfill --from 2018-11-01 --to 2018-11-03 --param no_log=empty",
        "--param no_log is not for backfills: use --no-log",
        id="backfill: policy said twice",
    ),
    pytest.param("days --run a --dsn b", "two different warehouses", id="days: run and DSN"),
    pytest.param(
        "days --data . --endpoint http://127.0.0.1:1",
        "--data and --endpoint are two different places",
        id="days: folder and bucket",
    ),
    pytest.param("days --data nowhere", "nowhere is not a folder", id="days: no such folder"),
    pytest.param("up --store external", "go together", id="up: external without endpoint"),
    pytest.param("seed", "--to DIR, or --endpoint URL", id="seed: nowhere to write"),
    pytest.param(
        "seed --endpoint http://127.0.0.1:1",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        id="seed: no key",
    ),
    pytest.param("sql --format xml x", "'table', 'csv', 'json'", id="sql: unknown format"),
    pytest.param("sql --run a --dsn b x", "two different warehouses", id="sql: run and DSN"),
    pytest.param("sql one two", "unexpected extra argument", id="sql: unquoted statement"),
    pytest.param("rnu", "No such command 'rnu'", id="no such command"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_refused(line: str, message: str, invoke: Invoke, home: Path) -> None:
    result = invoke(*line.split())
    assert result.exit_code == 2
    # The text is folded in a box.
    words = " ".join(result.stderr.replace("│", " ").split())
    assert message in words
    assert not home.exists()
    assert result.stdout == ""


def test_a_secret_is_no_option_of_any_command() -> None:
    texts = (path.read_text() for path in (Path(__file__).parent / "help").iterdir())
    assert not any("--secret" in text or "--password" in text for text in texts)
