"""What the pipeline makes of real and generated data, in whatever order and however often."""

import datetime as dt
import random

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_fixtures.layout import log_object
from sparkify_fixtures.oracle import expected_warehouse
from tests.pipeline.subject import Pipeline, expected_tables, logs_of

pytestmark = pytest.mark.pipeline

COUNTS = {
    "staging_events": 8056,
    "staging_songs": 71,
    "songplays": 6820,
    "users": 96,
    "songs": 71,
    "artists": 69,
    "time": 6813,
}
TASKS = {
    "staging_events": "Stage_events",
    "staging_songs": "Stage_songs",
    "songplays": "Load_songplays_fact_table",
    "users": "Load_user_dim_table",
    "songs": "Load_song_dim_table",
    "artists": "Load_artist_dim_table",
    "time": "Load_time_dim_table",
}


def test_the_real_data_gives_the_known_answers_however_often(
    pipeline: Pipeline, real_data: list[StoredObject]
) -> None:
    pipeline.seed(real_data)
    result = pipeline.green()
    assert pipeline.counts() == COUNTS
    assert {table: result.task(task).value for table, task in TASKS.items()} == COUNTS
    assert pipeline.query("SELECT level, COUNT(*) FROM users GROUP BY 1 ORDER BY 1") == [
        ("free", 74),
        ("paid", 22),
    ]
    matched = "SELECT s.title, a.name FROM songplays AS p, songs AS s, artists AS a"
    where = "WHERE p.song_id = s.song_id AND p.artist_id = a.artist_id"
    assert pipeline.query(f"{matched} {where}") == [("Setanta matins", "Elena")]
    tables = pipeline.tables()
    assert tables == expected_tables(expected_warehouse(real_data))
    pipeline.green()
    assert pipeline.tables() == tables


@pytest.mark.timeout(240)
@pytest.mark.parametrize("count", [5, pytest.param(30, marks=pytest.mark.nightly)])
def test_days_in_any_order_give_what_one_full_load_gives(
    count: int, pipeline: Pipeline, real_data: list[StoredObject]
) -> None:
    days = random.Random(2018).sample(logs_of(real_data), count)
    assert days != sorted(days)
    logs = {log_object(day, []).key for day in days}
    objects = [item for item in real_data if "log_data" not in item.key or item.key in logs]
    pipeline.seed(objects)
    for day in days:
        pipeline.green(day)
    assert pipeline.tables() == expected_tables(expected_warehouse(objects))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_data_gives_what_the_oracle_says(pipeline: Pipeline, seed: int) -> None:
    objects = list(generate(Settings(days=4, users=40, songs=30, seed=seed)))
    pipeline.seed(objects)
    pipeline.green()
    expected = expected_warehouse(objects)
    assert pipeline.tables() == expected_tables(expected)
    assert pipeline.counts() == expected.row_counts


def test_a_day_loads_its_own_log_and_no_other(
    pipeline: Pipeline, real_data: list[StoredObject]
) -> None:
    day = dt.date(2018, 11, 10)
    pipeline.seed(real_data)
    pipeline.green(day)
    own = [item for item in real_data if "log_data" not in item.key or str(day) in item.key]
    assert pipeline.tables() == expected_tables(expected_warehouse(own))


def test_the_switch_for_all_logs_beats_the_day(
    pipeline: Pipeline, real_data: list[StoredObject]
) -> None:
    pipeline.seed(real_data)
    result = pipeline.green(dt.date(2018, 11, 10), full_load=True)
    assert result.task("Stage_events").value == COUNTS["staging_events"]
