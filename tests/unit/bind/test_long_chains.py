"""What grows with a statement stays in proportion to it."""

from collections.abc import Callable
from typing import Any

import pytest

from sparkify_harness.redshift.sql.bind import resolve

pytestmark = pytest.mark.medium


@pytest.mark.parametrize(
    ("operands", "filters"), [(1_000, 0), (1_001, 1), (10_000, 1), (10_001, 2), (25_000, 3)]
)
def test_a_chain_of_conditions_makes_few_filters(
    operands: int, filters: int, lowered: Callable[[str], str]
) -> None:
    chain = " AND ".join(f"id <> {number}" for number in range(operands))
    sql = lowered(f"SELECT id FROM users WHERE {chain}")
    assert sql.count(" IS TRUE") == filters
    assert sql.count("<>") == operands


@pytest.mark.parametrize(
    "condition",
    [
        " AND ".join(f"id <> {number}" for number in range(2_000)),
        f"id IN ({', '.join(map(str, range(2_000)))})",
    ],
    ids=["AND", "IN"],
)
def test_an_operator_is_chosen_once_for_the_same_kinds(
    condition: str, bound: Callable[[str], Any]
) -> None:
    resolve._candidates.cache_clear()
    bound(f"SELECT id FROM users WHERE {condition}")
    asked = resolve._candidates.cache_info()
    assert asked.misses <= 2
    assert asked.hits >= 1_990
