"""One client's statements: prepared, executed, logged, timed out, cancelled."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import pyarrow as pa
from sqlglot import exp

from sparkify_harness.redshift.backend import Field, Format, Result
from sparkify_harness.redshift.cancellation import Cancellation
from sparkify_harness.redshift.errors import (
    FailedTransaction,
    LeaderNodeOnly,
    NotEmulated,
    QueryCanceled,
    RedshiftError,
)
from sparkify_harness.redshift.execute.parameters import describe_listing
from sparkify_harness.redshift.execute.registry import EXECUTORS, Call, Prepared
from sparkify_harness.redshift.execute.results import OpenResult
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.garbage import LONG
from sparkify_harness.redshift.logs import QueryRecord
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind.traversal import walk
from sparkify_harness.redshift.sql.input import read
from sparkify_harness.redshift.sql.parse import parse_one, split
from sparkify_harness.redshift.sql.statements import QueryStatement, ShowObjects, Statement
from sparkify_harness.redshift.types import RedshiftType


class Done(Protocol):
    """Logs the end of a statement."""

    def __call__(self, rows: int, fault: RedshiftError | None, size: int = 0) -> None:
        """Its rows and their bytes, and the error it ended with."""


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

    def split(self, sql: str) -> Sequence[tuple[int, str]]:
        """The statements of a simple query, each after its offset."""
        self._session.start_clock()
        with self._session.server.garbage.undisturbed(len(sql)):
            return self._session.cancellation.think(lambda: split(sql))

    def prepare(self, sql: str, parameters: Sequence[RedshiftType | None]) -> Prepared:
        """Parse, resolve and type one statement; nothing runs."""
        session = self._session
        session.start_clock()
        try:
            with session.server.garbage.undisturbed(len(sql)):
                prepared = session.cancellation.think(lambda: self._described(sql, parameters))
            if len(sql) >= LONG:
                parts = partial(_parts, prepared.statement, prepared.bound)
                session.server.garbage.keep(prepared, parts)
            return prepared
        except FailedTransaction:
            raise
        except RedshiftError as error:
            self._announce(error)
            session.fail()
            raise

    def _described(self, sql: str, parameters: Sequence[RedshiftType | None]) -> Prepared:
        session = self._session
        statement = parse_one(sql)
        if statement is None:
            return Prepared(None)
        if isinstance(statement, ShowObjects):
            return describe_listing(session, statement, parameters)
        executor = EXECUTORS.get(type(statement))
        if executor is None:
            raise NotEmulated(statement.text.split()[0].upper())
        if not executor.in_failed_block:
            session.transaction.refuse_if_failed()
        if executor.describe is None:
            return Prepared(statement, given=tuple(parameters))
        return executor.describe(session, statement, parameters)

    def execute(
        self,
        prepared: Prepared,
        arguments: Sequence[object],
        formats: Sequence[Format],
        *,
        implicit_block: bool = False,
    ) -> Result:
        """Run a prepared statement."""
        statement = prepared.statement
        if statement is None:
            return Result("", empty=True)
        session = self._session
        executor = EXECUTORS[type(statement)]
        if not executor.in_failed_block:
            session.transaction.refuse_if_failed()
        session.start_clock()
        session.outlives_client = False
        session.numbers = session.server.logs.next_query()
        session.cancellation.query = session.known_number
        kind = statement.tag if isinstance(statement, QueryStatement) else executor.log_kind
        done = self._recorder(statement, kind)
        try:
            if executor.uses_engine:
                session.settle()
            values = session.cancellation.think(lambda: _read(arguments, prepared))
            call = Call(session, prepared, values, formats, implicit_block)
            result = executor.run(call, statement)
        except RedshiftError as error:
            self._announce(error)
            session.fail()
            done(0, error)
            raise
        except BaseException:
            session.fail()
            done(0, RedshiftError("internal error"))
            raise
        if isinstance(result.batches, OpenResult):
            return replace(result, batches=_recorded(result.batches, session.cancellation, done))
        done(_rows(result.tag), None)
        return result

    def _announce(self, error: RedshiftError) -> None:
        if isinstance(error, LeaderNodeOnly):
            for text in error.notices:
                self._session.notice("INFO", text)

    def _recorder(self, statement: Statement, kind: str) -> Done:
        session, logs = self._session, self._session.server.logs
        label = session.settings.get("query_group")
        record = QueryRecord(
            numbers=session.numbers,
            transaction=session.transaction.numbered(),
            pid=session.login.pid,
            user=session.login.user,
            database=session.server.database,
            text=statement.text,
            kind=kind,
            label="default" if label == "unset" else label[:30],
            start=datetime.now(UTC),
        )
        logs.begin_query(record)

        def done(rows: int, fault: RedshiftError | None, size: int = 0) -> None:
            session.stop_clock()
            logs.end_query(
                replace(
                    record,
                    end=datetime.now(UTC),
                    error=None if fault is None else fault.message,
                    canceled=isinstance(fault, QueryCanceled),
                    rows=rows,
                    size=size,
                )
            )

        return done

    def cursor_fields(self, name: str) -> tuple[Field, ...] | None:
        """Columns of the cursor that DECLARE opened under a name."""
        cursor = self._session.cursor
        return cursor.fields if cursor is not None and cursor.name == name else None

    def end_implicit_block(self) -> None:
        """Commit what the statements of a simple query did."""
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
    roots = (
        [] if statement is None else [getattr(statement, each.name) for each in fields(statement)]
    )
    del statement
    for root in roots:
        if isinstance(root, exp.Expr):
            for node in root.walk(bfs=False):
                node.parent = None  # each would hold the one that holds it
                yield node
    roots.clear()
    if bound is not None:
        yield from walk(bound.node)


def _rows(tag: str) -> int:
    last = tag.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


def _read(arguments: Sequence[object], prepared: Prepared) -> tuple[object, ...]:
    return tuple(
        read(argument, type_) if isinstance(argument, str) else argument
        for argument, type_ in zip(arguments, prepared.parameters, strict=True)
    )


def _recorded(rows: OpenResult, cancellation: Cancellation, done: Done) -> Iterator[pa.RecordBatch]:
    """Pass the rows on; log the statement when they end, however they end."""
    fault: RedshiftError | None = None
    try:
        for batch in rows:
            yield batch
            cancellation.check()
    except RedshiftError as error:
        fault = error
        raise
    finally:
        rows.close()
        done(rows.rows, fault, rows.size)
