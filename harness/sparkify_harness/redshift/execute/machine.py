"""Statements are described and run here: each in its time, logged, and so that it can be cancelled.

An executor answers with a result, or with another statement, which is run in place of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.errors import (
    LeaderNodeOnly,
    NotEmulated,
    RedshiftError,
)
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.recording import Recording
from sparkify_harness.redshift.execute.registry import EXECUTORS, Call, Executor
from sparkify_harness.redshift.execute.results import OpenResult
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.input import read
from sparkify_harness.redshift.sql.statements import QueryStatement, Statement
from sparkify_harness.redshift.types import RedshiftType


def describe(
    session: Session, statement: Statement, given: Sequence[RedshiftType | None]
) -> Preparation:
    """Resolve and type a statement; nothing runs.

    Args:
        session: Whose.
        statement: As parsed.
        given: Types of its parameters, as far as they are given.

    Raises:
        NotEmulated: Nobody executes statements of its kind.
        FailedTransaction: The block has failed, and this does not end it.
    """
    executor = _executor(session, statement)
    if executor.describe is None:
        return Preparation(statement, given=tuple(given))
    return executor.describe(session, statement, given)


def run(
    session: Session,
    prepared: Preparation,
    arguments: Sequence[object],
    formats: Sequence[Format],
    *,
    keep_open: bool = False,
) -> Result:
    """Run a statement.

    Args:
        session: Whose.
        prepared: From ``describe``; it is bound again if the catalog changed since.
        arguments: One for each parameter, as text or as the value that it is.
        formats: One for each field.
        keep_open: It is one of several in a simple query: the transaction goes on.

    Raises:
        RedshiftError: It failed, or was cancelled; it is told of, noted and logged.
    """
    statement = prepared.statement
    if statement is None:
        return Result("", empty=True)
    executor = _executor(session, statement)
    session.start_clock()
    session.outlives_client = False
    kind = statement.tag if isinstance(statement, QueryStatement) else executor.log_kind
    recording = Recording(session, statement, kind)
    try:
        if executor.uses_engine:
            session.settle()
        values = session.cancellation.think(lambda: _read(arguments, prepared))
        result = _answer(Call(session, prepared, values, formats, keep_open))
    except RedshiftError as error:
        announce(session, error)
        session.fail()
        recording.end(0, error)
        raise
    except BaseException:
        session.fail()
        recording.end(0, RedshiftError("internal error"))
        raise
    if isinstance(result.batches, OpenResult):
        return replace(result, batches=_recorded(result.batches, session.cancellation, recording))
    recording.end(result.rows, None)
    return result


def _answer(call: Call) -> Result:
    """What a statement gives; where another stands in its place, what that gives."""
    statement = call.prepared.statement
    assert statement is not None  # noqa: S101  # nobody puts nothing in the place of a statement
    answer = _executor(call.session, statement).run(call, statement)
    if isinstance(answer, Result):
        return answer
    return _answer(replace(call, prepared=answer.prepared, arguments=answer.arguments))


def _executor(session: Session, statement: Statement) -> Executor:
    executor = EXECUTORS.get(type(statement))
    if executor is None:
        raise NotEmulated(statement.text.split()[0].upper())
    if not executor.in_failed_block:
        session.transaction.refuse_if_failed()
    return executor


def announce(session: Session, error: RedshiftError) -> None:
    """Send the notices that come before an error."""
    if isinstance(error, LeaderNodeOnly):
        for text in error.notices:
            session.notice("INFO", text)


def _read(arguments: Sequence[object], prepared: Preparation) -> tuple[object, ...]:
    return tuple(
        read(argument, type_) if isinstance(argument, str) else argument
        for argument, type_ in zip(arguments, prepared.parameters, strict=True)
    )


def _recorded(
    rows: OpenResult, cancellation: Cancellation, recording: Recording
) -> Iterator[pa.RecordBatch]:
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
        recording.end(rows.rows, fault, rows.size)
