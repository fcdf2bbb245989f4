"""Severity and thresholds lead to the verdicts that dbt's documentation promises."""

import pytest

from sparkify.quality.severity import Severity, Threshold, Verdict, verdict_of

HOLDS = [
    ("!=0", 1, True),
    ("!= 0", 0, False),
    ("<>0", 3, True),
    ("=5", 5, True),
    ("==5", 4, False),
    (">10", 10, False),
    (" > 10 ", 11, True),
    (">=10", 10, True),
    ("<3", 2, True),
    ("<=3", 4, False),
    ("between 5 and 10", 5, True),
    ("BETWEEN 5 AND 10", 10, True),
    ("between 5 and 10", 11, False),
]


@pytest.mark.parametrize(("text", "failing", "holds"), HOLDS)
def test_a_threshold_is_a_condition_on_the_failing_rows(
    text: str, failing: int, holds: bool
) -> None:
    assert Threshold(text).holds(failing) is holds


@pytest.mark.parametrize(
    "text",
    ["", "10", "> 1.5", "> -1", "> ten", "=> 3", "> 1 or 1=1", "between 1", "!=0; drop", "> 1\n2"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no condition on the number of failing rows"):
        Threshold(text)


ERROR, WARN = Severity.ERROR, Severity.WARN
VERDICTS = {
    "nothing-fails": (0, ERROR, "!=0", "!=0", Verdict.PASS),
    "one-fails": (1, ERROR, "!=0", "!=0", Verdict.FAIL),
    "one-warns": (1, WARN, "!=0", "!=0", Verdict.WARN),
    "few-warn": (5, ERROR, "!=0", ">10", Verdict.WARN),
    "many-fail": (11, ERROR, "!=0", ">10", Verdict.FAIL),
    "fewer-pass": (2, ERROR, ">2", ">10", Verdict.PASS),
    "error-comes-first": (11, ERROR, "<0", ">10", Verdict.FAIL),
    "warn-never-fails": (1000, WARN, "!=0", ">10", Verdict.WARN),
    "warn-only-beyond": (10, WARN, ">10", "!=0", Verdict.PASS),
}


@pytest.mark.parametrize(
    ("failing", "severity", "warn_if", "error_if", "verdict"), VERDICTS.values(), ids=VERDICTS
)
def test_a_verdict_follows_from_severity_and_thresholds(
    failing: int, severity: Severity, warn_if: str, error_if: str, verdict: Verdict
) -> None:
    assert verdict_of(failing, severity, warn_if=warn_if, error_if=error_if) is verdict
