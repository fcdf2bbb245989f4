"""Tables as Python rows, with snapshots: a small engine behind the substitute's own sessions.

It takes what the binder of the substitute makes of a statement, so what is refused, typed, locked
and logged is the substitute's doing. It is there for speed: a statement on a handful of rows takes
DuckDB a millisecond, and a history has hundreds. `test_engine.py` holds that both answer the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, cast

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.system_tables import system_table
from sparkify_harness.redshift.engine.protocol import SystemTables
from sparkify_harness.redshift.errors import NotNullViolation, TransactionConflict
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from tests.unit.pipeline.interleaved.rows.elsewhere import Elsewhere
from tests.unit.pipeline.interleaved.rows.expressions import RUN, Row, Run, Scope
from tests.unit.pipeline.interleaved.rows.queries import query_code
from tests.unit.pipeline.interleaved.rows.scalars import Scalars, Value
from tests.unit.pipeline.interleaved.rows.statements import Changes, statement_code

Key = tuple[str, str]
Stored = Mapping[int, tuple[Value, ...]]
"""The rows of a table by their numbers, in the order in which they came."""


@dataclass(frozen=True)
class Batch:
    """Rows of a result, as Python values."""

    rows: list[tuple[Value, ...]]

    @property
    def num_rows(self) -> int:
        """How many."""
        return len(self.rows)

    @property
    def nbytes(self) -> int:
        """Nobody in a history asks how large a result is."""
        return 0


@dataclass
class Delta:
    """What a transaction did to the rows of a table."""

    added: dict[int, tuple[Value, ...]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)


class RowsEngine:
    """A database in memory; see `sparkify_harness.redshift.engine.protocol.Engine`."""

    def __init__(self, compiled: "Compiled") -> None:
        self.tables: dict[Key, Stored] = {}
        self.compiled = compiled
        self.numbers = count(1)

    def connect(self, cancellation: Cancellation) -> "RowsConnection":
        """A connection for one client."""
        return RowsConnection(self)

    def load_catalog(self) -> tuple[list[str], list[Relation]]:
        """A schema and no table."""
        return ["public"], []

    def system_table(self, relation: Relation, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The rows of a system table, as the other engine finds them."""
        return system_table(relation, tables)

    def close(self) -> None:
        """Nothing to do."""


class Compiled:
    """Statements as functions, made once each; shared by all engines of a process."""

    def __init__(self) -> None:
        self._scalars = Scalars()
        self._elsewhere = Elsewhere()
        self._kept: dict[int, tuple[object, Any]] = {}

    def query(self, node: tree.Query) -> Callable[[Row], list[tuple[Value, ...]]]:
        """A query; one that has no rule is answered elsewhere, which takes longer."""

        def make(scope: Scope) -> Callable[[Row], list[tuple[Value, ...]]]:
            try:
                return query_code(node, scope)
            except NotImplementedError:
                return self._elsewhere.code(node)

        return cast("Callable[[Row], list[tuple[Value, ...]]]", self._once(node, make))

    def statement(self, node: Any) -> Callable[[Row, Stored], Changes]:
        """A statement that changes rows."""
        code = self._once(node, lambda scope: statement_code(node, scope))
        return cast("Callable[[Row, Stored], Changes]", code)

    def _once(self, node: object, make: Callable[[Scope], Any]) -> Any:
        kept = self._kept.get(id(node))
        if kept is None or kept[0] is not node:
            kept = self._kept[id(node)] = node, make(Scope(query_code, self._scalars))
        return kept[1]


class RowsConnection:
    """One client's transaction and temporary tables, as far as the pipeline needs them."""

    def __init__(self, engine: RowsEngine) -> None:
        self._engine = engine
        self._seen: dict[Key, Stored] = {}
        self._deltas: dict[Key, Delta] = {}
        self._temporary: dict[Key, Stored] = {}
        self._temporary_before: dict[Key, Stored] = {}
        self._dropped: set[Key] = set()

    # --- transactions ---

    def begin(self, *, snapshot: bool = True) -> None:
        """Start a transaction; its snapshot is taken now."""
        self._seen = dict(self._engine.tables)
        self._deltas = {}
        self._dropped = set()
        self._temporary_before = dict(self._temporary)

    def commit(self) -> None:
        """Publish what was changed, on top of what others have published meanwhile."""
        tables = self._engine.tables
        for key in self._dropped:
            tables.pop(key, None)
        for key, delta in self._deltas.items():
            kept = tables.get(key, {})
            tables[key] = {
                number: row for number, row in kept.items() if number not in delta.removed
            } | delta.added
        self._temporary_before = dict(self._temporary)

    def rollback(self) -> None:
        """Forget what was changed."""
        self._temporary = dict(self._temporary_before)
        self._seen, self._deltas, self._dropped = {}, {}, set()

    def interrupt(self) -> None:
        """Nothing runs that could be stopped: statements run to their end."""

    def close(self) -> None:
        """Roll back."""
        self.rollback()

    # --- rows ---

    def query(
        self,
        node: tree.Query,
        formats: Sequence[Format],
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Iterator[pa.RecordBatch]:
        """Run a query; its rows come as one `Batch`, whatever the formats."""
        rows = self._engine.compiled.query(node)(self._row(context, arguments, system))
        yield cast("pa.RecordBatch", Batch(rows))

    def modify(
        self,
        node: tree.Insert | tree.Update | tree.Delete | tree.Merge,
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> int:
        """Run DML; the number of rows it touched."""
        target = node.target.relation if isinstance(node.target, tree.Scan) else node.target
        stored = self._stored(target)
        code = self._engine.compiled.statement(node)
        changes = code(self._row(context, arguments, system), stored)
        self._change(target, changes.removed, changes.added)
        return changes.touched

    def fill_table(
        self,
        table: Relation,
        node: tree.Query,
        context: ExecutionContext,
        system: SystemTables,
    ) -> int:
        """Insert a query's rows into a table that CREATE TABLE AS made."""
        rows = self._engine.compiled.query(node)(self._row(context, (), system))
        self._change(table, (), rows)
        return len(rows)

    def append(
        self,
        table: Relation,
        columns: Sequence[str],
        rows: pa.RecordBatchReader,
        defaults: Mapping[str, tree.Expression],
        context: ExecutionContext,
    ) -> int:
        """Insert the rows of a COPY; there are no defaults here."""
        assert not defaults
        places = [
            columns.index(item.name) if item.name in columns else None for item in table.columns
        ]
        found = [
            tuple(None if place is None else values[place] for place in places)
            for batch in rows
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
        self._change(table, (), found)
        return len(found)

    def count(self, table: Relation) -> int:
        """Rows of a table."""
        return len(self._stored(table))

    def _row(
        self,
        context: ExecutionContext,
        arguments: Sequence[object],
        system: SystemTables,
    ) -> Row:
        def rows_of(relation: Relation) -> Any:
            if relation.kind is RelationKind.SYSTEM:
                columns = system[relation.schema, relation.name].columns
                return zip(*(column.to_pylist() for column in columns), strict=True)
            return self._stored(relation).values()

        return {RUN: Run(rows_of, arguments, context)}

    def _stored(self, table: Relation) -> Stored:
        key = table.schema, table.name
        return self._temporary[key] if table.temporary else self._seen[key]

    def _change(
        self, table: Relation, removed: Sequence[int], added: Sequence[tuple[Value, ...]]
    ) -> None:
        for place, column in enumerate(table.columns):
            if column.not_null and any(row[place] is None for row in added):
                raise NotNullViolation(column.name)
        gone = set(removed)
        self._refuse_gone(table, gone)
        new = {next(self._engine.numbers): row for row in added}
        kept = {number: row for number, row in self._stored(table).items() if number not in gone}
        key = table.schema, table.name
        if table.temporary:
            self._temporary[key] = kept | new
            return
        self._seen[key] = kept | new
        delta = self._deltas.setdefault(key, Delta())
        delta.removed |= gone
        delta.added = {n: row for n, row in delta.added.items() if n not in gone} | new

    def _refuse_gone(self, table: Relation, rows: set[int]) -> None:
        """Refuses to change a row that another transaction has changed since the snapshot."""
        key = table.schema, table.name
        if table.temporary or key not in self._engine.tables:
            return
        own = self._deltas[key].added if key in self._deltas else {}
        if any(row not in own and row not in self._engine.tables[key] for row in rows):
            raise TransactionConflict(
                "could not complete because of conflict with concurrent transaction"
            )

    # --- definitions ---

    def create_table(self, table: Relation) -> None:
        """A table without rows."""
        key = table.schema, table.name
        if table.temporary:
            self._temporary[key] = {}
        else:
            self._seen[key] = {}
            self._deltas[key] = Delta()

    def drop_table(self, table: Relation) -> None:
        """The table is gone when the transaction commits."""
        key = table.schema, table.name
        if table.temporary:
            del self._temporary[key]
        else:
            del self._seen[key]
            self._deltas.pop(key, None)
            self._dropped.add(key)

    def save_relation(self, relation: Relation) -> None:
        """Nothing is kept in a file."""

    def forget_relation(self, relation: Relation) -> None:
        """Nothing is kept in a file."""
