"""Which places a run tries: some, always the same for a call; the nightly one tries all."""

import random
from collections.abc import Sequence
from typing import Final, TypeVar

import pytest

Item = TypeVar("Item")
SAMPLES: Final = [
    pytest.param(3, id="a sample"),
    pytest.param(10_000, marks=pytest.mark.nightly, id="all"),
]


def sample(items: Sequence[Item], size: int, name: str) -> list[Item]:
    """As many of them as wanted, drawn by a name."""
    return random.Random(name).sample(items, min(size, len(items)))
