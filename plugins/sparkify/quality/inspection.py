"""The checks of the pipeline without Airflow: what `sparkify check` does."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sparkify.names import Names
from sparkify.quality.asking import Questions
from sparkify.quality.check import Check
from sparkify.quality.judging import evaluate
from sparkify.quality.outcome import Outcome
from sparkify.quality.privacy import Privacy
from sparkify.quality.scopes import subject_of
from sparkify.star import CHECKS, TABLES
from sparkify.table import Table
from sparkify.templates import Templates
from sparkify.warehouse import WarehouseSession


def inspect(
    session: WarehouseSession,
    names: Names,
    folder: Path,
    *,
    log_key: str | None = None,
    checks: Sequence[Check] = CHECKS,
    tables: Mapping[str, Table] = TABLES,
) -> list[Outcome]:
    """What comes of the checks, in the session's transaction. Nothing is written.

    Args:
        session: of the warehouse.
        names: of the tables.
        folder: of the .sql files.
        log_key: judge what this log has brought, and the songs; None for everything.
        checks: to ask.
        tables: descriptions.

    Raises:
        ConflictError: a run is about to bring the tables up to date.
        PipelineError: the warehouse could not be asked.
    """
    described = tuple(tables.values())
    plays = Templates(folder, names).render("staged_plays.sql")
    subject = subject_of(session, names, described, plays, log_key=log_key)
    templates = Templates(folder, names, {"judged": lambda table: subject.judged(table, names)})
    questions = Questions(session, names, subject, templates.render, Privacy.of(described))
    return evaluate([check for check in checks if subject.includes(check)], questions)
