"""What a client knows to be kept, by nothing but what it was told."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from sparkify_harness.redshift.front.wire.framing import Frame


@dataclass
class Ledger:
    """Words that a client wrote: those that it was told are committed, and those that may be lost.

    Attributes:
        committed: Kept for good.
        pending: Written in the transaction that is open.
        status: Of the last ReadyForQuery.
        expected: What it had to be, by the tags and errors before it.
    """

    committed: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    status: str = "I"
    expected: str = "I"
    _in_block: bool = False
    _failed: bool = False

    @property
    def seen(self) -> set[str]:
        """What the client itself has to see."""
        return self.committed | self.pending

    def settle(self, executed: Iterable[str], answer: Iterable[Frame]) -> None:
        """Take note of an answer.

        Args:
            executed: For each statement in order, the word that it writes; empty if none.
            answer: What was told, up to a ReadyForQuery.
        """
        due = deque(executed)
        for frame in answer:
            match frame.type:
                case b"C":
                    self._done(frame.payload.rstrip(b"\0").decode(), due.popleft())
                case b"s" | b"I":
                    due.popleft()
                case b"E":
                    self._failed = True
                    self.pending.clear()
                case b"Z":
                    self._ready(frame.payload.decode())

    def _done(self, tag: str, word: str) -> None:
        match tag:
            case "BEGIN":
                self._in_block = True
            case "COMMIT":
                self._keep()
                self._in_block = self._failed = False
            case "ROLLBACK":
                self.pending.clear()
                self._in_block = self._failed = False
            case "TRUNCATE TABLE":
                self.pending.clear()
                self.committed.clear()
            case _ if word:
                assert tag == "INSERT 0 1"
                self.pending.add(word)

    def _ready(self, status: str) -> None:
        self.status = status
        self.expected = ("E" if self._failed else "T") if self._in_block else "I"
        if status == "I":
            self._keep()  # after an error there is nothing
        self._in_block, self._failed = status != "I", status == "E"

    def _keep(self) -> None:
        self.committed |= self.pending
        self.pending.clear()
