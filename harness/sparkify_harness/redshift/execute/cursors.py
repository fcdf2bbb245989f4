"""DECLARE, FETCH, CLOSE.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/declare.html
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from sparkify_harness.redshift.errors import (
    DuplicateCursor,
    InvalidCursorName,
    NoActiveTransaction,
    NotEmulated,
)
from sparkify_harness.redshift.execute.machine import describe
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.queries import open_query
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.results import OpenResult
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.execute.steady import steady
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.statements import CloseCursor, DeclareCursor, Fetch
from sparkify_harness.redshift.types import RedshiftType


class Cursor:
    """An open cursor. Its query starts at the first FETCH, which tells the formats.

    Args:
        session: Whose.
        name: Folded name.
        fields: Result columns.
        bound: The query.
    """

    def __init__(
        self, session: Session, name: str, fields: tuple[Field, ...], bound: tree.Bound
    ) -> None:
        self.name = name
        self.fields = fields
        self._session = session
        self._bound = bound
        self._rows: OpenResult | None = None
        self._formats: tuple[Format, ...] = ()
        self._rest: pa.RecordBatch | None = None

    def settle(self) -> None:
        """Fix the rows before something else changes them."""
        if self._rows is None:
            self._open([Format.TEXT] * len(self.fields))

    def close(self) -> None:
        """Forget the rows that are left."""
        self._rest = None
        if self._rows is not None:
            self._rows.close()

    def _open(self, formats: Sequence[Format]) -> OpenResult:
        self._formats = tuple(formats)
        self._rows = open_query(self._session, self._bound, (), formats, keep_open=True)
        return self._rows

    def take(self, count: int | None, formats: Sequence[Format]) -> Iterator[pa.RecordBatch]:
        """The next rows.

        Args:
            count: How many; None takes all that are left.
            formats: One for each column; the same at every FETCH.
        """
        rows = self._rows or self._open(formats)
        if tuple(formats) != self._formats:
            raise NotEmulated("FETCH in another format than the one before")
        return self._slices(rows, count)

    def _slices(self, rows: OpenResult, count: int | None) -> Iterator[pa.RecordBatch]:
        left = count
        while left is None or left > 0:
            batch = self._rest if self._rest is not None else next(rows, None)
            self._rest = None
            if batch is None:
                return
            if left is not None and batch.num_rows > left:
                self._rest = batch.slice(left)
                batch = batch.slice(0, left)
            if left is not None:
                left -= batch.num_rows
            yield batch


def describe_declare(
    session: Session, statement: DeclareCursor, given: Sequence[RedshiftType | None]
) -> Preparation:
    """DECLARE returns nothing itself."""
    query = describe(session, statement.query, given)
    return Preparation(statement, parameters=query.parameters, given=tuple(given))


@executes(DeclareCursor, commands=("DECLARE",), describe=describe_declare)
def declare(call: Call, statement: DeclareCursor) -> Result:
    """Open a cursor; one at a time, and only in a block."""
    session = call.session
    if not session.transaction.in_block:
        raise NoActiveTransaction("DECLARE CURSOR may only be used in transaction blocks")
    if session.cursor is not None:
        raise DuplicateCursor(f'cursor "{session.cursor.name}" is already open')
    query = steady(session, lambda: describe(session, statement.query, ()), within=True)
    assert query.bound is not None  # noqa: S101  # a query is bound
    session.cursor = Cursor(session, statement.name, query.fields or (), query.bound)
    return Result("DECLARE CURSOR")


def _named(session: Session, name: str | None) -> Cursor:
    cursor = session.cursor
    if not isinstance(cursor, Cursor) or name not in {None, cursor.name}:
        raise InvalidCursorName(f'cursor "{name}" does not exist')
    return cursor


def describe_fetch(
    session: Session, statement: Fetch, _given: Sequence[RedshiftType | None]
) -> Preparation:
    """FETCH returns the cursor's columns."""
    return Preparation(statement, fields=_named(session, statement.name).fields)


@executes(Fetch, commands=("FETCH",), describe=describe_fetch, uses_engine=False)
def fetch(call: Call, statement: Fetch) -> Result:
    """The next rows of a cursor."""
    cursor = _named(call.session, statement.name)
    rows = cursor.take(statement.count, call.formats)
    return Result("FETCH", cursor.fields, rows)


@executes(CloseCursor, commands=("CLOSE",), uses_engine=False)
def close(call: Call, statement: CloseCursor) -> Result:
    """Close a cursor."""
    _named(call.session, statement.name)
    call.session.close_cursor()
    return Result("CLOSE CURSOR")
