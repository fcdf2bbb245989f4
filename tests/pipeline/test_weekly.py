"""The second DAG: a table of its own, by the same operators, on top of the star schema."""

import datetime as dt
from collections import Counter, defaultdict

import pytest

from fixtures import Settings, generate
from fixtures.oracle import expected_warehouse
from tests.pipeline.subject import Pipeline

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.parametrize("stack", ["embedded"], indirect=True),
]


def test_the_ten_songs_of_each_week_that_were_played_most(pipeline: Pipeline) -> None:
    objects = list(generate(Settings(days=9, users=20, songs=12)))
    pipeline.seed(objects)
    pipeline.green()
    conf = {"schema": pipeline.name}
    airflow = pipeline.stack.airflow
    for _ in range(2):
        run = airflow.run_dag(
            "sparkify_weekly_top_songs", wiring=pipeline.stack.wiring(), conf=conf
        )
        assert run.succeeded, run.explain()
    plays: dict[dt.date, Counter[str]] = defaultdict(Counter)
    listeners: dict[tuple[dt.date, str], set[int | None]] = defaultdict(set)
    warehouse = expected_warehouse(objects)
    for play in warehouse.songplays:
        if play.song_id:
            day = play.start_time.date()
            week = day - dt.timedelta(days=day.weekday())
            plays[week][play.song_id] += 1
            listeners[week, play.song_id].add(play.user_id)
    titles = {song.song_id: song.title for song in warehouse.songs}
    expected = [
        (week, place, song, titles[song], times, len(listeners[week, song]))
        for week, counts in sorted(plays.items())
        for place, (song, times) in enumerate(
            sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10], start=1
        )
    ]
    assert len(plays) > 1
    assert max(place for _, place, *_ in expected) == 10  # of eleven
    found = pipeline.query(
        "SELECT week_start, place, song_id, title, plays, listeners FROM weekly_top_songs "
        "ORDER BY week_start, place"
    )
    assert found == expected
