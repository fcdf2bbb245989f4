"""All checks of a run, with one question for all that is asked of a table."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sparkify.errors import PermanentError
from sparkify.quality.check import Check, Finding, Measure, Warehouse
from sparkify.quality.outcome import Outcome
from sparkify.quality.privacy import without_values
from sparkify.quality.severity import Severity, Verdict, verdict_of


class Judge(Warehouse, Protocol):
    """A warehouse that can go on after an error."""

    def start_again(self) -> None:
        """After an error, the transaction takes no more statements."""


def evaluate(checks: Sequence[Check], warehouse: Judge) -> list[Outcome]:
    """What comes of each check.

    A check that cannot be asked has failed, at its severity; the others go on without it.

    Raises:
        TransientError: the warehouse cannot be asked at all.
    """
    wanted = {check: check.measures(warehouse) for check in checks}
    values, seconds = _ask_together(
        dict.fromkeys(measure for measures in wanted.values() for measure in measures), warehouse
    )
    outcomes = []
    for check in checks:
        began = time.perf_counter()
        measures = wanted[check]
        finding = _find(check, measures, values, warehouse)
        took = time.perf_counter() - began + sum(seconds.get(measure, 0) for measure in measures)
        outcomes.append(_outcome(check, finding, round(took, 4)))
    return outcomes


def _ask_together(
    measures: Iterable[Measure], warehouse: Judge
) -> tuple[dict[Measure, Any], dict[Measure, float]]:
    """The values, and each one's part of the seconds; none of tables that refuse one of them."""
    by_table: dict[str | None, list[Measure]] = {}
    for measure in measures:
        by_table.setdefault(measure.table, []).append(measure)
    values: dict[Measure, Any] = {}
    seconds: dict[Measure, float] = {}
    for table, asked in by_table.items():
        began = time.perf_counter()
        try:
            values.update(zip(asked, _ask(table, asked, warehouse), strict=True))
        except PermanentError:
            warehouse.start_again()
        part = (time.perf_counter() - began) / len(asked)
        seconds.update(dict.fromkeys(asked, part))
    return values, seconds


def _ask(table: str | None, measures: Sequence[Measure], warehouse: Warehouse) -> Sequence[Any]:
    """The values of measures of one table, in one statement."""
    sql = "SELECT\n    " + ",\n    ".join(measure.expression for measure in measures)
    if table is not None:
        scope = warehouse.scope_of(table)
        joins = dict.fromkeys(measure.join for measure in measures if measure.join)
        sql = "\n".join(
            [sql, f"FROM {warehouse.name_of(table)}", *joins, *([f"WHERE {scope}"] * bool(scope))]
        )
    bound = [value for measure in measures for value in measure.values]
    return warehouse.ask(sql, bound).rows[0]


def _find(
    check: Check,
    measures: Sequence[Measure],
    values: Mapping[Measure, Any],
    warehouse: Judge,
) -> Finding:
    try:
        if not all(measure in values for measure in measures):  # its table refused somebody's
            values = {measure: _ask(measure.table, [measure], warehouse)[0] for measure in measures}
        return check.judge([values[measure] for measure in measures], warehouse)
    except PermanentError as error:
        warehouse.start_again()
        return Finding(0, f"no answer: {without_values(str(error))}", unusable=True)


def _outcome(check: Check, finding: Finding, seconds: float) -> Outcome:
    verdict = verdict_of(
        finding.failing, check.severity, warn_if=check.warn_if, error_if=check.error_if
    )
    if finding.unusable:
        verdict = Verdict.WARN if check.severity is Severity.WARN else Verdict.FAIL
    return Outcome(
        check=check.name,
        table=check.table,
        severity=check.severity,
        verdict=verdict,
        expected=check.expected,
        actual=finding.actual,
        failing_rows=finding.failing,
        sample=finding.sample,
        seconds=seconds,
    )
