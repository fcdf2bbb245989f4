"""One mutant before its tests, in a process of its own that has the libraries already.

A checkout of links stands beside the real one; in it the code under test is a copy, whose one
module is the mutant's. The process imports from there, and so do the servers that tests start.
"""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Self

import pytest

from tests.mutants.mutant import Mutant

_LIBRARIES: Final = [
    "boto3",
    "duckdb",
    "psycopg",
    "pyarrow",
    "pytest",
    "redshift_connector",
]
_FORKS: Final = get_context("forkserver")
_FORKS.set_forkserver_preload(_LIBRARIES)


class Verdict(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    ENDLESS = "killed, as it did not end"
    UNTESTED = "no test ran"


@dataclass(frozen=True)
class Outcome:
    """What the tests said of a mutant.

    Args:
        verdict: What became of it.
        test: The test that failed, if one did.
        log: What pytest has said.
    """

    verdict: Verdict
    test: str
    log: str


class Bench:
    """A place where one mutant after the other is tried.

    Args:
        checkout: The project.
        code: The folder in it from which its packages are imported; mutants are in there.
        folder: For the copy; it is made.
        limit: Seconds after which a mutant counts as one that does not end.
    """

    def __init__(self, checkout: Path, code: str, folder: Path, limit: float) -> None:
        self._checkout, self._code, self._folder, self._limit = checkout, code, folder, limit
        folder.mkdir()
        for entry in checkout.iterdir():
            if entry.name == code:
                shutil.copytree(entry, folder / code)
            else:
                (folder / entry.name).symlink_to(entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder)

    def try_out(self, mutant: Mutant | None, tests: Sequence[str]) -> Outcome:
        """Run tests on a mutant, or on the code as it is, until one fails."""
        if mutant is None:
            return self._quick_ones_first(tests)
        target = self._folder / mutant.path
        target.write_text(mutant.source(), encoding="utf-8")
        try:
            return self._quick_ones_first(tests)
        finally:  # with its time of change, by which Python knows what it has compiled
            shutil.copy2(self._checkout / mutant.path, target)

    def _quick_ones_first(self, tests: Sequence[str]) -> Outcome:
        outcomes = []
        for marks in ("not medium", "medium"):
            outcomes.append(self._run([*tests, "-m", f"{marks} and not slow and not nightly"]))
            if outcomes[-1].verdict not in {Verdict.SURVIVED, Verdict.UNTESTED}:
                return outcomes[-1]
        return min(outcomes, key=lambda outcome: outcome.verdict is Verdict.UNTESTED)

    def _run(self, tests: Sequence[str]) -> Outcome:
        log = self._folder.with_suffix(".log")
        process = _FORKS.Process(
            target=_pytest, args=(self._checkout, self._folder / self._code, list(tests), log)
        )
        process.start()
        process.join(self._limit)
        if process.pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.join()
        said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        log.unlink(missing_ok=True)
        failed = [
            line.split(" ", 1)[1].partition(" - ")[0]
            for line in said.splitlines()
            if line.startswith(("FAILED ", "ERROR "))
        ]
        return Outcome(_verdict(process.exitcode), failed[0] if failed else "", said)


def _verdict(code: int | None) -> Verdict:
    match code:
        case pytest.ExitCode.OK:
            return Verdict.SURVIVED
        case pytest.ExitCode.NO_TESTS_COLLECTED:
            return Verdict.UNTESTED
        case None | -9:
            return Verdict.ENDLESS
        case _:
            return Verdict.KILLED


def _pytest(checkout: Path, code: Path, tests: list[str], log: Path) -> None:
    """The whole life of the process: nothing is imported from the project before."""
    os.setsid()
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(checkout)
    os.environ |= {
        "PYTHONPATH": str(code),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(log.with_suffix(".hypothesis")),
    }
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(code), str(checkout)]
    paths = " ".join(map(str, (checkout, code, checkout / "fixtures", checkout / "plugins")))
    options = ["-x", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath={paths}"]
    outcome = pytest.main([*options, "--hypothesis-seed=0", "--tb=no", *tests])
    sys.stdout.flush()
    os._exit(outcome)
