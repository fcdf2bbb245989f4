"""What the logs know of a statement."""

from dataclasses import replace
from datetime import UTC, datetime

from sparkify_harness.redshift.catalog.logs import QueryRecord
from sparkify_harness.redshift.errors import QueryCanceled, RedshiftError
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql.statements import Statement


class Recording:
    """A statement of a session that begins now, under a number of its own.

    Args:
        session: Whose.
        statement: Its text is kept.
        kind: ``query_type`` in sys_query_history.
    """

    def __init__(self, session: Session, statement: Statement, kind: str) -> None:
        self._session = session
        session.numbers = session.instance.logs.next_query()
        session.cancellation.query = session.known_number
        label = session.settings.get("query_group")
        self._record = QueryRecord(
            numbers=session.numbers,
            transaction=session.transaction.numbered(),
            pid=session.login.pid,
            user=session.login.user,
            database=session.instance.database,
            text=statement.text,
            kind=kind,
            label="default" if label == "unset" else label[:30],
            start=datetime.now(UTC),
        )
        session.instance.logs.begin_query(self._record)

    def end(self, rows: int, fault: RedshiftError | None, size: int = 0) -> None:
        """It has ended: with so many rows of so many bytes, and perhaps an error."""
        self._session.stop_clock()
        self._session.instance.logs.end_query(
            replace(
                self._record,
                end=datetime.now(UTC),
                error=None if fault is None else fault.message,
                canceled=isinstance(fault, QueryCanceled),
                rows=rows,
                size=size,
            )
        )

    def forget(self) -> None:
        """It was only about to run."""
        self._session.instance.logs.forget_query(self._record)
