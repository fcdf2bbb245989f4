"""One client's statements: prepared, executed, logged, timed out, cancelled."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import partial

from sparkify_harness.redshift.errors import (
    FailedTransaction,
    RedshiftError,
)
from sparkify_harness.redshift.execute.machine import announce, describe, run
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.execute.steady import steady
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.garbage import LONG
from sparkify_harness.redshift.sql.parse import Piece, split
from sparkify_harness.redshift.sql.statements import Statement
from sparkify_harness.redshift.sql.syntax import Node
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.sql.walks import held
from sparkify_harness.redshift.types import RedshiftType


class SessionBackend:
    """Implements ``Backend`` for one session.

    Args:
        session: What the executors work on.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def status(self) -> str:
        """``I``, ``T`` or ``E``."""
        return self._session.transaction.status

    @property
    def parameter_status(self) -> dict[str, str]:
        """Settings that clients are told."""
        return self._session.settings.reported()

    def split(self, sql: str) -> Sequence[Piece]:
        """The statements that a client sent at once."""
        self._session.start_clock()
        with self._session.instance.garbage.undisturbed(len(sql)):
            return self._session.cancellation.think(lambda: split(sql))

    def prepare(
        self, piece: Piece | None, parameters: Sequence[RedshiftType | None]
    ) -> Preparation:
        """Resolve and type one statement; nothing runs."""
        session = self._session
        session.start_clock()
        session.outlives_client = False
        if piece is None:
            return Preparation(None)
        size = len(piece.text)
        try:
            prepared = steady(session, lambda: self._described(piece, parameters))
            if size >= LONG:
                parts = partial(_parts, prepared.statement, prepared.bound)
                session.instance.garbage.keep(prepared, parts)
            return prepared
        except FailedTransaction:
            raise
        except RedshiftError as error:
            announce(session, error)
            session.fail()
            raise

    def _described(self, piece: Piece, parameters: Sequence[RedshiftType | None]) -> Preparation:
        session = self._session
        with session.instance.garbage.undisturbed(len(piece.text)):
            return session.cancellation.think(lambda: describe(session, piece.read(), parameters))

    def execute(
        self,
        prepared: Preparation,
        arguments: Sequence[object],
        formats: Sequence[Format],
        *,
        implicit_block: bool = False,
    ) -> Result:
        """Run a prepared statement."""
        return run(self._session, prepared, arguments, formats, keep_open=implicit_block)

    def cursor_fields(self, name: str) -> tuple[Field, ...] | None:
        """Columns of the cursor that DECLARE opened under a name."""
        cursor = self._session.cursor
        return cursor.fields if cursor is not None and cursor.name == name else None

    def end_implicit_block(self) -> None:
        """End a transaction that no BEGIN began."""
        if self._session.transaction.implicit:
            self._session.settle()
            self._session.transaction.end_implicit()

    def fail(self) -> None:
        """Note an error that happened outside."""
        self._session.fail()

    @property
    def outlives_client(self) -> bool:
        """Whether the running statement goes on when its client goes away."""
        return self._session.outlives_client

    def arm(self) -> None:
        """Forget an earlier cancel."""
        self._session.stop_clock()
        self._session.cancellation.arm()

    def cancel(self) -> None:
        """Interrupt the running statement, from another thread."""
        self._session.cancellation.request()

    def insist(self) -> float:
        """Repeat a cancel that was not heeded yet; seconds since it was asked for."""
        cancellation = self._session.cancellation
        if cancellation.requested:
            cancellation.request()
        return cancellation.pending

    def abandon(self) -> None:
        """Let go of what others wait for."""
        self._session.abandon()

    def close(self) -> None:
        """Roll back and let go of everything."""
        self._session.close()


def _parts(statement: Statement | None, bound: tree.Bound | None) -> Iterator[object]:
    """What reading and binding made of a statement, apart from each other."""
    if statement is not None:
        for each in fields(statement):
            written = getattr(statement, each.name)
            if isinstance(written, Node | tuple):
                yield from held(written)
    if bound is not None:
        yield from walk(bound.node)
