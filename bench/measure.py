"""How everything in here is measured: a warm-up, then the median of several runs."""

import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

RUNS = 5


@dataclass(frozen=True)
class Figure:
    """A line of the report.

    Args:
        name: What was measured.
        value: The figure with its unit.
        goal: What it should be, or empty.
        met: Whether it is; None where there is no goal or nothing was measured.
        note: How it came about.
    """

    name: str
    value: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


def median_seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    """Median wall-clock time after one warm-up.

    Args:
        run: What is timed.
        runs: How often, after the warm-up.

    Returns:
        Seconds.
    """
    run()
    return statistics.median(seconds(run) for _ in range(runs))


def median_ratio(
    ours: Callable[[], object], theirs: Callable[[], object], runs: int
) -> tuple[float, float, float]:
    """Two things in turn, so that a machine that is slow for a while is slow for both.

    Args:
        ours: what is timed.
        theirs: the reference.
        runs: of each, after one warm-up.

    Returns:
        The median of the ratios; and for each of both the median in seconds.
    """
    ours()
    theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    ratio = statistics.median(one / other for one, other in pairs)
    first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
    return ratio, first, second


def seconds(run: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def median_seconds_to_enter(
    context: Callable[[], AbstractContextManager[object]], runs: int = RUNS
) -> float:
    """Median wall-clock time until a context is entered, after one warm-up; leaving costs nothing.

    Args:
        context: Makes a fresh one.
        runs: How often, after the warm-up.

    Returns:
        Seconds.
    """

    def entered() -> float:
        with ExitStack() as opened:
            return seconds(lambda: opened.enter_context(context()))

    entered()
    return statistics.median(entered() for _ in range(runs))


def at_least(name: str, value: float, goal: float, note: str) -> Figure:
    """A ratio that should not be smaller than its goal."""
    return Figure(name, f"{value:.2f}", f">= {goal:g}", value >= goal, note)


def at_most(name: str, value: float, goal: float, unit: str, note: str) -> Figure:
    """A figure that should not be larger than its goal."""
    return Figure(
        name, f"{value:.2f} {unit}".strip(), f"<= {goal:g} {unit}".strip(), value <= goal, note
    )
