"""UNLOAD.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sparkify_harness.redshift import unloading
from sparkify_harness.redshift.catalog.logs import FileUnloaded, UnloadRecord
from sparkify_harness.redshift.copying import Caller
from sparkify_harness.redshift.copying.options import Compression
from sparkify_harness.redshift.errors import RedshiftError, UndefinedParameter, Unsupported
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.queries import open_query
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.parse import parse_query
from sparkify_harness.redshift.sql.statements import Unload
from sparkify_harness.redshift.unloading.plan import FileFormat, check_columns


def _query(statement: Unload) -> syntax.Query:
    """The query, which may have a LIMIT anywhere but at its end.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    """
    query = parse_query(statement.query)
    if query.limit is not None:
        raise Unsupported(
            "Limit clause is not supported",
            hint="A LIMIT may stand in a sub-query: SELECT * FROM (SELECT ... LIMIT n).",
        )
    return query


def _held(session: Session, query: syntax.Query) -> tree.Bound:
    """The typed tree, with its tables held. It runs on compute nodes, which write the objects.

    Raises:
        UndefinedParameter: The query has one.
        LeaderNodeOnly: It needs what only the leader node has.
    """
    while True:
        bound = bind_query(
            query,
            session.catalog,
            session.settings.values(),
            stored=True,
            unknowns=session.instance.unknowns,
        )
        if bound.parameters:
            raise UndefinedParameter("there is no parameter $1")
        session.transaction.read(bound.reads)
        if not session.transaction.waited():
            return bound


def _formats(plan: unloading.UnloadPlan, names: Sequence[str]) -> list[Format]:
    """Text goes to lines and to the names of folders, values as they are to Parquet."""
    if plan.file_format is not FileFormat.PARQUET:
        return [Format.TEXT] * len(names)
    return [Format.TEXT if name in plan.partition else Format.BINARY for name in names]


@executes(Unload, commands=("UNLOAD",), log_kind="UNLOAD")
def unload(call: Call, statement: Unload) -> Result:
    """Write the rows of a query to objects."""
    session = call.session
    session.last_unload_count = 0
    plan = unloading.plan(statement)
    query = _query(statement)
    started = datetime.now(UTC)
    with session.transaction.statement(keep_open=call.keep_open):
        bound = _held(session, query)
        names = [column.name for column in bound.columns]
        types = [column.type for column in bound.columns]
        check_columns(plan, names, types)
        instance = session.instance
        caller = Caller(
            session.known_number, session.login.pid, session.login.user, instance.database
        )
        with unloading.Unload(
            plan,
            names,
            types,
            instance.s3,
            slices=instance.slices,
            cancelled=lambda: session.cancellation.requested,
            caller=caller,
        ) as writing:
            try:
                rows = open_query(
                    session, bound, (), _formats(plan, names), keep_open=call.keep_open
                )
                count = writing.run(rows)
                session.cancellation.check()
            except RedshiftError as error:
                # Which of the objects are there is known only when all are.
                _log(session, plan, (), started, error)
                raise
            finally:
                session.forget_rows()
            _log(session, plan, writing.written, started)
    session.last_unload_count = count
    session.notice("INFO", f"UNLOAD completed, {count} record(s) unloaded successfully.")
    return Result("UNLOAD")


def _log(
    session: Session,
    plan: unloading.UnloadPlan,
    written: Sequence[unloading.Unloaded],
    started: datetime,
    error: RedshiftError | None = None,
) -> None:
    """What was written is told even if the transaction is rolled back: it stays."""
    record = UnloadRecord(
        numbers=session.numbers,
        transaction=session.transaction.number,
        pid=session.login.pid,
        database=session.instance.database,
        location=f"s3://{plan.bucket}/{plan.prefix}",
        file_format=plan.file_format.value,
        compression="" if plan.compression is Compression.NONE else plan.compression.name,
        start=started,
        end=datetime.now(UTC),
        files=tuple(FileUnloaded(one.url, one.slice_, one.rows, one.size) for one in written),
        error=None if error is None else error.message,
    )
    session.instance.logs.add_unload(record)
