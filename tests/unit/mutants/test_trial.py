"""Mutants of a toy are killed if its tests notice them, survive if they cannot, and leave it be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.hunt import NotGreen, hunt
from tests.mutants.lines import line_mutants
from tests.mutants.mutant import Mutant
from tests.mutants.trial import Bench, Verdict

pytestmark = [pytest.mark.medium, pytest.mark.timeout(300)]

CODE = """\
from functools import cache

TABLE = {"one": 1, "two": 2}


@cache
def larger(a, b):
    \"\"\"The larger one.\"\"\"
    if a > b:
        return a
    return b


def steps(end):
    n = 0
    while n < end:
        n += 1
    return n
"""
TESTS = """\
import subprocess
import sys

from toy import TABLE, larger, steps


def test_larger():
    assert [larger(1, 2), larger(2, 1), larger(2, 2)] == [2, 2, 2]


def test_steps():
    assert steps(3) == 3


def test_a_child_has_the_same_code():
    asked = [sys.executable, "-c", "import toy; print(toy.TABLE)"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert said == "{'one': 1, 'two': 2}\\n"
"""
VERDICTS = {
    "{'one': 1, 'two': 2} → {'two': 2}": Verdict.KILLED,
    "{'one': 1, 'two': 2} → {'one': 2, 'two': 1}": Verdict.KILLED,
    "a > b → a >= b": Verdict.SURVIVED,
    "if a > b → if True": Verdict.KILLED,
    "return n → return None": Verdict.KILLED,
}
LIMIT = 100.0


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    checkout = tmp_path / "toy"
    (checkout / "code").mkdir(parents=True)
    (checkout / "code" / "toy.py").write_text(CODE)
    (checkout / "test_toy.py").write_text(TESTS)
    return checkout


@pytest.fixture
def bench(toy: Path, tmp_path: Path) -> Iterator[Bench]:
    with Bench(toy, "code", tmp_path / "bench", LIMIT) as made:
        yield made


def mutants(toy: Path) -> dict[str, Mutant]:
    return {mutant.change: mutant for mutant in line_mutants(toy, "code/toy.py")}


def test_what_tests_notice_is_killed_and_what_they_cannot_notice_survives(
    toy: Path, bench: Bench
) -> None:
    made = mutants(toy)
    tried = {change: bench.try_out(made[change], ["test_toy.py"]) for change in VERDICTS}
    assert {change: outcome.verdict for change, outcome in tried.items()} == VERDICTS
    assert tried["if a > b → if True"].test == "test_toy.py::test_larger"
    missing = tried["{'one': 1, 'two': 2} → {'two': 2}"]
    assert missing.test == "test_toy.py::test_a_child_has_the_same_code"
    assert bench.try_out(None, ["test_toy.py"]).verdict is Verdict.SURVIVED, "it is as it was"
    assert (toy / "code" / "toy.py").read_text() == CODE


def test_what_does_not_end_is_killed(toy: Path, tmp_path: Path) -> None:
    with Bench(toy, "code", tmp_path / "bench", limit=5) as bench:
        outcome = bench.try_out(mutants(toy)["n += 1 → pass"], ["test_toy.py"])
    assert outcome.verdict is Verdict.ENDLESS


def test_no_test_is_no_survivor(bench: Bench) -> None:
    assert bench.try_out(None, ["test_toy.py", "-k", "nothing"]).verdict is Verdict.UNTESTED


def test_tests_that_fail_anyway_say_nothing(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (toy / "test_toy.py").write_text("def test_nothing():\n    assert not 'green'\n")
    monkeypatch.setattr("tests.mutants.hunt.reaching", lambda path: ("test_toy.py",))
    made = list(mutants(toy).values())[:1]
    with pytest.raises(NotGreen, match=r"test_toy\.py::test_nothing"):
        list(hunt(toy, "code", made, processes=1, limit=LIMIT))
