"""COMMENT ON.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COMMENT.html
"""

from dataclasses import replace

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.errors import NotEmulated, UndefinedColumn, Unsupported
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql.statements import Comment


@executes(Comment, commands=("COMMENT",), log_kind="DDL")
def comment(call: Call, statement: Comment) -> Result:
    """COMMENT ON TABLE, VIEW or COLUMN: kept, and shown by pg_description."""
    session = call.session
    with session.transaction.statement(keep_open=call.keep_open):
        match statement.kind:
            case "COLUMN":
                changed = _column(session, statement)
            case "TABLE" | "VIEW":
                changed = _relation(session, statement)
            case other:
                raise NotEmulated(f"COMMENT ON {other}")
        session.transaction.snapshot()
        session.engine.save_relation(changed)
        session.catalog.put(changed)
    return Result("COMMENT")


def _relation(session: Session, statement: Comment) -> Relation:
    found = session.catalog.require(statement.name)
    if (found.kind is RelationKind.TABLE) is not (statement.kind == "TABLE"):
        raise Unsupported(f'"{found.name}" is not a {statement.kind.lower()}')
    return replace(found, comment=statement.comment or None)


def _column(session: Session, statement: Comment) -> Relation:
    *table, name = statement.name
    found = session.catalog.require(tuple(table))
    if found.kind is RelationKind.SYSTEM:
        raise Unsupported(f'"{found.name}" is a system table')
    if found.column(name) is None:
        raise UndefinedColumn(f'column "{name}" of relation "{found.name}" does not exist')
    return replace(
        found,
        columns=tuple(
            replace(column, comment=statement.comment or None) if column.name == name else column
            for column in found.columns
        ),
    )
