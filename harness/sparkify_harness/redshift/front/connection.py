"""One client's socket: waiting, TLS, and sending while the next rows are encoded."""

import contextlib
import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Final

from sparkify_harness.redshift.front.wire.responses.message import Buffer

_RECEIVE: Final = 256 * 1024
_AT_ONCE: Final = 64 * 1024
"""Bytes up to which an answer is sent by the thread that made it."""

_AHEAD: Final = 3
"""Pieces of a result that wait to be sent at most: what a slow client costs in memory."""

_LAST_WORD: Final = 0.05
"""Seconds in which a last word is sent."""

_QUICKLY: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)

_HANG_UP: Final = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


class Connection:
    """A connected client; used by its own thread but for `wake`, `hung_up`, `give_up`, `shut_down`.

    Args:
        accepted: Its socket, owned from here on.
        address: Where it is.
    """

    def __init__(self, accepted: socket.socket, address: str = "") -> None:
        self.address = address
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(accepted)
        self._descriptor = accepted.fileno()
        self._socket: socket.socket | ssl.SSLSocket = accepted
        self._wake_out, self._wake_in = socket.socketpair()
        self._sender: _Sender | None = None
        self._sending = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False

    def start_tls(self, context: ssl.SSLContext, deadline: float) -> None:
        """Answers the client's TLS handshake.

        Raises:
            OSError: It failed, or was not over at the deadline.
        """
        self._socket.settimeout(max(0.01, deadline - time.monotonic()))
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self._socket.settimeout(None)

    def receive(self, deadline: float | None = None) -> bytes:
        """Waits for bytes; empty when the client is gone, at the deadline, and after `wake`.

        Args:
            deadline: By the monotonic clock, in seconds; None waits as long as it takes.

        Raises:
            OSError: The connection broke.
        """
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return self._socket.recv(_RECEIVE)
        _acknowledge(self._socket)
        waiting = select.poll()
        waiting.register(self._socket, select.POLLIN)
        waiting.register(self._wake_out, select.POLLIN)
        limit = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
        ready = {descriptor for descriptor, _ in waiting.poll(limit)}
        if not ready or self._wake_out.fileno() in ready:
            return b""
        if deadline is not None:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            return self._socket.recv(_RECEIVE)
        finally:
            self._socket.settimeout(None)

    def send(self, pieces: Iterable[Buffer]) -> None:
        """Sends all pieces; long answers while the next piece is made.

        Raises:
            OSError: The client is gone.
        """
        waiting: list[Buffer] = []
        size = 0
        handed_over = False
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            if size >= _AT_ONCE:
                self._hand_over(waiting)
                handed_over = True
                waiting, size = [], 0
        if not handed_over:
            if waiting:
                with self._sending:
                    self._socket.sendall(b"".join(waiting))
            return
        if waiting:
            self._hand_over(waiting)
        if self._sender is not None:
            self._sender.finish()

    def try_send(self, data: bytes) -> None:
        """Sends a last message if there is still somebody to read it."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(1.0)
            self._socket.sendall(data)

    def wake(self) -> None:
        """Makes `receive` return."""
        with self._closing:
            if not self._closed:
                self._wake_in.send(b"\0")

    def hung_up(self) -> bool:
        """Whether the client closed its side."""
        with self._closing:
            if self._closed:
                return False
            look = select.poll()
            look.register(self._descriptor, _HANG_UP)
            return bool(look.poll(0))

    def give_up(self, last: bytes) -> bool:
        """Says a last word and breaks the connection: its own thread is stuck.

        Returns:
            Whether it was free for that: while the client is slow to read, nobody else may send.
        """
        if not self._sending.acquire(blocking=False):
            return False
        try:
            with self._closing:
                if not self._closed:
                    with contextlib.suppress(OSError):
                        self._socket.settimeout(_LAST_WORD)
                        self._socket.sendall(last)
                    self._break()
        finally:
            self._sending.release()
        return True

    def shut_down(self) -> None:
        """Breaks the connection, so that whatever waits for it returns."""
        with self._closing:
            if not self._closed:
                self._break()

    def close(self) -> None:
        """Ends the connection and the sending thread."""
        with self._closing:
            self._closed = True
            self._wake_in.close()
            self._wake_out.close()
        if self._sender is not None:
            # Something may still be on its way to a client that does not read.
            self._break()
            self._sender.stop()
        self._socket.close()

    def _break(self) -> None:
        # TLS sockets have a method of their own, which forgets the state that others use.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _hand_over(self, pieces: list[Buffer]) -> None:
        if self._sender is None:
            self._sender = _Sender(self._socket, self._sending)
        self._sender.put(pieces)


class _Sender:
    """A thread that sends what is put, in order."""

    def __init__(self, connected: socket.socket, sending: threading.Lock) -> None:
        self._socket = connected
        self._sending = sending
        self._queue: queue.Queue[list[Buffer] | None] = queue.Queue(_AHEAD)
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="redshift-sender", daemon=True)
        self._thread.start()

    def put(self, pieces: list[Buffer]) -> None:
        self._queue.put(pieces)
        self._check()

    def finish(self) -> None:
        self._queue.join()
        self._check()

    def stop(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (pieces := self._queue.get()) is not None:
            # After a failure the rest is dropped, so that nobody waits for room.
            if self._failure is None:
                try:
                    self._send(pieces)
                except OSError as error:
                    self._failure = error
            self._queue.task_done()

    def _send(self, pieces: list[Buffer]) -> None:
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        with self._sending:
            self._socket.sendall(data)


def _acknowledge(connected: socket.socket) -> None:
    """Tells the client at once that what it sent has come, where the system leaves that to us.

    Its own TCP holds the rest of a long message back until then, if it waits to fill its packets
    as redshift_connector's does: for 40 ms, if we wait for something to send along.
    Linux: https://man7.org/linux/man-pages/man7/tcp.7.html (TCP_QUICKACK is not permanent)
    """
    if _QUICKLY is not None:
        with contextlib.suppress(OSError):  # a broken connection is told by what is read from it
            connected.setsockopt(socket.IPPROTO_TCP, _QUICKLY, 1)


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6)):
        if hasattr(socket, option):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
