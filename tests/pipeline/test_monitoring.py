"""What a run tells those who watch: OpenLineage, OpenTelemetry, asset events and its log.

One Airflow whose own configuration switches all of it on, as it would be in production.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.airflow import Airflow, RunResult, home
from sparkify_harness.objectstore import StoreKind, cache_folder
from sparkify_harness.process import clean_environment
from sparkify_harness.stack import Stack
from tests.files import contents
from tests.pipeline.collector import Collector, collecting
from tests.pipeline.subject import Pipeline, session
from tests.pipeline.test_red_paths import with_log
from tests.waiting import eventually

ONE_STORE = pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True)
"""Which store serves does not matter here."""

pytestmark = [pytest.mark.pipeline, ONE_STORE]

DAY = dt.date(2018, 11, 1)
KEY = "log_data/2018/11/2018-11-01-events.json"
SCHEMA = "watched"

Events = list[dict[str, Any]]


@pytest.fixture(scope="module")
def objects() -> list[StoredObject]:
    return list(generate(Settings(days=1, users=8, songs=4, seed=7)))


@dataclass(frozen=True)
class Watched:
    """Two runs of the same day, the second with a level that no check accepts."""

    stack: Stack
    green: RunResult
    red: RunResult
    lineage: Events
    metrics: Collector

    @property
    def namespace(self) -> str:
        """Of the warehouse's tables."""
        return f"redshift://127.0.0.1:{self.stack.warehouse.port}"

    def events(self, task_id: str, run: RunResult, *kinds: str) -> Events:
        """OpenLineage's events of a task's end."""
        return [
            event
            for event in self.lineage
            if event["job"]["name"] == f"sparkify_etl.{task_id}"
            and event["eventType"] in (kinds or ("COMPLETE", "FAIL"))
            and event["run"]["facets"]["airflow"]["dagRun"]["run_id"] == run.run_id
        ]

    def ended(self, task_id: str) -> dict[str, Any]:
        """The one event of a task's end in the green run."""
        (event,) = self.events(task_id, self.green)
        return event

    def table(self, name: str) -> str:
        """As OpenLineage calls it."""
        return f"{self.stack.warehouse.database}.{SCHEMA}.{name}"


def told(folder: Path, runs: int) -> Events:
    """OpenLineage's events, each in a file of its own, when the last of all runs is there.

    The events of tasks are written before the task ends; those of whole runs by another process,
    that may still be at it when the run is over.
    """
    events: Events = []

    def all_ended() -> bool:
        try:
            events[:] = [json.loads(content) for _, content in contents(folder)]
        except ValueError:  # one is being written
            return False
        ended = sum(
            event["job"]["name"] == "sparkify_etl" and event["eventType"] in {"COMPLETE", "FAIL"}
            for event in events
        )
        return bool(ended == runs)

    assert eventually(all_ended, 60)
    return events


@pytest.fixture(scope="module")
def watched(
    stack: Stack, objects: list[StoredObject], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    lineage = folder / "openlineage"
    lineage.mkdir()
    with pytest.MonkeyPatch.context() as patch, collecting() as metrics:
        settings = {
            "OPENLINEAGE__TRANSPORT": json.dumps(
                {"type": "file", "log_file_path": str(lineage / "event")}
            ),
            "METRICS__OTEL_ON": "True",
            "METRICS__OTEL_HOST": "127.0.0.1",
            "METRICS__OTEL_PORT": str(metrics.port),
            "METRICS__OTEL_INTERVAL_MILLISECONDS": "200",
        }
        patch.setattr(
            home,
            "clean_environment",
            lambda **extra: clean_environment(
                **extra, **{f"AIRFLOW__{name}": value for name, value in settings.items()}
            ),
        )
        with session(stack) as cursor:
            cursor.execute(f'CREATE SCHEMA "{SCHEMA}"')
        with Airflow(folder / "airflow", cache=cache_folder()) as airflow:
            pipeline = Pipeline(replace(stack, airflow=airflow), SCHEMA)
            pipeline.seed(objects)
            green = pipeline.green(DAY)
            broken = lambda text: text.replace('"level":"free"', '"level":"gold"')  # noqa: E731
            pipeline.seed(with_log(objects, broken))
            red = pipeline.run(DAY)
            assert not red.succeeded
            yield Watched(pipeline.stack, green, red, told(lineage, runs=2), metrics)
        with session(stack) as cursor:
            cursor.execute(f'DROP SCHEMA "{SCHEMA}" CASCADE')


def named(datasets: Events, name: str) -> dict[str, Any]:
    (found,) = [dataset for dataset in datasets if dataset["name"] == name]
    return found


def test_staging_reads_the_log_and_writes_the_table(
    watched: Watched, objects: list[StoredObject]
) -> None:
    event = watched.ended("Stage_events")
    rows = expected_warehouse(objects).staging_events
    (log,) = event["inputs"]
    assert (log["namespace"], log["name"]) == ("s3://sparkify", f"{SCHEMA}/{KEY}")
    assert log["inputFacets"]["inputStatistics"]["rowCount"] == rows
    (table,) = event["outputs"]
    assert (table["namespace"], table["name"]) == (
        watched.namespace,
        watched.table("staging_events"),
    )
    assert table["outputFacets"]["outputStatistics"]["rowCount"] == rows
    fields = {item["name"]: item["type"] for item in table["facets"]["schema"]["fields"]}
    assert fields["ts"] == "bigint"
    assert fields["log_key"] == "character varying(1024)"


def test_the_copy_is_told_without_its_rights(watched: Watched) -> None:
    sql = watched.ended("Stage_events")["job"]["facets"]["sql"]
    assert sql["dialect"] == "redshift"
    assert sql["query"].startswith("COPY ")
    assert f"'s3://sparkify/{SCHEMA}/{KEY}'" in sql["query"]
    assert "CREDENTIALS '***'" in sql["query"]


def test_no_event_holds_a_secret(watched: Watched) -> None:
    told = json.dumps(watched.lineage)
    stack = watched.stack
    for secret in (stack.reader.secret_access_key, stack.warehouse.password):
        assert secret not in told
    assert stack.reader.access_key_id not in told


def test_a_load_reads_staging_tables_and_says_which_column_comes_from_where(
    watched: Watched, objects: list[StoredObject]
) -> None:
    event = watched.ended("Load_songplays_fact_table")
    assert {dataset["name"] for dataset in event["inputs"]} == {
        watched.table("staging_events"),
        watched.table("staging_songs"),
    }
    (table,) = event["outputs"]
    assert table["name"] == watched.table("songplays")
    rows = len(expected_warehouse(objects).tables["songplays"])
    assert table["outputFacets"]["outputStatistics"]["rowCount"] == rows
    columns = {
        name: {(item["name"], item["field"]) for item in origin["inputFields"]}
        for name, origin in table["facets"]["columnLineage"]["fields"].items()
    }
    events, songs = watched.table("staging_events"), watched.table("staging_songs")
    assert columns["song_id"] == {(songs, "song_id")}
    assert columns["start_time"] == {(events, "ts")}
    assert columns["songplay_id"] == {(events, "session_id"), (events, "item_in_session")}
    assert set(columns) == {item["name"] for item in table["facets"]["schema"]["fields"]}


@pytest.mark.parametrize("task_id", ["Load_user_dim_table", "Load_time_dim_table"])
def test_dimensions_of_plays_come_from_the_events(task_id: str, watched: Watched) -> None:
    event = watched.ended(task_id)
    assert [dataset["name"] for dataset in event["inputs"]] == [watched.table("staging_events")]
    (table,) = event["outputs"]
    fields = table["facets"]["columnLineage"]["fields"]
    assert set(fields) == {item["name"] for item in table["facets"]["schema"]["fields"]}


def test_checks_are_told_for_the_tables_they_are_about(watched: Watched) -> None:
    event = watched.ended("Run_data_quality_checks")
    users = named(event["inputs"], watched.table("users"))
    assertions = users["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert {item["success"] for item in assertions} == {True}
    assert ("accepted_values", "level") in {
        (item["assertion"], item.get("column")) for item in assertions
    }
    tests = event["run"]["facets"]["test"]["tests"]
    assert {item["status"] for item in tests} == {"pass"}
    assert len(tests) >= len(assertions)


def test_checks_that_fail_are_told_as_such(watched: Watched) -> None:
    (event,) = watched.events("Run_data_quality_checks", watched.red, "FAIL")
    users = named(event["inputs"], watched.table("users"))
    failed = [
        item
        for item in users["inputFacets"]["dataQualityAssertions"]["assertions"]
        if not item["success"]
    ]
    assert [(item["assertion"], item["column"]) for item in failed] == [
        ("accepted_values", "level")
    ]


def test_rows_are_counted_by_opentelemetry(watched: Watched, objects: list[StoredObject]) -> None:
    expected = expected_warehouse(objects)
    metrics = watched.metrics
    staged = {"dag_id": "sparkify_etl", "task_id": "Stage_events", "table": "staging_events"}
    twice = 2.0 * expected.staging_events  # both runs, of one process
    assert eventually(
        lambda: metrics.values("airflow.sparkify.rows_staged", **staged) == [twice]
    ), metrics.values("airflow.sparkify.rows_staged")
    assert metrics.values("airflow.sparkify.records_read", **staged) == [twice]
    assert metrics.values("airflow.sparkify.records_rejected", **staged) == [0]
    plays = 2.0 * len(expected.tables["songplays"])
    assert metrics.values("airflow.sparkify.rows_loaded", table="songplays") == [plays]


def test_unchanged_songs_are_not_counted_again(
    watched: Watched, objects: list[StoredObject]
) -> None:
    songs = expected_warehouse(objects).row_counts["staging_songs"]
    metrics = watched.metrics
    assert eventually(
        lambda: metrics.values("airflow.sparkify.rows_staged", table="staging_songs") == [songs]
    ), metrics.values("airflow.sparkify.rows_staged")


def test_seconds_and_failed_checks_are_measured(watched: Watched) -> None:
    metrics = watched.metrics
    assert eventually(lambda: bool(metrics.values("airflow.sparkify.checks_duration")))
    (milliseconds,) = metrics.values("airflow.sparkify.load_duration", table="songplays")
    runs = (watched.green, watched.red)
    took = sum(run.task("Load_songplays_fact_table").duration or 0 for run in runs)
    assert 0 < milliseconds < 1000 * took
    results = watched.red.xcoms["Run_data_quality_checks"]["quality_results"]
    failed = sum(not check["passed"] for check in results)
    assert failed > 0
    assert eventually(lambda: metrics.values("airflow.sparkify.checks_failed") == [failed]), (
        metrics.values("airflow.sparkify.checks_failed")
    )


def test_the_log_has_a_line_for_each_load_and_check_with_its_values(
    watched: Watched, objects: list[StoredObject]
) -> None:
    lines = watched.green.log_path.read_text(encoding="utf-8").splitlines()
    rows = len(expected_warehouse(objects).tables["songplays"])
    (load,) = [line for line in lines if f"songplays: {rows:,} rows in " in line]
    assert f" rows={rows} " in load
    assert " table=songplays" in load
    (check,) = [line for line in lines if "✓ users.accepted_values(level)" in line]
    assert " verdict=pass" in check
    assert " severity=error " in check
    (all_checks,) = [line for line in lines if " all passed" in line]
    assert " failed=0 " in all_checks


def test_asset_events_say_how_many_rows_and_where(
    watched: Watched, objects: list[StoredObject]
) -> None:
    query = """
        SELECT asset.name, asset.uri, asset_event.extra
        FROM asset_event JOIN asset ON asset.id = asset_event.asset_id
        WHERE asset_event.source_run_id = ?
    """
    events: dict[str, tuple[str, dict[str, Any]]] = {}
    for database in watched.stack.airflow.home.rglob("*.db"):  # each worker has one
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            found = connection.execute(query, (watched.green.run_id,)).fetchall()
        events |= {name: (uri, json.loads(extra)) for name, uri, extra in found}
    expected = expected_warehouse(objects).row_counts
    assert {name: extra["rows"] for name, (_, extra) in events.items()} == {
        f"sparkify_{table}": expected[table] for table in expected
    }
    uri, extra = events["sparkify_songplays"]
    assert uri == "x-sparkify://warehouse/songplays"
    assert extra["uri"] == (
        f"{watched.namespace}/{watched.stack.warehouse.database}/{SCHEMA}/songplays"
    )
