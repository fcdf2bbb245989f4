"""Children of the harness end with their owner, and say why when they fail."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from sparkify_harness.process import (
    Child,
    ChildExitError,
    ChildTimeoutError,
    clean_environment,
    free_port,
    spawn,
)
from tests.processes import gone
from tests.waiting import eventually

pytestmark = pytest.mark.medium

DEADLINE = 60.0
SLEEPER = ["sh", "-c", "echo ready; exec sleep 600"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(600)",
]
WITH_CHILD = ["sh", "-c", "sleep 600 & echo ready; wait"]
_IN_A_GROUP_OF_ITS_OWN = """
import os, signal, sys, time
if os.fork() == 0:
    os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready", flush=True)
{then}
time.sleep(600)
"""
WITH_CHILD_OUT_OF_REACH = [sys.executable, "-c", _IN_A_GROUP_OF_ITS_OWN.format(then="")]
LEAVING_IT = [
    sys.executable,
    "-c",
    _IN_A_GROUP_OF_ITS_OWN.format(
        then="else:\n    while not os.path.exists(sys.argv[1]): time.sleep(0.01)\n    os._exit(5)"
    ),
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "child.log"


def start(argv: list[str], log: Path, **env: str) -> Child:
    return spawn(argv, name="the child", env=clean_environment(**env), log_path=log)


def test_output_and_errors_go_to_the_log_which_only_we_may_read(log: Path) -> None:
    with start(["sh", "-c", "echo out; echo err >&2"], log) as child:
        assert eventually(lambda: child.exit_code == 0)
    assert sorted(log.read_text().split()) == ["err", "out"]
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        pytest.param(["true"], 0, id="success"),
        pytest.param(["sh", "-c", "exit 3"], 3, id="its own code"),
        pytest.param(["sh", "-c", "kill -9 $$"], 137, id="128 + signal"),
        pytest.param(["/no/such/program"], 127, id="no such program"),
    ],
)
def test_exit_code(argv: list[str], code: int, log: Path) -> None:
    with start(argv, log) as child:
        assert eventually(lambda: child.exit_code is not None)
        assert child.exit_code == code


def test_standard_input_is_empty(log: Path) -> None:
    with start(["cat"], log) as child:
        assert eventually(lambda: child.exit_code == 0)


def test_held_standard_input_ends_when_the_watcher_is_killed(log: Path) -> None:
    """What the program started, out of our reach, can wait for that."""
    with spawn(
        ["sh", "-c", "exec 3<&0; { echo waits; cat <&3; echo ended; } & exec sleep 600"],
        name="the child",
        env=clean_environment(),
        log_path=log,
        held_input=True,
    ) as child:
        child.wait_until(lambda: "waits" in child.log_tail(), DEADLINE)
        assert "ended" not in child.log_tail()
        psutil.Process(child.pid).kill()
        assert eventually(lambda: "ended" in child.log_tail())


def test_waiting_ends_at_once_when_ready(log: Path) -> None:
    with start(["sh", "-c", "echo hello; exec sleep 600"], log) as child:
        child.wait_until(lambda: "hello" in child.log_tail(), DEADLINE)
        assert child.exit_code is None


def test_waiting_for_the_end_shows_the_last_words_too(log: Path) -> None:
    seen = []
    with start(["sh", "-c", "echo first; echo last; exit 3"], log) as child:
        code = child.wait(DEADLINE, lambda: seen.append(child.log_tail()))
    assert code == 3
    assert seen[-1] == "first\nlast"


def test_waiting_for_the_end_has_an_end(log: Path) -> None:
    with (
        start(["sleep", "600"], log) as child,
        pytest.raises(ChildTimeoutError, match=r"did not end within 0\.1 s; its log is empty"),
    ):
        child.wait(0.1, lambda: None)


def test_waiting_for_a_dead_child_fails_with_code_log_and_path(log: Path) -> None:
    with (
        start(["sh", "-c", "echo no luck; exit 7"], log) as child,
        pytest.raises(
            ChildExitError, match=r"(?s)the child ended with exit code 7.*no luck"
        ) as failed,
    ):
        child.wait_until(lambda: False, DEADLINE)
    assert str(log) in str(failed.value)


def test_a_program_that_is_not_there_is_named(log: Path) -> None:
    with (
        start(["/no/such/program"], log) as child,
        pytest.raises(ChildExitError, match="cannot run /no/such/program: No such file"),
    ):
        child.wait_until(lambda: False, DEADLINE)


def test_waiting_has_an_end(log: Path) -> None:
    with (
        start(["sleep", "600"], log) as child,
        pytest.raises(ChildTimeoutError, match=r"not ready after 0\.1 s; its log is empty"),
    ):
        child.wait_until(lambda: False, 0.1)


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(SLEEPER, id="a program"),
        pytest.param(WITH_CHILD, id="a program with a child"),
        pytest.param(WITH_CHILD_OUT_OF_REACH, id="a program with a child in another group"),
        pytest.param(STUBBORN, id="a program that ignores SIGTERM"),
    ],
)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda child: child.kill(), id="kill"),
        pytest.param(lambda child: child.stop(0.1), id="stop"),
    ],
)
def test_nothing_is_left_after(argv: list[str], end: Callable[[Child], None], log: Path) -> None:
    with start(argv, log) as child:
        child.wait_until(lambda: "ready" in child.log_tail(), DEADLINE)
        tree = [child.pid, *(one.pid for one in psutil.Process(child.pid).children(recursive=True))]
        end(child)
    assert eventually(lambda: all(gone(pid) for pid in tree))


def test_what_a_program_leaves_is_ended_when_it_ends(log: Path, tmp_path: Path) -> None:
    goes = tmp_path / "goes"
    with start([*LEAVING_IT, str(goes)], log) as child:
        child.wait_until(lambda: "ready" in child.log_tail(), DEADLINE)
        tree = [child.pid, *(one.pid for one in psutil.Process(child.pid).children(recursive=True))]
        assert len(tree) == 3
        goes.touch()
        assert eventually(lambda: child.exit_code == 5)
        assert eventually(lambda: all(gone(pid) for pid in tree))


def test_stopping_twice_and_stopping_the_dead_do_nothing(log: Path) -> None:
    with start(["true"], log) as child:
        assert eventually(lambda: child.exit_code == 0)
        child.stop()
        child.stop()
        with pytest.raises(ChildExitError, match="is not running"):
            _ = child.program


OWNER = """
    import os, psutil, sys, time
    from pathlib import Path
    from sparkify_harness.process import clean_environment, spawn

    folder = Path(sys.argv[1])
    child = spawn(sys.argv[3:], name="x", env=clean_environment(), log_path=folder / "child.log")
    child.wait_until(lambda: "ready" in child.log_tail(), 60)
    tree = [child.pid, *(one.pid for one in psutil.Process(child.pid).children(recursive=True))]
    if sys.argv[2] == "fork" and os.fork() == 0:
        time.sleep(600)  # a copy of the owner that holds the pipe open
    (folder / "new").write_text(" ".join(map(str, tree)))
    (folder / "new").rename(folder / "pids")
    match sys.argv[2]:
        case "raise":
            raise SystemExit("an error")
        case "_exit":
            os._exit(0)
    time.sleep(600)
"""


@pytest.mark.parametrize(
    ("argv", "ending", "number"),
    [
        pytest.param(SLEEPER, "wait", signal.SIGKILL, id="kill -9"),
        pytest.param(STUBBORN, "wait", signal.SIGKILL, id="kill -9, and it ignores SIGTERM"),
        pytest.param(
            WITH_CHILD_OUT_OF_REACH,
            "wait",
            signal.SIGKILL,
            id="kill -9, and a child of it has another group",
        ),
        pytest.param(SLEEPER, "fork", signal.SIGKILL, id="kill -9, and a fork lives on"),
        pytest.param(SLEEPER, "wait", signal.SIGINT, id="Ctrl-C"),
        pytest.param(SLEEPER, "raise", None, id="an exception"),
        pytest.param(SLEEPER, "_exit", None, id="os._exit"),
    ],
)
def test_the_program_ends_with_its_owner(
    argv: list[str], ending: str, number: signal.Signals | None, tmp_path: Path
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(tmp_path), ending, *argv],
        env=clean_environment(),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    pids = tmp_path / "pids"
    try:
        assert eventually(pids.exists)
        tree = [int(pid) for pid in pids.read_text().split()]
        if number is not None:
            owner.send_signal(number)
        owner.wait(DEADLINE)
        assert eventually(lambda: all(gone(pid) for pid in tree))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(owner.pid, signal.SIGKILL)  # the fork, too
        owner.wait(DEADLINE)


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_on_linux_the_program_ends_with_its_watcher(log: Path) -> None:
    with start(SLEEPER, log) as child:
        program = child.program.pid
        os.kill(child.pid, signal.SIGKILL)
        assert eventually(lambda: gone(program))


def test_the_environment_of_a_child_has_nothing_of_the_users_settings(
    monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AIRFLOW__CORE__DAGS_FOLDER",
        "MINIO_ROOT_USER",
        "HTTP_PROXY",
    ):
        monkeypatch.setenv(name, "leaked")
    with start(["env"], log, MINE="1") as child:
        assert eventually(lambda: child.exit_code == 0)
    environment = log.read_text()
    assert "MINE=1" in environment
    assert "leaked" not in environment


def test_a_module_of_ours_starts_from_any_folder(log: Path, tmp_path: Path) -> None:
    (tmp_path / "signal.py").write_text("raise SystemExit('imported from the working folder')")
    child = spawn(
        [sys.executable, "-P", "-c", "import sparkify_harness, signal"],
        name="the child",
        env=clean_environment(),
        log_path=log,
        cwd=tmp_path,
    )
    with child:
        assert eventually(lambda: child.exit_code is not None)
        assert child.exit_code == 0, child.log_tail()


def test_a_free_port_can_be_bound() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
