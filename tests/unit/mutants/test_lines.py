"""Which changes are made to a module's code."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.mutants.lines import line_mutants

CHECKOUT = Path(__file__).resolve().parents[3]
MADE = {
    "a < b": ["a <= b"],
    "a is None": ["a is not None"],
    "a in b": ["a not in b"],
    "a and b": ["a or b", "b", "a"],
    "not a": ["a"],
    "a + b": ["a - b"],
    "'x' + b": ["'XXx' + b"],
    "7": ["8"],
    "True": ["False"],
    "'text'": ["'XXtext'"],
    "f'a{b}'": ["f'XXa{b}'"],
    "b if a else c": ["b", "c"],
    "{'a': b, 'c': d}": ["{'c': d}", "{'a': b}", "{'a': d, 'c': b}"],
    "{a, b}": ["{b}", "{a}"],
    "(1, 2)": ["(2,)", "(1,)"],
    "(a, b)": [],
    "f(a, strict=True)": ["f(a)", "f(a, strict=False)"],
    "cast('int', a)": [],
}


@pytest.mark.parametrize(("code", "expected"), MADE.items(), ids=MADE)
def test_what_could_stand_in_its_place(code: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(f"value = {code}\n")
    made = [mutant.source() for mutant in line_mutants(tmp_path, "module.py")]
    of_parts = [text for text in made if text.removeprefix("value = ") in expected]
    assert of_parts == [f"value = {each}" for each in expected]
    assert expected or not made


@pytest.mark.parametrize(
    "code",
    ['"""What it is."""', "from a import b", "a: 'int'", "def f(a: 'int') -> 'str': ..."],
)
def test_what_no_run_depends_on_is_left_alone(code: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(code)
    assert line_mutants(tmp_path, "module.py") == []


def test_each_mutant_of_a_real_module_is_another_program_and_leaves_no_trace() -> None:
    path = "harness/sparkify_harness/redshift/execute/locks.py"
    original = ast.unparse(ast.parse((CHECKOUT / path).read_text(encoding="utf-8")))
    made = line_mutants(CHECKOUT, path)
    sources = [mutant.source() for mutant in made]
    for source in sources:
        assert source != original
        ast.parse(source)
    with ThreadPoolExecutor(4) as pool:
        assert sources == list(pool.map(lambda mutant: mutant.source(), made)), (
            "whoever asks, and when"
        )
    assert len(set(sources)) > 70
    assert {"other != owner → other == owner", "if owner in blockers → if True"} <= {
        mutant.change for mutant in made
    }
