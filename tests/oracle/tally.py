"""What comes of a chapter: how much is compared, what is left out and why, what differs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from tests.oracle import differences
from tests.oracle.verdicts import Outcome, Verdict

FOLDER: Final = Path(__file__).parent / "files"
LEAST: Final = 0.8
"""The share that has to be compared."""


@dataclass
class Tally:
    """Verdicts of a chapter, by what was asked."""

    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)

    def add(self, name: str, verdict: Verdict) -> None:
        """Count one."""
        self.verdicts.append((name, verdict))

    @property
    def compared(self) -> int:
        """How many were answered by both engines."""
        return sum(each.outcome is not Outcome.LEFT_OUT for _, each in self.verdicts)

    @property
    def share(self) -> float:
        """That, of all."""
        return self.compared / len(self.verdicts)

    def overloads(self) -> set[Overload]:
        """What stands in a query that was compared."""
        found: set[Overload] = set()
        for _, verdict in self.verdicts:
            if verdict.outcome is not Outcome.LEFT_OUT:
                found |= verdict.overloads
        return found

    def faults(self) -> list[str]:
        """Differences that nothing is cited for, and what is said to differ and does not."""
        faults = []
        for name, verdict in self.verdicts:
            known = differences.found(name)
            if verdict.outcome is Outcome.OTHER and known is None:
                faults.append(f"{name}\n    {verdict.said}")
            if verdict.outcome is Outcome.SAME and known is not None:
                faults.append(f"{name}\n    is the same, and {known.cites or 'open'}: {known.why}")
        return faults

    def text(self) -> str:
        """The figures, with the lists behind them."""
        head = f"compared: {self.compared} of {len(self.verdicts)} ({self.share:.1%})"
        return "\n".join([head, *self._differing(), *self._left_out(), ""])

    def _differing(self) -> Iterable[str]:
        listed = defaultdict(list)
        for name, verdict in self.verdicts:
            known = differences.found(name)
            if verdict.outcome is Outcome.OTHER and known is not None:
                listed[f"{known.cites or 'open'}: {known.why}"].append(name)
        for why, names in sorted(listed.items()):
            yield from ("", f"differs, {why}", *(f"  {name}" for name in dict.fromkeys(names)))

    def _left_out(self) -> Iterable[str]:
        listed = defaultdict(list)
        for name, verdict in self.verdicts:
            if verdict.outcome is Outcome.LEFT_OUT:
                listed[verdict.said].append(name)
        for why, names in sorted(listed.items()):
            yield from ("", f"left out, {why}", *(f"  {name}" for name in dict.fromkeys(names)))


def kept(chapter: str, now: str, *, rewrite: bool) -> str:
    """The file of a chapter, as it was or, if it is to be written, as it is now."""
    path = FOLDER / f"{chapter}.txt"
    if rewrite:
        path.write_text(now, encoding="utf-8")
    return path.read_text(encoding="utf-8") if path.exists() else ""
