"""The blocks of README.md, as a reader would run them, one after the other in one folder."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sparkify_harness.cli import app
from tests.cli.conftest import DEADLINE, ROOT, Sparkify
from tests.waiting import eventually

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BACKFILLED = 300.0
"""Seconds for thirty days."""


def blocks(heading: str, language: str = "") -> list[str]:
    """The blocks of code in a chapter."""
    chapter = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(rf"^```{language}\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found


def commands(block: str) -> list[list[str]]:
    """The words of each line, without its comment."""
    return [shlex.split(line, comments=True) for line in block.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sparkify]:
    command = Sparkify(tmp_path_factory.mktemp("readme"))
    yield command
    assert eventually(lambda: not command.left(), DEADLINE), command.left()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_operating_it(folder: Sparkify) -> None:
    (block,) = blocks("Operating it")
    for program, *words in commands(block):
        assert program == "sparkify"
        done = folder(*words, timeout=BACKFILLED)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "<html" in (folder.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_with_your_own_programs(sparkify: Sparkify) -> None:
    served, asked = blocks("With your own programs")[0].splitlines()
    asked = asked.partition("#")[0].rstrip()
    assert asked.endswith("psql")
    assert sparkify("seed", "--days", "2", "--to", "DIR").returncode == 0
    program, *words = shlex.split(served, comments=True)
    assert program == "sparkify"
    process = sparkify.start(*words, "--store", "embedded")
    try:
        assert eventually((sparkify.folder / "stack.env").exists, DEADLINE)
        done = subprocess.run(
            ["bash", "-c", f"{asked} --no-psqlrc -Atc 'select 7 / 2'"],
            cwd=sparkify.folder,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)
    if done.returncode == 127:
        pytest.skip("no psql binary")
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr


def test_in_your_own_tests(tmp_path: Path) -> None:
    (block,) = blocks("In your own tests", "python")
    (tmp_path / "test_it.py").write_text(block)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
         "sparkify_harness.pytest_plugin", "--sparkify-store", "embedded"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "harness"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("line", blocks("Every day")[0].splitlines())
def test_every_day(line: str) -> None:
    program, command, *rest = line.split()
    if program == "make":
        asked = ["make", "--dry-run", "--no-print-directory", command]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0
        return
    assert program == "sparkify"
    helped = CliRunner().invoke(app, [command, *(rest[:1] if command == "minio" else ()), "--help"])
    assert helped.exit_code == 0
    assert all(option in helped.stdout for option in re.findall(r"--\w+", line))
