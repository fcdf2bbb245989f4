"""Without any one of its LOCKs, or of the other things that it needs, the pipeline is found out."""

from collections.abc import Callable

import pytest

from tests.unit.pipeline.interleaved.history import History, Stuck
from tests.unit.pipeline.interleaved.mutants import LOCKS, PARTS, Mutant
from tests.unit.pipeline.interleaved.test_interleavings import A_RUN
from tests.unit.pipeline.interleaved.verdict import judge

MakeHistory = Callable[..., History]

MUTANTS = [
    *(pytest.param(mutant, id=mutant.lacks, marks=pytest.mark.slow) for mutant in LOCKS),
    *(pytest.param(mutant, id=mutant.lacks, marks=pytest.mark.nightly) for mutant in PARTS),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_pipeline_that_lacks_a_part_is_found_out(
    mutant: Mutant, make_history: MakeHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.mutate(monkeypatch)
    for seed in range(A_RUN):
        history = make_history(seed, serializable=seed % 2 == 1)
        try:
            history.play()
            judge(history)
        except (AssertionError, Stuck) as found:  # wrong tables, an error, or no end
            if "TypeError" in str(found):
                pytest.fail(f"nobody can call what is in the place of {mutant.lacks}: {found}")
            return
        finally:
            history.close()
    pytest.fail(f"{A_RUN} histories do not miss {mutant.lacks}")
