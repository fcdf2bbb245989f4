"""A client that sends whatever bytes it is given, and reads whatever comes back."""

import contextlib
import os
import socket
from dataclasses import dataclass, field
from types import TracebackType

from psycopg import pq

from sparkify_harness.redshift.front.wire.framing import MAX_MESSAGE, Frame, FrameDecoder
from sparkify_harness.warehouse import Warehouse
from tests.frontend import TERMINATE

PATIENCE = 30.0
"""Seconds in which every answer has arrived, well beyond the sessions' statement_timeout."""


IDLE = 0.25
"""Seconds without an answer after which a client hangs up that has nothing more to say."""


class NoAnswerError(Exception):
    """The server did not answer in time."""


@dataclass
class Answer:
    """What came back.

    Args:
        frames: The messages.
        ended: Whether the server closed the connection.
    """

    frames: list[Frame] = field(default_factory=list)
    ended: bool = False


class Line:
    """A connection on which libpq has logged in; the bytes after that are ours.

    Attributes:
        idle: Whether it is in no transaction, by the last ReadyForQuery.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        where = f"{warehouse.user}:{warehouse.password}@{warehouse.host}:{warehouse.port}"
        dsn = f"postgresql://{where}/{warehouse.database}?connect_timeout=30&sslmode=disable"
        connection = pq.PGconn.connect(dsn.encode())
        assert connection.status == pq.ConnStatus.OK, connection.error_message
        self._socket = socket.socket(fileno=os.dup(connection.socket))
        self._libpq = connection
        self._socket.setblocking(True)
        self._socket.settimeout(PATIENCE)
        self._decoder = FrameDecoder(typed=True, limit=MAX_MESSAGE)
        self.idle = True

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
        self._libpq.finish()

    def ask(self, data: bytes) -> Answer:
        """Send, and read until the server is ready for the next query, or closes."""
        answer = Answer()
        try:
            self._socket.sendall(data)
            self._read(answer, until_ready=True)
        except (BrokenPipeError, ConnectionResetError):
            answer.ended = True
        except TimeoutError as error:
            raise NoAnswerError(f"nothing within {PATIENCE} s") from error
        return answer

    def finish(self, data: bytes) -> Answer:
        """Send the last bytes of all, and read until the server closes.

        A server that waits for the rest of a message hears that there is none.
        """
        answer = Answer()
        try:
            self._socket.sendall(data + TERMINATE)
            self._socket.settimeout(IDLE)
            with contextlib.suppress(TimeoutError):
                self._read(answer)
            if not answer.ended:
                self._socket.settimeout(PATIENCE)
                self._socket.shutdown(socket.SHUT_WR)
                self._read(answer)
        except TimeoutError as error:
            raise NoAnswerError(f"nothing within {PATIENCE} s") from error
        except OSError:  # it has closed before all was sent
            answer.ended = True
        return answer

    def _read(self, answer: Answer, *, until_ready: bool = False) -> None:
        while True:
            while frame := self._decoder.next():
                answer.frames.append(frame)
                if frame.type == b"Z":
                    self.idle = frame.payload == b"I"
                    if until_ready:
                        return
            data = self._socket.recv(1 << 18)
            if not data:
                answer.ended = True
                return
            self._decoder.feed(data)
