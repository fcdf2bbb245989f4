"""What stl_, stv_ and sys_ tables tell: queries, loads, load errors. Not transactional.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_intro_system_tables.html
Deviates: Redshift keeps two to seven days; we keep the newest rows of the server's life. Statements
do not wait in queues and are not compiled, so such times are 0; hashes of queries are of our own
make, and the bytes that a query returned are those in memory, not those sent.
"""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import NamedTuple

KEPT_QUERIES = 10_000
KEPT_LOAD_ROWS = 100_000


class QueryNumbers(NamedTuple):
    """The two numbers of a statement, which never meet.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SYS_QUERY_HISTORY.html

    Args:
        submitted: As it was sent: ``query_id`` of sys_ views.
        rewritten: As it runs: ``query`` of stl_ views. Redshift may rewrite a statement to several
            queries; here it is one.
    """

    submitted: int
    rewritten: int


@dataclass(frozen=True, slots=True)
class QueryRecord:
    """A statement that runs, or has ended.

    Args:
        numbers: Its numbers.
        transaction: Number of the transaction in which it runs.
        text: The statement, credentials masked.
        kind: ``SELECT``, ``INSERT``, ``COPY``, ``DDL``, ``UTILITY`` ...
        end: When it ended; None while it runs.
        error: Message of the error it ended with, or None.
        canceled: Whether that was a user's or a limit's doing.
        rows: That it returned or changed.
        size: Bytes of what it returned.
    """

    numbers: QueryNumbers
    transaction: int
    pid: int
    user: str
    database: str
    text: str
    kind: str
    label: str
    start: datetime
    end: datetime | None = None
    error: str | None = None
    canceled: bool = False
    rows: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class LoadError:
    """A row of stl_load_errors, without the ids that the executor knows.

    The strings are cut to the lengths of the system table's columns and not padded.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html

    Args:
        filename: ``s3://bucket/key``.
        line_number: Line of the record in the decompressed file, from 1; the last line of a JSON
            object.
        colname: Column, empty for an error of the record.
        type: Internal type name, such as ``int4``.
        col_length: Declared length, or precision and scale; ``0`` for other types.
        position: Offset of the field in the record, in bytes.
        raw_line: The record.
        raw_field_value: The field.
        err_code: Error code.
        err_reason: What is wrong, for stl_load_errors.
        is_partial: Whether the file was split between slices; always 0.
        start_offset: Offset of the file's part that the slice read; always 0.
        error_message: What is wrong, for sys_load_error_detail; empty where it is ``err_reason``.
    """

    filename: str
    line_number: int
    colname: str
    type: str
    col_length: str
    position: int
    raw_line: str
    raw_field_value: str
    err_code: int
    err_reason: str
    is_partial: int = 0
    start_offset: int = 0
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class FileLoaded:
    """An object that was read: what stl_load_commits tells of it.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_COMMITS.html

    Args:
        filename: ``s3://bucket/key``.
        lines_scanned: Lines of the decompressed file.
        size: Bytes as stored.
        rows: Records accepted.
        errors: Records refused.
        status: 1: the file was read to its end.
    """

    filename: str
    lines_scanned: int
    size: int
    rows: int
    errors: int
    status: int = 1


@dataclass(frozen=True, slots=True)
class FileUnloaded:
    """An object that UNLOAD made: a row of stl_unload_log.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_STL_UNLOAD_LOG.html

    Args:
        filename: ``s3://bucket/key``.
        slice_: Which slice wrote it.
        rows: In it.
        size: Bytes as stored.
    """

    filename: str
    slice_: int
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class UnloadRecord:
    """An UNLOAD that has ended: a row of sys_unload_history.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SYS_UNLOAD_HISTORY.html
    Deviates: One that runs is in sys_query_history alone.
    """

    numbers: QueryNumbers
    transaction: int
    pid: int
    database: str
    location: str
    file_format: str
    compression: str
    start: datetime
    end: datetime
    files: tuple[FileUnloaded, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LoadErrorRecord:
    """A row of stl_load_errors and of sys_load_error_detail."""

    numbers: QueryNumbers
    transaction: int
    pid: int
    table_oid: int
    time: datetime
    error: LoadError


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of stl_load_commits."""

    query: int
    pid: int
    table_name: str
    time: datetime
    file: FileLoaded


class Logs:
    """The logs of a server; appended to and read by all sessions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = count(1)
        self._transactions = count(1)
        self._running: dict[int, QueryRecord] = {}
        self._queries: deque[QueryRecord] = deque(maxlen=KEPT_QUERIES)
        self._load_errors: deque[LoadErrorRecord] = deque(maxlen=KEPT_LOAD_ROWS)
        self._files: deque[FileRecord] = deque(maxlen=KEPT_LOAD_ROWS)
        self._unloads: deque[UnloadRecord] = deque(maxlen=KEPT_QUERIES)

    def next_query(self) -> QueryNumbers:
        """Numbers for a statement."""
        with self._lock:
            return QueryNumbers(next(self._ids), next(self._ids))

    def next_transaction(self) -> int:
        """A number for a transaction."""
        with self._lock:
            return next(self._transactions)

    def begin_query(self, record: QueryRecord) -> None:
        """Note a statement that begins."""
        with self._lock:
            self._running[record.pid] = record

    def end_query(self, record: QueryRecord) -> None:
        """Note what became of it."""
        with self._lock:
            running = self._running.get(record.pid)
            if running is not None and running.numbers == record.numbers:
                del self._running[record.pid]
            self._queries.append(record)

    def forget_query(self, record: QueryRecord) -> None:
        """It has not begun after all: what it had to wait for is over."""
        with self._lock:
            self._running.pop(record.pid, None)

    def end_session(self, pid: int) -> None:
        """Forget what a session was running: its client left a result half-read."""
        with self._lock:
            self._running.pop(pid, None)

    def add_load(self, errors: list[LoadErrorRecord], files: list[FileRecord]) -> None:
        """Note what a COPY read and what it could not."""
        with self._lock:
            self._load_errors.extend(errors)
            self._files.extend(files)

    def add_unload(self, record: UnloadRecord) -> None:
        """Note what an UNLOAD wrote."""
        with self._lock:
            self._unloads.append(record)

    def unloads(self) -> list[UnloadRecord]:
        """UNLOADs that have ended, oldest first."""
        with self._lock:
            return list(self._unloads)

    def queries(self) -> list[QueryRecord]:
        """Statements that have ended, oldest first, and then those that run."""
        with self._lock:
            return [*self._queries, *self._running.values()]

    def load_errors(self) -> list[LoadErrorRecord]:
        """Records that COPY could not load, oldest first."""
        with self._lock:
            return list(self._load_errors)

    def files(self) -> list[FileRecord]:
        """Objects that COPY read, oldest first."""
        with self._lock:
            return list(self._files)
