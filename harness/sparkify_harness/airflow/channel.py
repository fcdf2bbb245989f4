"""The line between us and the processes that run Airflow: JSON messages over a loopback socket.

Standard output is Airflow's own; it prints there what it likes. The socket asks for a key that
only the two sides know.
"""

import json
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any

HOST = "127.0.0.1"
KEY_VARIABLE = "SPARKIFY_WORKER_KEY"


class MessageKind(StrEnum):
    """What a message is."""

    WORK = "work"
    """To the nursery: give me a worker."""
    END = "end"
    """To the nursery: kill a worker."""
    ENDED = "ended"
    """From the nursery: it is dead."""
    ASK = "ask"
    """To a worker at rest: are you there?"""
    READY = "ready"
    """From a worker, which from now on takes requests for runs."""
    BEGUN = "begun"
    """From a worker: a try of a task has begun."""
    TASK = "task"
    """From a worker: it has ended."""
    RESULT = "result"
    ERROR = "error"


class Channel:
    """Sends and receives objects of JSON."""

    def __init__(self, connection: "Connection[bytes, bytes]") -> None:
        self._connection = connection

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message."""
        self._connection.send_bytes(json.dumps(message, default=str).encode())

    def receive(self) -> dict[str, Any]:
        """The next message.

        Raises:
            EOFError: the other side is gone.
        """
        message: dict[str, Any] = json.loads(self._connection.recv_bytes())
        return message

    def wait(self, timeout: float) -> bool:
        """Whether a message, or the end, came within so many seconds."""
        return self._connection.poll(timeout)

    def close(self) -> None:
        """Ends the line."""
        self._connection.close()
