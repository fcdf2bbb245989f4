"""What the second DAG's table must hold, computed from the star schema in plain Python."""

import datetime as dt
from collections import Counter, defaultdict

from sparkify_fixtures.warehouse import Warehouse
from tests.pipeline.subject import Rows

WEEKLY = "sparkify_weekly_top_songs"
"""The DAG."""

QUERY = (
    "SELECT week_start, place, song_id, title, plays, listeners FROM weekly_top_songs "
    "ORDER BY week_start, place"
)


def top_songs(warehouse: Warehouse) -> Rows:
    """The ten songs of each week that were played most, as `QUERY` has them."""
    plays: dict[dt.date, Counter[str]] = defaultdict(Counter)
    listeners: dict[tuple[dt.date, str], set[int | None]] = defaultdict(set)
    for play in warehouse.songplays:
        if play.song_id:
            day = play.start_time.date()
            week = day - dt.timedelta(days=day.weekday())
            plays[week][play.song_id] += 1
            listeners[week, play.song_id].add(play.user_id)
    titles = {song.song_id: song.title for song in warehouse.songs}
    return [
        (week, place, song, titles[song], times, len(listeners[week, song]))
        for week, counts in sorted(plays.items())
        for place, (song, times) in enumerate(
            sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10], start=1
        )
    ]
