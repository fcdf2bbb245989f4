"""A session on the warehouse and its transactions: opened, committed or undone, and closed.

The driver sends one statement per `execute` (extended protocol) and opens the transaction itself
before the first; nothing is ever sent through the hook's `run`, which would log statements.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from sparkify.errors import ConflictError, ConnectionLostError, classify, translate
from sparkify.limits import arguments, limit_statements

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

log = logging.getLogger(__name__)

Row = tuple[Any, ...]

Result = TypeVar("Result")

CONFLICT_TRIES = 12
"""How often a transaction is tried that others get in the way of, before the task itself fails."""

CONFLICT_WAIT = 5.0
"""Seconds: the longest wait between two of those tries; each waits for a random time below."""


class Cursor(Protocol):
    """The part of a DB-API cursor in use here."""

    rowcount: int

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """The columns of the last query: each begins with its name."""

    def execute(self, operation: str, args: Sequence[object] | None = None) -> object:
        """Sends one statement."""

    def fetchall(self) -> Sequence[Sequence[Any]]:
        """The rows of the last statement."""


class Connection(Protocol):
    """The part of a DB-API connection in use here."""

    def cursor(self) -> Cursor:
        """A cursor for statements."""

    def commit(self) -> None:
        """Makes the transaction permanent."""

    def rollback(self) -> None:
        """Undoes the transaction."""

    def close(self) -> None:
        """Ends the session."""


class WarehouseSession:
    """A connection to the warehouse, with errors translated."""

    def __init__(self, connection: Connection, secrets: Collection[str] = ()) -> None:
        """Wraps an open connection.

        Args:
            connection: with autocommit off.
            secrets: strings that must show in no error, also where the warehouse's rows hold them.
        """
        self._connection = connection
        self._cursor = connection.cursor()
        self.secrets = tuple(secrets)

    def execute(self, sql: str, *parameters: object, doing: str) -> int:
        """Sends one statement.

        Args:
            sql: with `%s` for each parameter.
            parameters: values to bind.
            doing: what it does, for errors: "COPY into staging_events".

        Returns:
            The number of rows inserted, updated or deleted; -1 for other statements.

        Raises:
            PipelineError: see `sparkify.errors`.
        """
        with _translated(doing, self.secrets):
            self._cursor.execute(sql, parameters or None)
        return self._cursor.rowcount

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of the last query."""
        return tuple(str(column[0]) for column in self._cursor.description or ())

    def rows(self, sql: str, *parameters: object, doing: str) -> list[Row]:
        """Sends one query; its rows."""
        self.execute(sql, *parameters, doing=doing)
        with _translated(doing, self.secrets):
            return [tuple(row) for row in self._cursor.fetchall()]

    def scalar(self, sql: str, *parameters: object, doing: str) -> Any:
        """Sends one query; the first value of its first row, None where there is none."""
        rows = self.rows(sql, *parameters, doing=doing)
        return rows[0][0] if rows else None

    def commit(self) -> None:
        """Makes everything since the last commit or rollback permanent."""
        with _translated("COMMIT", self.secrets):
            self._connection.commit()

    def rollback(self) -> None:
        """Undoes everything since the last commit or rollback."""
        with _translated("ROLLBACK", self.secrets):
            self._connection.rollback()

    def atomically(self, work: Callable[[], Result], *, lock: Sequence[str] = ()) -> Result:
        """One transaction: all of the work is committed, or none.

        The LOCK is its first statement: a snapshot that was taken before it would not hold what
        those committed whom it waited for. Where another transaction gets in the way all the same
        (1023, 1018), the work is undone and done again, without using up a try of the task.
        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html

        Args:
            work: sends the statements; is called again after a conflict.
            lock: quoted names of the tables to hold, in the order that all use.

        Returns:
            What the work returned.

        Raises:
            ConflictError: others got in the way each time.
            PipelineError: see `sparkify.errors`; nothing is changed then.
        """

        def once() -> Result:
            try:
                if lock:
                    self.execute(f"LOCK {', '.join(lock)}", doing=f"locking {', '.join(lock)}")
                result = work()
                self.commit()
            except Exception:
                # Not for what interrupts a task, such as its time-out: then the answer to another
                # statement is still to come, if it ever does. Whoever ends the session undoes all.
                with suppress(Exception):  # the first error is the one to report
                    self.rollback()
                raise
            return result

        trying = Retrying(
            retry=retry_if_exception_type(ConflictError),
            stop=stop_after_attempt(CONFLICT_TRIES),
            wait=wait_random_exponential(multiplier=0.05, max=CONFLICT_WAIT),
            before_sleep=lambda state: log.info(
                "Try %d: %s; once more",
                state.attempt_number,
                state.outcome and state.outcome.exception(),
            ),
            reraise=True,
        )
        return trying(once)

    def close(self) -> None:
        """Ends the session; what is not committed is undone."""
        with suppress(Exception):  # a lost connection cannot be closed properly
            self._connection.close()


@contextmanager
def _translated(doing: str, secrets: Collection[str]) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the driver lets struct.error and OSError through
        # Without its cause: the driver's text and frames may hold the statement.
        raise translate(error, doing, secrets) from None


@contextmanager
def open_session(
    hook: "RedshiftSQLHook", secrets: Collection[str] = ()
) -> Iterator[WarehouseSession]:
    """A session that ends with the block; what it has not committed is undone.

    Args:
        hook: of the warehouse's connection.
        secrets: strings that must show in no error, besides the connection's own password.

    Raises:
        PipelineError: it cannot connect.
    """
    session = WarehouseSession(connect(hook), [*secrets, hook.conn.password or ""])
    try:
        yield session
    finally:
        session.close()


def redshift_hook(conn_id: str) -> "RedshiftSQLHook":
    """The provider's hook for a connection."""
    # Imported here: parsing a DAG must not load the driver and boto3.
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook  # noqa: PLC0415 - see above

    return RedshiftSQLHook(redshift_conn_id=conn_id, log_sql=False)


def connect(hook: "RedshiftSQLHook") -> Connection:
    """Connects; a connection that cannot be made is tried once more after a second.

    The hook's own five tries in 15 seconds, whatever the reason, are too few for a restart and too
    many for a wrong password: that locks accounts. Longer waits are the task's retries. What a
    session waits for has limits: see `sparkify.limits`.
    """
    may_pass = retry_if_exception(lambda error: classify(error) is ConnectionLostError)
    get_conn: Any = type(hook).get_conn
    settings = hook.conn
    extra = settings.extra_dejson
    settings.extra = json.dumps(arguments(extra))
    place = f"{hook.get_conn_id()} ({settings.host}:{settings.port}, user {settings.login})"
    with _translated(f"connecting to {place}", [settings.password or ""]):
        attempt = get_conn.retry_with(retry=may_pass, stop=stop_after_attempt(2))
        connection: Connection = attempt(hook)
        try:
            limit_statements(connection, extra)
        except BaseException:
            connection.close()
            raise
    return connection
