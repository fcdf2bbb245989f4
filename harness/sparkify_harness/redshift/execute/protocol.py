"""What a protocol session asks of whoever executes statements, and what it gets.

The session (protocol state: prepared statements, portals, formats, errors) and the executor
(parsing, binding, transactions, the engine) meet here and nowhere else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.types import RedshiftType


@dataclass(frozen=True, slots=True)
class Notice:
    """A NoticeResponse.

    Args:
        severity: ``INFO``, ``NOTICE`` or ``WARNING``.
        sqlstate: ``00000`` but for warnings.
    """

    severity: str
    message: str
    sqlstate: str = "00000"


@dataclass(frozen=True, slots=True)
class Result:
    """What executing a statement gave.

    Args:
        tag: Command tag. A SELECT's tag carries no count.
        rows: Rows that it changed, where the tag tells them; those that it returns are counted as
            they are read.
        fields: Result columns; None for a statement that returns no rows.
        batches: Rows, to be read once and to the end or closed; a TEXT column arrives as Arrow
            ``string`` in Redshift's own output format already; a BINARY column in the Arrow type of
            its kind: bool, int16/32/64, float32/64, decimal128(p, s), string, date32, time64[us],
            timestamp[us], timestamp[us, UTC], month_day_nano_interval, binary.
        empty: The statement was empty: EmptyQueryResponse stands in for the tag.
        transaction_ended: COMMIT, ROLLBACK and TRUNCATE: portals are gone.
    """

    tag: str
    fields: tuple[Field, ...] | None = None
    batches: Iterator[pa.RecordBatch] | None = None
    rows: int = 0
    empty: bool = False
    transaction_ended: bool = False


class Prepared(Protocol):
    """A statement after Parse. Preparing and describing never execute anything.

    Attributes:
        parameters: Types of ``$1`` ...
        fields: Result columns, or None where there is no result (NoData).
    """

    @property
    def parameters(self) -> tuple[RedshiftType, ...]:
        """Types of the parameters."""

    @property
    def fields(self) -> tuple[Field, ...] | None:
        """Result columns."""


P = TypeVar("P", bound=Prepared)
"""What one backend's Parse makes: its ``execute`` gets back nothing else."""


S = TypeVar("S")
"""What one backend's ``split`` gives: its ``prepare`` gets back nothing else."""


class Backend(Protocol[S, P]):
    """Executes one client's statements. Used by one thread at a time, but where said.

    Every method may raise RedshiftError; after an error inside a transaction block ``status`` is
    ``E``. Anything else that escapes is a defect: the session answers XX000.
    """

    @property
    def status(self) -> str:
        """``I`` idle, ``T`` in a transaction block, ``E`` in a failed one."""

    @property
    def parameter_status(self) -> dict[str, str]:
        """ParameterStatus values now; the session reports those that changed."""

    @property
    def outlives_client(self) -> bool:
        """Whether the running statement goes on when its client goes away."""

    def split(self, sql: str) -> Sequence[S]:
        """The statements that a client sent at once, in order, as far as they are read; none empty.

        Places of errors count from the start of the string, here and in what is made of its pieces.

        Raises:
            SyntaxFault: One of them is not in the grammar.
        """

    def prepare(self, piece: S | None, parameters: Sequence[RedshiftType | None]) -> P:
        """Resolve and type one statement.

        Args:
            piece: From ``split``; None for nothing but white space and comments.
            parameters: Types that the client gave; None for "infer".
        """

    def execute(
        self,
        prepared: P,
        arguments: Sequence[object],
        formats: Sequence[Format],
        *,
        implicit_block: bool = False,
    ) -> Result:
        """Run a prepared statement.

        Args:
            prepared: From ``prepare``; it is bound again if the catalog changed since.
            arguments: One for each parameter: None, ``str`` (text form, to be read by the rules of
                the parameter's type), or the Python value of a binary argument.
            formats: One for each field.
            implicit_block: Whether the statement is one of several in a simple query, which run in
                one transaction until ``end_implicit_block``.
        """

    def cursor_fields(self, name: str) -> tuple[Field, ...] | None:
        """Columns of the cursor that DECLARE opened under a name, or None: a portal like others."""

    def end_implicit_block(self) -> None:
        """Commit what was done, and let go of what was prepared, since the last block ended.

        Nothing happens in a block, or in a failed one.
        """

    def fail(self) -> None:
        """Note an error that happened outside ``prepare`` and ``execute``: the block has failed."""

    def arm(self) -> None:
        """Forget an earlier cancel: it was for what the client sent before."""

    def cancel(self) -> None:
        """Interrupt the running statement, from another thread: it ends with 57014."""

    def insist(self) -> float:
        """Repeat a cancel that was not heeded yet, from another thread.

        Returns:
            Seconds since it was asked for; 0 without.
        """

    def abandon(self) -> None:
        """Let go of what others wait for, from another thread: the statement does not end.

        Nothing of it is committed should it end after all.
        """

    def close(self) -> None:
        """Roll back, drop temporary tables, release everything."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who connects.

    Args:
        options: All start-up parameters, known and unknown.
        pid: Process id that the client is told.
        notify: Takes notices as they arise; they are sent before the result's tag.
        terminate: Ends the session, from any thread.
        interrupt: Cancels its running statement, from any thread.
    """

    user: str
    database: str
    options: dict[str, str]
    pid: int
    notify: Callable[[Notice], None]
    terminate: Callable[[], None]
    interrupt: Callable[[], None]


class Backends(Protocol):
    """The database behind the server."""

    def password(self, user: str) -> str | None:
        """The user's password, or None for an unknown user. Never logged."""

    def connect(self, login: Login) -> Backend[Any, Any]:
        """A backend for a client that proved who it is.

        Raises:
            UndefinedDatabase: There is no database of that name.
        """

    def close(self) -> None:
        """Checkpoint and close the engine."""
