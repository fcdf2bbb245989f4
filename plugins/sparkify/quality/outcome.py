"""What a check found, and how it is told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sparkify.warehouse import Row

_VALUE_WIDTH = 60


@dataclass(frozen=True)
class Outcome:
    """The finding of one check.

    Attributes:
        check: its name.
        passed: whether what it expects holds.
        expected: in words.
        actual: in words.
        sample: some failing rows, as text.
    """

    check: str
    passed: bool
    expected: str
    actual: str
    sample: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """For XCom: plain values only."""
        return asdict(self) | {"sample": list(self.sample)}

    def __str__(self) -> str:
        """`songplays.user_id not null: expected no NULL, found 3 of 10 rows; such as (...)`."""
        if self.passed:
            return f"{self.check}: {self.actual}"
        sample = f"; such as {', '.join(self.sample)}" if self.sample else ""
        return f"{self.check}: expected {self.expected}, found {self.actual}{sample}"


def show(row: Row) -> str:
    """A row as text, its values cut to a readable width."""

    def value(item: object) -> str:
        text = "NULL" if item is None else str(item)
        return text if len(text) <= _VALUE_WIDTH else text[:_VALUE_WIDTH] + "…"

    return f"({', '.join(value(item) for item in row)})"


def report(outcomes: Sequence[Outcome]) -> str:
    """All failed checks, one a line, under a line that counts them."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    head = f"{len(failed)} of {len(outcomes)} quality checks failed"
    return "\n".join([head, *(f"  ✗ {outcome}" for outcome in failed)])
