"""What the executors of one client share: engine, catalog, settings, transaction, logs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from sparkify_harness.redshift.catalog.contents import (
    KEPT_BYTES,
    KEPT_TABLES,
    ServerState,
    contents,
)
from sparkify_harness.redshift.catalog.logs import Logs, QueryNumbers
from sparkify_harness.redshift.catalog.profile import SLICES, Profile
from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.catalog.session_catalog import SessionCatalog
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.protocol import Engine, SystemTables
from sparkify_harness.redshift.errors import RedshiftError, Unsupported
from sparkify_harness.redshift.execute.bound import BoundQueries
from sparkify_harness.redshift.execute.configuration import SessionSettings
from sparkify_harness.redshift.execute.deadlines import Deadlines, Handle
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Login, Notice
from sparkify_harness.redshift.execute.results import OpenResult
from sparkify_harness.redshift.execute.transaction import Transaction
from sparkify_harness.redshift.fields import Field
from sparkify_harness.redshift.remembered import Remembered
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.garbage import Garbage
from sparkify_harness.redshift.sql.parse import parse_query
from sparkify_harness.redshift.sql.statements import Name
from sparkify_harness.redshift.sql.syntax import Table
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals
from sparkify_harness.redshift.sql.walks import walk


@dataclass(frozen=True, slots=True)
class Instance:
    """What all sessions of a server share: its database, and who and what may use it.

    Args:
        engine: Where data lives.
        database: Name of the only database.
        users: Passwords by user name.
        s3: Where COPY reads.
        folder: For spooled objects; emptied when the server ends.
        profile: The kind of service that it plays.
        unknowns: Where constants of sub-queries are refused.
        slices: Slices of the imagined cluster.
        sessions: Those that are open, by process id.
    """

    engine: Engine
    catalog: CatalogStore
    locks: LockTable
    logs: Logs
    database: str
    users: Mapping[str, str] = field(repr=False)
    s3: S3Settings
    folder: Path
    profile: Profile = Profile.PROVISIONED
    unknowns: UnknownLiterals = UnknownLiterals.SORTED
    slices: int = SLICES
    sessions: dict[int, "Session"] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)
    bound: BoundQueries = field(default_factory=BoundQueries)
    system: Remembered[pa.Table] = field(
        default_factory=lambda: Remembered(KEPT_TABLES, KEPT_BYTES)
    )
    garbage: Garbage = field(default_factory=Garbage)

    def terminate(self, pid: int) -> bool:
        """End a session; whether there is one of that process id.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_TERMINATE_BACKEND.html
        """
        found = self.sessions.get(pid)
        if found is not None:
            found.login.terminate()
        return found is not None

    def interrupt(self, pid: int) -> bool:
        """Cancel what a session runs; whether there is one of that process id.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_CANCEL_BACKEND.html
        """
        found = self.sessions.get(pid)
        if found is not None:
            found.login.interrupt()
        return found is not None


class OpenCursor(Protocol):
    """An open cursor, as the session needs it."""

    @property
    def name(self) -> str:
        """Folded name."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Result columns."""

    def settle(self) -> None:
        """Fix the rows before something else changes them."""

    def close(self) -> None:
        """Forget the rows that are left."""


class Session:
    """One client.

    Args:
        instance: What it shares with the others.
        login: Who it is.
        overrides: Parameters of the start-up message.
    """

    def __init__(self, instance: Instance, login: Login, overrides: Mapping[str, str]) -> None:
        self.instance = instance
        self.login = login
        self.cancellation = Cancellation()
        self.engine = instance.engine.connect(self.cancellation)
        self.settings = SessionSettings(overrides)
        self.catalog = SessionCatalog(
            instance.catalog,
            instance.database,
            lambda: self.settings.search_path(login.user),
            instance.profile,
        )
        self.transaction = Transaction(
            self.engine,
            self.catalog,
            self.settings,
            locks=instance.locks,
            pid=login.pid,
            cancellation=self.cancellation,
            next_number=instance.logs.next_transaction,
        )
        self.started = datetime.now(UTC)
        self.prepared: dict[str, Preparation] = {}
        self.cursor: OpenCursor | None = None
        self.open_result: OpenResult | None = None
        self.last_copy_id = -1
        self.last_copy_count = 0
        self.last_unload_count = 0
        self.numbers = QueryNumbers(-1, -1)
        self._deadline: Handle | None = None
        self.outlives_client = False
        instance.sessions[login.pid] = self

    def notice(self, severity: str, message: str, sqlstate: str = "00000") -> None:
        """Send a notice before the statement's tag."""
        self.login.notify(Notice(severity, message, sqlstate))

    @property
    def known_number(self) -> int:
        """The number of the last statement in the views that the service has.

        AWS's pages of PG_LAST_QUERY_ID and PG_LAST_COPY_ID look for it in stl_ views, which are
        for nobody but on clusters in one zone; elsewhere sys_ views are all there is.

        Deviates: AWS prints a query of sys_load_detail by ``pg_last_copy_id()``, too, whose number
        is in stl_ views alone by all else that it says; here it is in those of the profile.

        Redshift:
            https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html
            https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_DETAIL.html
            https://docs.aws.amazon.com/redshift/latest/mgmt/cluster-versions.html (patch 199)
        """
        if self.instance.profile is Profile.PROVISIONED:
            return self.numbers.rewritten
        return self.numbers.submitted

    def context(self) -> ExecutionContext:
        """What session functions answer now."""
        return ExecutionContext(
            statement_time=datetime.now(UTC),
            transaction_time=self.transaction.started,
            user=self.login.user,
            database=self.instance.database,
            search_path=self.catalog.existing_search_path(),
            pid=self.login.pid,
            settings=self.settings.values(),
            last_copy_id=self.last_copy_id,
            last_copy_count=self.last_copy_count,
            last_unload_count=self.last_unload_count,
            last_query_id=self.known_number,
            visible=self.catalog.visible,
        )

    def system_tables(self, reads: Sequence[Relation]) -> SystemTables:
        """The contents of the system tables among the relations that a query reads."""
        wanted = [item for item in reads if item.kind is RelationKind.SYSTEM]
        if not wanted:
            return {}
        instance = self.instance
        state = ServerState(
            catalog=self.catalog,
            logs=instance.logs,
            database=instance.database,
            profile=instance.profile,
            slices=instance.slices,
            users=tuple(instance.users),
            sessions=tuple(
                (
                    pid,
                    other.login.user,
                    other.started,
                    other.transaction.number,
                    other.transaction.started,
                )
                for pid, other in [*instance.sessions.items()]
            ),
            locks=[
                (key, pid, mode.value, granted) for key, pid, mode, granted in instance.locks.held()
            ],
            settings=self.settings.values(),
            count_rows=self.engine.count,
            tables_read=_tables_read,
            late_columns=self._late_columns,
            compute=instance.engine.system_table,
            kept=instance.system,
        )
        return {(item.schema, item.name): contents(item, state) for item in wanted}

    def _late_columns(self, view: Relation) -> tuple[Column, ...]:
        """The columns that a late-binding view has now; none, if what it reads is not there."""
        try:
            query = parse_query(view.definition or "")
            bound = bind_query(query, self.catalog, self.settings.values())
        except RedshiftError:
            return ()
        return tuple(Column(column.name, column.type) for column in bound.columns)

    def hold_table(self, name: Name, *, changes_rows: bool = False) -> Relation:
        """A table to be changed itself, held against everybody until the transaction ends.

        Raises:
            UndefinedRelation: It is not there, or no longer.
            Unsupported: It is not a table.
            TransactionConflict: Its rows are to be changed, and the snapshot is too old.
        """
        while True:
            table = self.catalog.require(name)
            if table.kind is not RelationKind.TABLE:
                raise Unsupported(f'"{table.name}" is not a table')
            self.transaction.change(table, changes_rows=changes_rows)
            if not self.transaction.waited():
                return table

    # --- cancelling ---

    def start_clock(self) -> None:
        """From here ``statement_timeout`` counts, if it does not count yet.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_statement_timeout.html
        """
        seconds = int(self.settings.get("statement_timeout")) / 1000
        if seconds and self._deadline is None:
            self._deadline = self.instance.deadlines.add(seconds, self.cancellation.request)

    def stop_clock(self) -> None:
        """The statement is over."""
        if self._deadline is not None:
            self.instance.deadlines.remove(self._deadline)
            self._deadline = None

    def abandon(self) -> None:
        """Let go of what other sessions see, from another thread: the statement does not end."""
        self.instance.sessions.pop(self.login.pid, None)
        self.instance.locks.release(self.login.pid, modified=frozenset())

    # --- results that are still open ---

    def settle(self) -> None:
        """Read an open result to its end into memory, before the engine runs something else."""
        if self.cursor is not None:
            self.cursor.settle()
        if self.open_result is not None:
            self.open_result.buffer()
            self.open_result = None

    def forget_rows(self) -> None:
        """Close an open result: whoever read it reads no further."""
        result, self.open_result = self.open_result, None
        if result is not None:
            result.close()

    def fail(self) -> None:
        """Note an error: an open result is gone, a block has failed."""
        try:
            self.forget_results()
        finally:
            self.transaction.fail()

    def close_cursor(self) -> None:
        """Close the cursor, if one is open."""
        cursor, self.cursor = self.cursor, None
        if cursor is not None:
            cursor.close()

    def forget_results(self) -> None:
        """Close the cursor, and what is left of an open result: they end with the transaction."""
        try:
            self.forget_rows()
        finally:
            self.close_cursor()

    def stream(self, batches: Iterator[pa.RecordBatch]) -> OpenResult:
        """Remember a result that the client will read piece by piece."""
        self.open_result = OpenResult(batches)
        return self.open_result

    def close(self) -> None:
        """Roll back and let go of everything."""
        self.instance.sessions.pop(self.login.pid, None)
        with ExitStack() as ending:
            ending.callback(self.engine.close)
            ending.callback(self.instance.logs.end_session, self.login.pid)
            ending.callback(self.transaction.rollback)
            self.forget_results()


def _tables_read(view: Relation) -> Iterator[tuple[str, str]]:
    """The schemas and names that the query of a view has in its FROM."""
    for part in walk(parse_query(view.definition or "")):
        if isinstance(part, Table):
            yield part.schema or "", part.name
