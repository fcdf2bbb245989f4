"""Faults as a table: which message is hit, which times, and what becomes of it."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sender(StrEnum):
    """Who sends a message."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True)
class Cut:
    """The connection ends, for both sides.

    Attributes:
        passing: bytes of the message that still get through; None for all of it.
        reset: end it by a reset, as a firewall or a dying machine does, not in good order.
    """

    passing: int | None = 0
    reset: bool = False


@dataclass(frozen=True)
class Delay:
    """The message is held back for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Throttle:
    """This message and all that follow in its direction pass at so many bytes a second."""

    bytes_per_second: int


@dataclass(frozen=True)
class Corrupt:
    """All bits of one byte are turned round.

    Attributes:
        at: which byte of the message; negative numbers count from its end.
    """

    at: int = 0


@dataclass(frozen=True)
class Hang:
    """Nothing passes any more, in either direction; but the connection stays.

    Attributes:
        parted: the server does not learn that the client goes, as where the network is in parts.
    """

    parted: bool = False


@dataclass(frozen=True)
class Answer:
    """The client gets an answer that the server never gave; the server gets no question.

    Attributes:
        data: the whole answer.
    """

    data: bytes


@dataclass(frozen=True)
class Call:
    """Something else happens at this very moment; then the message passes.

    Attributes:
        work: is called in the proxy's thread, and may block it.
    """

    work: Callable[[], object]


@dataclass(frozen=True)
class Refuse:
    """S3 answers with an error.

    AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

    Attributes:
        status: of HTTP.
        code: of S3.
        message: of S3.
    """

    status: int
    code: str
    message: str


Action = Cut | Delay | Throttle | Corrupt | Hang | Answer | Call | Refuse


@dataclass(frozen=True)
class Fault:
    """One row of the table.

    Attributes:
        pattern: a regular expression to find in the message.
        action: what becomes of it.
        sender: whose messages.
        within: a regular expression to find in what the client has sent in its transaction so far,
            this message included; "" for anything.
        nth: the first occurrence that is hit, from 1; all connections are counted together.
        times: how many are hit from there on; None for all.
    """

    pattern: str
    action: Action
    sender: Sender = Sender.CLIENT
    within: str = ""
    nth: int = 1
    times: int | None = 1

    def speaks_of(self, message: bytes, sender: Sender, within: bytes) -> bool:
        """Whether this is an occurrence."""
        return (
            sender is self.sender
            and re.search(self.pattern.encode(), message, re.DOTALL) is not None
            and re.search(self.within.encode(), within, re.DOTALL) is not None
        )


class FaultTable:
    """The faults of a drill, and how often each was met.

    Args:
        faults: in the order in which they act on a message that several of them hit.
    """

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._met = [0] * len(self._faults)
        self._guard = threading.Lock()

    def strike(self, message: bytes, sender: Sender, within: bytes = b"") -> list[Action]:
        """What becomes of a message; counts it."""
        actions: list[Action] = []
        for number, fault in enumerate(self._faults):
            if not fault.speaks_of(message, sender, within):
                continue
            with self._guard:
                self._met[number] += 1
                place = self._met[number] - fault.nth
            if place >= 0 and (fault.times is None or place < fault.times):
                actions.append(fault.action)
        return actions

    @property
    def missing(self) -> list[Fault]:
        """Faults that did not strike as often as they were to: a drill with them proves nothing."""
        return [
            fault
            for fault, met in zip(self._faults, self._met, strict=True)
            if met < fault.nth + (fault.times or 1) - 1
        ]
