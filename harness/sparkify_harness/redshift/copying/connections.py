"""The connections of one client to S3, which can be broken off while somebody waits for an answer.

S3 may keep a request waiting for half a minute, and is asked six times. Where nobody wants its
answer any more, whoever waits for it is to end at once: what is connected is shut down, nothing is
connected or sent any more, and a pause before a repetition is over.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from botocore.httpsession import URLLib3Session
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from sparkify_harness.redshift.copying.waiting import BrokenOff

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

Hold = Callable[[socket.socket], None]

_CONNECT: Final = 5.0
"""Seconds for a connection to be made: the only wait that goes on after ``break_off``."""

_READ: Final = 30.0
"""Seconds without a byte after which a request has failed."""


class Connections:
    """Sends a client's requests. Safe to use from several threads.

    Args:
        limit: Connections that are kept for later requests.
        ca_file: Certificate authority that an https endpoint is verified with; None: the usual
            ones.
    """

    def __init__(self, limit: int, ca_file: Path | None = None) -> None:
        # botocore's stubs know one way to make it, and none to say what it connects by.
        session: Any = URLLib3Session
        self._session = session(
            verify=str(ca_file) if ca_file else True,
            proxies={},
            timeout=(_CONNECT, _READ),
            max_pool_connections=limit,
        )
        self._session._manager.pool_classes_by_scheme = {  # noqa: SLF001 - there is no other way
            "http": partial(_pool, HTTPConnectionPool, partial(_Plain, self._hold)),
            "https": partial(_pool, HTTPSConnectionPool, partial(_Secure, self._hold)),
        }
        self._guard = threading.Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._over = threading.Event()

    def send(self, request: "AWSPreparedRequest") -> "AWSResponse":
        """The answer to a request.

        Raises:
            BrokenOff: Nobody wants it.
            BotoCoreError: There is none.
        """
        self._check()
        answer: AWSResponse = self._session.send(request)
        return answer

    def close(self) -> None:
        """Close what is connected and not in use."""
        self._session.close()

    def pause(self, seconds: float) -> None:
        """Wait before a request is repeated.

        Raises:
            BrokenOff: It need not be.
        """
        self._over.wait(seconds)
        self._check()

    def break_off(self) -> None:
        """Nobody wants an answer any more, from now on."""
        with self._guard:
            self._over.set()
            held = list(self._sockets)
        for each in held:
            # TLS sockets have a method of their own, which forgets the state that others use.
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def _hold(self, connected: socket.socket) -> None:
        with self._guard:
            self._check()
            self._sockets.add(connected)

    def _check(self) -> None:
        if self._over.is_set():
            raise BrokenOff


class _Plain(HTTPConnection):
    """Over http; its socket is known as soon as it is connected."""

    def __init__(self, hold: Hold, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._hold = hold

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        try:
            self._hold(connected)
        except BrokenOff:
            connected.close()
            raise
        return connected


class _Secure(HTTPSConnection):
    """Over https; its socket is known as soon as it is connected, before TLS is negotiated."""

    def __init__(self, hold: Hold, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._hold = hold
        self._twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        # The object for TLS takes the connection away from this one, and then waits for an answer.
        self._twin = connected.dup()
        try:
            self._hold(self._twin)
        except BrokenOff:
            connected.close()
            raise
        return connected

    def connect(self) -> None:
        try:
            super().connect()
            self._hold(self.sock)
        finally:
            if self._twin is not None:
                self._twin.close()
                self._twin = None


def _pool(
    kind: Callable[..., Any], connection: Callable[..., Any], *arguments: Any, **options: Any
) -> Any:
    pool = kind(*arguments, **options)
    pool.ConnectionCls = connection
    return pool
