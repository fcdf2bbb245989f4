"""Which tasks are cleared, in which state of their run, how: a few a session, or all."""

import os
import random
from collections.abc import Iterator, Sequence
from itertools import cycle, product
from typing import NamedTuple

from sparkify.star import STAGING_EVENTS, TABLES
from sparkify_harness.stack import QUALITY_TASK
from tests.scheduler.gates import AFTER, BEFORE, FAIL, HOLD

SEED = "SPARKIFY_TEST_SEED"
"""Draws the cases; the same number draws the same."""

EVERYTHING = "SPARKIFY_TEST_ALL"
"""Where it is set, every case is one."""

TASKS = ("Create_tables", *(t.task_id for t in TABLES.values() if t.task_id), QUALITY_TASK)
"""All but the two that mark a run's beginning and end; the scheduler does not run those, so no gate
stops a run there."""

MARKS = ("Begin_execution", "End_execution")
"""These two: cleared in a run that has ended well, alone or with all that come after."""


class Way(NamedTuple):
    """How a task is cleared: by which interface, and alone or with all that come after it."""

    interface: str
    downstream: bool


class Interrupted(NamedTuple):
    """A task of a run that has failed there, or goes on: `word` is what its gate says."""

    way: Way
    task: str
    word: str
    point: str


class Finished(NamedTuple):
    """A task of a run that has ended well; its log may have been corrected since."""

    way: Way
    task: str

    @property
    def corrected(self) -> bool:
        """Whether it is why one clears a task of a run that ended well."""
        return self.task == STAGING_EVENTS.task_id and self.way.downstream


class Round(NamedTuple):
    """As many cases as there are ways: each a run, and then each a run that has ended well."""

    interrupted: Sequence[Interrupted]
    finished: Sequence[Finished]

    @property
    def name(self) -> str:
        """What happens to the runs, for the test's id."""
        words = [f"{case.word}-{case.point}-{case.task}" for case in self.interrupted]
        return "+".join(words)


WAYS = tuple(Way(*way) for way in product(("api", "cli"), (False, True)))


def rounds() -> list[Round]:
    """Those of this session."""
    dice = random.Random(int(os.environ.get(SEED, "1")))
    drawn = list(_all(dice))
    return drawn if os.environ.get(EVERYTHING) else drawn[:1]


def _all(dice: random.Random) -> Iterator[Round]:
    """Every task in every state and way; in each round stands each way, and each state twice."""
    interrupted = []
    for number, way in enumerate(WAYS):
        failed, held = (
            [
                Interrupted(way, task, word, dice.choice((BEFORE, AFTER)))
                for task in dice.sample(TASKS, len(TASKS))
            ]
            for word in (FAIL, HOLD)
        )
        lists = (held, failed) if number in {1, 2} else (failed, held)
        interrupted.append([case for pair in zip(*lists, strict=True) for case in pair])
    finished = [
        # A corrected log comes first: the shortest session has one.
        sorted(
            (Finished(way, task) for task in dice.sample(TASKS + MARKS, len(TASKS + MARKS))),
            key=lambda case: not case.corrected,
        )
        for way in WAYS
    ]
    yield from map(Round, zip(*interrupted, strict=True), cycle(zip(*finished, strict=True)))
