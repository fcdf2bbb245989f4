"""Checks of what was loaded."""

from collections.abc import Callable, Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.audit import Run
from sparkify.errors import PipelineError, QualityError, SourceError
from sparkify.observation import Checked, Finding
from sparkify.operators.base import WarehouseOperator
from sparkify.quality import Check, Outcome, Verdict, evaluate, report
from sparkify.quality.asking import Questions
from sparkify.quality.overrides import changed
from sparkify.quality.privacy import Privacy
from sparkify.quality.results import RESULTS, record
from sparkify.quality.scopes import subject_of
from sparkify.quality.subject import Subject
from sparkify.table import Table
from sparkify.warehouse import WarehouseSession

RESULTS_KEY = "quality_results"
"""XCom key of all outcomes, as dictionaries; there even when the task fails."""

WARNINGS_KEY = "quality_warnings"
"""Key in the context, for notifiers: the outcomes that warn, as dictionaries."""

CHECKS_PARAM = "checks"
"""The Param that changes checks for one run; see `sparkify.quality.overrides`."""

Notifier = Callable[[Context], object]


class DataQualityOperator(WarehouseOperator):
    """Runs all checks on what the run's log has brought, and fails if one of severity error does.

    The error lists every check that failed. What every check found goes to XCom, and into
    `data_quality_results`: that this cannot be written is a warning and nothing more.

    A check whose query the warehouse refuses has failed; the others still run. The Param `checks`
    changes checks for one run; see `sparkify.quality.overrides`.

    Args:
        checks: see `sparkify.quality`.
        definitions: the tables, for what is judged of them and what may be shown of their rows: of
            a table that is not described, no text is.
        log_key: of the log that the run loads; empty for all logs; templated.
        no_log: `empty` where a missing log means a day without plays: then only tables that do not
            follow the log are judged; templated.
        plays: name of the .sql file with the plays of the landing area; empty where the checks
            have nothing to do with logs: then `load_audit` is not looked into; templated.
        on_warning: called with the context where a check warns and none fails; the context has the
            outcomes that warn as `quality_warnings`. A notifier that fails is logged.
    """

    ui_color = "#89DA59"
    template_fields: Sequence[str] = (
        "log_key",
        "no_log",
        "plays",
        *WarehouseOperator.template_fields,
    )
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"plays": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(
        self,
        *,
        checks: Sequence[Check],
        definitions: Sequence[Table] = (),
        log_key: str = "",
        no_log: str = "fail",
        plays: str = "",
        on_warning: Notifier | Sequence[Notifier] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not checks:
            raise ValueError("a task without checks would always be green")
        names = [check.name for check in checks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two checks are called {', '.join(twice)}: give one a title")
        self.checks = checks
        self.definitions = definitions
        self.log_key = log_key
        self.no_log = no_log
        self.plays = plays
        self.on_warning = on_warning

    def execute(self, context: Context) -> int:
        """Returns the number of checks, none of which failed.

        Raises:
            QualityError: with every check that failed.
            ValueError: the run's Param `checks` is wrong.
            SourceError: the run's log is not loaded.
            TransientError: the warehouse could not be asked.
        """
        run = self.run_of(context)
        checks = changed(self.checks, context["params"].get(CHECKS_PARAM))
        with self.session() as session:
            subject, outcomes = session.atomically(
                lambda: self._judge(session, checks, run, context)
            )
            self._record(session, run, subject, outcomes)
        self.observe(context, self._checked(outcomes, run.seconds))
        results = [outcome.as_dict() for outcome in outcomes]
        context["ti"].xcom_push(key=RESULTS_KEY, value=results)
        if not all(outcome.passed for outcome in outcomes):
            raise QualityError(report(outcomes))
        self._warn([outcome for outcome in outcomes if outcome.verdict is Verdict.WARN], context)
        return len(outcomes)

    def _judge(
        self, session: WarehouseSession, checks: Sequence[Check], run: Run, context: Context
    ) -> tuple[Subject, list[Outcome]]:
        subject = Subject()
        if self.plays:
            subject = subject_of(
                session,
                self.names,
                self.definitions,
                self.plays,
                log_key=self.log_key or None,
                run=run,
            )
        if subject.is_absent:
            if self.no_log == "fail":
                raise SourceError(
                    f"the log {self.log_key} is not loaded: there is nothing to judge"
                )
            self.log.info("There is no log %s: what follows it is not judged", self.log_key)
        checks = [check for check in checks if subject.includes(check)]
        questions = Questions(
            session,
            self.names,
            subject,
            self._renderer(context, subject),
            Privacy.of(self.definitions),
        )
        return subject, evaluate(checks, questions)

    def _renderer(self, context: Context, subject: Subject) -> Callable[[str], str]:
        rendered: dict[str, str] = {}
        environment = self.get_template_env()
        variables: Any = {**context, "judged": lambda table: subject.judged(table, self.names)}

        def render(sql: str) -> str:
            if sql not in rendered:
                text = self.render_template(sql, variables, environment)
                rendered[sql] = str(text).rstrip().rstrip(";")
            return rendered[sql]

        return render

    def _record(
        self, session: WarehouseSession, run: Run, subject: Subject, outcomes: Sequence[Outcome]
    ) -> None:
        try:
            record(session, self.names, run, subject, outcomes)
        except PipelineError as error:
            self.log.warning("%s lacks what these checks found: %s", RESULTS, error)

    def _checked(self, outcomes: Sequence[Outcome], seconds: float) -> Checked:
        findings = [
            Finding(
                check=outcome.check,
                table=outcome.table,
                verdict=str(outcome.verdict),
                severity=str(outcome.severity),
                expected=outcome.expected,
                actual=outcome.actual,
                failing_rows=outcome.failing_rows,
                kind=outcome.kind,
                column=outcome.column,
                seconds=outcome.seconds,
                text=outcome.text,
            )
            for outcome in outcomes
        ]
        tables = dict.fromkeys(outcome.table for outcome in outcomes)
        return Checked(findings, [self.table_at(table) for table in tables], seconds)

    def _warn(self, warnings: Sequence[Outcome], context: Context) -> None:
        if not warnings:
            return
        notifiers = [self.on_warning] if callable(self.on_warning) else self.on_warning
        told: Any = {**context, WARNINGS_KEY: [outcome.as_dict() for outcome in warnings]}
        for notifier in notifiers:
            try:
                notifier(told)
            except Exception:  # whatever a notifier does, the data is right
                self.log.exception("A notifier of warnings failed")
