"""The star schema as the loads and the checks see it: columns, keys, and what must hold."""

from collections.abc import Mapping, Sequence

from sparkify.quality import (
    AcceptedValues,
    Check,
    FailingRows,
    NotNull,
    References,
    RowCount,
    Unique,
)

COLUMNS: Mapping[str, Sequence[str]] = {
    "songplays": (
        "songplay_id",
        "start_time",
        "user_id",
        "level",
        "song_id",
        "artist_id",
        "session_id",
        "location",
        "user_agent",
    ),
    "users": ("user_id", "first_name", "last_name", "gender", "level", "level_at"),
    "songs": ("song_id", "title", "artist_id", "year", "duration"),
    "artists": ("artist_id", "name", "location", "latitude", "longitude"),
    "time": ("start_time", "hour", "day", "week", "month", "year", "weekday"),
}
"""Columns of the star schema, in the order of the SELECTs in sql/."""

KEYS: Mapping[str, Sequence[str]] = {
    "songplays": ("songplay_id",),
    "users": ("user_id",),
    "songs": ("song_id",),
    "artists": ("artist_id",),
    "time": ("start_time",),
}
"""Columns that identify a row. Redshift does not enforce them."""

LEVELS = ("free", "paid")

CHECKS: Sequence[Check] = (
    RowCount("staging_events"),
    RowCount("staging_songs"),
    # Events that were staged with NULLs throughout show a mapping that does not fit the files:
    # COPY finds no key of a column and says nothing.
    NotNull("staging_events", ("session_id", "item_in_session", "ts", "page")),
    NotNull("staging_events", ("user_id",), where="auth = 'Logged In'"),
    AcceptedValues("staging_events", "level", LEVELS),
    NotNull("staging_songs", ("song_id", "artist_id", "title", "artist_name", "duration")),
    FailingRows(
        "staged plays in songplays",
        "checks/staged_plays_missing.sql",
        expected="each staged play in songplays",
    ),
    NotNull("songplays", ("user_id", "level"), show_columns=("songplay_id", "user_id", "level")),
    AcceptedValues("songplays", "level", LEVELS),
    *(Unique(table, tuple(key)) for table, key in KEYS.items()),
    References("songplays", "user_id", "users", "user_id"),
    References("songplays", "start_time", "time", "start_time"),
    References("songplays", "song_id", "songs", "song_id"),
    References("songplays", "artist_id", "artists", "artist_id"),
    References("songs", "artist_id", "artists", "artist_id"),
    NotNull("users", ("first_name", "last_name", "level")),
    AcceptedValues("users", "level", LEVELS),
    NotNull("songs", ("title", "duration")),
    NotNull("artists", ("name",)),
)
"""What must hold after every run."""
