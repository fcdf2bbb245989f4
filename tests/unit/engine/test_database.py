"""The engine is shut in: whatever SQL reached it, it gets at no file, network or extension."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from harness.redshift.engine.duckdb.database import DuckDBEngine


@pytest.fixture(params=["memory", "file"])
def cursor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The engine's own connection, below everything that refuses statements."""
    engine = DuckDBEngine(tmp_path / "engine.duckdb" if request.param == "file" else None)
    connection = engine.connect()
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
