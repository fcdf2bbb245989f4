"""The songs of each week that were played most: a table of its own on top of the star schema."""

from collections.abc import Mapping

from sparkify.quality.kinds import NotNull, Relationships, Unique
from sparkify.star import TABLES, by_name
from sparkify.table import Table, TableKind

WEEKLY_TOP_SONGS = Table(
    "weekly_top_songs",
    TableKind.FACT,
    task_id="Load_weekly_top_songs",
    sql="weekly_top_songs.sql",
    key=("week_start", "place"),
    columns={
        "week_start": "date",
        "place": "smallint",
        "song_id": "character varying(64)",
        "title": "character varying(1024)",
        "artist_name": "character varying(1024)",
        "plays": "integer",
        "listeners": "integer",
    },
    checks=(
        NotNull("weekly_top_songs", ("song_id", "title", "plays"), allow_empty=True),
        Unique("weekly_top_songs", ("week_start", "place"), allow_empty=True),
        Relationships("weekly_top_songs", "song_id", "songs", "song_id", allow_empty=True),
    ),
    doc="The songs of each ISO week that were played most, computed anew from the star schema.",
)

WEEKLY_TABLES: Mapping[str, Table] = by_name(*TABLES.values(), WEEKLY_TOP_SONGS)
"""The pipeline's tables and this one."""
