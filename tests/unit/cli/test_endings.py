"""How the command ends: exit codes, and errors that are text, not tracebacks."""

import os
import signal
from typing import NoReturn

import pytest

from sparkify_fixtures import FolderError
from sparkify_harness import cli
from sparkify_harness.airflow import WorkerFailed
from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.objectstore import MinioNotFoundError
from sparkify_harness.process import ChildExitError
from sparkify_harness.runs import RunFolderError

SENTINEL = "correct-horse-battery"


def end(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    """The exit code of a command that raises."""

    def app(**_: object) -> NoReturn:
        password = SENTINEL
        assert password
        raise error

    monkeypatch.setattr(cli, "app", app)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(SystemExit) as leaving:
            cli.main()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(CommandError("[why]"), 3, id="surroundings"),
        pytest.param(CommandError("[why]", ExitCode.FAILED), 1, id="failed"),
        pytest.param(CommandError("[why]", ExitCode.USAGE), 2, id="usage"),
        pytest.param(ChildExitError("[why]"), 3, id="a server does not start"),
        pytest.param(WorkerFailed("[why]"), 3, id="Airflow does not start"),
        pytest.param(MinioNotFoundError("[why]"), 3, id="no MinIO"),
        pytest.param(RunFolderError("[why]"), 3, id="no run"),
        pytest.param(FolderError("[why]"), 3, id="cannot write"),
        pytest.param(PermissionError("[why]"), 3, id="no permission"),
    ],
)
def test_what_is_expected_is_one_line(
    error: Exception,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert end(monkeypatch, error) == code
    assert capsys.readouterr().err == "error: [why]\n"


def test_a_fault_shows_where_but_no_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end(monkeypatch, ZeroDivisionError("oops")) == 70
    text = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in text
    assert "this is a fault of sparkify" in text
    assert SENTINEL not in text


@pytest.mark.parametrize(
    ("leaving", "code", "told"),
    [
        pytest.param(SystemExit(0), 0, "", id="done"),
        pytest.param(SystemExit(None), 0, "", id="done without a code"),
        pytest.param(SystemExit(1), 1, "", id="failed"),
        pytest.param(SystemExit(130), 130, "Interrupted; everything that was started", id="Ctrl-C"),
    ],
)
def test_exit_codes_pass_through(
    leaving: SystemExit,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert end(monkeypatch, leaving) == code
    text = capsys.readouterr().err
    assert told in text
    assert bool(told) == bool(text)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_a_signal_leaves_through_every_finally(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    def app(**_: object) -> None:
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        finally:
            stopped.append(number)

    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    monkeypatch.setattr(cli, "app", app)
    try:
        with pytest.raises(SystemExit) as leaving:
            cli.main()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert leaving.value.code == 128 + number
    assert stopped == [number]
