"""A new dimension is an entry, a SELECT and a CREATE TABLE; all else follows."""

import csv
import datetime as dt
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparkify_fixtures import LOG_PREFIX, Settings, generate
from sparkify_fixtures.staging import staged_events
from tests.cli.conftest import NOTHING, ROOT, SMALL, Sparkify

ENTRY = """
LOCATIONS = Table(
    "locations",
    TableKind.DIMENSION,
    task_id="Load_location_dim_table",
    sql="locations.sql",
    sources=("staging_events",),
    key=("location",),
    columns={
        "location": "character varying(1024)",
        "first_play": "timestamp without time zone",
        "plays": "bigint",
    },
    doc="One row per place from where something was played.",
)

DATA_QUALITY_RESULTS = """
SELECT = """
SELECT location, MIN(start_time) AS first_play, COUNT(*) AS plays
FROM plays
WHERE location IS NOT NULL
GROUP BY location
"""
CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS {{ table('locations') }} (
    location   VARCHAR(1024) NOT NULL,
    first_play TIMESTAMP     NOT NULL,
    plays      BIGINT        NOT NULL,
    PRIMARY KEY (location)
)
DISTSTYLE ALL
SORTKEY (location);
"""


@dataclass(frozen=True)
class Changed(Sparkify):
    """`sparkify` from a checkout of its own."""

    checkout: Path

    def environment(self, extra: Mapping[str, str] = NOTHING) -> dict[str, str]:
        folders = (self.checkout / name for name in ("harness", "fixtures", "plugins"))
        return super().environment({"PYTHONPATH": ":".join(map(str, folders)), **extra})


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """A checkout with one dimension more."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("dags", "fixtures", "harness", "plugins", "sql"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    star = checkout / "plugins" / "sparkify" / "star.py"
    text = star.read_text(encoding="utf-8")
    text = text.replace("\nDATA_QUALITY_RESULTS = ", ENTRY, 1)
    text = text.replace("    TIME,\n", "    TIME,\n    LOCATIONS,\n", 1)
    star.write_text(text, encoding="utf-8")
    (checkout / "sql" / "locations.sql").write_text(SELECT, encoding="utf-8")
    with (checkout / "sql" / "create_tables.sql").open("a", encoding="utf-8") as script:
        script.write(CREATE_TABLE)
    return Changed(tmp_path_factory.mktemp("changed"), checkout)


@pytest.mark.slow
def test_a_new_dimension_is_loaded_checked_and_shown(changed: Changed) -> None:
    expected: dict[str, tuple[dt.datetime, int]] = {}
    for item in generate(Settings(days=2, users=12, songs=8, seed=5)):
        for event in staged_events(item) if item.key.startswith(LOG_PREFIX) else ():
            if event.page == "NextSong" and event.location is not None:
                assert event.ts is not None
                at = dt.datetime.fromtimestamp(event.ts / 1000, dt.UTC).replace(tzinfo=None)
                first, plays = expected.get(event.location, (at, 0))
                expected[event.location] = min(first, at), plays + 1
    assert expected

    ended = changed("run", *SMALL, "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    result = json.loads(ended.stdout)
    assert "Load_location_dim_table" in {task["task"] for task in result["runs"][0]["tasks"]}
    assert result["tables"]["locations"] == len(expected)

    asked = changed("sql", "--format", "csv", "SELECT * FROM locations ORDER BY location")
    assert asked.returncode == 0, asked.stderr
    rows = [*csv.reader(io.StringIO(asked.stdout))][1:]
    found = {place: (dt.datetime.fromisoformat(at), int(plays)) for place, at, plays in rows}
    assert found == expected
    judged = changed(
        "sql",
        "--format",
        "csv",
        "SELECT DISTINCT verdict FROM data_quality_results WHERE table_name = 'locations'",
    )
    assert judged.stdout.split() == ["verdict", "pass"], judged.stderr
