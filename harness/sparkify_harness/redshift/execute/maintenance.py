"""VACUUM, ANALYZE, TRUNCATE, GRANT, CANCEL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_VACUUM_command.html
"""

from sparkify_harness.redshift.catalog.relations import RelationKind
from sparkify_harness.redshift.errors import NotEmulated, UndefinedColumn, UndefinedObject
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.sql.statements import (
    CancelBackend,
    Grant,
    Maintenance,
    Truncate,
)


@executes(Maintenance, commands=("VACUUM", "ANALYZE"))
def maintain(call: Call, statement: Maintenance) -> Result:
    """Check the names; data is not changed.

    Since patch 200 Redshift refuses to analyze catalog tables, in words that nobody published.
    """
    session = call.session
    if statement.tag == "VACUUM":
        session.transaction.refuse_in_block("VACUUM")
    with session.transaction.statement(keep_open=call.keep_open):
        if statement.table is not None:
            table = session.catalog.require(statement.table)
            if table.kind is RelationKind.SYSTEM:
                raise NotEmulated(f"{statement.tag} of a system table")
            for name in statement.columns:
                if table.column(name) is None:
                    raise UndefinedColumn(
                        f'column "{name}" of relation "{table.name}" does not exist'
                    )
    return Result(statement.tag)


@executes(Truncate, commands=("TRUNCATE",), log_kind="DDL")
def truncate(call: Call, statement: Truncate) -> Result:
    """Delete all rows, and commit the transaction in which it runs; a block goes on with a new one.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TRUNCATE.html and
    https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-transaction-management.html
    """
    session, transaction = call.session, call.session.transaction
    in_block = transaction.in_block
    with transaction.statement(keep_open=False):
        table = session.hold_table(statement.name, changes_rows=True)
        transaction.snapshot()
        session.engine.truncate(table)
        session.close_cursor()
        if in_block:
            transaction.renew()
    return Result("TRUNCATE TABLE", transaction_ended=in_block)


@executes(Grant, log_kind="DDL")
def grant(_call: Call, statement: Grant) -> Result:
    """Privileges are not kept: pretending to grant would hide a refusal on AWS."""
    raise NotEmulated(statement.tag)


@executes(CancelBackend, commands=("CANCEL",))
def cancel(call: Call, statement: CancelBackend) -> Result:
    """Cancel the running statement of another session.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CANCEL.html
    """
    if not call.session.instance.interrupt(statement.pid):
        raise UndefinedObject(f"PID {statement.pid} is not a Redshift server process")
    return Result("CANCEL")
