"""PREPARE, EXECUTE, DEALLOCATE.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_PREPARE.html
"""

from collections.abc import Sequence

from sparkify_harness.redshift.errors import (
    DuplicateStatement,
    InvalidParameterValue,
    InvalidStatementName,
    NotEmulated,
)
from sparkify_harness.redshift.execute.machine import describe
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, Instead, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.execute.steady import steady
from sparkify_harness.redshift.sql import syntax, tree
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.statements import (
    Deallocate,
    ExecutePrepared,
    Prepare,
)
from sparkify_harness.redshift.types import RedshiftType


@executes(Prepare, commands=("PREPARE",), uses_engine=False)
def prepare(call: Call, statement: Prepare) -> Result:
    """Resolve and type a query, and keep it under a name until the session ends."""
    session = call.session
    if statement.name in session.prepared:
        raise DuplicateStatement(f'prepared statement "{statement.name}" already exists')
    session.prepared[statement.name] = steady(
        session, lambda: describe(session, statement.query, statement.types), within=True
    )
    return Result("PREPARE")


def _named(session: Session, name: str) -> Preparation:
    try:
        return session.prepared[name]
    except KeyError:
        raise InvalidStatementName(f'prepared statement "{name}" does not exist') from None


def describe_execute(
    session: Session, statement: ExecutePrepared, _given: Sequence[RedshiftType | None]
) -> Preparation:
    """EXECUTE returns the columns of the prepared query."""
    return Preparation(statement, fields=_named(session, statement.name).fields)


def _value(session: Session, expression: syntax.Expression, wanted: RedshiftType) -> object:
    """The value of an argument: a constant, as the parameter's type has it."""
    query = bind_query(syntax.Select((syntax.Output(expression),)), session.catalog)
    match coerce(query.columns[0].expression, wanted, tree.CastContext.ASSIGNMENT):
        case tree.Literal(value=value):
            return value
        case _:
            raise NotEmulated("EXECUTE with an argument that is not a constant")


@executes(ExecutePrepared, commands=("EXECUTE",), describe=describe_execute, log_kind="SELECT")
def execute(call: Call, statement: ExecutePrepared) -> Instead:
    """A prepared query with its arguments."""
    prepared = _named(call.session, statement.name)
    if len(statement.arguments) != len(prepared.parameters):
        raise InvalidParameterValue(
            f'wrong number of parameters for prepared statement "{statement.name}"',
            detail=f"Expected {len(prepared.parameters)} parameters but got "
            f"{len(statement.arguments)}.",
        )
    values = tuple(
        _value(call.session, expression, wanted)
        for expression, wanted in zip(statement.arguments, prepared.parameters, strict=True)
    )
    return Instead(prepared, values)


@executes(Deallocate, commands=("DEALLOCATE",), uses_engine=False)
def deallocate(call: Call, statement: Deallocate) -> Result:
    """Forget a prepared query, or all."""
    if statement.name is None:
        call.session.prepared.clear()
    else:
        _named(call.session, statement.name)
        del call.session.prepared[statement.name]
    return Result("DEALLOCATE")
