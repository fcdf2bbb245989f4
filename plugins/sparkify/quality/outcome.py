"""What came of a check, and how it is told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sparkify.quality.severity import Severity, Verdict

_MARKS = {Verdict.PASS: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}


@dataclass(frozen=True)
class Outcome:
    """What came of one check. Nothing in it is data about people.

    Attributes:
        check: its name.
        table: that it is about.
        severity: of the check.
        verdict: with severity warn never fail.
        expected: in words.
        actual: in words.
        kind: of check.
        column: that it is about, where it is one.
        failing_rows: that break it.
        sample: some of them, as text.
        seconds: it took; of a statement that many checks share, its part.
    """

    check: str
    table: str
    severity: Severity
    verdict: Verdict
    expected: str
    actual: str
    kind: str = ""
    column: str | None = None
    failing_rows: int = 0
    sample: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the task may be green; a warning is none of its faults."""
        return self.verdict is not Verdict.FAIL

    @property
    def found(self) -> str:
        """What was found, with some failing rows."""
        return self.actual + (f"; such as {', '.join(self.sample)}" if self.sample else "")

    def as_dict(self) -> dict[str, object]:
        """For XCom: plain values only."""
        return asdict(self) | {
            "severity": str(self.severity),
            "verdict": str(self.verdict),
            "passed": self.passed,
            "sample": list(self.sample),
        }

    @property
    def text(self) -> str:
        """`users.unique(user_id): expected each user_id once, found 3 rows of 10 failing`."""
        if self.verdict is Verdict.PASS:
            return f"{self.check}: {self.actual}"
        return f"{self.check}: expected {self.expected}, found {self.found}"

    def __str__(self) -> str:
        """The text, with a mark before it."""
        return f"{_MARKS[self.verdict]} {self.text}"


def report(outcomes: Sequence[Outcome]) -> str:
    """All failed checks, one a line, under a line that counts them; then those that warn."""
    failed = [outcome for outcome in outcomes if outcome.verdict is Verdict.FAIL]
    warned = [outcome for outcome in outcomes if outcome.verdict is Verdict.WARN]
    head = f"{len(failed)} of {len(outcomes)} quality checks failed"
    if warned:
        head += f", {len(warned)} warned"
    return "\n".join([head, *(f"  {outcome}" for outcome in (*failed, *warned))])
