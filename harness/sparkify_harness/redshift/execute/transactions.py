"""BEGIN, COMMIT, ROLLBACK, LOCK.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html
"""

from sparkify_harness.redshift.catalog.relations import RelationKind
from sparkify_harness.redshift.errors import NotEmulated, Unsupported
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.sql.statements import Begin, Commit, Lock, Rollback


@executes(Begin, commands=("BEGIN", "START TRANSACTION"), uses_engine=False)
def begin(call: Call, statement: Begin) -> Result:
    """Open a block; inside one it is a warning, not an error, and nothing nests."""
    if statement.read_only:
        raise NotEmulated("transactions that are READ ONLY")
    if call.session.transaction.in_block:
        call.session.notice("WARNING", "there is already a transaction in progress", "25001")
    else:
        call.session.transaction.begin_block()
    return Result(statement.tag)


@executes(Commit, commands=("COMMIT", "END"), in_failed_block=True, uses_engine=False)
def commit(call: Call, _statement: Commit) -> Result:
    """Commit the block; a failed one is rolled back; outside one it is a warning."""
    session, transaction = call.session, call.session.transaction
    if not transaction.in_block:
        session.notice("WARNING", "there is no transaction in progress", "25P01")
        session.settle()
        transaction.end_implicit()
        return Result("COMMIT")
    session.forget_results()
    committed = transaction.commit()
    return Result("COMMIT" if committed else "ROLLBACK", transaction_ended=True)


@executes(Rollback, commands=("ROLLBACK", "ABORT"), in_failed_block=True, uses_engine=False)
def rollback(call: Call, _statement: Rollback) -> Result:
    """Roll back the block; outside one it is a warning."""
    session, transaction = call.session, call.session.transaction
    session.forget_results()
    if not transaction.in_block:
        session.notice("WARNING", "there is no transaction in progress", "25P01")
    transaction.rollback()
    return Result("ROLLBACK", transaction_ended=True)


@executes(Lock, commands=("LOCK",))
def lock(call: Call, statement: Lock) -> Result:
    """Hold tables until the transaction ends.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
    """
    session, transaction = call.session, call.session.transaction
    with transaction.statement(keep_open=call.keep_open):
        for name in statement.tables:
            table = session.catalog.require(name)
            if table.kind is not RelationKind.TABLE:
                raise Unsupported(f'"{table.name}" is not a table')
            if not table.temporary:
                transaction.lock((table.schema, table.name))
    return Result("LOCK TABLE")
