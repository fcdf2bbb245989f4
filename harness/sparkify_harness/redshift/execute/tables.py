"""CREATE TABLE, CREATE TABLE AS, SELECT INTO.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from sparkify_harness.redshift.catalog.relations import (
    Column,
    Constraint,
    Relation,
    RelationKind,
)
from sparkify_harness.redshift.catalog.store import TEMPORARY_SCHEMA, Key
from sparkify_harness.redshift.errors import (
    InvalidDefinition,
    NotEmulated,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind_default, bind_query
from sparkify_harness.redshift.sql.statements import (
    CreateTable,
    CreateTableAs,
    TableAttributes,
    TableConstraint,
)
from sparkify_harness.redshift.sql.table_design import (
    check_columns,
    check_constraints,
    designed,
)
from sparkify_harness.redshift.sql.traversal import contains
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind, RedshiftType, varchar


def key_of(session: Session, table: str, constraint: TableConstraint) -> Constraint:
    """The catalog's constraint for one in a statement.

    Raises:
        UndefinedColumn: It refers to a column that is not there.
        UndefinedRelation: It refers to a table that is not there.
    """
    references = None
    suffix = {"PRIMARY KEY": "pkey", "UNIQUE": f"{constraint.columns[0]}_key"}.get(
        constraint.kind, f"{constraint.columns[0]}_fkey"
    )
    if constraint.references is not None:
        target, referred = constraint.references
        other = session.catalog.require(target)
        for name in referred:
            if other.column(name) is None:
                raise UndefinedColumn(
                    f'column "{name}" referenced in foreign key constraint does not exist'
                )
        keys = next(
            (key.columns for key in other.constraints if key.kind == "PRIMARY KEY"), referred
        )
        references = (other.schema, other.name, tuple(referred or keys))
    return Constraint(
        name=constraint.name or f"{table}_{suffix}",
        kind=constraint.kind,
        columns=constraint.columns,
        references=references,
    )


def _like_columns(session: Session, statement: CreateTable) -> tuple[list[Column], str | None]:
    copied: list[Column] = []
    style: str | None = None
    for clause in statement.like:
        source = session.catalog.require(clause.table)
        style = source.diststyle
        copied.extend(
            column if clause.including_defaults else replace(column, default=None)
            for column in source.columns
        )
    return copied, style


@executes(CreateTable, commands=("CREATE TABLE",), log_kind="DDL")
def create_table(call: Call, statement: CreateTable) -> Result:
    """Create a table; keys are recorded and not enforced, but for NOT NULL."""
    session = call.session
    with session.transaction.statement(keep_open=call.keep_open):
        key = _claimed(session, statement)
        if statement.if_not_exists and session.catalog.relation(key):
            session.notice("INFO", f'Relation "{key[1]}" already exists and will be skipped')
            return Result("CREATE TABLE")
        session.catalog.refuse_existing(key)
        copied, like_style = _like_columns(session, statement)
        columns = [*copied, *(item.column for item in statement.columns)]
        if not columns:
            raise InvalidDefinition("tables must have at least one column")
        for item in statement.columns:
            if item.default is not None:
                bind_default(item.default, item.column)
        check_columns(columns)
        check_constraints(key[1], statement.keys, columns)
        primary = {
            name for item in statement.keys if item.kind == "PRIMARY KEY" for name in item.columns
        }
        columns = [
            replace(column, not_null=True) if column.name in primary else column
            for column in columns
        ]
        attributes = statement.attributes
        if like_style is not None:
            attributes = replace(attributes, diststyle=attributes.diststyle or like_style)
        keyed, style = designed(columns, attributes)
        _create(
            session,
            Relation(
                schema=key[0],
                name=key[1],
                kind=RelationKind.TABLE,
                columns=keyed,
                oid=session.catalog.new_oid(),
                temporary=statement.temporary,
                diststyle=style,
                backup=attributes.backup,
                constraints=tuple(key_of(session, key[1], item) for item in statement.keys),
                owner=session.login.user,
            ),
        )
    return Result("CREATE TABLE")


def _claimed(session: Session, statement: CreateTable | CreateTableAs) -> Key:
    """The name to be, held against others; temporary ones belong to the session."""
    key = session.catalog.creation_key(statement.name, temporary=statement.temporary)
    if key[0] == TEMPORARY_SCHEMA:
        session.transaction.lock((f"{TEMPORARY_SCHEMA}_{session.login.pid}", key[1]))
    else:
        session.transaction.lock(key)
    return key


def _create(session: Session, table: Relation) -> None:
    session.transaction.snapshot()
    session.engine.create_table(table)
    session.engine.save_relation(table)
    session.catalog.put(table)


def _stored_type(output: tree.OutputColumn) -> RedshiftType:
    """The type that a column of a query is stored as: a quoted literal takes its own length."""
    kind = output.type
    match output.expression:
        case tree.Literal(value=str(value)) if kind.kind is Kind.VARCHAR and kind.length is None:
            return varchar(max(1, len(value.encode())))
    if kind.kind in {Kind.UNKNOWN, Kind.NAME}:
        return varchar(256)
    if kind.kind is Kind.VARCHAR and kind.length is None:
        return varchar(MAX_VARCHAR)
    if kind.kind is Kind.VOID:
        raise Unsupported("a column cannot have type void")
    if kind.kind is Kind.OID:
        raise NotEmulated("columns of type oid")
    if kind.kind is Kind.INTERVAL:
        raise NotEmulated("columns of type INTERVAL")
    return kind


def _inherited(
    columns: Sequence[Column], bound: tree.Bound, attributes: TableAttributes
) -> TableAttributes:
    """A table made of rows of one table has its distribution and its sort key.

    ORDER BY names another sort key. Of other queries, Redshift's planner decides: no keys.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CTAS_usage_notes.html
    """
    given = (attributes.diststyle, attributes.distkey, attributes.sortkey, attributes.sortkey_style)
    if any(given):
        return attributes
    match bound.node:
        case tree.Select(source=tree.Scan(relation=source)) as query if not _is_complex(query):
            pass
        case _:
            return attributes
    origins = [_origin(output.expression) for output in bound.columns]
    names = [column.name for column in columns]
    made = dict(reversed([pair for pair in zip(origins, names, strict=True) if pair[0]]))
    for column in source.columns:
        if not column.type.kind.facts.key:
            made.pop(column.name, None)
    order: list[str | None]
    if query.order_by:
        order = [_origin(key.expression) for key in query.order_by]
        interleaved = False
    else:
        keys = sorted(source.columns, key=lambda column: abs(column.sortkey))
        order = [column.name for column in keys if column.sortkey]
        interleaved = any(column.sortkey < 0 for column in keys)
    sorted_by = [made[name] for name in takewhile(made.__contains__, dict.fromkeys(order))]
    distributed = next((made.get(column.name) for column in source.columns if column.distkey), None)
    lost = source.diststyle == "KEY" and distributed is None
    return replace(
        attributes,
        diststyle=None if lost else source.diststyle,
        distkey=distributed,
        sortkey=tuple(sorted_by),
        sortkey_style="INTERLEAVED" if interleaved else attributes.sortkey_style,
    )


def _is_complex(query: tree.Select) -> bool:
    """Whether more is done to a table than to read it, perhaps in an order of its columns."""
    return (
        query.grouped
        or query.distinct
        or query.limit is not None
        or query.offset is not None
        or any(contains(output.expression, tree.Window) for output in query.columns)
        or any(key.descending or _origin(key.expression) is None for key in query.order_by)
    )


def _origin(expression: tree.Expression) -> str | None:
    match expression:
        case tree.ColumnRef(name=name):
            return name
    return None


def _bound(session: Session, statement: CreateTableAs) -> tree.Bound:
    unknowns = session.instance.unknowns
    return session.instance.bound.get(
        statement.text,
        (statement.offset, CreateTableAs),
        session.catalog,
        session.settings.values(),
        lambda lookups: bind_query(
            statement.query, lookups, lookups.settings, stored=True, unknowns=unknowns
        ),
    )


@executes(CreateTableAs, commands=("CREATE TABLE AS", "SELECT INTO"), log_kind="DDL")
def create_table_as(call: Call, statement: CreateTableAs) -> Result:
    """Create a table from a query: no constraints, no defaults, every column nullable.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html
    """
    session = call.session
    with session.transaction.statement(keep_open=call.keep_open):
        key = _claimed(session, statement)
        session.catalog.refuse_existing(key)
        bound = _bound(session, statement)
        names = [column.name for column in bound.columns]
        if len(statement.columns) > len(names):
            raise InvalidDefinition("CREATE TABLE AS specifies too many column names")
        names[: len(statement.columns)] = statement.columns
        columns = [
            Column(name, _stored_type(column))
            for name, column in zip(names, bound.columns, strict=True)
        ]
        check_columns(columns)
        attributes = _inherited(columns, bound, statement.attributes)
        keyed, style = designed(columns, attributes)
        table = Relation(
            schema=key[0],
            name=key[1],
            kind=RelationKind.TABLE,
            columns=keyed,
            oid=session.catalog.new_oid(),
            temporary=statement.temporary,
            diststyle=style,
            backup=statement.attributes.backup,
            owner=session.login.user,
        )
        _create(session, table)
        assert isinstance(bound.node, tree.Select | tree.SetOperation)  # noqa: S101  # a query
        system = session.system_tables(bound.reads)
        session.engine.fill_table(table, bound.node, session.context(), system)
    return Result("SELECT" if statement.text[:6].upper() == "SELECT" else "CREATE TABLE AS")
