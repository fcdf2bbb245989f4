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


@dataclass(frozen=True)
class Load:
    """A load of one table.

    Attributes:
        names: of the tables in the warehouse.
        table: to load.
        columns: in the order of the SELECT's.
        select: a query; it sees the table as it was before, but for the rows that a mode deletes
            before it runs.
        mode: see `LoadMode`.
        key: columns that identify a row; for `delete_insert` and `merge`.
        gone: a temporary table with keys whose rows make room even where the SELECT brings none;
            for `delete_insert` and `merge`, which could not withdraw a row without it.

    Raises:
        ValueError: columns, key and mode do not fit.
    """

    names: Names
    table: str
    columns: Sequence[str]
    select: str
    mode: LoadMode
    key: Sequence[str] = ()
    gone: str | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError(f"loading {self.table} needs the names of its columns")
        keyed = self.mode in (LoadMode.DELETE_INSERT, LoadMode.MERGE)
        if keyed and not self.key:
            raise ValueError(f"mode {self.mode} needs the key of {self.table}")
        if unknown := set(self.key) - set(self.columns):
            raise ValueError(f"{', '.join(sorted(unknown))}: in the key, but no column is loaded")
        if self.mode is LoadMode.MERGE and set(self.key) == set(self.columns):
            raise ValueError("mode merge has nothing to update where all columns are key")

    def steps(self) -> list[Step]:
        """The statements, in order."""
        match self.mode:
            case LoadMode.APPEND:
                return [self._insert_select()]
            case LoadMode.REPLACE:
                return [self._clear(), self._insert_select()]
            case LoadMode.DELETE_INSERT if self.gone:
                return [self._delete(self.gone), self._insert_select()]
            case LoadMode.DELETE_INSERT:
                return [*self._collect(), self._delete(self._incoming), self._insert_incoming()]
            case LoadMode.MERGE:
                gone = self.gone
                withdraw = [self._keep_gone(gone), self._delete(gone)] if gone else []
                return [*self._collect(), self._merge(), *withdraw]

    @property
    def _target(self) -> str:
        return self.names(self.table)

    @property
    def _bare(self) -> str:
        """Qualifies the columns of a schema-qualified target.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
        """
        return identifier(self.names.bare(self.table))

    @property
    def _incoming(self) -> str:
        return identifier(self.names.bare(self.table) + INCOMING_SUFFIX)

    def _clear(self) -> Step:
        return Step(f"DELETE FROM {self._target}", f"clearing {self.table}")  # noqa: S608 - its name is quoted

    def _insert_select(self) -> Step:
        sql = f"INSERT INTO {self._target} ({identifiers(self.columns)})\n{self.select}"
        return Step(sql, f"loading {self.table}", counts=True)

    def _collect(self) -> list[Step]:
        """Into a temporary table, whose columns are the target's: types and NOT NULL hold there."""
        create = f"CREATE TEMP TABLE {self._incoming} (LIKE {self._target})"
        insert = f"INSERT INTO {self._incoming} ({identifiers(self.columns)})\n{self.select}"
        return [
            Step(create, f"making room for the rows of {self.table}"),
            Step(insert, f"selecting the rows of {self.table}", counts=True),
        ]

    def _delete(self, keys: str) -> Step:
        same = self._same_key(self._bare, keys)
        sql = f"DELETE FROM {self._target} USING {keys}\nWHERE {same}"  # noqa: S608 - its names are quoted
        return Step(sql, f"deleting the rows of {self.table} that are replaced")

    def _insert_incoming(self) -> Step:
        names = identifiers(self.columns)
        sql = f"INSERT INTO {self._target} ({names})\nSELECT {names} FROM {self._incoming}"
        return Step(sql, f"inserting into {self.table}")

    def _keep_gone(self, gone: str) -> Step:
        same = self._same_key(gone, self._incoming)
        sql = f"DELETE FROM {gone} USING {self._incoming}\nWHERE {same}"  # noqa: S608 - its names are quoted
        return Step(sql, f"finding the rows of {self.table} that are gone")

    def _merge(self) -> Step:
        """https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html ."""
        incoming = {name: f"{self._incoming}.{identifier(name)}" for name in self.columns}
        changes = ", ".join(
            f"{identifier(name)} = {value}"
            for name, value in incoming.items()
            if name not in self.key
        )
        same = self._same_key(self._bare, self._incoming)
        sql = (
            f"MERGE INTO {self._target} USING {self._incoming}\nON {same}\n"
            f"WHEN MATCHED THEN UPDATE SET {changes}\n"
            f"WHEN NOT MATCHED THEN INSERT ({identifiers(self.columns)})\n"
            f"VALUES ({', '.join(incoming.values())})"
        )
        return Step(sql, f"merging into {self.table}")

    def _same_key(self, left: str, right: str) -> str:
        return " AND ".join(
            f"{left}.{identifier(name)} = {right}.{identifier(name)}" for name in self.key
        )
