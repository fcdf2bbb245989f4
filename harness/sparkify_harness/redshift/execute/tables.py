"""CREATE TABLE, CREATE TABLE AS, SELECT INTO.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from sparkify_harness.redshift.catalog.relations import (
    Column,
    Constraint,
    Identity,
    Relation,
    RelationKind,
)
from sparkify_harness.redshift.catalog.store import TEMPORARY_SCHEMA
from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    InvalidDefinition,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind_default, bind_query
from sparkify_harness.redshift.sql.statements import (
    ColumnDefinition,
    CreateTable,
    CreateTableAs,
    TableAttributes,
    TableConstraint,
)
from sparkify_harness.redshift.sql.traversal import contains
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind, RedshiftType, varchar

MAX_COLUMNS = 1600


def column_of(definition: ColumnDefinition) -> Column:
    """The catalog's column for a definition in a statement.

    Raises:
        InvalidDefinition: Attributes contradict each other.
    """
    identity = None
    if definition.identity is not None:
        if not definition.type.kind.facts.identity:
            raise InvalidDefinition(
                f'identity column "{definition.name}" must be of type INT or BIGINT'
            )
        identity = Identity(*definition.identity, by_default=definition.identity_by_default)
    if definition.null and (definition.not_null or definition.primary_key or identity):
        raise InvalidDefinition(
            f'conflicting NULL/NOT NULL declarations for column "{definition.name}"'
        )
    column = Column(
        name=definition.name,
        type=definition.type,
        not_null=definition.not_null or definition.primary_key or identity is not None,
        default=definition.default_text,
        identity=identity,
        encoding=definition.encoding,
        distkey=definition.distkey,
        sortkey=1 if definition.sortkey else 0,
    )
    if definition.default is not None:
        bind_default(definition.default, column)
    return column


def _unique_names(columns: Sequence[Column]) -> None:
    for name, uses in Counter(column.name for column in columns).items():
        if uses > 1:
            raise DuplicateColumn(f'column "{name}" specified more than once')
    if len(columns) > MAX_COLUMNS:
        raise InvalidDefinition(f"tables can have at most {MAX_COLUMNS} columns")


def _resolve(key: str | int, columns: Sequence[Column]) -> str:
    if isinstance(key, int):
        if not 1 <= key <= len(columns):
            raise UndefinedColumn(f"column position {key} is not in the select list")
        return columns[key - 1].name
    if key not in {column.name for column in columns}:
        raise UndefinedColumn(f'column "{key}" named in key does not exist')
    return key


def with_attributes(
    columns: Sequence[Column], attributes: TableAttributes
) -> tuple[tuple[Column, ...], str]:
    """Columns with the keys of the table attributes, and the distribution style.

    Raises:
        InvalidDefinition: Distribution style and key contradict each other, or a key's type cannot
            be one.
        UndefinedColumn: A key names no column.
    """
    columns = list(columns)
    if attributes.distkey is not None:
        name = _resolve(attributes.distkey, columns)
        if any(column.distkey for column in columns):
            raise InvalidDefinition("multiple distribution keys are not allowed")
        columns = [replace(column, distkey=column.name == name) for column in columns]
    keyed = sum(column.distkey for column in columns)
    if keyed > 1:
        raise InvalidDefinition("multiple distribution keys are not allowed")
    style = attributes.diststyle or ("KEY" if keyed else "AUTO")
    if style == "KEY" and not keyed:
        raise InvalidDefinition("DISTSTYLE KEY must be used with a DISTKEY column")
    if style in {"EVEN", "ALL"} and keyed:
        raise InvalidDefinition(f"DISTKEY cannot be used with DISTSTYLE {style}")
    # A compound key that LIKE brings numbers its columns; each key has one first column.
    if sum(abs(column.sortkey) == 1 for column in columns) > 1:
        raise InvalidDefinition("multiple sort keys are not allowed")
    if attributes.sortkey:
        if any(column.sortkey for column in columns):
            raise InvalidDefinition("multiple sort keys are not allowed")
        order = [_resolve(key, columns) for key in attributes.sortkey]
        interleaved = attributes.sortkey_style == "INTERLEAVED"
        if len(set(order)) != len(order):
            raise InvalidDefinition("a column may appear in the sort key only once")
        if len(order) > (8 if interleaved else 400):
            raise InvalidDefinition("too many columns in the sort key")
        columns = [
            replace(column, sortkey=_sort_position(order, column.name, interleaved=interleaved))
            for column in columns
        ]
    for column in columns:
        if (column.distkey or column.sortkey) and not column.type.kind.facts.key:
            raise InvalidDefinition(
                f'column "{column.name}" of type {column.type.kind.value} cannot be a '
                "distribution or sort key"
            )
    return tuple(columns), style


def _sort_position(order: Sequence[str], name: str, *, interleaved: bool) -> int:
    if name not in order:
        return 0
    position = order.index(name) + 1
    return -position if interleaved and position % 2 == 0 else position


def key_of(
    session: Session, table: str, constraint: TableConstraint, columns: Sequence[Column]
) -> Constraint:
    """The catalog's constraint for one in a statement; its names must exist.

    Raises:
        UndefinedColumn: It names a column that is not there.
        UndefinedRelation: It refers to a table that is not there.
    """
    names = {column.name for column in columns}
    for name in constraint.columns:
        if name not in names:
            raise UndefinedColumn(f'column "{name}" named in key does not exist')
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


def _inline_keys(columns: Sequence[ColumnDefinition]) -> list[TableConstraint]:
    found = []
    for column in columns:
        if column.primary_key:
            found.append(TableConstraint(kind="PRIMARY KEY", columns=(column.name,)))
        if column.unique:
            found.append(TableConstraint(kind="UNIQUE", columns=(column.name,)))
        if column.references is not None:
            found.append(
                TableConstraint(
                    kind="FOREIGN KEY", columns=(column.name,), references=column.references
                )
            )
    return found


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
        temporary = statement.temporary or statement.name[-1].startswith("#")
        key = session.catalog.creation_key(statement.name, temporary=temporary)
        session.transaction.lock(_lock_key(session, key))
        if statement.if_not_exists and session.catalog.relation(key):
            session.notice("INFO", f'Relation "{key[1]}" already exists and will be skipped')
            return Result("CREATE TABLE")
        session.catalog.refuse_existing(key)
        copied, like_style = _like_columns(session, statement)
        definitions = statement.columns
        columns = [*copied, *(column_of(item) for item in definitions)]
        if not columns:
            raise InvalidDefinition("tables must have at least one column")
        constraints = [*_inline_keys(definitions), *statement.constraints]
        if sum(item.kind == "PRIMARY KEY" for item in constraints) > 1:
            raise InvalidDefinition(f'multiple primary keys for table "{key[1]}" are not allowed')
        primary = {
            name for item in constraints if item.kind == "PRIMARY KEY" for name in item.columns
        }
        columns = [
            replace(column, not_null=True) if column.name in primary else column
            for column in columns
        ]
        _unique_names(columns)
        attributes = statement.attributes
        if like_style is not None:
            attributes = replace(attributes, diststyle=attributes.diststyle or like_style)
        keyed, style = with_attributes(columns, attributes)
        _create(
            session,
            Relation(
                schema=key[0],
                name=key[1],
                kind=RelationKind.TABLE,
                columns=keyed,
                oid=session.catalog.new_oid(),
                temporary=temporary,
                diststyle=style,
                backup=attributes.backup,
                constraints=tuple(key_of(session, key[1], item, keyed) for item in constraints),
                owner=session.login.user,
            ),
        )
    return Result("CREATE TABLE")


def _lock_key(session: Session, key: tuple[str, str]) -> tuple[str, str]:
    """Temporary names belong to the session: nobody else waits for them."""
    if key[0] == TEMPORARY_SCHEMA:
        return (f"{TEMPORARY_SCHEMA}_{session.login.pid}", key[1])
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
        temporary = statement.temporary or statement.name[-1].startswith("#")
        key = session.catalog.creation_key(statement.name, temporary=temporary)
        session.transaction.lock(_lock_key(session, key))
        if statement.if_not_exists and session.catalog.relation(key):
            session.notice("INFO", f'Relation "{key[1]}" already exists and will be skipped')
            return Result("CREATE TABLE AS")
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
        _unique_names(columns)
        attributes = _inherited(columns, bound, statement.attributes)
        keyed, style = with_attributes(columns, attributes)
        table = Relation(
            schema=key[0],
            name=key[1],
            kind=RelationKind.TABLE,
            columns=keyed,
            oid=session.catalog.new_oid(),
            temporary=temporary,
            diststyle=style,
            backup=statement.attributes.backup,
            owner=session.login.user,
        )
        _create(session, table)
        assert isinstance(bound.node, tree.Select | tree.SetOperation)  # noqa: S101  # a query
        system = session.system_tables(bound.reads)
        session.engine.fill_table(table, bound.node, session.context(), system)
    return Result("SELECT" if statement.text[:6].upper() == "SELECT" else "CREATE TABLE AS")
