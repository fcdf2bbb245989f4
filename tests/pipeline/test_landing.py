"""Logs and songs that are corrected, withdrawn or late, and a warehouse of an earlier version."""

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence

import pytest

from sparkify.landing import EVENT_COLUMNS
from sparkify_fixtures import LOG_PREFIX, SONG_PREFIX, Settings, StoredObject, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.objectstore import StoreKind
from tests.pipeline.subject import Pipeline, expected_tables, session

# One kind of store is enough: what is tested here is what becomes of objects in the warehouse.
pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True),
]

FIRST, SECOND, THIRD = DAYS = [dt.date(2018, 11, day) for day in (1, 2, 3)]


@pytest.fixture(scope="module")
def objects() -> list[StoredObject]:
    """Three days."""
    return list(generate(Settings(days=3, users=20, songs=10, seed=8)))


def log_of(day: dt.date) -> str:
    return f"{LOG_PREFIX}{day:%Y/%m/%Y-%m-%d}-events.json"


def changed(
    objects: Sequence[StoredObject], key: str, change: Callable[[list[str]], list[str]]
) -> list[StoredObject]:
    """The objects with the lines of one of them changed."""
    return [
        StoredObject(key, "\n".join(change(item.body.decode().splitlines())).encode())
        if item.key == key
        else item
        for item in objects
    ]


def without(objects: Sequence[StoredObject], *keys: str) -> list[StoredObject]:
    return [item for item in objects if item.key not in keys]


def remove(pipeline: Pipeline, key: str) -> None:
    """Takes an object out of the bucket."""
    stack = pipeline.stack
    stack.store.endpoint.client().delete_object(Bucket=stack.bucket, Key=f"{pipeline.name}/{key}")


def test_a_corrected_log_takes_the_place_of_what_it_brought(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    pipeline.seed(objects)
    for day in DAYS:
        pipeline.green(day)
    corrected = changed(objects, log_of(THIRD), lambda lines: lines[: len(lines) // 2])
    pipeline.seed(corrected)
    pipeline.green(THIRD)
    assert pipeline.tables() == expected_tables(expected_warehouse(corrected))
    assert pipeline.query("SELECT COUNT(*) FROM withdrawn_plays WHERE load_id > 0") != [(0,)]
    with session(pipeline.stack) as cursor:  # whoever empties a table has it filled again
        cursor.execute(f'DROP TABLE "{pipeline.name}".users')
    pipeline.seed(objects)
    pipeline.green(THIRD)
    assert pipeline.tables() == expected_tables(expected_warehouse(objects))


def test_a_session_that_goes_on_beyond_midnight_is_no_trouble(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    half_past = dt.datetime.combine(SECOND, dt.time(0, 30), dt.UTC)

    def last_after_midnight(lines: list[str]) -> list[str]:
        event = json.loads(lines[-1]) | {"ts": int(half_past.timestamp() * 1000)}
        return [*lines[:-1], json.dumps(event | {"page": "NextSong"})]

    late = changed(objects, log_of(FIRST), last_after_midnight)
    pipeline.seed(late)
    for day in DAYS:
        pipeline.green(day)
    assert pipeline.tables() == expected_tables(expected_warehouse(late))


@pytest.mark.parametrize("sql", ["DELETE FROM {}", "DROP TABLE {}"], ids=["emptied", "dropped"])
def test_a_landing_area_that_others_emptied_is_refused_until_a_full_load(
    sql: str, pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    pipeline.seed(objects)
    for day in DAYS:
        pipeline.green(day)
    with session(pipeline.stack) as cursor:
        cursor.execute(sql.format(f'"{pipeline.name}".staging_events'))
    refused = pipeline.run(THIRD)
    assert not refused.succeeded
    assert re.search(
        r"staging_events has 0 rows, and load_audit knows of \d+: .* with full_load",
        refused.task("Stage_events").error or "",
    ), refused.explain()
    pipeline.green()
    assert pipeline.tables() == expected_tables(expected_warehouse(objects))


def test_a_play_in_two_logs_stays_until_the_last_one_drops_it(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    [first] = [item.body.decode().splitlines() for item in objects if item.key == log_of(FIRST)]
    late = next(line for line in reversed(first) if json.loads(line)["page"] == "NextSong")
    both = changed(objects, log_of(SECOND), lambda lines: [*lines, late])
    pipeline.seed(both)
    pipeline.green(FIRST)
    pipeline.green(SECOND)
    only_second = changed(both, log_of(FIRST), lambda lines: [x for x in lines if x != late])
    pipeline.seed(only_second)
    pipeline.green(FIRST)
    loaded = without(only_second, log_of(THIRD))
    assert pipeline.tables() == expected_tables(expected_warehouse(loaded))
    neither = changed(only_second, log_of(SECOND), lambda lines: [x for x in lines if x != late])
    pipeline.seed(neither)
    pipeline.green(SECOND)
    loaded = without(neither, log_of(THIRD))
    assert pipeline.tables() == expected_tables(expected_warehouse(loaded))


def test_a_full_load_takes_out_logs_that_are_gone_and_a_day_may_be_empty(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    pipeline.seed(objects)
    pipeline.green()
    remove(pipeline, log_of(SECOND))
    result = pipeline.run(SECOND)
    assert "there is no log at" in (result.task("Stage_events").error or "")
    pipeline.green()
    left = without(objects, log_of(SECOND))
    assert pipeline.tables() == expected_tables(expected_warehouse(left))
    remove(pipeline, log_of(THIRD))
    pipeline.green(THIRD, no_log="empty")
    left = without(objects, log_of(SECOND), log_of(THIRD))
    assert pipeline.tables() == expected_tables(expected_warehouse(left))


def test_songs_are_read_when_they_change_and_plays_follow_them(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    songs = [item.key for item in objects if item.key.startswith(SONG_PREFIX)]
    begun = without(objects, *songs[5:])
    pipeline.seed(begun)
    pipeline.green(FIRST)
    pipeline.green(SECOND)
    loads = "SELECT COUNT(*) FROM load_audit WHERE target = 'staging_songs'"
    assert pipeline.query(loads) == [(1,)]
    pipeline.seed(objects)  # songs come after plays of them
    pipeline.green(THIRD)
    assert pipeline.query(loads) == [(2,)]
    assert pipeline.tables() == expected_tables(expected_warehouse(objects))
    remove(pipeline, songs[0])
    remove(pipeline, songs[7])
    pipeline.green(THIRD)
    left = without(objects, songs[0], songs[7])
    assert pipeline.tables() == expected_tables(expected_warehouse(left))


def as_version_0_1(pipeline: Pipeline) -> None:
    """Makes the warehouse what version 0.1 left: no records, the last day's events in staging."""
    with session(pipeline.stack) as cursor:
        cursor.execute(f'SET search_path TO "{pipeline.name}"')
        for table in ("load_audit", "withdrawn_plays", "data_quality_results"):
            cursor.execute(f"DROP TABLE {table}")
        cursor.execute(
            f"CREATE TABLE former AS SELECT {', '.join(EVENT_COLUMNS)} FROM staging_events "
            "WHERE log_day = (SELECT MAX(log_day) FROM staging_events)"
        )
        cursor.execute("DROP TABLE staging_events")
        cursor.execute("ALTER TABLE former RENAME TO staging_events")


@pytest.mark.slow
def test_a_warehouse_of_version_0_1_is_upgraded_by_a_full_load(pipeline: Pipeline) -> None:
    objects = list(generate(Settings(days=30, users=20, songs=10, seed=8)))
    pipeline.seed(objects)
    pipeline.green()  # the tables of the star schema do not tell in how many runs they were filled
    as_version_0_1(pipeline)
    with session(pipeline.stack) as cursor:  # and what it had left wrong is made good
        cursor.execute(f'SET search_path TO "{pipeline.name}"')
        cursor.execute("DELETE FROM songplays WHERE MOD(session_id, 2) = 0")
    before = pipeline.tables()
    refused = pipeline.run(THIRD)
    error = refused.task("Create_tables").error or ""
    assert "staging_events lacks log_day, log_key: it was made by an earlier version" in error
    assert "Run the DAG once with full_load" in error
    assert pipeline.tables() == before
    pipeline.green(THIRD, full_load=True)
    assert pipeline.tables() == expected_tables(expected_warehouse(objects))
    corrected = changed(objects, log_of(SECOND), lambda lines: lines[1::2])
    pipeline.seed(corrected)
    pipeline.green(SECOND)
    tables = expected_tables(expected_warehouse(corrected))
    assert pipeline.tables() == tables
    # Rows that the records know nothing of are not thrown away by a day's run.
    with session(pipeline.stack) as cursor:
        cursor.execute(f'DELETE FROM "{pipeline.name}".load_audit')
    error = pipeline.run(FIRST).task("Stage_events").error or ""
    assert "and load_audit knows of 0" in error
    with session(pipeline.stack) as cursor:
        cursor.execute(f'DELETE FROM "{pipeline.name}".staging_events')
    error = pipeline.run(FIRST).task("Load_songplays_fact_table").error or ""
    assert "songplays has rows of which load_audit knows nothing" in error
    assert pipeline.tables() == tables
