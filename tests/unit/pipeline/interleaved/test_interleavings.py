"""After any history, every table is what the oracle makes of the logs and songs that are loaded.

A history is one to four runs of the pipeline over several days, interleaved statement by statement
over two to four open transactions, with repeats, corrections, removals, hangs, kills, conflicts and
retries. What is real: the DAG's tasks and their order, the operators, the SQL; the substitute's
parser, types, COPY, sessions, transactions and locks; the oracle. What stands in: Airflow's
scheduler and S3 by a few lines here, the driver's socket by calls, and DuckDB by an engine for a
handful of rows, which `test_engine.py` compares with it. That a pipeline which does not keep this
promise is found out is shown by mutants (`test_mutants.py`).

    python -m pytest tests/unit/pipeline/interleaved -k 'history and 1234'
"""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.pipeline.interleaved.history import History
from tests.unit.pipeline.interleaved.verdict import judge

pytestmark = pytest.mark.medium

MakeHistory = Callable[..., History]

A_RUN, A_NIGHT, AT_ONCE = 200, 5_000, 25

BLOCKS = [
    pytest.param(
        range(first, first + AT_ONCE),
        id=f"{first}-{first + AT_ONCE - 1}",
        marks=[] if first < A_RUN else [pytest.mark.nightly],
    )
    for first in range(0, A_NIGHT, AT_ONCE)
]


@pytest.mark.parametrize("seeds", BLOCKS)
def test_after_any_history_the_tables_are_those_of_the_oracle(
    seeds: range, make_history: MakeHistory
) -> None:
    for seed in seeds:
        keeps_the_promise(make_history(seed, serializable=seed % 2 == 1), seed)


@pytest.mark.parametrize("examples", [20, pytest.param(400, id="all", marks=pytest.mark.nightly)])
def test_the_same_of_logs_and_songs_that_hypothesis_makes(
    examples: int, make_history: MakeHistory
) -> None:
    """Where it fails, what is told has as few days, plays, logs and runs as it takes."""

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        material=st.randoms(use_true_random=False),
        seed=st.integers(0, 2**32 - 1),
        serializable=st.booleans(),
    )
    def check(material: Random, seed: int, serializable: bool) -> None:
        history = make_history(seed, serializable=serializable, material=material)
        keeps_the_promise(history, seed)

    check()


def keeps_the_promise(history: History, seed: int) -> None:
    """Plays a history to its end, and judges what is in the tables then."""
    try:
        history.play()
        judge(history)
    except Exception as error:
        raise AssertionError(f"seed {seed}: {error}\n{history.tell()}") from error
    finally:
        history.close()
