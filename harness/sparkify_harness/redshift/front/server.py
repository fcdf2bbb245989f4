"""Sockets and threads: the only place of the substitute that talks to the network.

One thread accepts, one watches running statements for clients that went away, and each client has
one, with a second that sends while the next rows are encoded.
"""

import contextlib
import itertools
import logging
import secrets
import select
import socket
import ssl
import threading
import time
from collections import deque
from types import TracebackType
from typing import Final, Self

from sparkify_harness.redshift.defects import internal_error
from sparkify_harness.redshift.errors import AdminShutdown, RedshiftError, TooManyConnections
from sparkify_harness.redshift.execute.protocol import Backends, Login, Notice
from sparkify_harness.redshift.front.connection import Connection
from sparkify_harness.redshift.front.handshake import (
    Accepted,
    Encryption,
    Handshake,
    Send,
    StartTls,
)
from sparkify_harness.redshift.front.protocol_session import ProtocolSession, open_session
from sparkify_harness.redshift.front.wire.frontend.startup import CancelRequest
from sparkify_harness.redshift.front.wire.responses.errors import error_response

_log = logging.getLogger(__name__)

_FIRST_PID: Final = (1 << 30) + 1
_LOGIN_TIMEOUT: Final = 60.0
"""Seconds that a client has to prove who it is."""

_WATCH_INTERVAL: Final = 0.1
"""Seconds after which a client that went away in mid-statement is noticed, and a cancel repeated
that the statement did not heed."""

_HEEDED: Final = 0.7
"""Seconds that a statement has to heed a cancel; then its session is given up."""

_GIVEN_UP: Final = 8
"""Sessions that are given up at most: each goes on in a thread of its own, and keeps its memory."""

_FAREWELL: Final = 5.0
"""Seconds that sessions have to end when the server stops, before their sockets are closed."""


class _Client:
    """A client, from the moment that it is connected.

    Args:
        connection: Its socket.

    Attributes:
        session: From the moment that it has proved who it is.
        left: Its session is about to end.
        given_up: Its statement does not heed a cancel: the session has ended for everybody else.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session: ProtocolSession | None = None
        self.left = False
        self.given_up = False

    def terminate(self) -> None:
        """Ends its session, from any thread."""
        if self.session is not None:
            self.session.terminate()
            self.connection.wake()

    def interrupt(self) -> None:
        """Cancels what its session runs, from any thread."""
        if self.session is not None:
            self.session.cancel()


class Server:
    """Listens from its creation on; `serve` answers until `stop`.

    Args:
        backends: The database; stays open.
        host: Address to listen on.
        port: Port to listen on; 0 for any free one.
        tls: For clients that ask for it; None refuses TLS.
        require_ssl: Whether clients that do not ask are refused, where there is TLS.
        limit: Sessions at once.

    Attributes:
        database_lost: The database cannot go on; ``serve`` has returned, or is about to.

    Raises:
        OSError: The address is taken or not ours.
    """

    def __init__(
        self,
        backends: Backends,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        require_ssl: bool = True,
        limit: int = 500,
    ) -> None:
        self._backends = backends
        self._tls = tls
        self._encryption = Encryption.ABSENT
        if tls is not None:
            self._encryption = Encryption.REQUIRED if require_ssl else Encryption.OFFERED
        self._limit = limit
        self._pids = itertools.count(_FIRST_PID)
        self._guard = threading.Lock()
        self._clients: dict[threading.Thread, _Client] = {}
        self.database_lost = False
        self._stopping = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=128)
        self._wake_out, self._wake_in = socket.socketpair()

    @property
    def host(self) -> str:
        """Address that it listens on."""
        return str(self._listener.getsockname()[0])

    @property
    def port(self) -> int:
        """Port that it listens on."""
        return int(self._listener.getsockname()[1])

    def serve(self) -> None:
        """Answers clients until `stop` is called; then ends their sessions and returns."""
        watcher = threading.Thread(target=self._watch, name="redshift-watch", daemon=True)
        watcher.start()
        waiting = select.poll()
        waiting.register(self._listener, select.POLLIN)
        waiting.register(self._wake_out, select.POLLIN)
        try:
            while not self._stopping.is_set():
                ready = {descriptor for descriptor, _ in waiting.poll()}
                if self._listener.fileno() in ready and not self._stopping.is_set():
                    self._accept()
        finally:
            self._stopping.set()
            self._listener.close()
            self._end_sessions()
            watcher.join()
            self._wake_in.close()
            self._wake_out.close()

    def stop(self) -> None:
        """Makes `serve` return. May be called from any thread and from a signal handler."""
        self._stopping.set()
        with contextlib.suppress(OSError):  # it has ended already
            self._wake_in.send(b"\0")

    # --- one client -----------------------------------------------------------------------------

    def _accept(self) -> None:
        try:
            accepted, address = self._listener.accept()
        except OSError as error:
            # The client is gone already, or there are no file descriptors left for now.
            _log.warning("a connection could not be accepted: %s", error.strerror)
            self._stopping.wait(_WATCH_INTERVAL)
            return
        client = _Client(Connection(accepted, str(address[0])))
        thread = threading.Thread(
            target=self._run, args=(client,), name="redshift-client", daemon=True
        )
        with self._guard:
            self._clients[thread] = client
        thread.start()

    def _conversing(self) -> list[tuple[_Client, ProtocolSession]]:
        """The clients with a session that may be spoken of."""
        with self._guard:
            return [
                (client, client.session)
                for client in self._clients.values()
                if client.session is not None and not (client.left or client.given_up)
            ]

    def _cancel(self, request: CancelRequest) -> None:
        key = request.key.to_bytes(4, "big")
        for _, session in self._conversing():
            if session.pid == request.pid and secrets.compare_digest(
                session.key.to_bytes(4, "big"), key
            ):
                session.cancel()

    def _run(self, client: _Client) -> None:
        connection = client.connection
        try:
            accepted = self._log_in(connection)
            if accepted is not None:
                self._converse(client, accepted)
        except RedshiftError as refusal:
            connection.try_send(error_response(refusal, severity="FATAL"))
        except OSError as error:
            # What the session had is rolled back by now.
            _log.info("a client went away: %s", error.strerror or error)
        except Exception as exception:  # noqa: BLE001 - one client's defect is not the server's end
            connection.try_send(error_response(internal_error(exception), severity="FATAL"))
        finally:
            connection.close()
            with self._guard:
                del self._clients[threading.current_thread()]

    def _log_in(self, connection: Connection) -> Accepted | None:
        handshake = Handshake(
            self._backends.password, encryption=self._encryption, address=connection.address
        )
        deadline = time.monotonic() + _LOGIN_TIMEOUT
        while data := connection.receive(deadline):
            for step in handshake.receive(data):
                match step:
                    case Send(answer):
                        connection.send([answer])
                    case StartTls() if self._tls is not None:
                        connection.start_tls(self._tls, deadline)
                    case CancelRequest():
                        self._cancel(step)
                        return None
                    case Accepted():
                        return step
        if self._stopping.is_set():
            raise AdminShutdown
        return None

    def _converse(self, client: _Client, accepted: Accepted) -> None:
        notices: deque[Notice] = deque()
        login = Login(
            user=accepted.user,
            database=accepted.database,
            options=accepted.options,
            pid=next(self._pids),
            notify=notices.append,
            terminate=client.terminate,
            interrupt=client.interrupt,
        )
        if len(self._conversing()) >= self._limit:
            raise TooManyConnections(self._limit)
        connection = client.connection
        session = open_session(self._backends, accepted, login, notices, key=secrets.randbits(32))
        with self._guard:
            client.session = session
        try:
            connection.send(session.greet())
            # Messages may have come in one piece with the password.
            connection.send(session.receive(b""))
            while not session.finished:
                data = connection.receive()
                if data:
                    connection.send(session.receive(data))
                elif session.terminating or self._stopping.is_set():
                    connection.send(session.farewell())
                else:
                    break
        finally:
            with self._guard:
                client.left = True
            if session.database_lost:
                self.database_lost = True
                self.stop()
            try:
                session.close()
            finally:
                with self._guard:
                    client.given_up = False

    # --- the watcher and the end ----------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH_INTERVAL):
            for client, session in self._conversing():
                if session.running and client.connection.hung_up():
                    session.desert()
            self._insist()

    def _insist(self) -> None:
        """Repeat cancels that were not heeded yet; give up the sessions that do not heed them.

        An engine forgets what comes between two of its steps: those that were given up are told
        until they end, so that what they hold is free soon.
        """
        with self._guard:
            given_up = [client.session for client in self._clients.values() if client.given_up]
        for session in given_up:
            if session is not None:
                session.insist()
        for client, session in self._conversing():
            if session.insist() > _HEEDED:
                self._give_up(client, session)

    def _give_up(self, client: _Client, session: ProtocolSession) -> None:
        """End a session for its client and for all others; its thread ends when it can."""
        with self._guard:
            so_far = sum(each.given_up for each in self._clients.values())
            full = so_far >= _GIVEN_UP and not self._stopping.is_set()
            if full or client.left or client.given_up:
                return
            if not client.connection.give_up(session.last_word()):
                return
            client.given_up = True
        session.abandon()
        _log.error("session %d did not heed a cancel and is given up", session.pid)

    def _end_sessions(self) -> None:
        for _, session in self._conversing():
            session.terminate()
        with self._guard:
            clients = dict(self._clients)
        for client in clients.values():
            client.connection.wake()
        deadline = time.monotonic() + _FAREWELL
        for thread, client in clients.items():
            while thread.is_alive() and not client.given_up:
                if time.monotonic() > deadline:
                    break
                thread.join(_WATCH_INTERVAL)
                self._insist()
        for thread, client in clients.items():
            if thread.is_alive():
                client.connection.shut_down()
        for thread, client in clients.items():
            if not client.given_up:
                thread.join(_FAREWELL)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve, name="redshift-server", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._thread.join()
