"""What a query was described by stays as it is until its transaction ends.

PostgreSQL locks the tables of a query as it analyses it, at Parse: who waits for somebody's ALTER
TABLE is told of the columns that there are then.

PostgreSQL: https://www.postgresql.org/docs/8.0/explicit-locking.html#LOCKING-TABLES
"""

from collections.abc import Callable

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.recording import Recording
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.execute.transaction import held_by_readers


def steady(
    session: Session, described: Callable[[], Preparation], *, within: bool = False
) -> Preparation:
    """Describe a statement, and hold what it reads; again, where somebody was waited for.

    Deviates: A statement that writes waits when it runs, not at Parse.

    Args:
        session: Whose.
        described: Describes it as things are now.
        within: Whether it is part of a statement that runs, and so is in the logs.

    Raises:
        RedshiftError: It cannot be described, or was cancelled while it waited.
    """
    while True:
        prepared = described()
        if not _waited(session, prepared, within=within):
            return prepared


def _waited(session: Session, prepared: Preparation, *, within: bool) -> bool:
    """Hold what a query reads; whether there was anybody to wait for."""
    bound, statement, transaction = prepared.bound, prepared.statement, session.transaction
    if bound is None or bound.writes is not None or not any(map(held_by_readers, bound.reads)):
        return False
    assert statement is not None  # noqa: S101  # it is bound
    recordings: list[Recording] = []

    def waiting() -> None:
        """Others see what waits, under the number that a cancel names."""
        if not (within or recordings):
            recordings.append(Recording(session, statement, "SELECT"))

    if not transaction.in_block:
        session.settle()
    transaction.numbered()
    try:
        with transaction.statement(keep_open=True):
            transaction.read(bound.reads, waiting)
    except RedshiftError as error:
        for recording in recordings:
            recording.end(0, error)
        raise
    for recording in recordings:
        recording.forget()
    return transaction.waited()
