"""The channels of alerts, against servers on loopback, by the real providers."""

import email
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from sparkify.alerts.__main__ import main
from sparkify.alerts.alert import Alert, AlertKind
from sparkify.alerts.channels import CHANNELS, parse, tell
from sparkify.alerts.errors import AlertError, AlertSettingError, MissingProviderError
from sparkify.alerts.slack import SlackChannel, message_of
from sparkify_harness.process import free_port

pytestmark = pytest.mark.medium

FAILED = Alert(
    AlertKind.TASK_FAILED,
    dag_id="sparkify_etl",
    run_id="scheduled__2018-11-03",
    task_id="Stage_events",
    try_number=4,
    error="LoadError: COPY into staging_events\n  s3://b/k line 2: <Invalid> & value. [1216]",
    refused=({"filename": "s3://b/k", "line_number": 2},),
    log="http://airflow.example/dags/sparkify_etl?try_number=4&x=1",
)

Posted = list[tuple[str, dict[str, str], dict[str, Any]]]


@contextmanager
def web(answers: list[tuple[int, bytes]]) -> Iterator[tuple[str, Posted]]:
    """A server that answers in turn and keeps what was posted; its URL."""
    posted: Posted = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.path, dict(self.headers), json.loads(body)))
            status, text = answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", posted
        finally:
            server.shutdown()
            thread.join(timeout=10)


class Mailbox:
    """Keeps mails; refuses those to nobody@."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, server: object, session: object, envelope: Envelope, address: str, options: object
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as the library calls it
        self, server: object, session: object, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.rcpt_tos, message))
        return "250 OK"


def listening(box: Mailbox) -> Controller:
    """A mail server, which has to be told its port."""
    for _ in range(5):
        controller = Controller(box, hostname="127.0.0.1", port=free_port())
        with suppress(OSError):  # somebody was faster
            controller.start()
            return controller
    pytest.fail("no port is free")


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """Where the connection `mail` leads to."""
    box = Mailbox()
    controller = listening(box)
    connection = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": controller.port,
        "extra": {
            "from_email": "airflow@example.com",
            "disable_ssl": True,
            "disable_tls": True,
            "retry_limit": 0,
            "timeout": 5,
        },
    }
    monkeypatch.setenv("AIRFLOW_CONN_MAIL", json.dumps(connection))
    try:
        yield box
    finally:
        controller.stop()


def slack(monkeypatch: pytest.MonkeyPatch, **connection: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SLACK_ALERTS", json.dumps(connection))


def test_a_webhook_of_slack_gets_title_error_and_link(monkeypatch: pytest.MonkeyPatch) -> None:
    with web([(200, b"ok")]) as (url, posted):
        slack(monkeypatch, conn_type="slackwebhook", password=f"{url}/services/T/B/token")
        assert tell(FAILED, parse("slack:slack_alerts")) == []
    ((path, _, body),) = posted
    assert path == "/services/T/B/token"
    assert body["text"] == ("sparkify_etl scheduled__2018-11-03: Stage_events failed on try 4")
    title, error, place = (block["text"]["text"] for block in body["blocks"])
    assert title == f"*{body['text']}*"
    assert error == (
        "```LoadError: COPY into staging_events\n"
        "  s3://b/k line 2: &lt;Invalid&gt; &amp; value. [1216]```"
    )
    assert "<http://airflow.example/dags/sparkify_etl?try_number=4&x=1|Log>" in place


def test_a_token_of_slack_posts_to_the_channel_that_the_setting_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with web([(200, b'{"ok": true}')]) as (url, posted):
        slack(monkeypatch, conn_type="slack", password="xoxb-1", extra={"base_url": f"{url}/api/"})
        assert tell(FAILED, parse("slack:slack_alerts?channel=#data")) == []
    ((path, headers, body),) = posted
    assert path == "/api/chat.postMessage"
    assert headers["Authorization"] == "Bearer xoxb-1"
    assert body["channel"] == "#data"
    assert body["text"].endswith("Stage_events failed on try 4")


def test_a_token_without_a_channel_is_told_how_to_name_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack(monkeypatch, conn_type="slack", password="xoxb-1")
    (failed,) = tell(FAILED, parse("slack:slack_alerts"))
    assert isinstance(failed.error, AlertError)
    assert str(failed.error).endswith("say where to post, slack:slack_alerts?channel=#NAME")


def test_a_message_is_as_short_as_slack_wants_it() -> None:
    long = Alert(AlertKind.TASK_FAILED, "d", "r" * 4000, error="<&>" * 5000)
    for block in message_of(long)["blocks"]:
        assert len(block["text"]["text"]) <= 3000
    error = message_of(long)["blocks"][1]["text"]["text"]
    assert error.endswith("…```")


def test_a_mail_goes_to_all_addresses(mailbox: Mailbox) -> None:
    setting = "smtp:mail?to=on-call@example.com&to=lead@example.com"
    assert tell(FAILED, parse(setting)) == []
    ((to, message),) = mailbox.mails
    assert to == ["on-call@example.com", "lead@example.com"]
    assert message["From"] == "airflow@example.com"
    assert message["Subject"] == "sparkify_etl scheduled__2018-11-03: Stage_events failed on try 4"
    body = message.get_body(("html",))
    assert body is not None
    text = body.get_content()
    assert "s3://b/k line 2: &lt;Invalid&gt; &amp; value. [1216]" in text
    assert "Run: scheduled__2018-11-03" in text
    assert "Log: http://airflow.example/dags/sparkify_etl?try_number=4&amp;x=1" in text


def test_the_others_are_told_when_one_fails(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "alerts.jsonl"
    with web([(500, b"no")]) as (url, _):
        slack(monkeypatch, conn_type="slackwebhook", password=f"{url}/token")
        failed = tell(
            FAILED,
            parse(
                "slack:slack_alerts,smtp:mail?to=nobody@example.com,"
                f"smtp:mail?to=me@example.com,file:{file}"
            ),
        )
    assert [item.route.name for item in failed] == [
        "slack:slack_alerts",
        "smtp:mail?to=nobody@example.com",
    ]
    assert [to for to, _ in mailbox.mails] == [["me@example.com"]]
    assert json.loads(file.read_text(encoding="utf-8"))["task_id"] == "Stage_events"


@pytest.mark.parametrize(
    ("setting", "module", "extra"),
    [
        ("slack:slack_alerts", "airflow.providers.slack.hooks.slack", "slack"),
        ("smtp:mail?to=me@example.com", "airflow.providers.smtp.hooks.smtp", "smtp"),
    ],
)
def test_a_missing_provider_names_the_extra(
    setting: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (failed,) = tell(FAILED, parse(setting))
    assert isinstance(failed.error, MissingProviderError)
    assert str(failed.error).endswith(f"pip install 'sparkify[{extra}]'")


def test_a_channel_gets_the_kinds_that_it_wants(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    routes = parse(f"file:{file}?on=run_timed_out&on=checks_warned")
    for kind in AlertKind:
        tell(Alert(kind, "d", "r"), routes)
    told = [json.loads(line)["kind"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert told == ["run_timed_out", "checks_warned", "trial"]


def test_lines_of_many_processes_stay_whole(tmp_path: Path) -> None:
    routes = parse(f"file:{tmp_path / 'alerts.jsonl'}")
    alert = Alert(AlertKind.TASK_FAILED, "d", "r", error="x" * 20_000)
    threads = [threading.Thread(target=tell, args=(alert, routes)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["error"] for line in lines] == [alert.error] * 20


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        pytest.param("pigeon", "'pigeon' names no channel for alerts; write one of:", id="word"),
        pytest.param("http://x", "'http://x' names no channel", id="other-kind"),
        pytest.param("slack:", "'slack:' is incomplete; write slack:CONNECTION", id="no-place"),
        pytest.param("slack:a?", "is incomplete", id="no-option"),
        pytest.param("file:alerts.jsonl", "the path must be absolute; write file:/", id="relative"),
        pytest.param("file:/a?to=b", "unknown option to; there are on", id="file-option"),
        pytest.param("smtp:mail", "it needs addresses; write smtp:CONN", id="no-address"),
        pytest.param("smtp:mail?to=me", "it needs addresses", id="no-at"),
        pytest.param("smtp:mail?to=a@b,c@d", "'c@d' names no channel", id="comma-in-addresses"),
        pytest.param("slack:a?chanel=b", "unknown option chanel; there are channel, on", id="typo"),
        pytest.param("slack:a?on=failure", "wants alerts failure; there are task_failed,", id="on"),
    ],
)
def test_a_setting_that_cannot_be_read_says_how_it_is_written(setting: str, message: str) -> None:
    with pytest.raises(AlertSettingError) as raised:
        parse(f"file:/ok,{setting}")
    assert message in str(raised.value)


@pytest.mark.parametrize("setting", ["", " ", ",", " , "])
def test_an_empty_setting_tells_nobody(setting: str) -> None:
    assert parse(setting) == ()


def test_a_place_may_hold_any_character() -> None:
    (route,) = parse("file:/on%2C call/what%3F/100%25")
    assert getattr(route.channel, "path", None) == Path("/on, call/what?/100%")
    (route,) = parse("slack:a?channel=%23a%26b")
    assert route.channel == SlackChannel("a", "#a&b")


def test_each_channel_has_a_form() -> None:
    for kind, (_, form) in CHANNELS.items():
        assert form.startswith(f"{kind}:")


def test_an_alert_survives_its_json() -> None:
    assert Alert.from_dict(json.loads(json.dumps(FAILED.as_dict()))) == Alert.from_dict(
        FAILED.as_dict()
    )
    assert Alert.from_dict(FAILED.as_dict()).title == FAILED.title


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`python -m sparkify.alerts`, whose environment ends with the test."""
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "server")
    monkeypatch.delenv("AIRFLOW_VAR_SPARKIFY_ALERTS", raising=False)
    return main


@pytest.mark.parametrize("by_variable", [False, True], ids=["argument", "Variable"])
def test_alerts_can_be_tried(
    by_variable: bool, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "alerts.jsonl"
    if by_variable:
        monkeypatch.setenv("AIRFLOW_VAR_SPARKIFY_ALERTS", f"file:{file}")
    assert command([] if by_variable else [f"file:{file}"]) == 0
    alert = json.loads(file.read_text(encoding="utf-8"))
    assert alert["kind"] == "trial"
    assert alert["title"].endswith("a trial; alerts arrive here")


@pytest.mark.parametrize(
    ("setting", "code", "message"),
    [
        ("", 2, "no channel is set: give one, or set the Variable sparkify_alerts"),
        ("pigeon", 2, "'pigeon' names no channel"),
        ("file:/proc/nonesuch/a", 1, "file:/proc/nonesuch/a was not told: "),
    ],
    ids=["nobody", "no channel", "cannot be told"],
)
def test_a_trial_that_fails_says_why(
    setting: str, code: int, message: str, command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command([setting]) == code
    assert message in capsys.readouterr().err
