"""All checks of a run, with one question for all values that they need."""

import time
from collections.abc import Mapping, Sequence
from itertools import chain
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
    measures = tuple(dict.fromkeys(chain.from_iterable(wanted.values())))
    began = time.perf_counter()
    values: Mapping[Measure, Any] = {}
    try:
        values = ask(measures, warehouse)
    except PermanentError:
        warehouse.start_again()  # each check for itself, to find the one that is to blame
    part = (time.perf_counter() - began) / max(1, len(measures))
    outcomes = []
    for check in checks:
        began = time.perf_counter()
        finding = _find(check, wanted[check], values, warehouse)
        seconds = time.perf_counter() - began + part * len(wanted[check])
        outcomes.append(_outcome(check, finding, round(seconds, 4)))
    return outcomes


def ask(measures: Sequence[Measure], warehouse: Warehouse) -> dict[Measure, Any]:
    """The values of measures, by one statement: a row of each table, side by side.

    Raises:
        PipelineError: they could not be had.
    """
    if not measures:
        return {}
    by_table: dict[str, list[Measure]] = {}
    alone = []
    for measure in measures:
        if measure.table is None:
            alone.append(measure)
        else:
            by_table.setdefault(measure.table, []).append(measure)
    queries = [_query(table, group, warehouse) for table, group in by_table.items()]
    queries += [measure.expression for measure in alone]
    rows = [f"(\n{query}\n) AS row_{number}" for number, query in enumerate(queries)]
    order = [*chain.from_iterable(by_table.values()), *alone]
    bound = [value for measure in order for value in measure.values]
    answer = warehouse.ask("SELECT *\nFROM " + "\nCROSS JOIN ".join(rows), bound)
    return dict(zip(order, answer.rows[0], strict=True))


def _query(table: str, measures: Sequence[Measure], warehouse: Warehouse) -> str:
    named = [f"{measure.expression} AS value_{n}" for n, measure in enumerate(measures)]
    joins = dict.fromkeys(measure.join for measure in measures if measure.join)
    columns = ",\n    ".join(named)
    return "\n".join([f"SELECT\n    {columns}", f"FROM {warehouse.judged(table)}", *joins])


def _find(
    check: Check,
    measures: Sequence[Measure],
    values: Mapping[Measure, Any],
    warehouse: Judge,
) -> Finding:
    try:
        if not all(measure in values for measure in measures):
            values = ask(measures, warehouse)
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
        kind=check.kind,
        column=check.columns_used[0] if len(check.columns_used) == 1 else None,
        failing_rows=finding.failing,
        sample=finding.sample,
        seconds=seconds,
    )
