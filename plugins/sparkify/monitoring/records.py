"""Rows of the two tables that tell what happened: loads, and what the checks said."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a check said, from good to bad."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """How bad it is; 0 is good."""
        return list(Verdict).index(self)


EVENTS = "staging_events"
"""Target of the loads of logs."""


@dataclass(frozen=True, slots=True)
class Load:
    """A row of `load_audit`; times are in UTC, without a zone."""

    load_id: int
    dag_id: str
    run_id: str
    task_id: str
    target: str
    outcome: str
    log_day: dt.date | None
    object_key: str | None
    etag: str | None
    last_modified: dt.datetime | None
    bytes: int | None
    rows_read: int | None
    rows_loaded: int | None
    rows_rejected: int | None
    started_at: dt.datetime | None
    loaded_at: dt.datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A row of `data_quality_results`; times are in UTC, without a zone."""

    dag_id: str
    run_id: str
    task_id: str
    log_day: dt.date | None
    load_id: int | None
    check_name: str
    table_name: str
    severity: str
    verdict: Verdict
    failing_rows: int | None
    expectation: str | None
    actual: str | None
    seconds: float | None
    checked_at: dt.datetime | None

    @property
    def check(self) -> tuple[str, str]:
        """What was checked: table and check."""
        return self.table_name, self.check_name


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks last said of one load.

    Attributes:
        load_id: of the load; None: all logs were judged, whatever load brought them.
        passed, warned, failed: number of checks.
        checked_at: of the last check.
    """

    load_id: int | None
    passed: int
    warned: int
    failed: int
    checked_at: dt.datetime | None

    @property
    def verdict(self) -> Verdict:
        """The worst that a check said."""
        if self.failed:
            return Verdict.FAIL
        return Verdict.WARN if self.warned else Verdict.PASS
