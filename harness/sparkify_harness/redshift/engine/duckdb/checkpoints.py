"""Moving what was committed from the log into the database file, when there is room for it.

DuckDB would do so within a COMMIT: without room that is an error, and the work is committed all the
same. Here a commit is over before, and what finds no room stays in the log.
"""

import logging
import os
import tempfile
import threading
from pathlib import Path
from typing import Final

import duckdb

_log = logging.getLogger(__name__)

NEVER: Final = "1000TB"
"""Size of the log at which DuckDB would move it by itself."""

_DUE: Final = 16 << 20
"""Bytes of the log at which it is moved: DuckDB's own default."""


class Checkpoints:
    """Checkpoints of one database file.

    Args:
        file: The database.
        due: Bytes of its log at which one is due.
    """

    def __init__(self, file: Path, due: int = _DUE) -> None:
        self._file = file
        self._log_file = file.with_name(f"{file.name}.wal")
        self._due = due
        self._one = threading.Lock()

    def after_commit(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Move the log if it is long and there is room; whoever committed is not told of it.

        Args:
            cursor: Is in no transaction.
        """
        size = _size(self._log_file)
        if size < self._due or not self._one.acquire(blocking=False):
            return
        try:
            if self._has_room(size):
                cursor.execute("CHECKPOINT")
        except duckdb.TransactionException:
            pass  # others write: after their commit
        except duckdb.Error as error:
            _log.error("the log of %s could not be moved into it: %s", self._file, error)
        finally:
            self._one.release()

    def _has_room(self, size: int) -> bool:
        """Whether the file may grow by what is in the log, and as much again for its tables."""
        try:
            with tempfile.TemporaryFile(dir=self._file.parent) as reserved:
                os.posix_fallocate(reserved.fileno(), _size(self._file), 2 * size)
        except OSError as error:
            _log.warning("no room to move the log of %s into it: %s", self._file, error.strerror)
            return False
        return True


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
