"""One client after its log-in: messages in, bytes out, without input and output.

PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-flow.html
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from sparkify_harness.redshift.defects import internal_error
from sparkify_harness.redshift.errors import (
    AdminShutdown,
    DatabaseLost,
    NotEmulated,
    ProtocolViolation,
    QueryCanceled,
    RedshiftError,
    SyntaxFault,
    UndefinedParameter,
)
from sparkify_harness.redshift.execute.protocol import Backend, Backends, Login, Notice, Result
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.handshake import Accepted
from sparkify_harness.redshift.front.portals import Names, Portal, PreparedStatement, result_formats
from sparkify_harness.redshift.front.wire.arguments import decode_arguments
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.front.wire.frontend.extended import (
    Bind,
    Close,
    Describe,
    Execute,
    Flush,
    Parse,
    Sync,
    Target,
)
from sparkify_harness.redshift.front.wire.frontend.parse import (
    Message,
    UnknownMessage,
    parse_message,
)
from sparkify_harness.redshift.front.wire.frontend.query import (
    CopyMessage,
    FunctionCall,
    Query,
    Terminate,
)
from sparkify_harness.redshift.front.wire.parameters import ReportedParameters
from sparkify_harness.redshift.front.wire.responses import results
from sparkify_harness.redshift.front.wire.responses.errors import error_response, notice_response
from sparkify_harness.redshift.front.wire.responses.message import Buffer
from sparkify_harness.redshift.front.wire.responses.startup import (
    authentication_ok,
    backend_key_data,
)
from sparkify_harness.redshift.types import from_oid

_EXTENDED = frozenset(b"PBDECH")
_NOT_HEEDED = "Query canceled on user's request; it could not be stopped, so its session ends"


class ProtocolSession:
    """A client's prepared statements, portals and place in the protocol.

    Args:
        backend: Executes its statements.
        accepted: Who it is.
        notices: Where the backend's notices arrive.
        pid: Process id that the client is told.
        key: Secret that a CancelRequest has to carry.
    """

    def __init__(
        self,
        backend: Backend[Any, Any],
        accepted: Accepted,
        notices: deque[Notice],
        *,
        pid: int,
        key: int,
    ) -> None:
        self.pid = pid
        self.key = key
        self.finished = False
        self.database_lost = False
        self._backend = backend
        self._dialect = accepted.dialect
        self._decoder = accepted.decoder
        self._reported = ReportedParameters(accepted.user, accepted.options, accepted.dialect)
        self._notices = notices
        self._names = Names()
        self._skipping = False
        self._implicit_block = False
        self._running = False
        self._terminating = False
        self._guard = threading.Lock()

    # --- what other threads may call ------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether a message is being answered."""
        return self._running

    @property
    def terminating(self) -> bool:
        """Whether the session was told to end."""
        return self._terminating

    def cancel(self) -> None:
        """Interrupts the running statement, if there is one."""
        with self._guard:
            if self._running:
                self._backend.cancel()

    def desert(self) -> None:
        """Interrupts the running statement, whose client is gone, unless it goes on without."""
        with self._guard:
            if self._running and not self._backend.outlives_client:
                self._backend.cancel()

    def insist(self) -> float:
        """Repeats a cancel that was not heeded yet; seconds since it was asked for, 0 without."""
        with self._guard:
            return self._backend.insist() if self._running else 0.0

    def abandon(self) -> None:
        """Lets go of what others wait for: the statement does not end."""
        self._backend.abandon()

    def last_word(self) -> bytes:
        """What a client is told whose statement does not end: its session does."""
        error = AdminShutdown() if self._terminating else QueryCanceled(_NOT_HEEDED)
        return error_response(error, severity="FATAL")

    def terminate(self) -> None:
        """Ends the session: what runs is interrupted, and the next thing sent is the farewell."""
        self._terminating = True
        self.cancel()

    # --- what the connection's own thread calls --------------------------------------------------

    def greet(self) -> Iterator[Buffer]:
        """From AuthenticationOk to the first ReadyForQuery."""
        yield authentication_ok()
        yield from self._reported.changes(self._backend.parameter_status)
        yield backend_key_data(self.pid, self.key)
        yield from self._flush_notices()
        yield results.ready_for_query(self._backend.status)

    def receive(self, data: bytes) -> Iterator[Buffer]:
        """What to send for bytes from the client; must be read to its end.

        Afterwards ``finished`` tells whether the connection is over.
        """
        self._decoder.feed(data)
        self._set_running(running=True)
        try:
            while not (self.finished or self._terminating):
                frame = self._decoder.next()
                if frame is None:
                    break
                yield from self._answer(frame)
        except ProtocolViolation as violation:
            # Where the next message begins is not known any more.
            yield self._fatal(violation)
        finally:
            self._set_running(running=False)
        if self._terminating and not self.finished:
            yield from self.farewell()

    def farewell(self) -> Iterator[Buffer]:
        """Says that the server ends the session."""
        yield self._fatal(AdminShutdown())

    def close(self) -> None:
        """Rolls back and releases everything."""
        self._set_running(running=False)
        try:
            self._names.close_portals()
        finally:
            self._backend.close()

    # --- messages -------------------------------------------------------------------------------

    def _answer(self, frame: Frame) -> Iterator[Buffer]:
        if self._skipping and frame.type not in {b"S", b"X"}:
            return
        try:
            message = parse_message(frame)
            if isinstance(message, Query | Sync | FunctionCall):
                yield from self._complete(message)
            else:
                yield from self._step(message)
        except UnknownMessage as violation:
            yield self._fatal(violation)
        except Exception as exception:  # noqa: BLE001 - no defect may end the session
            yield from self._failed(exception)
            if frame.type[0] in _EXTENDED:
                self._skipping = True
            else:
                yield from self._ready()

    def _step(self, message: Message) -> Iterator[Buffer]:
        match message:
            case Parse():
                yield self._parse(message)
            case Bind():
                yield self._bind(message)
            case Describe():
                yield from self._describe(message)
            case Execute():
                yield from self._execute(message)
            case Close(Target.STATEMENT, name):
                self._names.close_statement(name)
                yield results.CLOSE_COMPLETE
            case Close(Target.PORTAL, name):
                self._names.close_portal(name)
                yield results.CLOSE_COMPLETE
            case Terminate():
                self.finished = True
            case CopyMessage(name):
                yield self._fatal(
                    ProtocolViolation(
                        f"unexpected {name} message: COPY over the connection does not exist",
                        hint="Redshift loads from Amazon S3: COPY table FROM 's3://...'.",
                    )
                )
            case Flush():
                # Whatever there is goes out as soon as all messages that arrived are answered.
                pass

    def _complete(self, message: Query | Sync | FunctionCall) -> Iterator[Buffer]:
        """Messages that end with ReadyForQuery."""
        self._skipping = False
        try:
            match message:
                case Query(sql):
                    self._end_implicit_block()
                    yield from self._simple(sql)
                case Sync():
                    self._end_implicit_block()
                case FunctionCall():
                    yield from self._failed(NotEmulated("the FunctionCall message"))
        except Exception as exception:  # noqa: BLE001 - no defect may end the session
            yield from self._failed(exception)
        if not self.finished:
            yield from self._ready()

    def _ready(self) -> Iterator[Buffer]:
        try:
            # After an error the block is still to be ended: rolled back.
            self._end_implicit_block()
        except Exception as exception:  # noqa: BLE001 - no defect may end the session
            yield from self._failed(exception)
        if self._backend.status == "I":
            self._names.close_portals()
        yield from self._reported.changes(self._backend.parameter_status)
        yield from self._flush_notices()
        self._backend.arm()
        yield results.ready_for_query(self._backend.status)

    # --- simple query ---------------------------------------------------------------------------

    def _simple(self, sql: str) -> Iterator[Buffer]:
        self._names.close_statement("")
        self._names.close_portal("")
        pieces = deque(self._backend.split(sql))
        if not pieces:
            yield results.EMPTY_QUERY
            return
        self._implicit_block = len(pieces) > 1
        while pieces:
            yield from self._one(pieces.popleft(), last=not pieces)

    def _one(self, piece: Any, *, last: bool) -> Iterator[Buffer]:
        prepared = self._backend.prepare(piece, ())
        del piece  # what was read of a long text goes with what was made of it
        if prepared.parameters:
            raise UndefinedParameter("there is no parameter $1")
        portal = Portal(prepared, (), (Format.TEXT,) * len(prepared.fields or ()), self._dialect)
        result = portal.start(self._backend, implicit_block=self._implicit_block)
        try:
            yield from self._flush_notices()
            if result.fields is not None:
                yield results.row_description(result.fields, portal.formats, self._dialect.version)
                yield from portal.rows()
        finally:
            portal.close()
        if last:
            # A transaction that cannot commit must not be reported as done.
            self._end_implicit_block()
        yield from self._done(result)

    # --- extended query -------------------------------------------------------------------------

    def _parse(self, message: Parse) -> bytes:
        self._names.require_free_statement(message.name)
        types = [from_oid(oid) for oid in message.parameters]
        pieces = self._backend.split(message.sql)
        if len(pieces) > 1:
            raise SyntaxFault("cannot insert multiple commands into a prepared statement")
        prepared = self._backend.prepare(pieces[0] if pieces else None, types)
        self._names.add_statement(message.name, PreparedStatement(prepared, message.parameters))
        return results.PARSE_COMPLETE

    def _bind(self, message: Bind) -> bytes:
        statement = self._names.statement(message.statement)
        prepared = statement.prepared
        arguments = decode_arguments(
            message.arguments, message.parameter_formats, statement.oids, prepared.parameters
        )
        formats = result_formats(message.result_formats, prepared.fields or ())
        portal = Portal(prepared, arguments, formats, self._dialect)
        self._names.add_portal(message.portal, portal)
        return results.BIND_COMPLETE

    def _describe(self, message: Describe) -> Iterator[Buffer]:
        formats: Sequence[Format]
        if message.target is Target.STATEMENT:
            prepared = self._names.statement(message.name).prepared
            yield results.parameter_description([kind.oid for kind in prepared.parameters])
            fields = prepared.fields
            formats = (Format.TEXT,) * len(fields or ())
        elif (declared := self._backend.cursor_fields(message.name)) is not None:
            fields, formats = declared, (Format.TEXT,) * len(declared)
        else:
            portal = self._names.portal(message.name)
            fields, formats = portal.fields, portal.formats
        if fields is None:
            yield results.NO_DATA
        else:
            yield results.row_description(fields, formats, self._dialect.version)

    def _execute(self, message: Execute) -> Iterator[Buffer]:
        portal = self._names.portal(message.portal)
        self._implicit_block = self._implicit_block or not self._sync_follows()
        result = portal.start(self._backend, implicit_block=self._implicit_block)
        yield from self._flush_notices()
        if result.fields is not None:
            yield from portal.rows(max(message.limit, 0))
            if portal.suspended:
                yield from self._flush_notices()
                yield results.PORTAL_SUSPENDED
                return
        yield from self._done(result)

    def _sync_follows(self) -> bool:
        """Whether this is the only statement of its series, as far as can be known.

        Statements up to a Sync succeed or fail together. One that stands alone needs no block
        around it, so that its commit comes before its tag, and VACUUM can run.
        """
        for kind in self._decoder.upcoming():
            if kind != b"H":
                return kind == b"S"
        return False

    # --- after each statement -------------------------------------------------------------------

    def _done(self, result: Result) -> Iterator[Buffer]:
        if result.transaction_ended:
            self._names.close_portals()
        yield from self._reported.changes(self._backend.parameter_status)
        yield from self._flush_notices()
        yield results.EMPTY_QUERY if result.empty else results.command_complete(result.tag)

    def _end_implicit_block(self) -> None:
        self._implicit_block = False
        self._backend.end_implicit_block()

    def _flush_notices(self) -> Iterator[Buffer]:
        while self._notices:
            yield notice_response(self._notices.popleft())

    def _failed(self, exception: Exception) -> Iterator[Buffer]:
        error = exception if isinstance(exception, RedshiftError) else internal_error(exception)
        yield from self._flush_notices()
        try:
            self._backend.fail()
        except Exception as second:  # noqa: BLE001 - the first error is the one to tell
            internal_error(second)
        if self._terminating:
            yield from self.farewell()
        elif isinstance(error, DatabaseLost):
            self.database_lost = True
            yield self._fatal(error)
        else:
            yield error_response(error, severity="ERROR")

    def _fatal(self, error: RedshiftError) -> bytes:
        self.finished = True
        return error_response(error, severity="FATAL")

    def _set_running(self, *, running: bool) -> None:
        with self._guard:
            if running:
                self._backend.arm()
            self._running = running


def open_session(
    backends: Backends, accepted: Accepted, login: Login, notices: deque[Notice], key: int
) -> ProtocolSession:
    """A session for a client that proved who it is.

    Args:
        backends: The database.
        accepted: Who the client is.
        login: The same for the backend; its ``notify`` appends to ``notices``.
        notices: Read by the session.
        key: Secret that a CancelRequest has to carry.

    Raises:
        RedshiftError: The client cannot be served: FATAL.
    """
    backend = backends.connect(login)
    try:
        return ProtocolSession(backend, accepted, notices, pid=login.pid, key=key)
    except BaseException:
        backend.close()
        raise
