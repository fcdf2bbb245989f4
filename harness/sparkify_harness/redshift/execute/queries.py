"""SELECT, INSERT, UPDATE, DELETE and MERGE."""

from collections.abc import Sequence

from sparkify_harness.redshift.catalog.relations import RelationKind
from sparkify_harness.redshift.errors import Unsupported
from sparkify_harness.redshift.execute.effects import perform
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.results import OpenResult
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind
from sparkify_harness.redshift.sql.statements import QueryStatement
from sparkify_harness.redshift.types import RedshiftType


def field(column: tree.OutputColumn, session: Session) -> Field:
    """A result column as RowDescription needs it."""
    match column.expression:
        case tree.ColumnRef(origin=(relation, name)) if relation.kind is not RelationKind.SYSTEM:
            definition = relation.column(name)
            if definition is None:  # a late-binding view's columns are known only when it is read
                return Field(name=column.name, type=column.type)
            number = relation.columns.index(definition)
            return Field(
                name=column.name,
                type=column.type,
                table_oid=session.catalog.oid_of(relation),
                column_number=number + 1,
                schema=relation.schema,
                table=relation.name,
                column=name,
                database=session.instance.database,
                nullable=not definition.not_null,
                autoincrement=definition.identity is not None,
            )
        case _:
            return Field(name=column.name, type=column.type)


def describe_query(
    session: Session, statement: QueryStatement, given: Sequence[RedshiftType | None]
) -> Preparation:
    """Resolve and type a query; nothing runs."""
    version = session.catalog.version
    bound = _bound(session, statement, given)
    fields = None
    if isinstance(bound.node, tree.Select | tree.SetOperation):
        fields = tuple(field(column, session) for column in bound.columns)
    return Preparation(
        statement=statement,
        parameters=bound.parameters,
        fields=fields,
        bound=bound,
        catalog_version=version,
        given=tuple(given),
    )


def current(session: Session, prepared: Preparation) -> tree.Bound:
    """The typed tree of a prepared query, bound again if definitions changed since."""
    statement = prepared.statement
    if prepared.bound is not None and prepared.catalog_version == session.catalog.version:
        return prepared.bound
    assert isinstance(statement, QueryStatement)  # noqa: S101  # only queries have a tree
    return _bound(session, statement, prepared.given)


def _bound(
    session: Session, statement: QueryStatement, given: Sequence[RedshiftType | None]
) -> tree.Bound:
    unknowns, types = session.instance.unknowns, tuple(given)
    return session.instance.bound.get(
        statement.text,
        (statement.offset, types),
        session.catalog,
        session.settings.values(),
        lambda lookups: bind(statement, lookups, types, lookups.settings, unknowns),
    )


def _locked(session: Session, prepared: Preparation) -> tree.Bound:
    """The typed tree, with its tables held; bound again where definitions changed meanwhile."""
    transaction = session.transaction
    while True:
        bound = current(session, prepared)
        if bound.writes is not None:
            changes_rows = not isinstance(bound.node, tree.Insert)
            transaction.write(bound.writes, changes_rows=changes_rows)
        transaction.read(bound.reads)
        if not transaction.waited():
            return bound


def _refuse_other_columns(described: Sequence[Field], bound: tree.Bound) -> None:
    """What the client was told about the result of a prepared query must still hold."""
    columns = [(column.name, column.type) for column in bound.columns]
    if columns != [(column.name, column.type) for column in described]:
        raise Unsupported("cached plan must not change result type")


def open_query(
    session: Session,
    bound: tree.Bound,
    arguments: Sequence[object],
    formats: Sequence[Format],
    *,
    keep_open: bool,
) -> OpenResult:
    """Start a query; its rows stream.

    Outside a block the engine's own transaction of the one statement is enough.
    """
    assert isinstance(bound.node, tree.Select | tree.SetOperation)  # noqa: S101  # a query
    transaction = session.transaction
    with transaction.statement(keep_open=keep_open):
        if keep_open or transaction.in_block:
            transaction.snapshot()
        system = session.system_tables(bound.reads)
        node = perform(session, bound.node)
        rows = session.engine.query(node, formats, session.context(), arguments, system)
        return session.stream(rows)


@executes(
    QueryStatement,
    commands=("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"),
    describe=describe_query,
    log_kind="SELECT",
)
def run_query(call: Call, statement: QueryStatement) -> Result:
    """Run a query or DML."""
    session, transaction = call.session, call.session.transaction
    with transaction.statement(keep_open=call.keep_open):
        bound = _locked(session, call.prepared)
        node = bound.node
        if isinstance(node, tree.Select | tree.SetOperation):
            _refuse_other_columns(call.prepared.fields or (), bound)
            rows = open_query(
                session, bound, call.arguments, call.formats, keep_open=call.keep_open
            )
            return Result("SELECT", call.prepared.fields, rows)
        transaction.snapshot()
        system = session.system_tables(bound.reads)
        with session.instance.garbage.undisturbed(len(statement.text)):
            count = session.engine.modify(node, session.context(), call.arguments, system)
    return _changed(statement.tag, count)


def _changed(word: str, count: int) -> Result:
    match word:
        case "INSERT":
            return Result(f"INSERT 0 {count}", rows=count)
        case "UPDATE" | "DELETE":
            return Result(f"{word} {count}", rows=count)
        case _:
            return Result(word)
