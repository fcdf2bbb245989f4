"""How far a command is: a bar where somebody looks, nothing but lines where nobody does."""

import io

import pytest
from rich.console import Console

from sparkify_harness.commands.progress import Steps


def shown(*, terminal: bool, verbose: bool = False) -> str:
    """What two days of a backfill leave behind, control sequences and all."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=80)
    with (
        Steps(console, verbose=verbose) as steps,
        steps.step("Loading days", total=2) as step,
    ):
        steps.say("Run    r1")
        for day in ("2018-11-01", "2018-11-02"):
            step.advance(f"Loaded {day}")
            steps._progress.refresh()  # as its thread does ten times a second
    return file.getvalue()


def test_a_terminal_has_a_bar_with_what_is_done_and_how_many() -> None:
    text = shown(terminal=True)
    assert "Loaded 2018-11-01" in text
    assert "1/2" in text
    assert "2/2" in text
    assert "━" in text
    assert "Run    r1" in text


@pytest.mark.parametrize("verbose", [False, True])
def test_elsewhere_there_are_lines_alone(verbose: bool) -> None:
    lines = shown(terminal=False, verbose=verbose).splitlines()
    assert lines[0] == "Run    r1"
    assert [line.split(" s  ")[1] for line in lines[1:]] == ["Loading days"] * verbose
