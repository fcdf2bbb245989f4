"""`sparkify check`: what is shown, and how it ends."""

import json
from contextlib import nullcontext
from typing import Any

import pytest

from sparkify.errors import ConflictError, StatementError
from sparkify.quality import Outcome, Severity, Verdict
from sparkify_harness.commands import check
from sparkify_harness.commands.exits import CommandError
from tests.unit.cli.conftest import Invoke

PASSED = Outcome("a.row_count", "a", Severity.ERROR, Verdict.PASS, "1 row", "1,234 rows")
WARNED = Outcome(
    "b.unique(x)", "b", Severity.WARN, Verdict.WARN, "each x once", "1 row of 9 failing",
    failing_rows=1, sample=("(2, 2)",),
)  # fmt: skip
FAILED = Outcome(
    "c.row_count", "c", Severity.ERROR, Verdict.FAIL, "1 row", "0 rows", failing_rows=1
)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the checks find, or the error that is raised."""
    outcomes: list[Any] = []

    def inspect(*_: object, **__: object) -> list[Outcome]:
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]
        return outcomes

    monkeypatch.setattr(check, "address", lambda run, dsn: nullcontext("dsn"))
    monkeypatch.setattr(check, "pipeline_session", lambda dsn: nullcontext(None))
    monkeypatch.setattr(check, "inspect", inspect)
    return outcomes


def test_every_check_has_its_line_and_what_was_found_is_below(
    found: list[Any], invoke: Invoke
) -> None:
    found += [PASSED, WARNED, FAILED]
    result = invoke("check")
    assert result.exit_code == 1
    lines = [line.rstrip() for line in result.stdout.strip().splitlines()]
    assert [" ".join(line.split()) for line in lines] == [
        "Check Verdict Failing rows",
        "─" * 36,
        "a.row_count pass 0",
        "b.unique(x) warn 1",
        "c.row_count fail 1",
        "",
        "! b.unique(x): expected each x once, found 1 row of 9 failing; such as (2, 2)",
        "✗ c.row_count: expected 1 row, found 0 rows",
        "3 checks: 1 failed, 1 warned.",
    ]


@pytest.mark.parametrize(
    ("outcomes", "code", "last"),
    [
        pytest.param([PASSED], 0, "1 check: all passed.", id="all-pass"),
        pytest.param([PASSED, WARNED], 0, "2 checks: 1 warned.", id="one-warns"),
        pytest.param([FAILED], 1, "1 check: 1 failed.", id="one-fails"),
    ],
)
def test_only_a_failed_check_ends_it_with_1(
    outcomes: list[Outcome], code: int, last: str, found: list[Any], invoke: Invoke
) -> None:
    found += outcomes
    result = invoke("check")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (code, last)


def test_json_has_all_that_is_known(found: list[Any], invoke: Invoke) -> None:
    found += [WARNED]
    result = invoke("check", "--json")
    assert json.loads(result.stdout) == [
        {
            "check": "b.unique(x)",
            "table": "b",
            "severity": "warn",
            "verdict": "warn",
            "passed": True,
            "expected": "each x once",
            "actual": "1 row of 9 failing",
            "kind": "",
            "column": None,
            "failing_rows": 1,
            "sample": ["(2, 2)"],
            "seconds": 0.0,
        }
    ]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ConflictError("songs has yet to take notice"), "a run is at work; try again"),
        (StatementError("permission denied"), "permission denied"),
    ],
)
def test_a_warehouse_that_cannot_be_judged_ends_it_with_1(
    error: Exception, text: str, found: list[Any], invoke: Invoke
) -> None:
    found += [error]
    with pytest.raises(CommandError, match=text) as caught:
        invoke("check")
    assert caught.value.code == 1


def test_a_day_that_is_not_loaded_is_told(
    found: list[Any], invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "days", lambda session, names: [])
    with pytest.raises(CommandError, match="no log of 2018-11-03 is loaded; the days are none"):
        invoke("check", "--day", "2018-11-03")
