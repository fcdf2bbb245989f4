"""The command as a process, in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from sparkify_harness.runs import RunFolder, Runs
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 90.0
SMALL = ("--days", "2", "--users", "12", "--songs", "8", "--seed", "5", "--store", "embedded")
"""A data set that takes no time; the store needs nothing but Python."""
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Sparkify:
    """`sparkify` in a folder that takes its runs."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / ".sparkify"

    def environment(self, extra: Mapping[str, str] = NOTHING) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"PYTHONPATH": str(ROOT / "harness"), "COLUMNS": "80", **extra}

    def start(self, *arguments: str, extra: Mapping[str, str] = NOTHING) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "sparkify_harness.cli", *arguments],
            cwd=self.folder,
            env=self.environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(
        self,
        *arguments: str,
        stdin: str = "",
        timeout: float = DEADLINE,
        extra: Mapping[str, str] = NOTHING,
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "sparkify_harness.cli", *arguments],
            cwd=self.folder,
            env=self.environment(extra),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def left(self) -> list[str]:
        """Command lines of processes that work in our folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                words = " ".join(process.cmdline())
                if str(self.folder) in words or process.cwd().startswith(str(self.folder)):
                    found.append(words)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


@pytest.fixture
def sparkify(tmp_path: Path) -> Iterator[Sparkify]:
    """The command; whatever it left is ended with the test."""
    command = Sparkify(tmp_path)
    yield command
    assert eventually(lambda: not command.left(), DEADLINE), command.left()


@dataclass(frozen=True)
class Ended:
    """A run that came to its end."""

    command: Sparkify
    code: int
    output: str
    messages: str

    @property
    def folder(self) -> RunFolder:
        (name,) = re.findall(r"^Run    ([^:]+):", self.messages, re.MULTILINE)
        return Runs(self.command.home).find(name)

    def sql(self, *arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return self.command("sql", "--run", self.folder.id, *arguments, stdin=stdin)

    def counts(self) -> dict[str, int]:
        """Rows of the tables, as shown."""
        found = re.findall(r"^ (\w+) +([\d,]+) *$", self.output, re.MULTILINE)
        return {name: int(rows.replace(",", "")) for name, rows in found}


@pytest.fixture(scope="session")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Ended]:
    """Two runs in one folder at the same time: a good one, and one whose checks must fail."""
    command = Sparkify(tmp_path_factory.mktemp("at-once"))
    mistaken = ("--seed", "6", "--day", "2018-11-02", "--param", "log_jsonpaths=auto")
    processes = [
        command.start(
            "run", *SMALL, *more, extra={"GITHUB_STEP_SUMMARY": str(command.folder / page)}
        )
        for page, more in (("good.md", ()), ("bad.md", mistaken))
    ]
    try:
        texts = [process.communicate(timeout=DEADLINE) for process in processes]
    finally:
        for process in processes:
            process.kill()
    good, bad = (
        Ended(command, process.returncode, *text)
        for process, text in zip(processes, texts, strict=True)
    )
    return good, bad


@pytest.fixture(scope="session")
def finished(at_once: tuple[Ended, Ended]) -> Ended:
    """A small run that has succeeded."""
    good, _ = at_once
    assert good.code == 0, good.output + good.messages
    return good


@pytest.fixture
def started(sparkify: Sparkify) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts commands that a test ends itself; a failed test leaves none behind."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        processes.append(sparkify.start(*arguments))
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=DEADLINE)
