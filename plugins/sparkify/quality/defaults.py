"""What must hold for the tables of the pipeline after every run.

Checks of severity warn are about logs that are odd, but may be all there is: corrected by hand,
cut, doubled, late. The tables are right for them; somebody should look.
"""

import datetime as dt

from sparkify.quality.check import Check
from sparkify.quality.kinds import (
    AcceptedValues,
    AggregateIsTrue,
    ExpressionIsTrue,
    FailingRows,
    Freshness,
    InRange,
    NotNull,
    ReconcilesWith,
    Relationships,
    RowCount,
    RowCountDrift,
    Unique,
)
from sparkify.quality.severity import Severity

LEVELS = ("free", "paid")
GENDERS = ("F", "M")
STATUSES = (100, 599)
"""https://www.rfc-editor.org/rfc/rfc9110#section-15"""

FIRST_TIME = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - Redshift's TIMESTAMP has no zone
"""Before any event; a time in seconds, taken for milliseconds, lies in January 1970."""

DAY = 86_400_000
"""Milliseconds."""

LONGEST = 24 * 3600.0
"""Seconds that a song may last."""

WARN = Severity.WARN

STAGING_EVENTS: tuple[Check, ...] = (
    RowCount("staging_events"),
    # Events that were staged with NULLs throughout show a mapping that does not fit the files:
    # COPY finds no key of a column and says nothing.
    NotNull("staging_events", ("session_id", "item_in_session", "ts", "page")),
    NotNull(
        "staging_events",
        ("user_id",),
        show_columns=("session_id", "item_in_session", "user_id"),
        where="auth = 'Logged In'",
    ),
    AcceptedValues("staging_events", "level", LEVELS),
    AcceptedValues("staging_events", "gender", GENDERS, allow_null=True),
    InRange("staging_events", "status", *STATUSES),
    InRange("staging_events", "item_in_session", 0),
    InRange("staging_events", "length", 0.0, LONGEST),
    # A doubled file; the fact counts such a play once.
    Unique("staging_events", ("log_key", "session_id", "item_in_session"), severity=WARN),
    ExpressionIsTrue(
        "staging_events",
        f"ts / {DAY} = DATEDIFF(day, DATE '1970-01-01', log_day)",
        show_columns=("log_day", "ts", "session_id"),
        severity=WARN,
        title="on the log's day",
    ),
    FailingRows(
        "staging_events",
        "checks/session_gaps.sql",
        "sessions from their first event to their last",
        severity=WARN,
    ),
    # A log whose end is lost falls silent long before the day ends, for the sessions that it has
    # until then: had they come on as before, there would have been more than nine. Few sessions
    # prove nothing; nor does it tell anything of many logs at once.
    AggregateIsTrue(
        "staging_events",
        "COUNT(DISTINCT session_id) < 10\n"
        f"        OR COUNT(DISTINCT session_id) * ({DAY} - MAX(MOD(ts, {DAY})))\n"
        f"            <= 9 * MAX(MOD(ts, {DAY}))",
        "sessions until late in the day",
        f"MAX(MOD(ts, {DAY})) / 3600000.0",
        severity=WARN,
        title="until late",
    ),
    # What was staged is still there, once.
    ReconcilesWith(
        "staging_events",
        "load_audit",
        other_measure="SUM(CASE WHEN target = 'staging_events' AND outcome = 'loaded' "
        "THEN rows_loaded ELSE 0 END)",
    ),
    # A corrected log rarely loses much.
    RowCountDrift(
        "staging_events", at_least=0.9, at_most=None, same_object=True, last=3, severity=WARN
    ),
)

STAGING_SONGS: tuple[Check, ...] = (
    RowCount("staging_songs"),
    NotNull(
        "staging_songs",
        ("song_id", "artist_id", "title", "artist_name", "duration"),
        show_columns=("song_id", "artist_id", "title"),
    ),
    InRange("staging_songs", "duration", 0.0, LONGEST),
    InRange("staging_songs", "year", 0, 2100),
    InRange("staging_songs", "artist_latitude", -90.0, 90.0),
    InRange("staging_songs", "artist_longitude", -180.0, 180.0),
    # Songs come; one that goes is most often a file that is missing.
    RowCountDrift("staging_songs", at_least=1.0, at_most=None, last=1, severity=WARN),
)

SONGPLAYS: tuple[Check, ...] = (
    # A log without one play is a day to look at; then there is nothing to judge below.
    RowCount("songplays", severity=WARN),
    ReconcilesWith(
        "songplays",
        "staging_events",
        other_measure="COUNT(DISTINCT CASE WHEN page = 'NextSong' THEN "
        "CAST(session_id AS VARCHAR) || '-' || CAST(item_in_session AS VARCHAR) END)",
        examples="checks/staged_plays_missing.sql",
    ),
    NotNull(
        "songplays",
        ("user_id", "level"),
        show_columns=("songplay_id", "user_id", "level"),
        allow_empty=True,
    ),
    AcceptedValues("songplays", "level", LEVELS, allow_empty=True),
    Unique("songplays", ("songplay_id",), allow_empty=True),
    Relationships("songplays", "user_id", "users", "user_id", allow_empty=True),
    Relationships("songplays", "start_time", "time", "start_time", allow_empty=True),
    Relationships("songplays", "song_id", "songs", "song_id", allow_empty=True),
    Relationships("songplays", "artist_id", "artists", "artist_id", allow_empty=True),
    InRange("songplays", "start_time", FIRST_TIME, allow_empty=True),
    # The log of another day under this day's key; sessions may go on beyond midnight.
    Freshness(
        "songplays",
        "start_time",
        dt.timedelta(days=1),
        "day",
        ahead=dt.timedelta(hours=12),
        allow_empty=True,
    ),
)

USERS: tuple[Check, ...] = (
    NotNull(
        "users",
        ("first_name", "last_name", "level"),
        show_columns=("user_id", "first_name", "last_name", "level"),
        allow_empty=True,
    ),
    AcceptedValues("users", "level", LEVELS, allow_empty=True),
    AcceptedValues("users", "gender", GENDERS, allow_null=True, allow_empty=True),
    Unique("users", ("user_id",), allow_empty=True),
    ReconcilesWith("users", "songplays", other_measure="COUNT(DISTINCT user_id)", whole=True),
)

SONGS: tuple[Check, ...] = (
    NotNull("songs", ("title", "duration"), show_columns=("song_id", "title", "duration")),
    Unique("songs", ("song_id",)),
    Relationships("songs", "artist_id", "artists", "artist_id"),
    ReconcilesWith("songs", "staging_songs", other_measure="COUNT(DISTINCT song_id)"),
)

ARTISTS: tuple[Check, ...] = (
    NotNull("artists", ("name",), show_columns=("artist_id", "name")),
    Unique("artists", ("artist_id",)),
    ReconcilesWith("artists", "staging_songs", other_measure="COUNT(DISTINCT artist_id)"),
)

TIME: tuple[Check, ...] = (
    Unique("time", ("start_time",), allow_empty=True),
    ReconcilesWith("time", "songplays", other_measure="COUNT(DISTINCT start_time)", whole=True),
)
