"""COPY.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sparkify_harness.redshift import copying
from sparkify_harness.redshift.catalog.logs import FileRecord, LoadErrorRecord
from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import ComputeFault, RedshiftError, Unsupported
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind_default
from sparkify_harness.redshift.sql.parse import parse_expression
from sparkify_harness.redshift.sql.statements import Copy


def _target(session: Session, statement: Copy) -> Relation:
    table = session.catalog.relation(statement.table)
    if table is None:
        raise ComputeFault(f"Cannot COPY into nonexistent table {statement.table[-1]}")
    if table.kind is not RelationKind.TABLE:
        raise Unsupported(f"Cannot COPY into {table.kind.value} {table.name}")
    return table


@executes(Copy, commands=("COPY",), log_kind="COPY")
def copy(call: Call, statement: Copy) -> Result:
    """Load objects into a table: all good rows, or nothing.

    The table is locked first. Records are read and validated outside the engine; rows that were
    accepted enter the transaction while later objects are being read, and leave it again if the
    load fails after all. Load errors are kept whatever becomes of it.
    """
    session, transaction = call.session, call.session.transaction
    instance = session.instance
    with transaction.statement(keep_open=call.keep_open):
        table = _target(session, statement)
        plan = copying.prepare(statement, table)
        transaction.write(table, changes_rows=False)
        if transaction.waited():
            table = _target(session, statement)
            plan = copying.prepare(statement, table)
        query = session.known_number
        # https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-multiple-files.html
        session.outlives_client = not (transaction.in_block or call.keep_open)
        with copying.load(
            plan,
            instance.s3,
            folder=instance.folder,
            cancelled=lambda: session.cancellation.requested,
            default_of=lambda name: _default_value(session, table, name),
            caller=copying.Caller(query, session.login.pid, session.login.user, instance.database),
        ) as load:
            session.last_copy_id = query
            session.last_copy_count = 0
            try:
                _insert(session, table, plan, load)
            finally:
                _log(session, table, load)
            session.cancellation.check()
            session.last_copy_count = load.loaded_rows
            _notify(session, table, load)
    return Result("COPY")


def _insert(session: Session, table: Relation, plan: copying.CopyPlan, load: copying.Load) -> None:
    """Read everything, and insert what was accepted.

    Raises:
        ComputeFault: MAXERROR is reached.
        RedshiftError: S3 fails, or the statement was cancelled.
    """
    try:
        if plan.no_load:
            load.drain()
        else:
            session.transaction.snapshot()
            defaults = _defaults(table, load.columns)
            session.engine.append(table, load.columns, load.batches(), defaults, session.context())
    except (RedshiftError, copying.LoadFailed):
        if load.failed:
            raise ComputeFault(
                f"Load into table '{table.name}' failed.  "
                f"Check '{session.instance.profile.load_errors}' system table for details."
            ) from None
        if load.fault is not None:
            raise load.fault from None
        raise


def _default(column: Column) -> tree.Expression:
    return bind_default(parse_expression(column.default or "NULL"), column)


def _defaults(table: Relation, loaded: Sequence[str]) -> dict[str, tree.Expression]:
    """DEFAULT expressions of the columns that the rows leave out."""
    return {
        column.name: _default(column)
        for column in table.columns
        if column.name not in loaded and column.default is not None
    }


def _default_value(session: Session, table: Relation, name: str) -> object:
    """What a column's DEFAULT is now, as Python has it."""
    column = table.column(name)
    if column is None or column.default is None:
        return None
    query = tree.Select((tree.OutputColumn(name, _default(column)),))
    rows = session.engine.query(query, [Format.BINARY], session.context(), (), {})
    values = [value for batch in rows for value in batch.column(0).to_pylist()]
    return values[0]


def _log(session: Session, table: Relation, load: copying.Load) -> None:
    now, pid, numbers = datetime.now(UTC), session.login.pid, session.numbers
    transaction = session.transaction.number
    session.instance.logs.add_load(
        [
            LoadErrorRecord(numbers, transaction, pid, table.oid, now, error)
            for error in load.errors
        ],
        [FileRecord(numbers.rewritten, pid, table.name, now, file) for file in load.files],
    )


def _notify(session: Session, table: Relation, load: copying.Load) -> None:
    session.notice(
        "INFO",
        f"Load into table '{table.name}' completed, "
        f"{load.loaded_rows} record(s) loaded successfully.",
    )
    if load.errors:
        session.notice(
            "INFO",
            f"Load into table '{table.name}' completed, {len(load.errors)} record(s) could not be "
            f"loaded.  Check '{session.instance.profile.load_errors}' system table for details.",
        )
