"""The program says that it listens, stops when told, and refuses with what to do next."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.rows import TupleRow

from sparkify_harness.redshift.__main__ import PASSWORD, main

pytestmark = pytest.mark.medium

DEADLINE = 60.0
STUB = """
import sys, types
from tests.unit.wire.fake_backend import FakeBackends
stub = types.ModuleType("sparkify_harness.redshift.wiring")
stub.open_backends = lambda *, users, **_: FakeBackends(dict(users))
sys.modules["sparkify_harness.redshift.wiring"] = stub
from sparkify_harness.redshift.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def program(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", STUB, "--memory", "--port", "0", *arguments],
        cwd=folder,
        env={**os.environ, PASSWORD: "sentinel", "PYTHONPATH": f"{ROOT}:{ROOT / 'harness'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def port_of(child: subprocess.Popen[str]) -> int:
    assert child.stdout is not None
    ready = re.fullmatch(
        r"ready: host=127\.0\.0\.1 port=(\d+) pid=(\d+)\n", child.stdout.readline()
    )
    assert ready is not None
    assert int(ready[2]) == child.pid
    return int(ready[1])


def connect(port: int, **options: str) -> "psycopg.Connection[TupleRow]":
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        user="awsuser",
        password="sentinel",
        dbname="dev",
        **options,  # type: ignore[arg-type]  # libpq's
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_it_says_that_it_listens_and_stops_when_told(
    number: signal.Signals, tmp_path: Path
) -> None:
    with program(tmp_path) as child:
        port = port_of(child)
        with connect(port) as connection:
            child.send_signal(number)
            output, errors = child.communicate(timeout=DEADLINE)
            assert (child.returncode, output, errors) == (0, "", "")
            with pytest.raises(psycopg.OperationalError, match="administrator command"):
                connection.execute("select words")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with program(tmp_path, "--port", port) as child:
            _, errors = child.communicate(timeout=DEADLINE)
    assert child.returncode == 1
    assert errors == (
        f"error: port {port} of 127.0.0.1 is in use; stop what listens there or choose --port 0\n"
    )


def test_tls_is_there_with_certificates_made_on_the_way(tmp_path: Path) -> None:
    with program(tmp_path) as child:
        port = port_of(child)
        authority = tmp_path / ".sparkify" / "tls" / "ca.pem"
        with connect(port, sslmode="verify-full", sslrootcert=str(authority)) as connection:
            assert connection.pgconn.ssl_in_use
        with pytest.raises(psycopg.OperationalError, match="SSL off"):
            connect(port, sslmode="disable")


def test_tls_is_not_required_where_the_user_says_so(tmp_path: Path) -> None:
    with program(tmp_path, "--require-ssl=off") as child:
        port = port_of(child)
        for mode, encrypted in (("disable", False), ("require", True)):
            with connect(port, sslmode=mode) as connection:
                assert connection.pgconn.ssl_in_use is encrypted


def test_certificates_are_for_given_names_too(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    with program(tmp_path, f"--tls={folder}", "--tls-name=redshift", "--tls-name=db") as child:
        port = port_of(child)
        for name in ("redshift", "db", "localhost", "127.0.0.1"):
            options = {"sslmode": "verify-full", "sslrootcert": str(folder / "ca.pem")}
            with psycopg.connect(
                host=name, hostaddr="127.0.0.1", port=port, user="awsuser", password="sentinel",
                dbname="dev", **options,  # type: ignore[arg-type]  # libpq's
            ) as connection:  # fmt: skip
                assert connection.pgconn.ssl_in_use


def test_the_password_is_not_on_the_command_line(tmp_path: Path) -> None:
    with program(tmp_path) as child:
        port_of(child)
        assert "sentinel" not in " ".join(psutil.Process(child.pid).cmdline())


REFUSED = [
    pytest.param(["--memory"], f"there is no password: set ${PASSWORD}", id="no password"),
    pytest.param(
        ["--memory", "--password-file", "{tmp}/absent"],
        "absent cannot be read: No such file",
        id="no password file",
    ),
    pytest.param(
        ["--memory", "--password-file", "{tmp}/empty"], "is empty", id="empty password file"
    ),
    pytest.param(["--memory", "--host", "0.0.0.0"], "--allow-remote opens", id="every address"),
    pytest.param(
        ["--memory", "--host", "example.org"], "not a loopback address", id="another machine"
    ),
    pytest.param(
        ["--memory", "--password-file", "{tmp}/password", "--tls", "{tmp}/password"],
        "needs server.pem and server.key",
        id="no folder for TLS",
    ),
    pytest.param(
        ["--memory", "--password-file", "{tmp}/password", "--s3-ca-file", "{tmp}/absent.pem"],
        "absent.pem: No such file or directory; it must be a certificate authority in PEM",
        id="no authority of S3",
    ),
    pytest.param(
        ["--memory", "--password-file", "{tmp}/password", "--s3-ca-file", "{tmp}/password"],
        "it holds no certificate",
        id="an authority of S3 that is none",
    ),
]


@pytest.mark.parametrize(("arguments", "text"), REFUSED)
def test_refusals_say_what_to_do(
    arguments: list[str],
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "password").write_text("sentinel\n")
    assert main([argument.format(tmp=tmp_path) for argument in arguments]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert text in errors
    assert "sentinel" not in errors


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param([], "--memory --file is required", id="neither memory nor file"),
        pytest.param(["--memory", "--file", "x"], "not allowed with", id="memory and file"),
        pytest.param(
            ["--memory", "--port", "65536"], "'65536' is not a port: 0 to 65535", id="no such port"
        ),
        pytest.param(["--memory", "--password", "x"], "unrecognized", id="password as argument"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    errors = capsys.readouterr().err
    assert "usage:" in errors
    assert text in errors


def test_the_help_teaches_by_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    help_text = capsys.readouterr().out
    assert f"export {PASSWORD}=" in help_text
    assert "ready: host=127.0.0.1 port=5439 pid=" in help_text
