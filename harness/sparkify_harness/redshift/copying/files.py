"""One spooled file becomes rows and load errors: by whole columns where that is safe, else slowly.

A stretch of lines that the quick reader doubts is read record by record, from the boundary where
the last good record ended to the first boundary after the stretch; then the quick reader goes on.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import pyarrow as pa

from sparkify_harness.redshift.catalog.logs import LoadError
from sparkify_harness.redshift.copying.records import BadRecord, OpenReader, RowReader
from sparkify_harness.redshift.copying.sink import Sink
from sparkify_harness.redshift.copying.vectors import Doubt

STRETCH: Final = 4 << 20
"""Bytes that the quick reader takes at once."""

SMALL: Final = 16 << 10
"""Bytes below which a file is quicker read record by record."""


_LONGEST_LINE: Final = 4 << 20
"""Bytes of a line that the quick reader is given; JSON may have all its objects on one."""


class Vectors(Protocol):
    """A quick reader of whole lines.

    Attributes:
        relaid: Brings records into lines that are not: what it gives, and the bytes that it took.
            None where lines are what the format is made of.
    """

    @property
    def relaid(self) -> Callable[[bytes], tuple[bytes, int]] | None:
        """How records come into lines."""

    def read(self, data: bytes) -> list[pa.Array]:
        """The values of each column.

        Raises:
            Doubt: The stretch must be read record by record.
        """


class TooManyErrors(Exception):
    """The load has failed already: reading on is of no use."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the outcome of reading a file goes.

    Args:
        url: Name of the object in load errors.
        sink: Takes the rows.
        errors: Takes the errors.
    """

    url: str
    sink: Sink
    errors: list[LoadError]


class Reading(Protocol):
    """Reads spooled files of some format."""

    def read(self, path: Path, target: Destination) -> int:
        """Read a file; how many lines or rows there were."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """Reads spooled files that consist of records.

    Args:
        open_reader: Opens the reader that goes record by record.
        rows: Converts records.
        vectors: Quick reader; None where the format has none.
        ignore_header: Lines to skip.
        max_errors: Stop after so many errors; None never.
        check: Called between stretches; raises when the statement is cancelled.
        small: Bytes below which the quick reader is not asked.
        stretch: Bytes that it is given at once.
    """

    open_reader: OpenReader
    rows: RowReader
    vectors: Vectors | None
    ignore_header: int
    max_errors: int | None
    check: Callable[[], None]
    small: int = SMALL
    stretch: int = STRETCH

    def read(self, path: Path, target: Destination) -> int:
        """Read a file.

        Args:
            path: Spooled file.
            target: Takes rows and errors.

        Returns:
            Number of lines.

        Raises:
            TooManyErrors: The target's errors have reached the limit.
        """
        with path.open("rb") as file:
            line = 1
            for _ in range(self.ignore_header):
                if not file.readline():
                    break
                line += 1
            quick = self.vectors if path.stat().st_size >= self.small else None
            if quick is None:
                line = self._slowly(file, line, None, target)
            else:
                line = self._quickly(quick, file, line, target)
            return line - 1 + int(_lacks_line_feed(file))

    def _quickly(self, vectors: Vectors, file: BinaryIO, line: int, target: Destination) -> int:
        size = os.fstat(file.fileno()).st_size
        in_lines = True
        while (start := file.tell()) < size:
            self.check()
            end = start
            for read in (self._lines, self._relaid) if in_lines else (self._relaid,):
                file.seek(start)
                try:
                    line += read(vectors, file, target)
                except Doubt:
                    end = max(end, file.tell())
                else:
                    in_lines = read == self._lines
                    break
            else:
                file.seek(start)
                line = self._slowly(file, line, end, target)
                in_lines = True
        return line

    def _lines(self, vectors: Vectors, file: BinaryIO, target: Destination) -> int:
        """Read a stretch of whole lines; how many there were."""
        data = _whole_lines(file, self.stretch)
        target.sink.add_arrays(vectors.read(data))
        return data.count(b"\n")

    def _relaid(self, vectors: Vectors, file: BinaryIO, target: Destination) -> int:
        """Read a stretch of records in any layout; how many lines there were."""
        if vectors.relaid is None:
            raise Doubt
        start = file.tell()
        data = file.read(self.stretch)
        lines, size = vectors.relaid(data)
        target.sink.add_arrays(vectors.read(lines))
        file.seek(start + size)
        return data.count(b"\n", 0, size)

    def _slowly(self, file: BinaryIO, line: int, until: int | None, target: Destination) -> int:
        reader = self.open_reader(file, line)
        for number, record in enumerate(reader.records(until)):
            if number % 1024 == 0:
                self.check()
            try:
                target.sink.add_row(self.rows.row(record))
            except BadRecord as bad:
                target.errors.append(bad.load_error(target.url, record))
                if self.max_errors is not None and len(target.errors) >= self.max_errors:
                    raise TooManyErrors from None
        file.seek(reader.offset)
        return reader.line


def _whole_lines(file: BinaryIO, size: int) -> bytes:
    """At least so many bytes, up to the end of a line.

    Raises:
        Doubt: The line does not end for long.
    """
    data = file.read(size)
    rest = file.readline(_LONGEST_LINE)
    if len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
        raise Doubt
    return data + rest


def _lacks_line_feed(file: BinaryIO) -> bool:
    """Whether the file's last line has no line feed at its end."""
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
