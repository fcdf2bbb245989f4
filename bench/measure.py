"""How everything in here is measured: a warm-up, then the median of several runs."""

import statistics
import time
from collections.abc import Callable
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


def median_seconds(run: Callable[[], None], runs: int = RUNS) -> float:
    """Median wall-clock time after one warm-up.

    Args:
        run: What is timed.
        runs: How often, after the warm-up.

    Returns:
        Seconds.
    """
    run()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def at_least(name: str, value: float, goal: float, note: str) -> Figure:
    """A ratio that should not be smaller than its goal."""
    return Figure(name, f"{value:.2f}", f">= {goal:g}", value >= goal, note)


def at_most(name: str, value: float, goal: float, unit: str, note: str) -> Figure:
    """A figure that should not be larger than its goal."""
    return Figure(
        name, f"{value:.2f} {unit}".strip(), f"<= {goal:g} {unit}".strip(), value <= goal, note
    )
