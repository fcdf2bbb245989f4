"""Who is told by runs of a stack of our own."""

import datetime as dt
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer

from sparkify_harness.airflow import RunTimedOut, Wiring, WorkerDied, redshift_connection
from sparkify_harness.alerting import Alerting, lost, quoted, tell_channels
from sparkify_harness.commands.alerts import chosen_alerting, told
from sparkify_harness.stack import DAG_ID, Stack

pytestmark = pytest.mark.medium

DAY = dt.date(2018, 11, 3)
LOG = """\
... [info] [DAG TEST] starting task_id=Begin_execution map_index=-1
... [info] [DAG TEST] end task task_id=Begin_execution map_index=-1
... [info] [DAG TEST] starting task_id=Stage_events map_index=-1
... [info] COPY into staging_events
"""


@pytest.fixture
def timed_out(tmp_path: Path) -> RunTimedOut:
    """What ends a run that hangs in Stage_events."""
    log = tmp_path / "0001-sparkify_etl-2018-11-03.log"
    log.write_text(LOG)
    return RunTimedOut("the run did not end in 9 s and was killed", log)


def test_a_hanging_run_is_told_with_the_task_that_hangs(timed_out: RunTimedOut) -> None:
    alert = lost("sparkify_etl", DAY, timed_out)
    assert alert.title == (
        "sparkify_etl 2018-11-03: the run took too long and was ended; Stage_events had not ended"
    )
    assert alert.error == "the run did not end in 9 s and was killed"
    assert alert.log == str(timed_out.log_path)


def test_a_run_whose_process_died_has_failed(timed_out: RunTimedOut) -> None:
    alert = lost("sparkify_etl", DAY, WorkerDied("Airflow died", timed_out.log_path))
    assert alert.title == (
        "sparkify_etl 2018-11-03: the run failed; the last task to fail was Stage_events"
    )


@pytest.mark.parametrize(
    "log", [None, Path("/nonesuch/log"), Path("/dev/null")], ids=["none", "missing", "empty"]
)
def test_a_run_without_a_log_is_told_all_the_same(log: Path | None) -> None:
    alert = lost("sparkify_etl", None, RunTimedOut("too long", log))
    assert alert.task_id is None
    assert alert.title.endswith("the run took too long and was ended")


@dataclass
class HangingAirflow:
    """Whose runs all take too long."""

    home: Path
    error: RunTimedOut
    wirings: list[Wiring] = field(default_factory=list)

    def run_dag(self, dag_id: str, *, wiring: Wiring, **_: Any) -> None:
        assert dag_id == DAG_ID
        self.wirings.append(wiring)
        raise self.error


def test_the_stack_tells_before_it_raises(tmp_path: Path, timed_out: RunTimedOut) -> None:
    airflow: Any = HangingAirflow(tmp_path, timed_out)
    nothing: Any = None
    stack = Stack(tmp_path, "b", nothing, nothing, nothing, airflow, Alerting.into(tmp_path))
    wiring = stack.alerting.wired(Wiring(variables={"word": "hello"}))
    with pytest.raises(RunTimedOut) as raised:
        stack.run(DAY, wiring=wiring)
    (line,) = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["kind"] == "run_timed_out"
    assert not hasattr(raised.value, "__notes__")
    assert airflow.wirings[0].environment() == {
        "AIRFLOW_VAR_WORD": "hello",
        "AIRFLOW_VAR_SPARKIFY_ALERTS": f"file:{tmp_path / 'alerts.jsonl'}",
    }


def test_what_could_not_be_told_is_noted_at_the_error(
    tmp_path: Path, timed_out: RunTimedOut
) -> None:
    airflow: Any = HangingAirflow(tmp_path, timed_out)
    nothing: Any = None
    alerting = Alerting(f"file:{tmp_path}")
    stack = Stack(tmp_path, "b", nothing, nothing, nothing, airflow, alerting)
    with pytest.raises(RunTimedOut) as raised:
        stack.run(DAY, wiring=alerting.wired(Wiring()))
    (note,) = raised.value.__notes__
    assert note.startswith(f"file:{tmp_path} was not told: ")


def test_channels_with_connections_are_told_by_a_process_with_airflow(
    tmp_path: Path, timed_out: RunTimedOut
) -> None:
    posted: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path, json.loads(body)))
            self.send_response(200 if self.path == "/good" else 500)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_address[1]}"
            environ = {
                f"AIRFLOW_CONN_{name}": json.dumps(
                    {"conn_type": "slackwebhook", "password": f"{url}/{name.lower()}"}
                )
                for name in ("GOOD", "BAD")
            }
            file = tmp_path / "alerts.jsonl"
            alerting = Alerting.of(f"slack:good,slack:bad,file:{file}", environ)
            home = tmp_path / "airflow"
            home.mkdir()
            alert = lost("sparkify_etl", DAY, timed_out)
            problems = tell_channels(alert, alerting.wired(Wiring()), home)
        finally:
            server.shutdown()
            thread.join(timeout=10)
    assert [path for path, _ in posted] == ["/good", "/bad"]
    assert posted[0][1]["text"] == alert.title
    (problem,) = problems
    assert problem.startswith("slack:bad was not told: ")
    assert "Status Code: 500" in problem
    assert url not in problem
    assert json.loads(file.read_text(encoding="utf-8"))["title"] == alert.title


def test_a_stack_takes_the_connections_that_the_setting_names_and_no_other() -> None:
    environ = {
        "AIRFLOW_CONN_SLACK_ALERTS": "slackwebhook://:token@",
        "AIRFLOW_CONN_SECRET": "aws://",
    }
    alerting = Alerting.of("slack:slack_alerts,file:/a", environ)
    assert alerting.connections == {"slack_alerts": "slackwebhook://:token@"}
    assert "token" not in repr(alerting)
    own = redshift_connection(host="h", port=1, user="u", password="p", database="d")
    wired: Mapping[str, str] = alerting.wired(Wiring(connections={"redshift": own})).environment()
    assert wired["AIRFLOW_CONN_SLACK_ALERTS"] == "slackwebhook://:token@"
    assert json.loads(wired["AIRFLOW_CONN_REDSHIFT"])["host"] == "h"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("pigeon:a", "'pigeon:a' names no channel"),
        ("slack:nobody", "'slack:nobody' needs its connection in $AIRFLOW_CONN_NOBODY"),
    ],
)
def test_a_setting_that_cannot_work_is_a_wrong_command_line(setting: str, message: str) -> None:
    with pytest.raises(typer.BadParameter) as raised:
        chosen_alerting(setting)
    assert message in str(raised.value)


def test_by_default_a_file_of_the_run_is_told(tmp_path: Path) -> None:
    assert chosen_alerting(None) is None
    folder = tmp_path / "a, b? 100%"
    alerting = Alerting.into(folder)
    assert alerting.files == (folder / "alerts.jsonl",)
    began = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)  # a file's clock lags behind
    assert list(told(alerting, began.isoformat())) == []
    folder.mkdir()
    (folder / "alerts.jsonl").touch()
    assert list(told(alerting, began.isoformat())) == [f"Alerts {folder / 'alerts.jsonl'}"]
    later = began + dt.timedelta(hours=1)
    assert list(told(alerting, later.isoformat())) == []
    assert quoted(Path("/a,b")) == "/a%2Cb"
