"""System tables and views, one .sql file each: its columns in the first lines, then a query.

A file whose name ends with ``()`` is a function that gives rows.
A line ``-- without: a b`` after the columns names those that Redshift's has besides.

A query runs on a scratch database that holds what the server knows as plain tables; see
``contents.py`` for them.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_system-tables.html
"""

import re
from functools import cache
from pathlib import Path

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    NAME,
    OID,
    SMALLINT,
    TEXT,
    TIMESTAMP,
    RedshiftType,
    char,
    numeric,
    varchar,
)

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
FIRST_SYSTEM_OID = 10_000

_FOLDER = Path(__file__).parent
_HEADER = re.compile(r"^-- (?P<name>[^\s:]+) (?P<type>[a-z0-9]+)(?:\((?P<arguments>[\d, ]+)\))?$")
_WITHOUT = re.compile(r"^-- without: (?P<names>.+)$", re.MULTILINE)
_TYPES: dict[str, RedshiftType] = {
    "bool": BOOLEAN,
    "float8": DOUBLE,
    "int2": SMALLINT,
    "int4": INTEGER,
    "int8": BIGINT,
    "name": NAME,
    "oid": OID,
    "text": TEXT,
    "timestamp": TIMESTAMP,
}
_KNOWN_TO_REDSHIFT = re.compile(r"(stl|stv|svv|svl|svcs|sys|pg)_\w+")
"""Names that Redshift reserves for system tables: not ours to call missing."""
_LATER = frozenset(
    """
    pg_auth_members pg_authid pg_collation pg_enum pg_event_trigger pg_extension
    pg_foreign_data_wrapper pg_foreign_server pg_foreign_table pg_matviews pg_partitioned_table
    pg_policies pg_policy pg_publication pg_range pg_replication_slots pg_roles pg_seclabel
    pg_sequence pg_sequences pg_stat_replication pg_subscription pg_ts_config pg_ts_dict
    """.split()  # noqa: SIM905 - as text it is read at a glance
)
"""What PostgreSQL has since 8.1: clients that ask for it must hear that it is not there.

Observed:
    https://github.com/psequel/psequel/issues/25
    https://github.com/beekeeper-studio/beekeeper-studio/pull/165
    https://github.com/citusdata/podyn/issues/11
"""


def _type(name: str, arguments: str | None) -> RedshiftType:
    numbers = [int(part) for part in arguments.split(",")] if arguments else []
    match name, numbers:
        case "varchar", [length]:
            return varchar(length)
        case "char", [length]:
            return char(length)
        case "numeric", [precision, scale]:
            return numeric(precision, scale)
        case _:
            return _TYPES[name]


def _columns(text: str) -> tuple[Column, ...]:
    found = []
    for line in text.splitlines():
        header = _HEADER.match(line)
        if header is None:
            break
        found.append(Column(header["name"], _type(header["type"], header["arguments"])))
    return tuple(found)


@cache
def _files() -> dict[tuple[str, str], tuple[int, Path]]:
    paths = sorted(_FOLDER.glob("*/*.sql"))
    return {
        (path.parent.name, path.stem): (FIRST_SYSTEM_OID + number, path)
        for number, path in enumerate(paths)
    }


@cache
def _load(schema: str, name: str) -> Relation:
    oid, path = _files()[schema, name]
    text = path.read_text()
    return Relation(
        schema=schema,
        name=name,
        kind=RelationKind.SYSTEM,
        columns=_columns(text),
        oid=oid,
        definition=text,
        owner="rdsdb",
        missing=frozenset(
            name for line in _WITHOUT.finditer(text) for name in line["names"].split()
        ),
    )


def system_relation(schema: str, name: str) -> Relation | None:
    """The system table or view of that name.

    Args:
        schema: ``pg_catalog``, which holds stl_, stv_, svv_ and sys_ too, or
            ``information_schema``.
        name: Folded name.

    Raises:
        NotEmulated: The name is one that Redshift reserves, and we do not have it.
    """
    if (schema, name) in _files():
        return _load(schema, name)
    if name in _LATER:
        return None
    if schema == "information_schema" or _KNOWN_TO_REDSHIFT.fullmatch(name):
        raise NotEmulated(f"system table {schema}.{name}")
    return None


def system_relations() -> list[Relation]:
    """All system tables and views, for the catalog's own listings and the matrix."""
    return [_load(schema, name) for schema, name in _files() if not name.endswith("()")]
