"""CREATE SCHEMA, CREATE VIEW, DROP.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_TABLE.html
"""

from collections.abc import Iterator, Sequence

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import (
    DependentObjects,
    DuplicateColumn,
    InvalidDefinition,
    InvalidSchemaName,
    PermissionDenied,
    ReservedName,
    UndefinedObject,
    UndefinedRelation,
    Unsupported,
)
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.registry import Call, executes
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.sql import syntax
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.parse import parse_query
from sparkify_harness.redshift.sql.statements import CreateSchema, CreateView, Drop, Name
from sparkify_harness.redshift.sql.walks import walk


@executes(CreateSchema, commands=("CREATE SCHEMA",), log_kind="DDL")
def create_schema(call: Call, statement: CreateSchema) -> Result:
    """CREATE SCHEMA."""
    session = call.session
    with session.transaction.statement(keep_open=call.keep_open):
        owner = statement.authorization
        if owner is not None and owner not in session.instance.users:
            raise UndefinedObject(f'user "{owner}" does not exist')
        if statement.if_not_exists and session.catalog.schema_exists(statement.name):
            session.notice("INFO", f'Schema "{statement.name}" already exists and will be skipped')
            return Result("CREATE SCHEMA")
        if statement.name.startswith("pg_"):
            raise ReservedName(
                f'unacceptable schema name "{statement.name}"',
                detail='The prefix "pg_" is reserved for system schemas.',
            )
        session.catalog.add_schema(statement.name)
        session.transaction.snapshot()
        session.engine.create_schema(statement.name)
        session.engine.save_schema(statement.name)
    return Result("CREATE SCHEMA")


def _tables(query: syntax.Query) -> Iterator[syntax.Table]:
    """What a query reads by name: neither functions nor its own WITH queries."""
    parts = list(walk(query))
    own = {part.name for part in parts if isinstance(part, syntax.Cte)}
    for part in parts:
        if isinstance(part, syntax.Table) and (part.schema or part.name not in own):
            yield part


def _qualified(session: Session, statement: CreateView) -> tuple[str, bool]:
    """The text of a view with the schemas of what it reads, and whether some of it is temporary.

    A view goes on reading the same tables whoever queries it, under any search path.
    """
    text, temporary = statement.query_text, False
    places = []
    for table in _tables(parse_query(text)):
        start = table.position
        relation = session.catalog.relation(table.parts)
        if relation is None or table.schema or start is None:
            continue
        if relation.temporary:
            temporary = True
        elif relation.kind is not RelationKind.SYSTEM:
            places.append((start - 1, relation.schema))
    for start, schema in sorted(places, reverse=True):
        text = f'{text[:start]}"{schema}".{text[start:]}'
    return text, temporary


@executes(CreateView, commands=("CREATE VIEW",), log_kind="DDL")
def create_view(call: Call, statement: CreateView) -> Result:
    """CREATE VIEW; a late-binding one is not looked at until it is queried.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
    """
    session = call.session
    with session.transaction.statement(keep_open=call.keep_open):
        definition, temporary = statement.query_text, False
        if not statement.late_binding:
            definition, temporary = _qualified(session, statement)
        temporary = temporary or statement.name[-1].startswith("#")
        key = session.catalog.creation_key(statement.name, temporary=temporary)
        existing = session.catalog.relation(key)
        if not statement.replace or (existing and existing.kind is RelationKind.TABLE):
            session.catalog.refuse_existing(key)
        columns: tuple[Column, ...] = ()
        if statement.late_binding:
            for table in _tables(statement.query):
                _refuse_unbound(session, table)
        else:
            bound = bind_query(
                statement.query,
                session.catalog,
                session.settings.values(),
                runs=False,
                unknowns=session.instance.unknowns,
            )
            names = [column.name for column in bound.columns]
            names[: len(statement.columns)] = statement.columns
            _refuse_repeated(names)
            columns = tuple(
                Column(name, column.type) for name, column in zip(names, bound.columns, strict=True)
            )
            if existing is not None:
                _refuse_other_columns(existing, columns)
        kind = RelationKind.LATE_BINDING_VIEW if statement.late_binding else RelationKind.VIEW
        view = Relation(
            schema=key[0],
            name=key[1],
            kind=kind,
            columns=columns,
            oid=existing.oid if existing else session.catalog.new_oid(),
            temporary=temporary,
            definition=definition,
            owner=session.login.user,
        )
        session.transaction.snapshot()
        session.engine.save_relation(view)
        session.catalog.put(view)
    return Result("CREATE VIEW")


def _refuse_repeated(names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise DuplicateColumn(f'column "{name}" specified more than once')


def _refuse_unbound(session: Session, table: syntax.Table) -> None:
    if not table.schema:
        raise InvalidDefinition(
            f'relation "{table.name}" in a view with no schema binding must be qualified '
            "with its schema"
        )
    if not session.catalog.schema_exists(table.schema):
        raise InvalidSchemaName(f'schema "{table.schema}" does not exist')


def _refuse_other_columns(existing: Relation, columns: tuple[Column, ...]) -> None:
    before = [(column.name, column.type) for column in existing.columns]
    after = [(column.name, column.type) for column in columns]
    if len(after) < len(before):
        raise InvalidDefinition("cannot drop columns from view")
    for old, new in zip(before, after, strict=False):
        if old[0] != new[0]:
            raise InvalidDefinition(f'cannot change name of view column "{old[0]}" to "{new[0]}"')
        if old[1] != new[1]:
            raise InvalidDefinition(f'cannot change data type of view column "{old[0]}"')
    if len(after) != len(before):
        raise InvalidDefinition("cannot change number of columns in view")


def dependents(session: Session, relation: Relation) -> list[Relation]:
    """Views that read a relation, late-binding ones apart; the nearest first."""
    found = []
    for other in session.catalog.relations().values():
        if other.kind is not RelationKind.VIEW or other.definition is None:
            continue
        for table in _tables(parse_query(other.definition)):
            target = session.catalog.relation(table.parts)
            if target is not None and target.oid == relation.oid:
                found.append(other)
                break
    return found


def drop_dependents(
    session: Session, relation: Relation, *, column: str | None = None, cascade: bool
) -> None:
    """Drop the views that read a relation, or one column of it.

    Raises:
        DependentObjects: There are some, and they are not to be dropped with it.
    """
    what = f"{relation.kind.value} {relation.name}"
    if column is not None:
        what = f"{what} column {column}"
    for view in dependents(session, relation):
        if column is not None and not _names(view, column):
            continue
        if not cascade:
            raise DependentObjects(
                f"cannot drop {what} because other objects depend on it",
                detail=f"view {view.name} depends on {what}",
                hint="Use DROP ... CASCADE to drop the dependent objects too.",
            )
        _drop_relation(session, view, cascade=True)


def _names(view: Relation, column: str) -> bool:
    """Whether a view names a column, or may do so with a star: in ``count(*)`` as well."""
    for part in walk(parse_query(view.definition or "")):
        match part:
            case syntax.Star() | syntax.Function(starred=True):
                return True
            case syntax.Column(parts=(*_, name)) if name == column:
                return True
    return False


def _drop_relation(session: Session, relation: Relation, *, cascade: bool) -> None:
    if relation.kind is RelationKind.TABLE and not relation.temporary:
        relation = session.hold_table((relation.schema, relation.name))
    drop_dependents(session, relation, cascade=cascade)
    session.transaction.snapshot()
    if relation.kind is RelationKind.TABLE:
        session.engine.drop_table(relation)
    session.engine.forget_relation(relation)
    session.catalog.remove(relation)


def _drop_schema(session: Session, name: str, *, cascade: bool) -> None:
    members = [item for item in session.catalog.relations().values() if item.schema == name]
    if members and not cascade:
        raise DependentObjects(
            f"cannot drop schema {name} because other objects depend on it",
            hint="Use DROP ... CASCADE to drop the dependent objects too.",
        )
    for member in members:
        if session.catalog.relation((member.schema, member.name)) is not None:
            _drop_relation(session, member, cascade=True)
    session.transaction.snapshot()
    session.engine.drop_schema(name)
    session.engine.forget_schema(name)
    session.catalog.remove_schema(name)


@executes(Drop, commands=("DROP TABLE", "DROP VIEW", "DROP SCHEMA"), log_kind="DDL")
def drop(call: Call, statement: Drop) -> Result:
    """DROP TABLE, VIEW or SCHEMA."""
    session = call.session
    word = statement.kind.capitalize()
    with session.transaction.statement(keep_open=call.keep_open):
        for name in statement.names:
            if statement.kind == "SCHEMA":
                exists = name[-1] in session.catalog.schemas()
            else:
                exists = _held(session, name, if_exists=statement.if_exists)
            if not exists:
                if not statement.if_exists:
                    missing = InvalidSchemaName if statement.kind == "SCHEMA" else UndefinedRelation
                    raise missing(f'{word} "{name[-1]}" does not exist')
                session.notice("INFO", f'{word} "{name[-1]}" does not exist and will be skipped')
            elif statement.kind == "SCHEMA":
                _drop_schema(session, name[-1], cascade=statement.cascade)
            else:
                relation = session.catalog.require(name)
                if relation.kind is RelationKind.SYSTEM:
                    raise PermissionDenied(
                        f'permission denied: "{relation.name}" is a system catalog'
                    )
                is_view = relation.kind is not RelationKind.TABLE
                if is_view is not (statement.kind == "VIEW"):
                    raise Unsupported(
                        f'"{relation.name}" is not a {statement.kind.lower()}',
                        hint=f"Use DROP {'VIEW' if is_view else 'TABLE'} to remove it.",
                    )
                _drop_relation(session, relation, cascade=statement.cascade)
    return Result(f"DROP {statement.kind}")


def _held(session: Session, name: Name, *, if_exists: bool) -> bool:
    """Whether there is such a relation, also after a wait for who may just be dropping it."""
    while True:
        try:
            found = session.catalog.relation(name)
        except InvalidSchemaName:
            if if_exists:
                return False
            raise
        if found is None or found.kind is not RelationKind.TABLE:
            return found is not None
        session.transaction.change(found)
        if not session.transaction.waited():
            return True
