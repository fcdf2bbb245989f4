"""Queries that have no rule here: DuckDB answers them, from copies of the rows that they read."""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb

from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.engine.duckdb.lower import lower
from sparkify_harness.redshift.engine.duckdb.names import quote, table_name
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from tests.unit.pipeline.interleaved.rows.expressions import RUN, Row
from tests.unit.pipeline.interleaved.rows.scalars import Value


class Elsewhere:
    """A DuckDB database with the tables of the queries that it is asked."""

    def __init__(self) -> None:
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute("SET TimeZone = 'UTC'")
        self._known: dict[str, tuple[tuple[str, str], ...]] = {}

    def code(self, node: tree.Query) -> Callable[[Row], list[tuple[Value, ...]]]:
        """A query as a function of what it reads."""
        relations = {
            table_name(part.relation): part.relation
            for part in walk(node)
            if isinstance(part, tree.Scan)
        }

        def rows(row: Row) -> list[tuple[Value, ...]]:
            run = row[RUN]
            try:
                for name, relation in relations.items():
                    self._fill(name, relation, list(run.rows_of(relation)))
                sql = lower(node, run.context)
                return self._database.execute(sql, list(run.arguments) or None).fetchall()
            except duckdb.Error as error:
                raise translate(error) from error

        return rows

    def _fill(self, name: str, relation: Relation, rows: Sequence[tuple[Any, ...]]) -> None:
        columns = tuple((item.name, storage_type(item.type)) for item in relation.columns)
        if self._known.get(name) != columns:
            if not relation.temporary:
                self._database.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(relation.schema)}")
            types = ", ".join(f"{quote(column)} {kind}" for column, kind in columns)
            self._database.execute(f"CREATE OR REPLACE TABLE {name} ({types})")
            self._known[name] = columns
        self._database.execute(f"DELETE FROM {name}")
        if rows:
            marks = ", ".join("?" * len(columns))
            self._database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
