"""Checks of what was loaded."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.errors import PermanentError, QualityError
from sparkify.names import Names
from sparkify.observation import FAIL, PASS, Checked, Finding
from sparkify.operators.base import WarehouseOperator
from sparkify.quality import Check, Outcome, report
from sparkify.star import TABLES
from sparkify.warehouse import Row, Session

RESULTS_KEY = "quality_results"
"""XCom key of all outcomes, as dictionaries; there even when the task fails."""


class DataQualityOperator(WarehouseOperator):
    """Runs all checks, and fails with one message that lists every check that failed.

    A check whose query the warehouse refuses has failed; the others still run.

    Args:
        checks: see `sparkify.quality`.
    """

    ui_color = "#89DA59"
    template_ext: Sequence[str] = (".sql",)

    def __init__(self, *, checks: Sequence[Check], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not checks:
            raise ValueError("a task without checks would always be green")
        self.checks = checks

    def execute(self, context: Context) -> int:
        """Returns the number of checks, all of which passed.

        Raises:
            QualityError: with every check that failed.
            TransientError: the warehouse could not be asked.
        """
        # Templates are rendered before anything is sent: a mistake there is no finding.
        rendered: dict[str, str] = {}
        environment = self.get_template_env()

        def render(sql: str) -> str:
            if sql not in rendered:
                text = self.render_template(sql, context, environment)
                rendered[sql] = str(text).rstrip().rstrip(";")
            return rendered[sql]

        run = self.run_of(context)
        with self.session() as session:
            questions = _Questions(session, self.names, render)
            outcomes = [_evaluate(check, questions) for check in self.checks]
        self.observe(context, self._checked(outcomes, run.seconds))
        results = [outcome.as_dict() for outcome in outcomes]
        context["ti"].xcom_push(key=RESULTS_KEY, value=results)
        if not all(outcome.passed for outcome in outcomes):
            raise QualityError(report(outcomes))
        return len(outcomes)

    def _checked(self, outcomes: Sequence[Outcome], seconds: float) -> Checked:
        findings = [
            Finding(
                check=outcome.check,
                table=_table_of(check),
                verdict=PASS if outcome.passed else FAIL,
                expected=outcome.expected,
                actual=outcome.actual,
                kind=_kind_of(check),
                column=getattr(check, "column", None),
                text=str(outcome),
            )
            for check, outcome in zip(self.checks, outcomes, strict=True)
        ]
        tables = dict.fromkeys(item.table for item in findings if item.table)
        return Checked(findings, [self.table_at(table) for table in tables], seconds)


def _table_of(check: Check) -> str | None:
    """The table that a check is about: its own, or the one whose entry holds it."""
    named: str | None = getattr(check, "table", None)
    owners = (table.name for table in TABLES.values() if check in table.checks)
    return named or next(owners, None)


def _kind_of(check: Check) -> str:
    """`not_null` of a `NotNull`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(check).__name__).lower()


def _evaluate(check: Check, questions: "_Questions") -> Outcome:
    try:
        return check.evaluate(questions)
    except PermanentError as error:
        questions.start_again()
        return Outcome(check.name, passed=False, expected="an answer", actual=str(error))


class _Questions:
    """How checks ask the warehouse."""

    def __init__(
        self,
        session: Session,
        names: Names,
        render: Callable[[str], str],
    ) -> None:
        self._session = session
        self.name_of = names
        self.render = render
        self._answers: dict[tuple[object, ...], list[Row]] = {}

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        question = (sql, *parameters)
        if question not in self._answers:  # many checks count the same table
            self._answers[question] = self._session.rows(sql, *parameters, doing="asking")
        return self._answers[question]

    def start_again(self) -> None:
        """After an error, the transaction takes no more statements."""
        self._session.rollback()
