"""ALTER TABLE: one action a statement.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from collections.abc import Callable
from dataclasses import replace

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    InvalidDefinition,
    NotEmulated,
    UndefinedColumn,
    UndefinedObject,
    Unsupported,
)
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.schemas import dependents, drop_dependents
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.execute.tables import key_of
from sparkify_harness.redshift.sql.bind import bind_default
from sparkify_harness.redshift.sql.statements import AlterAction, AlterTable, TableAttributes
from sparkify_harness.redshift.sql.table_design import check_constraints, designed
from sparkify_harness.redshift.types import Kind

_VIEWS = frozenset({RelationKind.VIEW, RelationKind.LATE_BINDING_VIEW})
_OF_VIEWS = frozenset({AlterAction.RENAME_TABLE, AlterAction.OWNER})
Action = Callable[[Session, Relation, AlterTable], Relation]


def _column(table: Relation, name: str | None) -> Column:
    column = table.column(name or "")
    if column is None:
        raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist')
    return column


def _replace_column(table: Relation, old: str, new: Column) -> Relation:
    return replace(
        table, columns=tuple(new if item.name == old else item for item in table.columns)
    )


def _add_column(session: Session, table: Relation, statement: AlterTable) -> Relation:
    definition = statement.definition
    assert definition is not None  # noqa: S101  # the grammar sets it
    column = definition.column
    if table.column(column.name) is not None:
        raise DuplicateColumn(f'column "{column.name}" of relation "{table.name}" already exists')
    if column.not_null and definition.default is None:
        raise InvalidDefinition(
            "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression"
        )
    default = None if definition.default is None else bind_default(definition.default, column)
    session.engine.add_column(table, column, default, session.context())
    return replace(table, columns=(*table.columns, column))


def _drop_column(session: Session, table: Relation, statement: AlterTable) -> Relation:
    column = _column(table, statement.column)
    if len(table.columns) == 1:
        raise InvalidDefinition("cannot drop the only column of a table")
    if column.distkey or column.sortkey:
        key = "distkey" if column.distkey else "sortkey"
        raise InvalidDefinition(f"cannot drop {key} column {column.name}")
    drop_dependents(session, table, column=column.name, cascade=statement.cascade)
    session.engine.drop_column(table, column.name)
    return replace(
        table,
        columns=tuple(item for item in table.columns if item is not column),
        constraints=tuple(key for key in table.constraints if column.name not in key.columns),
    )


def _refuse_dependents(session: Session, table: Relation) -> None:
    """On Redshift a view follows what it reads to its new name; ours would look for the old one."""
    for view in dependents(session, table):
        raise NotEmulated(f'renaming what the view "{view.name}" reads')


def _rename_table(session: Session, table: Relation, statement: AlterTable) -> Relation:
    name = statement.new_name or ""
    if name.startswith("#") and not table.temporary:
        raise InvalidDefinition("a permanent table cannot be renamed to a temporary name")
    if not table.temporary:
        session.transaction.lock((table.schema, name))
    session.catalog.refuse_existing((table.schema, name))
    _refuse_dependents(session, table)
    if table.kind is RelationKind.TABLE:
        session.engine.rename_table(table, name)
    session.catalog.remove(table)
    return replace(table, name=name)


def _rename_column(session: Session, table: Relation, statement: AlterTable) -> Relation:
    column = _column(table, statement.column)
    name = statement.new_name or ""
    if table.column(name) is not None:
        raise DuplicateColumn(f'column "{name}" of relation "{table.name}" already exists')
    _refuse_dependents(session, table)
    session.engine.rename_column(table, column.name, name)
    renamed = _replace_column(table, column.name, replace(column, name=name))
    keys = tuple(
        replace(key, columns=tuple(name if item == column.name else item for item in key.columns))
        for key in table.constraints
    )
    return replace(renamed, constraints=keys)


def _add_constraint(session: Session, table: Relation, statement: AlterTable) -> Relation:
    constraint = statement.constraint
    assert constraint is not None  # noqa: S101  # the grammar sets it
    check_constraints(table.name, [constraint], table.columns)
    key = key_of(session, table.name, constraint)
    if key.kind == "PRIMARY KEY":
        for name in key.columns:
            if not _column(table, name).not_null:
                raise InvalidDefinition(
                    f'ALTER TABLE ADD PRIMARY KEY cannot be used on nullable column "{name}"'
                )
    return replace(table, constraints=(*table.constraints, key))


def _drop_constraint(_session: Session, table: Relation, statement: AlterTable) -> Relation:
    kept = tuple(key for key in table.constraints if key.name != statement.column)
    if len(kept) == len(table.constraints):
        raise UndefinedObject(
            f'constraint "{statement.column}" of relation "{table.name}" does not exist'
        )
    return replace(table, constraints=kept)


def _column_type(session: Session, table: Relation, statement: AlterTable) -> Relation:
    column = _column(table, statement.column)
    wanted = statement.type
    assert wanted is not None  # noqa: S101  # the grammar sets it
    session.transaction.refuse_in_block("ALTER TABLE ALTER COLUMN")
    if column.type.kind is not Kind.VARCHAR or wanted.kind is not Kind.VARCHAR:
        raise Unsupported(
            f'cannot alter type of column "{column.name}": only VARCHAR sizes can be altered'
        )
    if column.default is not None or any(column.name in key.columns for key in table.constraints):
        raise Unsupported(
            f'cannot alter type of column "{column.name}" with a default or a key on it'
        )
    if (column.encoding or "").upper() in {"BYTEDICT", "RUNLENGTH", "TEXT255", "TEXT32K"}:
        raise Unsupported(f'cannot alter type of column "{column.name}" with this encoding')
    longest = session.engine.longest(table, column.name)
    if wanted.length is not None and wanted.length < longest:
        raise Unsupported(
            f"target data type size should be larger than or equal to {longest}, the longest "
            f'value of column "{column.name}"'
        )
    return _replace_column(table, column.name, replace(column, type=wanted))


def _column_encoding(_session: Session, table: Relation, statement: AlterTable) -> Relation:
    column = _column(table, statement.column)
    return _replace_column(table, column.name, replace(column, encoding=statement.encoding))


def _distribution(_session: Session, table: Relation, statement: AlterTable) -> Relation:
    bare = [replace(column, distkey=False) for column in table.columns]
    columns, style = designed(bare, statement.attributes or TableAttributes())
    return replace(table, columns=columns, diststyle=style)


def _sort(_session: Session, table: Relation, statement: AlterTable) -> Relation:
    attributes = statement.attributes or TableAttributes()
    bare = [replace(column, sortkey=0) for column in table.columns]
    columns, _ = designed(bare, replace(attributes, diststyle=table.diststyle))
    return replace(table, columns=columns)


def _unchanged(_session: Session, table: Relation, _statement: AlterTable) -> Relation:
    return table


def _owner(session: Session, table: Relation, statement: AlterTable) -> Relation:
    owner = statement.new_name or ""
    if owner not in session.instance.users:
        raise UndefinedObject(f'user "{owner}" does not exist')
    return replace(table, owner=owner)


_ACTIONS: dict[AlterAction, Action] = {
    AlterAction.ADD_COLUMN: _add_column,
    AlterAction.DROP_COLUMN: _drop_column,
    AlterAction.RENAME_TABLE: _rename_table,
    AlterAction.RENAME_COLUMN: _rename_column,
    AlterAction.ADD_CONSTRAINT: _add_constraint,
    AlterAction.DROP_CONSTRAINT: _drop_constraint,
    AlterAction.COLUMN_TYPE: _column_type,
    AlterAction.COLUMN_ENCODING: _column_encoding,
    AlterAction.DISTKEY: _distribution,
    AlterAction.DISTSTYLE: _distribution,
    AlterAction.SORTKEY: _sort,
    AlterAction.ENCODE_AUTO: _unchanged,
    AlterAction.OWNER: _owner,
}


@executes(AlterTable, commands=("ALTER TABLE",), log_kind="DDL")
def alter_table(call: Call, statement: AlterTable) -> Result:
    """ALTER TABLE."""
    session, transaction = call.session, call.session.transaction
    if statement.action is AlterAction.APPEND:
        return _append(call, statement)
    with transaction.statement(keep_open=call.keep_open):
        table = _held(session, statement)
        transaction.snapshot()
        changed = _ACTIONS[statement.action](session, table, statement)
        session.engine.save_relation(changed)
        session.catalog.put(changed)
    return Result("ALTER TABLE")


def _held(session: Session, statement: AlterTable) -> Relation:
    """What is altered, held against others; a view can be renamed and given away.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    Observed: https://github.com/jOOQ/jOOQ/issues/18370
    """
    found = session.catalog.require(statement.name)
    if found.kind in _VIEWS and statement.action in _OF_VIEWS:
        return found
    return session.hold_table(statement.name)


def _append(call: Call, statement: AlterTable) -> Result:
    """Move all rows from one table to another; commits at once.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
    """
    session, transaction = call.session, call.session.transaction
    transaction.refuse_in_block("ALTER TABLE APPEND")
    with transaction.statement(keep_open=False):
        target = session.hold_table(statement.name, changes_rows=True)
        source = session.hold_table(statement.source or (), changes_rows=True)
        if source.oid == target.oid:
            raise Unsupported("ALTER TABLE APPEND needs two different tables")
        if target.temporary or source.temporary:
            raise Unsupported("ALTER TABLE APPEND needs permanent tables")
        names = _shared_columns(source, target, statement)
        transaction.snapshot()
        session.engine.move(source, target, names)
    return Result("ALTER TABLE APPEND")


def _shared_columns(source: Relation, target: Relation, statement: AlterTable) -> list[str]:
    if statement.ignore_extra and statement.fill_target:
        raise Unsupported("IGNOREEXTRA and FILLTARGET cannot be specified together")
    shared = [column for column in source.columns if target.column(column.name) is not None]
    extra_source = len(source.columns) - len(shared)
    extra_target = len(target.columns) - len(shared)
    if (extra_source and not statement.ignore_extra) or (
        extra_target and not statement.fill_target
    ):
        raise Unsupported("the tables of ALTER TABLE APPEND must have the same columns")
    for column in shared:
        if _column(target, column.name).type != column.type:
            raise Unsupported(f'column "{column.name}" differs in type between the tables')
    return [column.name for column in shared]
