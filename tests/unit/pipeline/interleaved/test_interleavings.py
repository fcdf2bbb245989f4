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

import pytest

from tests.unit.pipeline.interleaved.history import History
from tests.unit.pipeline.interleaved.verdict import judge

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
        history = make_history(seed, serializable=seed % 2 == 1)
        try:
            history.play()
            judge(history)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}\n{history.tell()}") from error
        history.close()
