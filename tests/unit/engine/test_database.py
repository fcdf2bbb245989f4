"""The engine is shut in: whatever SQL reached it, it gets at no file, network or extension.

And a disk without room is told in Redshift's words, whoever met it.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sparkify_harness.redshift.defects import internal_error
from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.duckdb.database import DuckDBConnection, DuckDBEngine
from sparkify_harness.redshift.errors import ComputeFault

pytestmark = pytest.mark.medium


@pytest.fixture(params=["memory", "file"])
def cursor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The engine's own connection, below everything that refuses statements."""
    engine = DuckDBEngine(tmp_path / "engine.duckdb" if request.param == "file" else None)
    connection = engine.connect(Cancellation())
    yield connection._cursor
    connection.close()
    engine.close()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT * FROM read_csv('{file}')", id="reads a file"),
        pytest.param("SELECT * FROM '{file}'", id="reads a file by its name"),
        pytest.param("SELECT * FROM read_text('{file}')", id="reads text"),
        pytest.param("COPY (SELECT 1) TO '{file}.out'", id="writes a file"),
        pytest.param("ATTACH '{file}.db'", id="opens another database"),
        pytest.param("INSTALL httpfs", id="installs an extension"),
        pytest.param("LOAD httpfs", id="loads an extension"),
        pytest.param("SET enable_external_access = true", id="opens itself"),
    ],
)
def test_the_engine_refuses_what(
    statement: str, cursor: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("1\n")
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        cursor.execute(statement.format(file=file))


@pytest.mark.parametrize(
    "setting",
    [
        "autoinstall_known_extensions",
        "autoload_known_extensions",
        "allow_community_extensions",
        "enable_external_access",
    ],
)
def test_a_door_is_shut(setting: str, cursor: duckdb.DuckDBPyConnection) -> None:
    answer = cursor.execute("SELECT current_setting($1)", [setting]).fetchone()
    assert answer == (False,)


class FullDisk:
    """A cursor of an engine that cannot write."""

    def __init__(self, number: int) -> None:
        self._number = number

    def execute(self, sql: str) -> None:
        if sql == "COMMIT":
            raise duckdb.IOException(
                "TransactionContext Error: Failed to commit: Could not write file "
                f'"/data/warehouse.duckdb.wal": {os.strerror(self._number)}'
            )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_commit_without_room_says_so_in_redshifts_words(number: int) -> None:
    cursor: Any = FullDisk(number)
    connection = DuckDBConnection(cursor, Cancellation())
    connection.begin()
    with pytest.raises(ComputeFault) as caught:
        connection.commit()
    assert caught.value.message == "Disk Full"
    assert "code:      1016" in (caught.value.detail or "")
    assert "warehouse.duckdb" not in (caught.value.detail or "")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_file_of_ours_without_room_is_no_defect(number: int) -> None:
    told = internal_error(OSError(number, os.strerror(number), "/tmp/spool"))
    assert (told.message, told.sqlstate) == ("Disk Full", "XX000")


def test_any_other_fault_of_a_file_is_a_defect() -> None:
    assert internal_error(OSError(errno.EIO, "I/O error")).message == "internal error: OSError"
