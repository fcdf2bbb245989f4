"""How things are called inside PostgreSQL."""

from typing import Final

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart

_LONGEST: Final = 63
"""Bytes of a name, where Redshift has 127."""


def quote(name: str) -> str:
    """An identifier, quoted.

    Raises:
        NoCounterpart: PostgreSQL would cut it off.
    """
    if len(name.encode()) > _LONGEST:
        raise NoCounterpart(f"a name of more than {_LONGEST} bytes")
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def table_name(relation: Relation) -> str:
    """The name of what stores a relation: all are temporary, and told by schema and name."""
    return f"pg_temp.{quote(f'{relation.schema}.{relation.name}')}"
