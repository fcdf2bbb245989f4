"""The engine of the histories answers every statement as DuckDB does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sparkify.star import TABLES
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from tests.unit.pipeline.interleaved.history import History
from tests.unit.pipeline.interleaved.verdict import table

pytestmark = pytest.mark.medium

A_RUN, A_NIGHT = 4, 200

CLOCKS = ("started_at", "loaded_at", "seconds", "checked_at")
"""Columns that tell the time."""

Answers = list[tuple[str, str, list[str]]]


def told(history: History) -> Answers:
    """What each statement of a history was answered, in order."""
    answers: Answers = []
    after = history.after

    def note(client: Any, sql: str, tag: str, rows: Any) -> None:
        answers.append((sql, tag, sorted(map(repr, rows))))
        after(client, sql, tag, rows)

    history.after = note  # type: ignore[method-assign]
    history.play()
    return answers


@pytest.fixture
def duckdb() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(None)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=[] if seed < A_RUN else [pytest.mark.nightly])
        for seed in range(A_NIGHT)
    ],
)
def test_a_history_goes_the_same_way_on_both(
    seed: int, make_history: Callable[..., History], duckdb: DuckDBEngine
) -> None:
    ours = make_history(seed, checked=True)
    answers = told(ours)
    theirs = make_history(seed, checked=True, engine=duckdb)
    assert told(theirs) == answers
    assert theirs.turns.trace == ours.turns.trace
    for name in TABLES:
        both = [
            sorted(
                repr([row[key] for key in row if key not in CLOCKS]) for row in table(each, name)
            )
            for each in (ours, theirs)
        ]
        assert both[0] == both[1], name
