"""Results that a client reads piece by piece while the engine may be wanted for other things."""

from collections import deque
from collections.abc import Iterator

import pyarrow as pa


class OpenResult:
    """An iterator of batches that can be moved into memory half-way.

    An engine's connection runs nothing else while a result is open; a client may leave a portal
    suspended and go on. Then what is left is read into memory.

    Args:
        batches: Rows from the engine.
    """

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches: Iterator[pa.RecordBatch] | None = batches
        self._buffered: deque[pa.RecordBatch] = deque()
        self.rows = 0
        self.size = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        if self._buffered:
            batch = self._buffered.popleft()
        elif self._batches is None:
            raise StopIteration
        else:
            batch = next(self._batches)
        self.rows += batch.num_rows
        self.size += batch.nbytes
        return batch

    def buffer(self) -> None:
        """Read what is left into memory, and free the engine."""
        if self._batches is not None:
            self._buffered.extend(self._batches)
            self._batches = None

    def close(self) -> None:
        """Forget what is left."""
        self._buffered.clear()
        batches, self._batches = self._batches, None
        closing = getattr(batches, "close", None)
        if closing is not None:
            closing()
