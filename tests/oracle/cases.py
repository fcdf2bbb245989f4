"""The cases of ``tests/unit/functions``, as questions: what each test asks of its engine."""

import importlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest

from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.types import storage_type, text_output
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import BOOLEAN, Kind, RedshiftType, numeric
from tests.oracle.verdicts import Answer
from tests.oracle.world import Table
from tests.unit.functions import evaluation, test_aggregates, test_registry
from tests.unit.functions.evaluation import Engine, lower

FOLDER: Final = Path(evaluation.__file__).parent
_TABLE: Final = "t"
_LONGEST: Final = 60
_PARAMETERS: Final = type(pytest.param())


@dataclass(frozen=True)
class Question:
    """An expression that a test had computed.

    Args:
        name: The module, the test and the case.
        node: The expression, as a query.
        table: What its columns are of.
        context: The session.
        ours: What DuckDB answered.
    """

    name: str
    node: tree.Select
    table: Table | None
    context: ExecutionContext
    ours: Answer


class Listener(Engine):
    """An engine that keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.asked: list[Question] = []

    def text(
        self,
        node: tree.Expression,
        source: str = "",
        timezone: str = "UTC",
        *,
        on_leader: bool = False,
    ) -> str | None:
        """The value; the question is kept."""
        session = replace(evaluation.context(timezone), on_leader=lambda: on_leader)
        value: str | None
        try:
            value = super().text(node, source, timezone, on_leader=on_leader)
        except RedshiftError as error:
            self.keep(node, source, session, error)
            raise
        self.keep(node, source, session, [(value,)])
        return value

    def keep(
        self, node: tree.Expression, source: str, session: ExecutionContext, ours: Answer
    ) -> None:
        """Note a question with its answer."""
        grouped = any(isinstance(part, tree.Aggregate) for part in walk(node))
        table = self._table(node, source, on_leader=session.on_leader())
        query = tree.Select(
            columns=(tree.OutputColumn("value", node),),
            source=None if table is None else tree.Scan(_TABLE, table.relation),
            grouped=grouped,
        )
        self.asked.append(Question(self.name, query, table, session, ours))

    def _table(self, node: tree.Expression, source: str, *, on_leader: bool) -> Table | None:
        """The rows of a FROM clause of DuckDB's, as far as an expression reads them.

        On compute nodes there is always a table.
        """
        if not source and on_leader:
            return None
        read = (part for part in walk(node) if isinstance(part, tree.ColumnRef) and source)
        types = {part.name: part.type for part in read}
        texts = ", ".join(
            text_output(f'"{_TABLE}"."{name}"', of, extra_digits=2) for name, of in types.items()
        )
        if not types:
            types, texts = {"nothing": BOOLEAN}, "'t'"
        rows = self.connection.execute(f"SELECT {texts} {source}").fetchall()
        columns = [*zip(*rows, strict=True)] or [() for _ in types]
        batch = pa.RecordBatch.from_arrays(
            [pa.array(column, pa.string()) for column in columns], [*types]
        )
        relation = Relation(
            "public",
            _TABLE,
            RelationKind.TABLE,
            tuple(Column(name, of) for name, of in types.items()),
            oid=1,
        )
        return Table(relation, batch)


def questions() -> list[Question]:
    """Everything that the tests of functions ask of their engine."""
    listener = Listener()
    try:
        for path in sorted(FOLDER.glob("test_*.py")):
            module = importlib.import_module(f"tests.unit.functions.{path.stem}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("test_") and function.__module__ == module.__name__:
                    for case, arguments in _calls(function):
                        listener.name = f"{path.stem.removeprefix('test_')}: {case or name}"
                        # What a test holds of our answer is that test's to say.
                        with suppress(AssertionError, RedshiftError, pytest.fail.Exception):
                            function(listener, **arguments)
        _windows(listener)
        _signatures(listener)
    finally:
        listener.connection.close()
    return listener.asked


def _calls(function: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The arguments of a test for each of its cases, but for the engine; none if it takes more."""
    engine, *wanted = inspect.signature(function).parameters or ("",)
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    if engine != "engine":
        return
    for rows in product(*map(_rows, marks)):
        arguments = {name: value for _, row in rows for name, value in row.items()}
        if {*arguments} == {*wanted}:
            yield ", ".join(label for label, _ in rows), arguments


def _rows(mark: pytest.Mark) -> Iterator[tuple[str, Mapping[str, Any]]]:
    names, values = mark.args
    listed = [each.strip() for each in names.split(",")] if isinstance(names, str) else names
    ids = mark.kwargs.get("ids")
    labels = iter(ids) if ids is not None and not callable(ids) else None
    for value in values:
        row: Any = value.values if isinstance(value, _PARAMETERS) else (value,)
        if len(listed) > 1 and len(row) == 1:
            [row] = row
        label = str(value)[:_LONGEST] if labels is None else next(labels)
        yield label, dict(zip(listed, row, strict=True))


def _windows(listener: Listener) -> None:
    """The window functions, which their test asks of all rows at once."""
    session = evaluation.context()
    for name, (node, _) in test_aggregates.WINDOWS.items():
        listener.name = f"aggregates: window {name}"
        sql = text_output(lower(node, session), node.type)
        rows = listener.rows(f"SELECT {sql} {test_aggregates.ROWS}")
        listener.keep(_framed(node), test_aggregates.ROWS, session, rows)


_VALUES: Final = {
    Kind.BOOLEAN: ("true", "false"),
    Kind.SMALLINT: ("-7", "2"),
    Kind.INTEGER: ("-7", "2"),
    Kind.BIGINT: ("-7", "2"),
    Kind.OID: ("16", "23"),
    Kind.NUMERIC: ("-7.25", "2.50"),
    Kind.REAL: ("-7.25", "2.5"),
    Kind.DOUBLE: ("-7.25", "2.5"),
    Kind.VARCHAR: ("b ", "1"),
    Kind.CHAR: ("b", "1"),
    Kind.DATE: ("2020-02-29", "1999-12-31"),
    Kind.TIME: ("10:00:00.5", "23:59:59"),
    Kind.TIMETZ: ("10:00:00+00", "09:30:00+00"),
    Kind.TIMESTAMP: ("2020-02-29 10:00:00.25", "1999-12-31 23:59:59"),
    Kind.TIMESTAMPTZ: ("2020-02-29 10:00:00+00", "1999-12-31 23:59:59+00"),
    Kind.INTERVAL: ("1 month 2 days", "03:04:05"),
    Kind.SUPER: ('{"a":1}', "[1, 2]"),
    Kind.VARBYTE: ("ab", "a"),
}
"""Two values of each type."""


def _signatures(listener: Listener) -> None:
    """Every signature over three rows of columns, in the last of which all is NULL."""
    of = {kind: numeric(8, 2) if kind is Kind.NUMERIC else RedshiftType(kind) for kind in _VALUES}
    rows = " UNION ALL ".join(
        "SELECT "
        + ", ".join(
            f"CAST({values[kind]} AS {storage_type(type_)}) AS {kind.name.lower()}"
            for kind, type_ in of.items()
        )
        + ", '{}' AS j"
        for values in (
            *({kind: f"'{pair[place]}'" for kind, pair in _VALUES.items()} for place in (0, 1)),
            dict.fromkeys(_VALUES, "NULL"),
        )
    )
    session, source = evaluation.context(), f"FROM ({rows}) AS {_TABLE}"
    for item, count in test_registry.RUNNABLE:
        if item.grouping:
            continue
        node = test_registry.node(item, count)
        listener.name = f"signature: {item.signature}/{count}"
        try:
            sql = text_output(lower(node, session), node.type)
            answer: Answer = listener.rows(f"SELECT {sql} {source}")
        except RedshiftError as error:
            answer = error
        listener.keep(_framed(node), source, session, answer)


def _framed(node: tree.Expression) -> tree.Expression:
    """As ``evaluation.lower`` has it: aggregates run from the first row to the current one."""
    if not isinstance(node, tree.Window) or not node.order_by:
        return node
    if node.overload.kind is FunctionKind.WINDOW:
        return node
    return replace(node, frame=tree.Frame(("PRECEDING", None), ("FOLLOWING", 0)))
