"""What the front end makes of a statement: described, and as far as the engine, which has no data.

The executors are the real ones, the engine keeps what it is asked and does nothing. So a text says
what a definition means where it reaches the engine: types, defaults, the query of a view.
"""

import gc
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sparkify_harness.redshift import copying
from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.relations import Relation
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.lower import lower
from sparkify_harness.redshift.engine.protocol import EngineConnection
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.deadlines import Deadlines
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.protocol import Login, Notice
from sparkify_harness.redshift.execute.session import Instance, Session
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.garbage import Garbage
from sparkify_harness.redshift.sql.parse import Piece
from sparkify_harness.redshift.sql.statements import Copy, QueryStatement, Statement
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.redshift.types import RedshiftType

NOON: Final = datetime(2018, 11, 15, 12, tzinfo=UTC)
"""When everything is read."""
_ANSWERS: Final[Mapping[str, object]] = {
    "query": (),
    **dict.fromkeys(("modify", "fill_table", "longest", "count", "append", "move"), 0),
    "has_null": False,
}
_UNSEEN: Final = frozenset({"self", "context", "system", "formats", "rows"})
_UNHEARD: Final = frozenset(
    """
    begin commit rollback close create_table drop_table create_schema drop_schema
    """.split()  # noqa: SIM905 - as text it is read at a glance
)
"""What an engine is asked beside what says more: every definition is saved, and forgotten."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A relation in full, as it is defined."""

    schema: str
    name: str
    kind: object
    columns: tuple[object, ...]
    temporary: bool = False
    diststyle: str = "AUTO"
    backup: bool = True
    constraints: tuple[object, ...] = ()
    definition: str | None = None
    owner: str = ""
    comment: str | None = None


Asked = dict[str, dict[str, object]]
"""A method of the engine's protocol with its arguments, but for those of the session."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as a client sees it; ``position`` counts from 1."""

    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a statement.

    Args:
        statement: Of a statement that is no query.
        parameters: Types of ``$1`` ..., where there is no bound query that says them.
        fields: Columns of the result, likewise.
        plan: Of a COPY.
        bound: The typed query.
        engine: What it asks of the engine.
    """

    statement: Statement | None = None
    parameters: tuple[RedshiftType, ...] = ()
    fields: tuple[Field, ...] | None = None
    plan: object = None
    bound: tree.Bound | None = None
    engine: tuple[Asked, ...] = ()
    notices: tuple[str, ...] = ()
    error: Fault | None = None

    def lowered(self) -> Iterator[str]:
        """The engine's SQL of every query in it."""
        nodes: list[object] = [] if self.bound is None else [self.bound.node]
        nodes += (given.get("node") for asked in self.engine for given in asked.values())
        for node in nodes:
            if isinstance(node, tree.Node):
                try:
                    yield lower(node, CONTEXT)
                except RedshiftError as error:
                    yield f"{error.sqlstate} {error.message}"


CONTEXT: Final = ExecutionContext(
    statement_time=NOON,
    transaction_time=NOON,
    user="awsuser",
    database="dev",
    search_path=("public",),
    pid=7,
    settings={},
)


class _Engine:
    """A connection that keeps what it is asked, and the database behind it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def connect(self, cancellation: object) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        signature = inspect.signature(getattr(EngineConnection, name))

        def ask(*arguments: object, **named: object) -> object:
            if name not in _UNHEARD:
                places = [*signature.parameters][1 : 1 + len(arguments)]
                given = dict(zip(places, arguments, strict=True)) | named
                seen = {key: given[key] for key in given if key not in _UNSEEN}
                self.asked.append({name: {key: _full(seen[key], name) for key in seen}})
            answer = _ANSWERS.get(name)
            return iter(()) if answer == () else answer

        return ask


def _full(value: object, method: str) -> object:
    """A relation that is defined now, in full."""
    if isinstance(value, Relation) and method == "save_relation":
        names = Definition.__dataclass_fields__
        return Definition(**{name: getattr(value, name) for name in names})
    return value


class _Untimed(Deadlines):
    """No statement takes long here, and no thread is to outlive the test."""

    def add(self, seconds: float, call: Callable[[], None]) -> object:
        return object()


class _Kept(Garbage):
    """Leaves what came of long statements to Python, without a thread."""

    def keep(self, holder: object, parts: object) -> None:
        gc.unfreeze()


class World:
    """A session without data, in which statements are read one after the other.

    Args:
        unknowns: Where constants of sub-queries are refused.

    Attributes:
        session: What the executors work on.
        backend: Who asks them.
    """

    def __init__(self, unknowns: UnknownLiterals = UnknownLiterals.SORTED) -> None:
        self._engine = _Engine()
        self._notices: list[Notice] = []
        instance = Instance(
            engine=self._engine,
            catalog=CatalogStore(("public",), ()),
            locks=LockTable(),
            logs=Logs(),
            database="dev",
            users={"awsuser": ""},
            s3=S3Settings(endpoint="http://127.0.0.1:1", roles={}),
            folder=Path(),
            unknowns=unknowns,
            deadlines=_Untimed(),
            garbage=_Kept(),
        )
        login = Login(
            user="awsuser",
            database="dev",
            options={},
            pid=7,
            notify=self._notices.append,
            terminate=lambda: None,
            interrupt=lambda: None,
        )
        self.session = Session(instance, login, {})
        self.backend = SessionBackend(self.session)

    def read(self, sql: str, given: Sequence[RedshiftType | None] = ()) -> list[Reading]:
        """What is made of each statement of a text, up to the first that is refused.

        Args:
            sql: As a client sends it.
            given: Types of parameters that the client says.
        """
        found: list[Reading] = []
        reading, offset = Reading(), 0
        self._notices.clear()
        self._engine.asked.clear()
        try:
            for piece in self.backend.split(sql):
                offset = piece.offset
                for reading in self._stages(piece, given):  # noqa: B007 - the last one counts
                    pass
                found.append(reading)
                reading = Reading()
        except RedshiftError as error:
            place = None if error.position is None else error.position - offset
            fault = Fault(error.sqlstate, error.message, error.detail, error.hint, place)
            notices = tuple(notice.message for notice in self._notices)
            engine = tuple(self._engine.asked)
            found.append(replace(reading, engine=engine, notices=notices, error=fault))
        self.backend.arm()
        return found

    def _stages(self, piece: Piece, given: Sequence[RedshiftType | None]) -> Iterator[Reading]:
        """What is known of a statement, more each time."""
        self._engine.asked.clear()
        statement = piece.read()
        shown = None if isinstance(statement, QueryStatement) else statement
        yield Reading(shown)
        prepared = self.backend.prepare(piece, given)
        if prepared.bound is not None:
            yield Reading(shown, bound=prepared.bound)
            return
        reading = Reading(shown, prepared.parameters, prepared.fields)
        yield reading
        if isinstance(statement, Copy):
            table = self.session.catalog.require(statement.table)
            yield replace(reading, plan=copying.prepare(statement, table))
            return
        self.backend.execute(prepared, (), [Format.TEXT] * len(prepared.fields or ()))
        self.session.settle()
        notices = tuple(notice.message for notice in self._notices)
        yield replace(reading, engine=tuple(self._engine.asked), notices=notices)
