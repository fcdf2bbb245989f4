"""What system tables contain: the server's state as plain tables, and the queries over them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.catalog.session_catalog import SessionCatalog
from sparkify_harness.redshift.catalog.store import TEMPORARY_SCHEMA, Key
from sparkify_harness.redshift.catalog.system import SYSTEM_SCHEMAS, system_relations
from sparkify_harness.redshift.catalog.version import VERSION
from sparkify_harness.redshift.remembered import Remembered
from sparkify_harness.redshift.types import Kind

_WORD = re.compile(r"[a-z_]+")

_FIRST_RULE, _FIRST_INDEX = 900_000_000, 1_000_000_000
"""Of object ids that are made up, away from those that relations have."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """What the tables are made from.

    Args:
        catalog: As the asking session sees it.
        database: Name of the only database.
        profile: The kind of service.
        slices: How many the cluster has.
        users: Names of the users.
        sessions: pid, user and start time (UTC) of each session, number and start time of its
            transaction.
        locks: Table, pid and mode of each lock, and whether it is granted.
        settings: The asking session's parameters.
        count_rows: Counts the rows of a table, in the asking session's transaction.
        tables_read: Finds the schemas and names that the query of a view has in its FROM.
        late_columns: Finds the columns of a late-binding view.
        compute: Answers the query of a system table over plain tables, by their names.
        kept: Contents that were computed for any session.
    """

    catalog: SessionCatalog
    logs: Logs
    database: str
    profile: Profile
    slices: int
    users: tuple[str, ...]
    sessions: tuple[tuple[int, str, datetime, int, datetime], ...]
    locks: Sequence[tuple[Key, int, str, bool]]
    settings: Mapping[str, str]
    count_rows: Callable[[Relation], int]
    tables_read: Callable[[Relation], Iterable[Key]]
    late_columns: Callable[[Relation], tuple[Column, ...]]
    compute: Callable[[Relation, Mapping[str, pa.Table]], pa.Table]
    kept: Remembered[pa.Table]


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _table(schema: Mapping[str, pa.DataType], rows: Iterable[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        {
            name: pa.array(values, type=kind)
            for (name, kind), values in zip(schema.items(), columns, strict=True)
        }
    )


_TEXT, _INT, _BOOL, _TIME = pa.string(), pa.int64(), pa.bool_(), pa.timestamp("us")


def _schemas(state: ServerState) -> pa.Table:
    names = [*sorted(SYSTEM_SCHEMAS), *sorted(state.catalog.schemas())]
    rows = ((2200 + number, name) for number, name in enumerate(names))
    return _table({"oid": _INT, "name": _TEXT}, rows)


def _all_relations(state: ServerState) -> list[Relation]:
    return [*system_relations(), *state.catalog.relations().values()]


def _relations(state: ServerState) -> pa.Table:
    return _table(
        {
            "oid": _INT, "schema": _TEXT, "name": _TEXT, "kind": _TEXT, "temporary": _BOOL,
            "diststyle": _TEXT, "owner": _TEXT, "definition": _TEXT, "backup": _BOOL,
            "comment": _TEXT,
        },
        (
            (
                item.oid,
                "pg_temp_1" if item.schema == TEMPORARY_SCHEMA else item.schema,
                item.name, item.kind.value, item.temporary, item.diststyle, item.owner,
                item.definition if item.kind is not RelationKind.SYSTEM else None, item.backup,
                item.comment,
            )
            for item in _all_relations(state)
        ),
    )  # fmt: skip


def _encoding(relation: Relation, number: int) -> str:
    column = relation.columns[number]
    if column.encoding is not None:
        return column.encoding.lower()
    if relation.temporary or column.sortkey:
        return "none"
    return column.type.kind.facts.encoding


def _columns(state: ServerState) -> pa.Table:
    return _table(
        {
            "relation": _INT, "number": _INT, "name": _TEXT, "type": _TEXT, "type_name": _TEXT,
            "type_oid": _INT, "type_size": _INT, "typmod": _INT, "length": _INT,
            "precision": _INT, "scale": _INT, "not_null": _BOOL, "default_text": _TEXT,
            "encoding": _TEXT, "distkey": _BOOL, "sortkey": _INT, "comment": _TEXT,
        },
        (
            (
                item.oid, number + 1, column.name, str(column.type), column.type.kind.value,
                column.type.oid, column.type.size, column.type.typmod, column.type.length,
                column.type.precision, column.type.scale, column.not_null,
                column.default if column.identity is None
                else f'"identity"({item.oid}, {number}, '
                f"('{column.identity.seed},{column.identity.step}'::varchar)::text)",
                _encoding(item, number), column.distkey, column.sortkey, column.comment,
            )
            for item in _all_relations(state)
            for number, column in enumerate(item.columns)
        ),
    )  # fmt: skip


def _index(relation: Relation, number: int) -> int:
    """Object id of what stands in pg_class for a key, away from those that relations have."""
    return _FIRST_INDEX + relation.oid * 1600 + number


def _constraints(state: ServerState) -> pa.Table:
    return _table(
        {
            "relation": _INT, "index": _INT, "name": _TEXT, "kind": _TEXT,
            "columns": pa.list_(_TEXT),
            "foreign_schema": _TEXT, "foreign_table": _TEXT, "foreign_columns": pa.list_(_TEXT),
        },
        (
            (
                item.oid, _index(item, number), key.name, key.kind, list(key.columns),
                *(key.references[:2] if key.references else (None, None)),
                list(key.references[2]) if key.references else None,
            )
            for item in state.catalog.relations().values()
            for number, key in enumerate(item.constraints)
        ),
    )  # fmt: skip


def _dependencies(state: ServerState) -> pa.Table:
    """What views read, and themselves, by their rules; late-binding views depend on nothing."""
    relations = state.catalog.relations()
    found = []
    for item in relations.values():
        if item.kind is RelationKind.VIEW and item.definition is not None:
            read = {relations.get(key) for key in state.tables_read(item)}
            oids = {item.oid, *(other.oid for other in read if other is not None)}
            found += [(_FIRST_RULE + item.oid, item.oid, oid) for oid in sorted(oids)]
    return _table({"rule": _INT, "view": _INT, "relation": _INT}, found)


def _late_columns(state: ServerState) -> pa.Table:
    return _table(
        {"relation": _INT, "number": _INT, "name": _TEXT, "type": _TEXT},
        (
            (item.oid, number, column.name, str(column.type))
            for item in state.catalog.relations().values()
            if item.kind is RelationKind.LATE_BINDING_VIEW
            for number, column in enumerate(state.late_columns(item), 1)
        ),
    )


def _row_counts(state: ServerState) -> pa.Table:
    return _table(
        {"relation": _INT, "rows": _INT},
        (
            (item.oid, state.count_rows(item))
            for item in state.catalog.relations().values()
            if item.kind is RelationKind.TABLE
        ),
    )


def _queries(state: ServerState) -> pa.Table:
    return _table(
        {
            "query": _INT, "submitted": _INT, "transaction": _INT, "pid": _INT, "user": _TEXT,
            "database": _TEXT, "text": _TEXT,
            "kind": _TEXT, "label": _TEXT, "start_time": _TIME, "end_time": _TIME,
            "error": _TEXT, "canceled": _BOOL, "rows": _INT, "size": _INT,
        },
        (
            (
                item.numbers.rewritten, item.numbers.submitted, item.transaction, item.pid,
                item.user, item.database, item.text, item.kind, item.label, _naive(item.start),
                None if item.end is None else _naive(item.end), item.error,
                item.canceled, item.rows, item.size,
            )
            for item in state.logs.queries()
        ),
    )  # fmt: skip


def _load_errors(state: ServerState) -> pa.Table:
    return _table(
        {
            "query": _INT, "submitted": _INT, "transaction": _INT, "pid": _INT,
            "table_oid": _INT, "time": _TIME, "filename": _TEXT,
            "line_number": _INT, "colname": _TEXT, "type": _TEXT, "col_length": _TEXT,
            "position": _INT, "raw_line": _TEXT, "raw_field_value": _TEXT, "err_code": _INT,
            "err_reason": _TEXT, "start_offset": _INT, "error_message": _TEXT,
        },
        (
            (
                item.numbers.rewritten, item.numbers.submitted, item.transaction, item.pid,
                item.table_oid, _naive(item.time), item.error.filename,
                item.error.line_number, item.error.colname, item.error.type,
                item.error.col_length, item.error.position, item.error.raw_line,
                item.error.raw_field_value, item.error.err_code, item.error.err_reason,
                item.error.start_offset, item.error.error_message or item.error.err_reason,
            )
            for item in state.logs.load_errors()
        ),
    )  # fmt: skip


def _load_files(state: ServerState) -> pa.Table:
    return _table(
        {
            "query": _INT, "pid": _INT, "table_name": _TEXT, "time": _TIME, "filename": _TEXT,
            "lines_scanned": _INT, "errors": _INT, "status": _INT, "bytes": _INT,
        },
        (
            (
                item.query, item.pid, item.table_name, _naive(item.time), item.file.filename,
                item.file.lines_scanned, item.file.errors, item.file.status, item.file.size,
            )
            for item in state.logs.files()
        ),
    )  # fmt: skip


def _unloads(state: ServerState) -> pa.Table:
    return _table(
        {
            "submitted": _INT, "transaction": _INT, "pid": _INT, "database": _TEXT,
            "start_time": _TIME, "end_time": _TIME, "format": _TEXT, "compression": _TEXT,
            "location": _TEXT, "rows": _INT, "files": _INT, "size": _INT, "error": _TEXT,
        },
        (
            (
                item.numbers.submitted, item.transaction, item.pid, item.database,
                _naive(item.start), _naive(item.end), item.file_format, item.compression,
                item.location, sum(file.rows for file in item.files), len(item.files),
                sum(file.size for file in item.files), item.error,
            )
            for item in state.logs.unloads()
        ),
    )  # fmt: skip


def _unload_files(state: ServerState) -> pa.Table:
    return _table(
        {
            "query": _INT, "submitted": _INT, "transaction": _INT, "slice": _INT, "pid": _INT,
            "path": _TEXT, "start_time": _TIME, "end_time": _TIME, "rows": _INT, "size": _INT,
            "format": _TEXT,
        },
        (
            (
                item.numbers.rewritten, item.numbers.submitted, item.transaction, file.slice_,
                item.pid, file.filename, _naive(item.start), _naive(item.end), file.rows,
                file.size, item.file_format,
            )
            for item in state.logs.unloads()
            for file in item.files
        ),
    )  # fmt: skip


def _slices(state: ServerState) -> pa.Table:
    return _table({"slice": _INT}, ((number,) for number in range(state.slices)))


def _databases(state: ServerState) -> pa.Table:
    return _table({"name": _TEXT}, ((state.database,),))


def _service(state: ServerState) -> pa.Table:
    clusters = state.profile is not Profile.SERVERLESS
    row = (clusters, VERSION.rpartition(" ")[2], _naive(datetime.now(UTC)))
    return _table({"clusters": _BOOL, "build": _TEXT, "moment": _TIME}, (row,))


def _users(state: ServerState) -> pa.Table:
    rows = ((100 + number, name) for number, name in enumerate(state.users))
    return _table({"id": _INT, "name": _TEXT}, rows)


def _sessions(state: ServerState) -> pa.Table:
    return _table(
        {
            "pid": _INT, "user": _TEXT, "start_time": _TIME, "transaction": _INT,
            "transaction_time": _TIME,
        },
        (
            (pid, user, _naive(start), number, _naive(begun))
            for pid, user, start, number, begun in state.sessions
        ),
    )  # fmt: skip


def _locks(state: ServerState) -> pa.Table:
    return _table(
        {"schema": _TEXT, "name": _TEXT, "pid": _INT, "mode": _TEXT, "granted": _BOOL},
        ((schema, name, pid, mode, granted) for (schema, name), pid, mode, granted in state.locks),
    )


def _settings(state: ServerState) -> pa.Table:
    return _table({"name": _TEXT, "setting": _TEXT}, sorted(state.settings.items()))


def _types(_state: ServerState) -> pa.Table:
    rows = ((kind.facts.oid, kind.internal_name, kind.facts.size) for kind in Kind)
    return _table({"oid": _INT, "name": _TEXT, "size": _INT}, rows)


_TABLES: dict[str, Callable[[ServerState], pa.Table]] = {
    "_schemas": _schemas,
    "_relations": _relations,
    "_columns": _columns,
    "_constraints": _constraints,
    "_dependencies": _dependencies,
    "_late_columns": _late_columns,
    "_row_counts": _row_counts,
    "_queries": _queries,
    "_load_errors": _load_errors,
    "_load_files": _load_files,
    "_unload_files": _unload_files,
    "_unloads": _unloads,
    "_databases": _databases,
    "_service": _service,
    "_slices": _slices,
    "_users": _users,
    "_sessions": _sessions,
    "_locks": _locks,
    "_settings": _settings,
    "_types": _types,
}


_DEFINED = frozenset(
    {
        "_schemas", "_relations", "_columns", "_constraints", "_dependencies", "_late_columns",
        "_databases", "_users", "_types",
    }
)  # fmt: skip
"""Tables that follow from what is defined: the same as long as that is."""

KEPT_TABLES, KEPT_BYTES = 64, 8 * 1024 * 1024
"""Contents of system tables that are kept: how many, and how much at most."""


def contents(relation: Relation, state: ServerState) -> pa.Table:
    """The rows of a system table now.

    Args:
        relation: From ``system_relation``.
        state: What the server knows.

    Returns:
        Columns named as the relation's, in its order.
    """
    needed = set(_WORD.findall(relation.definition or "")) & _TABLES.keys()
    shared = state.catalog.shared if needed <= _DEFINED else None
    if shared is None:
        return _computed(relation, needed, state)
    key = (relation.schema, relation.name, shared, state.users)
    rows = state.kept.get(key)
    if rows is None:
        rows = _computed(relation, needed, state)
        state.kept.put(key, rows, rows.nbytes)
    return rows


def _computed(relation: Relation, needed: Iterable[str], state: ServerState) -> pa.Table:
    return state.compute(relation, {name: _TABLES[name](state) for name in needed})
