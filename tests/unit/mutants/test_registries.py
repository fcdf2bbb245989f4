"""A change to a registry changes what is in it, where whoever imports it finds it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.reach import reaching
from tests.mutants.registries import registry_mutants
from tests.mutants.trial import Bench, Verdict

CHECKOUT = Path(__file__).resolve().parents[3]
OVERLOAD = """
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.types import DOUBLE, TEXT
found = {each.signature: each for overloads in OVERLOADS.values() for each in overloads}.get
"""
LOWERING = """
from sparkify_harness.redshift.engine.duckdb.functions import LOWERINGS
found = {key.signature: lowering for key, lowering in LOWERINGS.items()}.get
"""
OPTION = """
from sparkify_harness.redshift.sql.options.library import OPTIONS
keys = {option.key for option in OPTIONS}
"""
SEEN = {
    "log:double,double is missing": (OVERLOAD, "found('log:double,double') is None"),
    "log:double,double is not strict": (OVERLOAD, "not found('log:double,double').strict"),
    "random: is not volatile": (OVERLOAD, "not found('random:').volatile"),
    "log:double,double returns another type": (
        OVERLOAD,
        "found('log:double,double').result([DOUBLE, DOUBLE]) != DOUBLE",
    ),
    "sin:double is lowered as cos:double": (
        LOWERING,
        "found('sin:double') == found('cos:double')",
    ),
    "gzip is missing": (OPTION, "'gzip' not in keys and 'bzip2' in keys"),
}


@pytest.fixture(scope="module")
def mutants() -> dict[str, Mutant]:
    return {mutant.change: mutant for mutant in registry_mutants(CHECKOUT)}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(CHECKOUT, "harness", tmp_path_factory.mktemp("mutants") / "bench", 60) as made:
        yield made


@pytest.mark.medium
@pytest.mark.parametrize("change", SEEN)
def test_whoever_imports_it_finds_it_changed(
    change: str, mutants: dict[str, Mutant], bench: Bench, tmp_path: Path
) -> None:
    imports, holds = SEEN[change]
    test = tmp_path / "test_changed.py"
    test.write_text(f"{imports}\n\ndef test_it():\n    assert {holds}\n")
    assert bench.try_out(None, [str(test)]).verdict is Verdict.KILLED
    assert bench.try_out(mutants[change], [str(test)]).verdict is Verdict.SURVIVED


def test_every_registered_thing_has_its_mutants(mutants: dict[str, Mutant]) -> None:
    for mutant in mutants.values():
        assert reaching(mutant.path)
    for path in {mutant.path for mutant in mutants.values()}:
        made = [mutant for mutant in mutants.values() if mutant.path == path]
        ast.parse(made[0].source())
        assert len(made) > 30
