"""What a table is to the pipeline: one object, from which tasks, Params, checks and views follow.

A definition that cannot work is refused when it is made, which is when the DAG is parsed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sparkify.loading import LoadMode
from sparkify.quality import Check
from sparkify.quoting import identifier


class TableKind(StrEnum):
    """What a table is for."""

    STAGING = "staging"
    """Holds what was read from files, and is kept."""

    FACT = "fact"
    DIMENSION = "dimension"

    RECORD = "record"
    """Holds what the pipeline remembers of itself."""


TYPES = (
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "boolean",
    "character",
    "character varying",
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "super",
    "varbyte",
    "geometry",
    "geography",
    "hllsketch",
)
"""Types of columns, as `svv_columns` shows them, without their sizes.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

_TYPE = re.compile(rf"({'|'.join(TYPES)})(\(\d+(,\d+)?\))?")

LOADED = (TableKind.FACT, TableKind.DIMENSION)
"""Kinds that a SELECT fills."""


@dataclass(frozen=True)
class Table:
    """A table of the pipeline.

    Attributes:
        name: what the pipeline calls it.
        kind: see `TableKind`.
        columns: the type of each, as `svv_columns` shows it, in the order of the CREATE TABLE.
        key: columns that identify a row. Redshift does not enforce them.
        task_id: of the task that fills it.
        sql: name of the .sql file with its SELECT; it reads `plays`, the plays in question, as a
            table where it follows the events.
        sources: staging tables that it is a function of; empty where it follows something else.
        grain: columns of a play that decide which rows of this table it touches; the key, unless
            the key is computed from others.
        latest: column of a play that grows; only the plays with its greatest value decide a row.
            Empty where all plays of the grain do.
        mode: how its rows meet those that are there.
        personal: columns with data about people, which no report shows.
        checks: what must hold for it after every run.
        doc: for the task that fills it.

    Raises:
        ValueError: the definition cannot work; the message says why.
    """

    name: str
    kind: TableKind
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    task_id: str = ""
    sql: str = ""
    sources: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    latest: str = ""
    mode: LoadMode = LoadMode.DELETE_INSERT
    personal: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    doc: str = ""

    def __post_init__(self) -> None:
        identifier(self.name)
        TableKind(self.kind)
        if not self.columns:
            raise ValueError(f"table {self.name} has no columns")
        for name, type_name in self.columns.items():
            if not _TYPE.fullmatch(type_name):
                raise ValueError(
                    f"table {self.name}: {name} is of type {type_name!r}, which is none of "
                    f"{', '.join(TYPES)}"
                )
        for what, names in (("key", self.key), ("personal", self.personal)):
            if unknown := sorted(set(names) - set(self.columns)):
                raise ValueError(
                    f"table {self.name}: {', '.join(unknown)} in its {what}, but not in its columns"
                )
        for check in self.checks:
            if check.table != self.name:
                raise ValueError(f"table {self.name}: the check {check.name} is about another")
            if unknown := sorted(set(check.columns_used) - set(self.columns)):
                raise ValueError(f"table {self.name}: {check.name}: no column {', '.join(unknown)}")
        if self.kind in LOADED:
            self._check_load()

    def _check_load(self) -> None:
        for what in ("key", "sql", "task_id"):
            if not getattr(self, what):
                raise ValueError(f"{self.kind} {self.name} needs its {what}")
        if not self.sql.endswith(".sql"):
            raise ValueError(f"{self.kind} {self.name}: {self.sql!r} is no .sql file")
        LoadMode(self.mode)
        if self.mode is LoadMode.MERGE and set(self.key) == set(self.columns):
            raise ValueError(f"{self.name}: mode merge has nothing to update, all columns are key")

    @property
    def touched_by(self) -> tuple[str, ...]:
        """The columns of a play that decide which rows it touches."""
        return self.grain or self.key
