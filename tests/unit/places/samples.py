"""Which places a run tries: some, always the same for a call; the nightly one tries all."""

import random
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import pytest

Item = TypeVar("Item")


def samples(size: int) -> list[Any]:
    """Parameters of a test: so many places each run, and all of them each night."""
    return [
        pytest.param(size, id="a sample"),
        pytest.param(10_000, marks=pytest.mark.nightly, id="all"),
    ]


SAMPLES: Final = samples(3)


def seldom(item: object, times: int) -> bool:
    """Whether the nightly run alone takes it: of so many, each run takes about one, by its name."""
    return random.Random(str(item)).randrange(times) > 0


def sample(items: Sequence[Item], size: int, name: str) -> list[Item]:
    """As many of them as wanted, drawn by a name."""
    return random.Random(name).sample(items, min(size, len(items)))
