"""The pytest plugin, in a session of pytest of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.medium

ROOT = Path(__file__).resolve().parents[3]


def session(folder: Path, test: str, *options: str, settings: str = "") -> tuple[int, list[str]]:
    """Exit code and lines of a session with one test file, in `lane/`."""
    (folder / "lane").mkdir(exist_ok=True)
    (folder / "lane" / "test_it.py").write_text(test)
    (folder / "pytest.ini").write_text(f"[pytest]\n{settings}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "sparkify_harness.pytest_plugin", *options],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "harness"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


GUARDED = """
import socket, pytest
from sparkify_harness.pytest_plugin import NetworkBlockedError

BEYOND = "192.0.2.1"  # TEST-NET-1, RFC 5737

@pytest.mark.parametrize("reach", [
    lambda: socket.create_connection((BEYOND, 80), timeout=1),
    lambda: socket.socket().connect((BEYOND, 80)),
    lambda: socket.socket().connect_ex((BEYOND, 80)),
    lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (BEYOND, 53)),
    lambda: socket.getaddrinfo("host.example", 80),
    lambda: socket.gethostbyname("host.example"),
])
def test_beyond(reach):
    with pytest.raises(NetworkBlockedError, match="which is not this machine"):
        reach()

@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_here(host):
    with socket.create_server(("127.0.0.1" if host == "localhost" else host, 0)) as server:
        socket.create_connection((host, server.getsockname()[1]), timeout=5).close()

def test_unix(tmp_path):
    with pytest.raises(FileNotFoundError):
        socket.socket(socket.AF_UNIX).connect(str(tmp_path / "none"))
"""

UNGUARDED = """
import socket
def test_it():
    assert socket.socket.connect.__qualname__ == "socket.connect"
"""


def test_the_guard_lets_nothing_out_and_loopback_through(tmp_path: Path) -> None:
    code, lines = session(tmp_path, GUARDED, settings="sparkify_block_network = true")
    assert code == 0, "\n".join(lines)


def test_the_guard_is_off_unless_asked_for(tmp_path: Path) -> None:
    code, lines = session(tmp_path, UNGUARDED)
    assert code == 0, "\n".join(lines)
    assert "did not run" not in lines[-1]


LANES = "sparkify_lanes =\n  here: lane\n  empty: nothing\n"
MIXED = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no psql on PATH")
def test_client(): pass
@pytest.mark.parametrize("n", [1, 2])
def test_other(n): pytest.skip("no java on PATH")
"""


@pytest.mark.parametrize(
    ("test", "options", "told"),
    [
        pytest.param(
            MIXED,
            [],
            [
                "lane empty (it has no tests yet)",
                "1 in here: no psql on PATH",
                "2 in here: no java",
            ],
            id="skipped tests by reason",
        ),
        pytest.param(
            MIXED, ["-k", "client"], ["lane here (all skipped)"], id="a lane of skipped tests"
        ),
        pytest.param(MIXED, ["-k", "none"], ["lane here (deselected)"], id="a deselected lane"),
        pytest.param(
            MIXED, ["--ignore=lane"], ["lane here (not asked for)"], id="a lane that is left out"
        ),
        pytest.param(
            "def test_a(): assert False\ndef test_b(): pass",
            ["-x"],
            ["lane empty (it has no tests yet)"],
            id="a lane that failed has run",
        ),
    ],
)
def test_the_last_line_names_what_did_not_run(
    test: str, options: list[str], told: list[str], tmp_path: Path
) -> None:
    _, lines = session(tmp_path, test, *options, settings=LANES)
    assert lines[-1].startswith("did not run: ")
    assert [text for text in told if text not in lines[-1]] == []


def test_a_lane_that_ran_is_not_named(tmp_path: Path) -> None:
    _, lines = session(tmp_path, "def test_a(): pass", settings=LANES)
    assert "lane here" not in lines[-1]


def test_a_lane_without_a_folder_is_a_mistake(tmp_path: Path) -> None:
    code, lines = session(tmp_path, "", settings="sparkify_lanes =\n  here\n")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert lines == []


def test_loading_the_plugin_loads_no_server_and_no_client() -> None:
    heavy = {"airflow", "boto3", "botocore", "duckdb", "moto", "psycopg", "typer"}
    program = (
        f"import sys, sparkify_harness.pytest_plugin; print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    assert done.stdout == b"[]\n"
