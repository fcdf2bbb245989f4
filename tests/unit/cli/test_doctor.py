"""What the machine has, and what it means where it has not."""

from pathlib import Path

import pytest

from sparkify_harness import machine
from sparkify_harness.commands import doctor
from sparkify_harness.commands.doctor import Finding, read_lock
from sparkify_harness.machine import OPTIONALS, Optional
from tests.unit.cli.conftest import Invoke

LOCK = """\
duckdb==2.0.0 \\
    --hash=sha256:0000
# a comment
pytz==2025.1 ; python_version < "3" \\
    --hash=sha256:1111
rich==15.0.0
"""


def test_a_lock_is_read_for_this_machine() -> None:
    assert [str(requirement) for requirement in read_lock(LOCK)] == [
        "duckdb==2.0.0",
        "rich==15.0.0",
    ]


@pytest.mark.parametrize(
    ("lock", "good", "needed", "text"),
    [
        pytest.param("pytest=={}", True, False, "all 1 as in", id="as pinned"),
        pytest.param("pytest==0.1", False, False, "pytest {} instead of 0.1", id="another version"),
        pytest.param("no-such==1", False, True, "no-such is missing", id="missing"),
    ],
)
def test_packages_are_compared_with_the_lock(
    lock: str, good: bool, needed: bool, text: str, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.lock"
    file.write_text(lock.format(pytest.__version__))
    finding = doctor._packages(file)
    assert (finding.good, finding.needed and not finding.good) == (good, needed)
    assert text.format(pytest.__version__) in finding.text


def test_what_is_missing_says_what_that_means(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = tuple(Optional(each.name, lambda: None, each.means) for each in OPTIONALS)
    monkeypatch.setattr(doctor, "OPTIONALS", absent)
    result = invoke("doctor")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert words.count("not found: ") == len(OPTIONALS)
    assert "Everything that is needed is here." in words


def test_a_missing_essential_is_exit_code_3(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Finding("Python", good=False, text="2.7; 3.11 is needed", needed=True)
    monkeypatch.setattr(doctor, "essentials", lambda: iter([broken]))
    result = invoke("doctor")
    assert result.exit_code == 3
    assert "✗   Python" in result.stdout


def test_the_essentials_of_this_machine_are_here() -> None:
    assert [each.name for each in doctor.essentials() if not each.good] == []


def test_a_folder_that_cannot_be_written_is_an_essential_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    finding = doctor._disk(tmp_path / "home")
    assert (finding.good, finding.needed) == (False, True)
    assert finding.text.startswith(f"cannot write to {tmp_path}: $SPARKIFY_HOME")


def test_real_data_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKIFY_REAL_DATA", str(tmp_path))
    assert machine._real_data() is None
    (tmp_path / "log_data").mkdir()
    assert machine._real_data() == str(tmp_path)
