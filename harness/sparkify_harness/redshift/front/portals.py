"""Prepared statements and portals of one session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sparkify_harness.redshift.errors import (
    DuplicateCursor,
    DuplicateStatement,
    FailedTransaction,
    InvalidCursorName,
    InvalidPortalState,
    InvalidStatementName,
    ProtocolViolation,
    Unsupported,
)
from sparkify_harness.redshift.execute.protocol import Backend, Prepared, Result
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.rows import RowEncoder


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """A prepared statement.

    Args:
        prepared: The backend's.
        oids: What the client said of the parameters; may be fewer than there are.
    """

    prepared: Prepared
    oids: tuple[int, ...]


def result_formats(wanted: Sequence[Format], fields: Sequence[Field]) -> tuple[Format, ...]:
    """One format for each column.

    Args:
        wanted: From Bind: none (all text), one for all, or one each.
        fields: The columns.

    Raises:
        ProtocolViolation: Another number of formats than that.
    """
    if len(wanted) <= 1:
        return (tuple(wanted) or (Format.TEXT,)) * len(fields)
    if len(wanted) != len(fields):
        raise ProtocolViolation(
            f"bind message has {len(wanted)} result formats but query has {len(fields)} columns"
        )
    return tuple(wanted)


class Portal:
    """A statement with its arguments, and its result as far as it was read.

    Args:
        prepared: The statement.
        arguments: One for each parameter.
        formats: One for each column.
        dialect: Which binary forms the client reads.
    """

    def __init__(
        self,
        prepared: Prepared,
        arguments: Sequence[object],
        formats: Sequence[Format],
        dialect: Dialect,
    ) -> None:
        self.fields = prepared.fields
        self.formats = tuple(formats)
        self._prepared = prepared
        self._arguments = tuple(arguments)
        self._encoder = RowEncoder(self.fields or (), self.formats, dialect)
        self._result: Result | None = None
        self._rest: pa.RecordBatch | None = None
        self._exhausted = False

    def start(self, backend: Backend[Any, Any], *, implicit_block: bool) -> Result:
        """Executes the statement; where it ran already and has rows, goes on with them.

        Raises:
            Unsupported: The result is not the one that was described.
            InvalidPortalState: A statement without rows was run already.
            FailedTransaction: It has rows left, and their block has failed.
        """
        if self._result is not None:
            if backend.status == "E":
                raise FailedTransaction
            if self._result.batches is None:
                raise InvalidPortalState("portal cannot be run anymore")
            return self._result
        result = backend.execute(
            self._prepared, self._arguments, self.formats, implicit_block=implicit_block
        )
        self._result = result
        if _shape(result.fields) != _shape(self.fields):
            self.close()
            raise Unsupported("cached plan must not change result type")
        return result

    def rows(self, limit: int = 0) -> Iterator[memoryview]:
        """DataRow messages; ``suspended`` tells afterwards whether the limit ended them.

        Args:
            limit: Rows at most; 0 for all.
        """
        left = limit
        while (batch := self._next_batch()) is not None:
            if limit and batch.num_rows >= left:
                self._rest = batch.slice(left)
                yield from self._encoder.encode(batch.slice(0, left))
                return
            left -= batch.num_rows
            yield from self._encoder.encode(batch)
        self._exhausted = True

    @property
    def suspended(self) -> bool:
        """Whether there may be more rows."""
        return not self._exhausted

    def close(self) -> None:
        """Lets go of the result."""
        self._exhausted = True
        self._rest = None
        close = getattr(self._result and self._result.batches, "close", None)
        if close is not None:
            close()

    def _next_batch(self) -> pa.RecordBatch | None:
        if self._exhausted or self._result is None or self._result.batches is None:
            return None
        if self._rest is not None:
            batch, self._rest = self._rest, None
            return batch
        return next(self._result.batches, None)


def _shape(fields: Sequence[Field] | None) -> list[tuple[str, object]] | None:
    return None if fields is None else [(field.name, field.type) for field in fields]


class Names:
    """Statements and portals by name; the empty name is the unnamed one, made anew at will."""

    def __init__(self) -> None:
        self._statements: dict[str, PreparedStatement] = {}
        self._portals: dict[str, Portal] = {}

    def require_free_statement(self, name: str) -> None:
        """Room for a statement.

        Raises:
            DuplicateStatement: The name is taken.
        """
        if name and name in self._statements:
            raise DuplicateStatement(f'prepared statement "{name}" already exists')
        self._statements.pop(name, None)

    def add_statement(self, name: str, statement: PreparedStatement) -> None:
        """Keeps a statement."""
        self._statements[name] = statement

    def statement(self, name: str) -> PreparedStatement:
        """The statement of that name.

        Raises:
            InvalidStatementName: There is none.
        """
        try:
            return self._statements[name]
        except KeyError:
            what = f'prepared statement "{name}"' if name else "unnamed prepared statement"
            raise InvalidStatementName(f"{what} does not exist") from None

    def add_portal(self, name: str, portal: Portal) -> None:
        """Keeps a portal.

        Raises:
            DuplicateCursor: The name is taken.
        """
        if name and name in self._portals:
            raise DuplicateCursor(f'cursor "{name}" already exists')
        self.close_portal(name)
        self._portals[name] = portal

    def portal(self, name: str) -> Portal:
        """The portal of that name.

        Raises:
            InvalidCursorName: There is none.
        """
        try:
            return self._portals[name]
        except KeyError:
            raise InvalidCursorName(f'portal "{name}" does not exist') from None

    def close_statement(self, name: str) -> None:
        """Forgets a statement; an unknown one is no error."""
        self._statements.pop(name, None)

    def close_portal(self, name: str) -> None:
        """Forgets a portal; an unknown one is no error."""
        portal = self._portals.pop(name, None)
        if portal is not None:
            portal.close()

    def close_portals(self) -> None:
        """Forgets all portals: they end with their transaction."""
        while self._portals:
            self.close_portal(next(iter(self._portals)))
