"""Airflow's home is shut off, its database comes from a template, and a run is one for one day."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sparkify_harness.airflow import (
    RunResult,
    TaskResult,
    Wiring,
    aws_connection,
    redshift_connection,
)
from sparkify_harness.airflow.home import environment, keep_template, prepare, template_path
from sparkify_harness.airflow.runs import RunRequest
from sparkify_harness.certificates import Certificates


def test_nothing_of_the_user_gets_into_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW_CONN_MINE", "AWS_PROFILE", "PGPASSWORD"):
        monkeypatch.setenv(name, "of-the-user")
    variables = environment(tmp_path, dags=tmp_path / "d", plugins=tmp_path / "p")
    assert "of-the-user" not in variables.values()
    assert variables["AIRFLOW_HOME"] == str(tmp_path)
    assert variables["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert variables["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/airflow.db"
    assert variables["AWS_CONFIG_FILE"] == variables["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def database(path: Path, text: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x TEXT)")
        connection.execute("INSERT INTO t VALUES (?)", (text,))
        connection.commit()
    return path


def read(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT x FROM t").fetchone()[0])


def test_a_home_starts_with_the_template_and_keeps_what_it_has(tmp_path: Path) -> None:
    home, cache = tmp_path / "home", tmp_path / "cache"
    prepare(home, cache)
    assert list(home.iterdir()) == []
    keep_template(database(tmp_path / "migrated.db", "template"), cache)
    prepare(home, cache)
    assert read(home / "airflow.db") == "template"
    (home / "airflow.db").unlink()
    database(home / "airflow.db", "own")
    prepare(home, cache)
    assert read(home / "airflow.db") == "own"


def test_a_later_template_replaces_an_earlier_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    for text in ("first", "second"):
        keep_template(database(tmp_path / f"{text}.db", text), tmp_path / "cache")
    template = template_path(tmp_path / "cache")
    assert read(template) == "second"
    assert list(template.parent.iterdir()) == [template]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file")
    keep_template(database(tmp_path / "migrated.db", "x"), in_the_way)
    assert in_the_way.read_text() == "a file"


def test_wiring_is_what_airflow_reads() -> None:
    wiring = Wiring(
        connections={
            "redshift": redshift_connection(
                host="127.0.0.1", port=5439, user="u", password="p", database="d", sslmode="x"
            ),
            "aws_credentials": aws_connection(
                access_key="A", secret_key="S", region="us-west-2", endpoint_url="http://x:1"
            ),
        },
        variables={"sparkify_bucket": "b"},
        certificates=Certificates.within(Path("/tls")),
    )
    variables = wiring.environment()
    assert json.loads(variables["AIRFLOW_CONN_REDSHIFT"]) == {
        "conn_type": "redshift",
        "host": "127.0.0.1",
        "port": 5439,
        "login": "u",
        "password": "p",
        "schema": "d",
        "extra": {"sslmode": "x"},
    }
    assert json.loads(variables["AIRFLOW_CONN_AWS_CREDENTIALS"])["extra"] == {
        "region_name": "us-west-2",
        "endpoint_url": "http://x:1",
    }
    assert variables["AIRFLOW_VAR_SPARKIFY_BUCKET"] == "b"
    assert variables["PGSSLROOTCERT"] == "/tls/ca.pem"
    assert variables["SSL_CERT_FILE"] in {"/tls/ca.pem", "/tls/trusted.pem"}
    assert "'S'" not in repr(wiring)


def request(day: dt.date | None) -> RunRequest:
    return RunRequest("d", day, {"a": 1}, {"AIRFLOW_CONN_X": "secret"}, Path("/tmp/x.log"))


def test_the_logical_date_is_the_day_after_for_airflow_infers_the_interval_before_it() -> None:
    assert request(dt.date(2018, 11, 30)).logical_date == dt.datetime(2018, 12, 1, tzinfo=dt.UTC)
    assert request(None).logical_date is None


@pytest.mark.parametrize("day", [dt.date(2018, 11, 10), None], ids=["day", "all"])
def test_requests_and_results_survive_the_way(day: dt.date | None) -> None:
    asked = request(day)
    assert RunRequest.from_json(json.loads(json.dumps(asked.to_json()))) == asked
    assert "secret" not in repr(asked)
    result = RunResult(
        run_id="r",
        day=day,
        state="failed",
        duration=1.5,
        tasks=(TaskResult("a", "success", 1, 0.1, 42), TaskResult("b", "failed", 4, error="why")),
        xcoms={"a": {"k": [1]}},
        log_path=Path("/tmp/x.log"),
    )
    assert RunResult.from_json(json.loads(json.dumps(result.to_json()))) == result
    assert result.failed == (result.task("b"),)
    assert result.explain() == "r: failed\nb failed: why\nlog: /tmp/x.log"
    with pytest.raises(KeyError):
        result.task("c")
