"""Definitions as they are kept in the database file: JSON of the catalog's records."""

import json
from dataclasses import asdict
from enum import Enum

from sparkify_harness.redshift.catalog.relations import (
    Column,
    Constraint,
    Identity,
    Relation,
    RelationKind,
)
from sparkify_harness.redshift.types import Kind, RedshiftType


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    raise TypeError(f"{type(value).__name__} has no place in a definition")


def save_relation(relation: Relation) -> str:
    """The JSON text of a relation; only system tables, which are not kept, miss columns."""
    saved = {name: value for name, value in asdict(relation).items() if name != "missing"}
    return json.dumps(saved, default=_plain)


def load_relation(text: str) -> Relation:
    """The relation of a JSON text that ``save_relation`` wrote."""
    saved = json.loads(text)
    columns = tuple(
        Column(
            **{
                **column,
                "type": RedshiftType(**{**column["type"], "kind": Kind[column["type"]["kind"]]}),
                "identity": Identity(**column["identity"]) if column["identity"] else None,
            }
        )
        for column in saved["columns"]
    )
    constraints = tuple(
        Constraint(
            name=key["name"],
            kind=key["kind"],
            columns=tuple(key["columns"]),
            references=_references(key["references"]),
        )
        for key in saved["constraints"]
    )
    return Relation(
        **{
            **saved,
            "kind": RelationKind[saved["kind"]],
            "columns": columns,
            "constraints": constraints,
        }
    )


def _references(saved: list[object] | None) -> tuple[str, str, tuple[str, ...]] | None:
    match saved:
        case [str(schema), str(table), list(columns)]:
            return schema, table, tuple(str(column) for column in columns)
        case _:
            return None
