"""A database in memory has a limit, that of all its connections; what is too much goes to disk."""

from pathlib import Path

import duckdb
import pytest

from sparkify_harness.redshift.engine.duckdb import database
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.engine.duckdb.faults import translate

pytestmark = pytest.mark.medium

ROWS = "SELECT md5(i::VARCHAR) || md5((-i)::VARCHAR) AS w FROM range(1_000_000) AS t(i)"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DuckDBEngine:
    monkeypatch.setattr(database, "MEMORY_LIMIT_WITHOUT_FILE", "40MiB")
    return DuckDBEngine(None, tmp_path / "spilled")


def test_what_is_too_much_is_spilled(engine: DuckDBEngine, tmp_path: Path) -> None:
    cursor = engine._database.cursor()
    cursor.execute(f"CREATE TABLE wide AS {ROWS}")
    assert list((tmp_path / "spilled").iterdir())
    assert cursor.execute("SELECT count(DISTINCT w) FROM wide").fetchall() == [(1_000_000,)]
    engine.close()


def test_what_cannot_be_spilled_is_not_emulated(engine: DuckDBEngine) -> None:
    cursor = engine._database.cursor()
    with pytest.raises(duckdb.OutOfMemoryException) as caught:
        cursor.execute("SELECT len(list(w || i)) FROM range(9_000_000) AS t(i), (SELECT 'x' AS w)")
    fault = translate(caught.value)
    assert (fault.sqlstate, fault.message) == (
        "0A000",
        "not emulated: a statement that needs more memory than the substitute has",
    )
    assert translate(caught.value, recursive=True).message.startswith("Exceeded recursive CTE")
    engine.close()
