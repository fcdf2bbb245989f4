"""The tables of the pipeline: what each is, how it is filled, and what must hold for it.

Tasks, Params, the summaries of runs, checks and views follow from here. A new dimension is an entry
here, a SELECT in sql/, and a CREATE TABLE in sql/create_tables.sql.
"""

from collections.abc import Mapping

from sparkify.quality import Check, defaults
from sparkify.quality.kinds import Schema
from sparkify.table import LOADED, Table, TableKind

LOAD_AUDIT = Table(
    "load_audit",
    TableKind.RECORD,
    key=("load_id",),
    columns={
        "load_id": "bigint",
        "dag_id": "character varying(250)",
        "run_id": "character varying(250)",
        "task_id": "character varying(250)",
        "target": "character varying(127)",
        "outcome": "character varying(16)",
        "log_day": "date",
        "object_key": "character varying(1024)",
        "etag": "character varying(64)",
        "last_modified": "timestamp without time zone",
        "bytes": "bigint",
        "rows_read": "bigint",
        "rows_loaded": "bigint",
        "rows_rejected": "bigint",
        "source_load": "bigint",
        "started_at": "timestamp without time zone",
        "loaded_at": "timestamp without time zone",
        "seconds": "double precision",
    },
)

STAGING_EVENTS = Table(
    "staging_events",
    TableKind.STAGING,
    task_id="Stage_events",
    columns={
        "artist": "character varying(1024)",
        "auth": "character varying(64)",
        "first_name": "character varying(256)",
        "gender": "character varying(16)",
        "item_in_session": "integer",
        "last_name": "character varying(256)",
        "length": "double precision",
        "level": "character varying(16)",
        "location": "character varying(1024)",
        "method": "character varying(16)",
        "page": "character varying(64)",
        "registration": "double precision",
        "session_id": "integer",
        "song": "character varying(1024)",
        "status": "smallint",
        "ts": "bigint",
        "user_agent": "character varying(1024)",
        "user_id": "integer",
        "log_day": "date",
        "log_key": "character varying(1024)",
    },
    personal=frozenset({"first_name", "last_name", "gender", "location", "user_agent"}),
    checks=defaults.STAGING_EVENTS,
    doc="Replaces what the log of the run's day, or each log of all, brought to `staging_events`.",
)

STAGING_SONGS = Table(
    "staging_songs",
    TableKind.STAGING,
    task_id="Stage_songs",
    columns={
        "num_songs": "integer",
        "artist_id": "character varying(64)",
        "artist_latitude": "double precision",
        "artist_longitude": "double precision",
        "artist_location": "character varying(1024)",
        "artist_name": "character varying(1024)",
        "song_id": "character varying(64)",
        "title": "character varying(1024)",
        "duration": "double precision",
        "year": "smallint",
    },
    checks=defaults.STAGING_SONGS,
    doc="Replaces `staging_songs` by all song files, where one of them has changed.",
)

WITHDRAWN_PLAYS = Table(
    "withdrawn_plays",
    TableKind.RECORD,
    columns={
        "load_id": "bigint",
        "songplay_id": "character varying(32)",
        "session_id": "integer",
        "item_in_session": "integer",
        "ts": "bigint",
        "start_time": "timestamp without time zone",
        "user_id": "integer",
        "first_name": "character varying(256)",
        "last_name": "character varying(256)",
        "gender": "character varying(16)",
        "level": "character varying(16)",
        "song": "character varying(1024)",
        "artist": "character varying(1024)",
        "length": "double precision",
        "location": "character varying(1024)",
        "user_agent": "character varying(1024)",
    },
    personal=frozenset({"first_name", "last_name", "gender", "location", "user_agent"}),
)

PLAYS = tuple(WITHDRAWN_PLAYS.columns)[1:]
"""What a play has: the columns of `staged_plays.sql` without the log's."""

SONGPLAYS = Table(
    "songplays",
    TableKind.FACT,
    task_id="Load_songplays_fact_table",
    sql="songplays.sql",
    sources=("staging_events", "staging_songs"),
    key=("songplay_id",),
    grain=("session_id", "item_in_session"),
    columns={
        "songplay_id": "character varying(32)",
        "start_time": "timestamp without time zone",
        "user_id": "integer",
        "level": "character varying(16)",
        "song_id": "character varying(64)",
        "artist_id": "character varying(64)",
        "session_id": "integer",
        "location": "character varying(1024)",
        "user_agent": "character varying(1024)",
    },
    personal=frozenset({"location", "user_agent"}),
    checks=defaults.SONGPLAYS,
    doc="One row per play, with the song it was where title, artist and length match one. "
    "Plays that a log no more has are withdrawn.",
)

USERS = Table(
    "users",
    TableKind.DIMENSION,
    task_id="Load_user_dim_table",
    sql="users.sql",
    sources=("staging_events",),
    key=("user_id",),
    latest="ts",
    columns={
        "user_id": "integer",
        "first_name": "character varying(256)",
        "last_name": "character varying(256)",
        "gender": "character varying(16)",
        "level": "character varying(16)",
        "level_at": "timestamp without time zone",
    },
    personal=frozenset({"first_name", "last_name", "gender"}),
    checks=defaults.USERS,
    doc="One row per user, as the latest play shows it, in whatever order days come.",
)

SONGS = Table(
    "songs",
    TableKind.DIMENSION,
    task_id="Load_song_dim_table",
    sql="songs.sql",
    sources=("staging_songs",),
    key=("song_id",),
    columns={
        "song_id": "character varying(64)",
        "title": "character varying(1024)",
        "artist_id": "character varying(64)",
        "year": "smallint",
        "duration": "double precision",
    },
    checks=defaults.SONGS,
    doc="One row per song.",
)

ARTISTS = Table(
    "artists",
    TableKind.DIMENSION,
    task_id="Load_artist_dim_table",
    sql="artists.sql",
    sources=("staging_songs",),
    key=("artist_id",),
    columns={
        "artist_id": "character varying(64)",
        "name": "character varying(1024)",
        "location": "character varying(1024)",
        "latitude": "double precision",
        "longitude": "double precision",
    },
    checks=defaults.ARTISTS,
    doc="One row per artist, from the song file that knows most about its place.",
)

TIME = Table(
    "time",
    TableKind.DIMENSION,
    task_id="Load_time_dim_table",
    sql="time.sql",
    sources=("staging_events",),
    key=("start_time",),
    grain=("ts",),
    columns={
        "start_time": "timestamp without time zone",
        "hour": "smallint",
        "day": "smallint",
        "week": "smallint",
        "month": "smallint",
        "year": "smallint",
        "weekday": "smallint",
    },
    checks=defaults.TIME,
    doc="One row per time at which something was played, taken apart.",
)

DATA_QUALITY_RESULTS = Table(
    "data_quality_results",
    TableKind.RECORD,
    columns={
        "dag_id": "character varying(250)",
        "run_id": "character varying(250)",
        "task_id": "character varying(250)",
        "log_day": "date",
        "load_id": "bigint",
        "check_name": "character varying(512)",
        "table_name": "character varying(127)",
        "severity": "character varying(8)",
        "verdict": "character varying(8)",
        "failing_rows": "bigint",
        "expectation": "character varying(1024)",
        "actual": "character varying(4096)",
        "seconds": "double precision",
        "checked_at": "timestamp without time zone",
    },
)


def by_name(*tables: Table) -> Mapping[str, Table]:
    """The tables by their names.

    Raises:
        ValueError: two have the same name, or one follows a table that is not there.
    """
    found: dict[str, Table] = {}
    for table in tables:
        if table.name in found:
            raise ValueError(f"two tables are called {table.name}")
        found[table.name] = table
    for table in tables:
        for source in table.sources:
            if source not in found or found[source].kind is not TableKind.STAGING:
                raise ValueError(f"table {table.name}: its source {source} is no staging table")
        unknown = sorted({*table.touched_by, *filter(None, [table.latest])} - set(PLAYS))
        if "staging_events" in table.sources and unknown:
            raise ValueError(
                f"table {table.name}: a play has no {', '.join(unknown)}: name the columns of a "
                f"play that decide its rows as its grain, and what grows as its latest: "
                f"{', '.join(PLAYS)}"
            )
    return found


TABLES = by_name(
    LOAD_AUDIT,
    STAGING_EVENTS,
    STAGING_SONGS,
    WITHDRAWN_PLAYS,
    SONGPLAYS,
    USERS,
    SONGS,
    ARTISTS,
    TIME,
    DATA_QUALITY_RESULTS,
)
"""All tables, in the order in which every transaction locks them."""

STAR = tuple(table for table in TABLES.values() if table.kind in LOADED)
"""Fact and dimensions."""

SHOWN = tuple(table.name for table in TABLES.values() if table.kind is not TableKind.RECORD)
"""Names of the tables that summaries show."""

FOLLOWERS = tuple(table for table in STAR if "staging_events" in table.sources)
"""Tables that follow the plays."""

CHECKS: tuple[Check, ...] = tuple(
    check
    for table in TABLES.values()
    if table.kind is not TableKind.RECORD
    for check in (Schema(table.name, table.columns, whole=True), *table.checks)
)
"""What must hold after every run: each table as described, and what it says besides."""
