"""What the checks said, run by run, and what of it still stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkify.audit import Outcome
from sparkify.monitoring.history import History
from sparkify.monitoring.records import CheckResult, Verdict
from sparkify.monitoring.runs import Run


@dataclass(frozen=True, slots=True)
class CheckTrend:
    """One check over several runs.

    Attributes:
        table, name: of the check.
        results: one for each run; None where the run did not do the check.
    """

    table: str
    name: str
    results: tuple[CheckResult | None, ...]

    @property
    def done(self) -> tuple[CheckResult, ...]:
        """The results that there are."""
        return tuple(result for result in self.results if result is not None)

    @property
    def passed(self) -> int:
        """In how many runs it passed."""
        return sum(result.verdict is Verdict.PASS for result in self.done)

    @property
    def last(self) -> CheckResult | None:
        """What it said last."""
        return self.done[-1] if self.done else None

    @property
    def streak(self) -> int:
        """How many runs have said, without a break, what it said last."""
        count = 0
        for result in reversed(self.done):
            if self.last is None or result.verdict is not self.last.verdict:
                break
            count += 1
        return count


def trends(runs: Sequence[Run]) -> tuple[CheckTrend, ...]:
    """Every check that one of the runs did: those in trouble first, then by table and name."""
    names = {check for run in runs for check in run.standing_results}
    found = [
        CheckTrend(table, name, tuple(run.standing_results.get((table, name)) for run in runs))
        for table, name in names
    ]
    return tuple(sorted(found, key=_trouble))


def _trouble(trend: CheckTrend) -> tuple[int, int, str, str]:
    last = trend.last.verdict.rank if trend.last else 0
    worst = max((result.verdict.rank for result in trend.done), default=0)
    return -last, -worst, trend.table, trend.name


def findings(history: History) -> tuple[CheckResult, ...]:
    """Results other than `pass` that still stand, the worst and newest first.

    A result stands until the same check says something else of the same log, or another load
    brings that log anew.
    """
    current = {log.load_id for log in history.logs if log.outcome == Outcome.LOADED}
    standing = [
        result for result in history.findings if result.load_id is None or result.load_id in current
    ]
    return tuple(sorted(standing, key=lambda result: -result.verdict.rank))
