"""How bad a finding is: severity and thresholds as dbt has them, and the verdict they lead to.

dbt: https://docs.getdbt.com/reference/resource-configs/severity
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

ALWAYS = "!=0"
"""The threshold of one failing row, which is dbt's default."""


class Severity(StrEnum):
    """What a finding does to the task."""

    WARN = "warn"
    """It is told; the task stays green."""

    ERROR = "error"
    """The task fails."""


class Verdict(StrEnum):
    """What came of a check."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"


_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "!=": operator.ne,
    "<>": operator.ne,
    "=": operator.eq,
    "==": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_COMPARISON = re.compile(r"\s*(!=|<>|==|=|>=|>|<=|<)\s*([0-9]{1,18})\s*")
_BETWEEN = re.compile(r"\s*between\s+([0-9]{1,18})\s+and\s+([0-9]{1,18})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Threshold:
    """A condition on the number of failing rows: `!=0`, `> 10`, `between 5 and 10`.

    dbt takes whatever SQL takes; here a comparison with one whole number, or a range.

    Attributes:
        text: as written.

    Raises:
        ValueError: it is no such condition.
    """

    text: str

    def __post_init__(self) -> None:
        if not (_COMPARISON.fullmatch(self.text) or _BETWEEN.fullmatch(self.text)):
            raise ValueError(
                f"{self.text!r} is no condition on the number of failing rows: write a comparison "
                "such as '> 10' or '!=0', or a range such as 'between 5 and 10'"
            )

    def holds(self, failing: int) -> bool:
        """Whether that many failing rows meet it."""
        if match := _COMPARISON.fullmatch(self.text):
            return _COMPARISONS[match[1]](failing, int(match[2]))
        match = _BETWEEN.fullmatch(self.text)
        return match is not None and int(match[1]) <= failing <= int(match[2])


def verdict_of(
    failing: int, severity: Severity, *, warn_if: str = ALWAYS, error_if: str = ALWAYS
) -> Verdict:
    """The verdict on a number of failing rows, in dbt's order: `error_if`, then `warn_if`.

    With severity warn `error_if` is not asked.
    """
    if severity is Severity.ERROR and Threshold(error_if).holds(failing):
        return Verdict.FAIL
    return Verdict.WARN if Threshold(warn_if).holds(failing) else Verdict.PASS
