"""The ways to bring the rows of a SELECT into a table.

A mode is the list of statements that does it, in one transaction. All but `append` give the same
however often they run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sparkify.names import Names
from sparkify.quoting import identifier, identifiers

INCOMING_SUFFIX = "_incoming"
"""Ends the name of the temporary table that holds the rows on their way."""


class LoadMode(StrEnum):
    """How the rows meet those that are there."""

    APPEND = "append"
    """All are added."""

    REPLACE = "replace"
    """They take the place of all."""

    DELETE_INSERT = "delete_insert"
    """They take the place of those with the same key."""

    MERGE = "merge"
    """They update those with the same key; the others are added."""


@dataclass(frozen=True)
class Step:
    """One statement of a load.

    Attributes:
        sql: to send.
        doing: what it does, for logs and errors.
        counts: whether its row count is that of the load.
    """

    sql: str
    doing: str
    counts: bool = False


def load_steps(
    names: Names,
    table: str,
    columns: Sequence[str],
    select: str,
    mode: LoadMode,
    key: Sequence[str] = (),
    *,
    gone: str | None = None,
) -> list[Step]:
    """The statements of a load, in order.

    Args:
        names: of the tables in the warehouse.
        table: to load.
        columns: in the order of the SELECT's.
        select: a query; it sees the table as it was before, except in `replace`.
        mode: see `LoadMode`.
        key: columns that identify a row; for `delete_insert` and `merge`.
        gone: a temporary table with keys whose rows make room even where the SELECT brings none;
            for `delete_insert` and `merge`, which need it to withdraw rows.

    Raises:
        ValueError: columns, key and mode do not fit.
    """
    if not columns:
        raise ValueError(f"loading {table} needs the names of its columns")
    if mode in (LoadMode.DELETE_INSERT, LoadMode.MERGE) and not key:
        raise ValueError(f"mode {mode} needs the key of {table}")
    if unknown := set(key) - set(columns):
        raise ValueError(f"{', '.join(sorted(unknown))}: in the key, but no column is loaded")
    if mode is LoadMode.MERGE and set(key) == set(columns):
        raise ValueError("mode merge has nothing to update where all columns are key")
    load = _Load(names(table), names.bare(table), tuple(columns), select, tuple(key))
    match mode:
        case LoadMode.APPEND:
            return [load.insert_select()]
        case LoadMode.REPLACE:
            return [load.clear(), load.insert_select()]
        case LoadMode.DELETE_INSERT if gone:
            return [load.delete(gone), load.insert_select()]
        case LoadMode.DELETE_INSERT:
            return [*load.collect(), load.delete(load.incoming), load.insert_incoming()]
        case LoadMode.MERGE:
            withdraw = [load.keep_gone(gone), load.delete(gone)] if gone else []
            return [*load.collect(), load.merge(), *withdraw]


@dataclass(frozen=True)
class _Load:
    """The statements; names are quoted, but for that of the table."""

    target: str
    table: str
    columns: tuple[str, ...]
    select: str
    key: tuple[str, ...]

    @property
    def incoming(self) -> str:
        return identifier(self.table + INCOMING_SUFFIX)

    def clear(self) -> Step:
        return Step(f"DELETE FROM {self.target}", f"clearing {self.table}")  # noqa: S608 - its name is quoted

    def insert_select(self) -> Step:
        sql = f"INSERT INTO {self.target} ({identifiers(self.columns)})\n{self.select}"
        return Step(sql, f"loading {self.table}", counts=True)

    def collect(self) -> list[Step]:
        """Into a temporary table, whose columns are the target's: types and NOT NULL hold there."""
        create = f"CREATE TEMP TABLE {self.incoming} (LIKE {self.target})"
        insert = f"INSERT INTO {self.incoming} ({identifiers(self.columns)})\n{self.select}"
        return [
            Step(create, f"making room for the rows of {self.table}"),
            Step(insert, f"selecting the rows of {self.table}", counts=True),
        ]

    def delete(self, keys: str) -> Step:
        # A bare table name qualifies the columns of a schema-qualified target.
        # https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
        same = self._same_key(identifier(self.table), keys)
        sql = f"DELETE FROM {self.target} USING {keys}\nWHERE {same}"  # noqa: S608 - its names are quoted
        return Step(sql, f"deleting the rows of {self.table} that are replaced")

    def insert_incoming(self) -> Step:
        names = identifiers(self.columns)
        sql = f"INSERT INTO {self.target} ({names})\nSELECT {names} FROM {self.incoming}"
        return Step(sql, f"inserting into {self.table}")

    def keep_gone(self, gone: str) -> Step:
        same = self._same_key(gone, self.incoming)
        sql = f"DELETE FROM {gone} USING {self.incoming}\nWHERE {same}"  # noqa: S608 - its names are quoted
        return Step(sql, f"finding the rows of {self.table} that are gone")

    def merge(self) -> Step:
        """https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html ."""
        incoming = {name: f"{self.incoming}.{identifier(name)}" for name in self.columns}
        changes = ", ".join(
            f"{identifier(name)} = {value}"
            for name, value in incoming.items()
            if name not in self.key
        )
        same = self._same_key(identifier(self.table), self.incoming)
        sql = (
            f"MERGE INTO {self.target} USING {self.incoming}\nON {same}\n"
            f"WHEN MATCHED THEN UPDATE SET {changes}\n"
            f"WHEN NOT MATCHED THEN INSERT ({identifiers(self.columns)})\n"
            f"VALUES ({', '.join(incoming.values())})"
        )
        return Step(sql, f"merging into {self.table}")

    def _same_key(self, left: str, right: str) -> str:
        return " AND ".join(
            f"{left}.{identifier(name)} = {right}.{identifier(name)}" for name in self.key
        )
