"""Help texts: every command has one, with examples, and it fits a terminal of 80 columns.

`SPARKIFY_UPDATE_GOLDEN=1` writes the files in `help/` anew.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import Result

from sparkify_harness.cli import app
from tests.unit.cli.conftest import Invoke

GOLDEN = Path(__file__).parent / "help"


def paths(command: Any, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, *names, name)


COMMANDS = list(paths(get_command(app)))


def golden(names: tuple[str, ...]) -> Path:
    return GOLDEN / f"{'-'.join(('sparkify', *names))}.txt"


def shown(result: Result) -> str:
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines()) + "\n"


@pytest.mark.parametrize("names", COMMANDS, ids=lambda names: " ".join(("sparkify", *names)))
def test_help_text(names: tuple[str, ...], invoke: Invoke) -> None:
    result = invoke(*names, "--help")
    assert result.exit_code == 0
    if os.environ.get("SPARKIFY_UPDATE_GOLDEN"):
        golden(names).write_text(shown(result), encoding="utf-8")
    assert shown(result) == golden(names).read_text(encoding="utf-8")
    assert max(map(len, shown(result).splitlines())) <= 80


def test_no_golden_file_is_left_over() -> None:
    assert sorted(GOLDEN.iterdir()) == sorted(map(golden, COMMANDS))


@pytest.mark.parametrize(
    "names",
    [names for names in COMMANDS if names and names not in {("minio",), ("doctor",)}],
    ids=" ".join,
)
def test_help_teaches_by_examples(names: tuple[str, ...]) -> None:
    assert "Examples:\n # " in golden(names).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "names", [(), ("minio",), ("stack",)], ids=["sparkify", "sparkify minio", "sparkify stack"]
)
def test_a_group_alone_shows_its_help(names: tuple[str, ...], invoke: Invoke) -> None:
    assert shown(invoke(*names)) == golden(names).read_text(encoding="utf-8")


def test_version_names_what_a_report_needs(invoke: Invoke) -> None:
    text = invoke("--version").stdout
    assert text.startswith("sparkify ")
    assert all(name in text for name in ("Python 3.", "apache-airflow 3.", "duckdb 2."))
