"""The connections of a stack, for a shell and for nobody else."""

import subprocess
from pathlib import Path

import pytest

from sparkify_harness.commands.exits import CommandError
from sparkify_harness.commands.up import _published, as_shell

VALUES = {"PLAIN": "a", "QUOTED": 'it\'s "$HOME" `x` \\ \n{}', "EMPTY": ""}


def test_a_shell_reads_back_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(as_shell(VALUES))
    printed = subprocess.run(
        ["sh", "-c", '. "$0"; printf %s "$PLAIN|$QUOTED|$EMPTY"', str(file)],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
        env={},
    ).stdout
    assert printed == "|".join(VALUES.values())


def test_a_file_is_ours_alone_and_gone_with_the_stack(tmp_path: Path) -> None:
    file = tmp_path / "stack.env"
    file.write_text("of an older stack")
    file.chmod(0o644)
    with _published(VALUES, file):
        assert file.read_text() == as_shell(VALUES)
        assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with (
        pytest.raises(CommandError, match=r"cannot write --env-file .*: No such file"),
        _published(VALUES, tmp_path / "missing" / "stack.env"),
    ):
        pass


def test_without_a_file_they_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with _published(VALUES, None):
        assert capsys.readouterr().out == as_shell(VALUES)
