"""Reading the fields of one message."""

from sparkify_harness.redshift.errors import ProtocolViolation


class Payload:
    """A message's contents, read from the front.

    Every method raises ProtocolViolation where the contents end too early or are no UTF-8.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self._at + count
        if count < 0 or end > len(self._data):
            raise ProtocolViolation("insufficient data left in message")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def int16(self) -> int:
        """A signed 16-bit number."""
        return int.from_bytes(self.take(2), "big", signed=True)

    def uint16(self) -> int:
        """An unsigned 16-bit number: counts of parameters and formats."""
        return int.from_bytes(self.take(2), "big")

    def int32(self) -> int:
        """A signed 32-bit number."""
        return int.from_bytes(self.take(4), "big", signed=True)

    def uint32(self) -> int:
        """An unsigned 32-bit number: object ids and keys."""
        return int.from_bytes(self.take(4), "big")

    def text(self) -> str:
        """A string that ends with a zero byte."""
        end = self._data.find(0, self._at)
        if end < 0:
            raise ProtocolViolation("invalid string in message")
        raw = self.take(end - self._at)
        self._at += 1
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise ProtocolViolation("invalid byte sequence for encoding UTF8 in message") from None

    def optional(self) -> bytes | None:
        """A value after its 32-bit length; -1 stands for NULL."""
        length = self.int32()
        return None if length == -1 else self.take(length)

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data) - self._at)

    def end(self) -> None:
        """Nothing may follow.

        Raises:
            ProtocolViolation: There is more.
        """
        if self._at != len(self._data):
            raise ProtocolViolation("invalid message format")
