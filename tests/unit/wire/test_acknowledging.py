"""What a client has sent is acknowledged before the server waits for more of it.

Linux: https://man7.org/linux/man-pages/man7/tcp.7.html
"""

import socket
import time
from contextlib import closing
from typing import Any

import pytest

from sparkify_harness.redshift.front.connection import Connection

QUICKLY = getattr(socket, "TCP_QUICKACK", None)


class Recording(socket.socket):
    """A socket that tells which of its options were set, and what was received between."""

    told: list[str]

    def setsockopt(self, *arguments: Any) -> None:
        if arguments[:2] == (socket.IPPROTO_TCP, QUICKLY):
            self.told.append("acknowledge")
        super().setsockopt(*arguments)

    def recv(self, *arguments: Any) -> bytes:
        data = super().recv(*arguments)
        self.told.append(data.decode())
        return data


@pytest.mark.skipif(QUICKLY is None, reason="the system acknowledges as it likes")
def test_each_part_is_acknowledged_before_the_next_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
    with closing(client):
        recording = Recording(fileno=accepted.detach())
        recording.told = []
        connection = Connection(recording)
        for part in ("one", "two"):
            client.sendall(part.encode())
            assert connection.receive(time.monotonic() + 30) == part.encode()
        connection.close()
    assert recording.told == ["acknowledge", "one", "acknowledge", "two"]
