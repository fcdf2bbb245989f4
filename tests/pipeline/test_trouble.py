"""For each kind of trouble a check of the pipeline speaks up, or the load refuses; else none does.

Troubles of files are loaded by the DAG, each as the log of a day of its own; troubles in tables are
made in a transaction that is undone. The checks then judge what the log of a day has brought, as
the run of that day does, or everything.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pytest

from sparkify.names import Names
from sparkify.quality import Outcome, Verdict
from sparkify.quality.inspection import inspect
from sparkify.star import CHECKS
from sparkify.warehouse import WarehouseSession
from sparkify_fixtures import LOG_PREFIX, SONG_PREFIX, Settings, StoredObject, generate
from sparkify_harness.locations import SQL
from sparkify_harness.objectstore import StoreKind
from sparkify_harness.stack import QUALITY_RESULTS, QUALITY_TASK, Stack
from tests.pipeline.subject import Pipeline, session
from tests.redshift.clients import connect

# One kind of store is enough: what is tested here is what becomes of data in the warehouse.
pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True),
]

Event = dict[str, Any]
Change = Callable[[list[Event]], list[Event]]


def key_of(day: dt.date) -> str:
    return f"{LOG_PREFIX}{day:%Y/%m/%Y-%m-%d}-events.json"


def written(events: Sequence[Event]) -> bytes:
    return "\n".join(json.dumps(event) for event in events).encode()


def events_of(item: StoredObject) -> list[Event]:
    return [json.loads(line) for line in item.body.decode().splitlines()]


def each(where: Callable[[Event], bool] = lambda event: True, **changes: Any) -> Change:
    """Changes values of the events that meet a condition."""
    return lambda events: [event | changes if where(event) else event for event in events]


def some(event: Event) -> bool:
    """A few of the plays."""
    return bool(event["page"] == "NextSong" and event["itemInSession"] % 5 == 1)


def is_play(event: Event) -> bool:
    return bool(event["page"] == "NextSong")


TROUBLED_LOGS: dict[str, tuple[Change, set[str]]] = {
    "no-session": (
        each(some, sessionId=None),
        {"staging_events.not_null(session_id, item_in_session, ts, page)"},
    ),
    "no-item": (
        each(some, itemInSession=None),
        {"staging_events.not_null(session_id, item_in_session, ts, page)"},
    ),
    "no-time": (
        each(some, ts=None),
        {"staging_events.not_null(session_id, item_in_session, ts, page)"},
    ),
    "no-user": (
        each(some, userId=""),
        {"staging_events.not_null(user_id)", "songplays.not_null(user_id, level)"},
    ),
    "no-names": (
        each(firstName=None, lastName=None),
        {"users.not_null(first_name, last_name, level)"},
    ),
    "another-level": (
        each(level="gold"),
        {f"{table}.accepted_values(level)" for table in ("staging_events", "songplays", "users")},
    ),
    "another-gender": (
        each(is_play, gender="X"),
        {"staging_events.accepted_values(gender)", "users.accepted_values(gender)"},
    ),
    "a-status-out-of-range": (each(some, status=999), {"staging_events.in_range(status)"}),
    "an-item-out-of-range": (
        each(some, itemInSession=-1),
        {"staging_events.in_range(item_in_session)"},
    ),
    "a-length-out-of-range": (each(some, length=-3.5), {"staging_events.in_range(length)"}),
    "times-in-seconds": (
        lambda events: [event | {"ts": event["ts"] // 1000} for event in events],
        {
            "songplays.in_range(start_time)",
            "songplays.freshness(start_time)",
            "staging_events.expression_is_true(log_day, ts, session_id) on the log's day",
        },
    ),
    "the-log-of-another-day": (
        lambda events: [event | {"ts": event["ts"] - 7 * 86_400_000} for event in events],
        {
            "songplays.freshness(start_time)",
            "staging_events.expression_is_true(log_day, ts, session_id) on the log's day",
        },
    ),
    "some-events-of-another-day": (
        each(some, ts=1541121022796),
        {"staging_events.expression_is_true(log_day, ts, session_id) on the log's day"},
    ),
    "doubled": (
        lambda events: events + events,
        {"staging_events.unique(log_key, session_id, item_in_session)"},
    ),
    "a-line-doubled": (
        lambda events: [*events, events[0]],
        {"staging_events.unique(log_key, session_id, item_in_session)"},
    ),
    "lines-lost": (lambda events: events[::2], {"staging_events.failing_rows(session_gaps)"}),
    "the-first-half-lost": (
        lambda events: events[len(events) // 2 :],
        {"staging_events.failing_rows(session_gaps)"},
    ),
    "the-second-half-lost": (
        lambda events: events[: len(events) // 2],
        {"staging_events.aggregate_is_true until late"},
    ),
    "no-plays": (each(is_play, page="Next Song"), {"songplays.row_count"}),
    "no-events": (lambda events: [], {"staging_events.row_count"}),
}
"""What is done to a log, and the checks that must speak up."""

CLEAN_DAYS = 2
FIRST = dt.date(2018, 11, 1)
CLEAN, *_ = (FIRST + dt.timedelta(days=number) for number in range(CLEAN_DAYS))
DAYS = {
    name: FIRST + dt.timedelta(days=CLEAN_DAYS + number)
    for number, name in enumerate(TROUBLED_LOGS)
}

Fired = Mapping[str, Outcome]


@contextmanager
def judging(stack: Stack, schema: str) -> Iterator[Callable[..., Fired]]:
    """Judges a log, or everything, after some statements that are undone; what did not pass."""
    with closing(connect(stack.warehouse)) as connection:
        asking = WarehouseSession(connection)

        def judge(log_key: str | None, *statements: str) -> Fired:
            asking.execute(f'SET search_path TO "{schema}"', doing="looking there")
            for statement in statements:
                assert asking.execute(statement, doing=statement) != 0, "nothing was troubled"
            outcomes = inspect(asking, Names(schema), SQL, log_key=log_key)
            asking.rollback()
            return {item.check: item for item in outcomes if item.verdict is not Verdict.PASS}

        yield judge


@pytest.fixture(scope="module")
def objects() -> list[StoredObject]:
    """As many days as there are troubles of logs, and a few."""
    days = CLEAN_DAYS + len(TROUBLED_LOGS)
    return list(generate(Settings(days=days, users=97, songs=30, seed=4)))


@pytest.fixture(scope="module")
def troubled(stack: Stack, objects: list[StoredObject]) -> Iterator[Pipeline]:
    """A warehouse with all troubled logs, and days on which nothing is wrong."""
    pipeline = Pipeline(stack, "troubled_logs")
    changes = {key_of(DAYS[name]): change for name, (change, _) in TROUBLED_LOGS.items()}
    pipeline.seed(
        StoredObject(item.key, written(changes[item.key](events_of(item))))
        if item.key in changes
        else item
        for item in objects
    )
    with session(stack) as cursor:
        cursor.execute(f'CREATE SCHEMA "{pipeline.name}"')
    result = pipeline.run()
    assert [task.task_id for task in result.failed] == [QUALITY_TASK], result.explain()
    yield pipeline
    with session(stack) as cursor:
        cursor.execute(f'DROP SCHEMA "{pipeline.name}" CASCADE')


@pytest.fixture(scope="module")
def clean(stack: Stack, objects: list[StoredObject]) -> Iterator[Callable[..., Fired]]:
    """A warehouse of the days on which nothing is wrong, to be troubled and judged."""
    pipeline = Pipeline(stack, "clean_logs")
    last = key_of(FIRST + dt.timedelta(days=CLEAN_DAYS))
    pipeline.seed(item for item in objects if item.key.startswith(SONG_PREFIX) or item.key < last)
    with session(stack) as cursor:
        cursor.execute(f'CREATE SCHEMA "{pipeline.name}"')
    pipeline.green()
    with judging(stack, pipeline.name) as judge:
        yield lambda day, *sql: judge(day and f"{pipeline.name}/{key_of(day)}", *sql)
    with session(stack) as cursor:
        cursor.execute(f'DROP SCHEMA "{pipeline.name}" CASCADE')


@pytest.fixture(scope="module")
def judged_logs(troubled: Pipeline) -> Mapping[str, Fired]:
    """What the checks say of each troubled log."""
    with judging(troubled.stack, troubled.name) as judge:
        return {
            name: judge(f"{troubled.name}/{key_of(day)}")
            for name, day in (DAYS | {"clean": CLEAN}).items()
        }


@pytest.mark.parametrize(("trouble", "expected"), [(k, v[1]) for k, v in TROUBLED_LOGS.items()])
def test_a_troubled_log_does_not_go_unnoticed(
    trouble: str, expected: set[str], judged_logs: Mapping[str, Fired]
) -> None:
    assert expected <= judged_logs[trouble].keys(), "\n".join(map(str, judged_logs[trouble]))


def test_the_troubles_of_other_logs_are_not_those_of_a_clean_one(
    judged_logs: Mapping[str, Fired],
) -> None:
    assert judged_logs["clean"] == {}


OWN = f"log_day = DATE '{CLEAN}'"
OTHERS = f"log_day <> DATE '{CLEAN}'"
ONE_USER = "user_id = (SELECT MIN(user_id) FROM songplays WHERE start_time < '2018-11-02')"
ONE_PLAY = "songplay_id = (SELECT MIN(songplay_id) FROM songplays WHERE start_time < '2018-11-02')"
ONE_TIME = "start_time = (SELECT MIN(start_time) FROM songplays)"
A_SONG = "(SELECT MIN(song_id) FROM songs)"


def again(table: str, where: str) -> str:
    """A row once more."""
    return f"INSERT INTO {table} SELECT * FROM {table} WHERE {where}"


TROUBLED_TABLES: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "half-a-log-gone-from-staging": (
        (f"DELETE FROM staging_events WHERE {OWN} AND MOD(item_in_session, 2) = 0",),
        {
            "staging_events.reconciles_with(load_audit)",
            "staging_events.failing_rows(session_gaps)",
        },
    ),
    "half-the-plays-gone": (
        ("DELETE FROM songplays WHERE MOD(session_id, 2) = 0",),
        {"songplays.reconciles_with(staging_events)"},
    ),
    "plays-doubled": (
        (again("songplays", ONE_PLAY),),
        {"songplays.unique(songplay_id)", "songplays.reconciles_with(staging_events)"},
    ),
    "plays-of-a-song-that-is-not-there": (
        (f"UPDATE songplays SET song_id = 'S', artist_id = 'A' WHERE {ONE_PLAY}",),
        {
            "songplays.relationships(song_id in songs)",
            "songplays.relationships(artist_id in artists)",
        },
    ),
    "a-user-gone": (
        (f"DELETE FROM users WHERE {ONE_USER}",),
        {"songplays.relationships(user_id in users)"},
    ),
    "a-user-doubled": ((again("users", ONE_USER),), {"users.unique(user_id)"}),
    "a-time-gone": (
        (f"DELETE FROM time WHERE {ONE_TIME}",),
        {"songplays.relationships(start_time in time)"},
    ),
    "a-time-doubled": ((again("time", ONE_TIME),), {"time.unique(start_time)"}),
    "no-songs-staged": (("DELETE FROM staging_songs",), {"staging_songs.row_count"}),
    "songs-without-ids": (
        ("UPDATE staging_songs SET song_id = NULL WHERE MOD(year, 2) = 0",),
        {"staging_songs.not_null(song_id, artist_id, title, artist_name, duration)"},
    ),
    "songs-out-of-range": (
        (
            "UPDATE staging_songs SET duration = -1, year = 9999, artist_latitude = 91, "
            "artist_longitude = -181",
        ),
        {
            f"staging_songs.in_range({column})"
            for column in ("duration", "year", "artist_latitude", "artist_longitude")
        },
    ),
    "a-song-gone": (
        (f"DELETE FROM songs WHERE song_id = {A_SONG}",),
        {"songs.reconciles_with(staging_songs)"},
    ),
    "a-song-doubled": ((again("songs", f"song_id = {A_SONG}"),), {"songs.unique(song_id)"}),
    "a-song-without-title": (
        (f"UPDATE songs SET title = NULL WHERE song_id = {A_SONG}",),
        {"songs.not_null(title, duration)"},
    ),
    "an-artist-gone": (
        ("DELETE FROM artists WHERE artist_id = (SELECT MIN(artist_id) FROM artists)",),
        {"songs.relationships(artist_id in artists)", "artists.reconciles_with(staging_songs)"},
    ),
    "an-artist-doubled": (
        (again("artists", "artist_id = (SELECT MIN(artist_id) FROM artists)"),),
        {"artists.unique(artist_id)"},
    ),
    "artists-without-names": (("UPDATE artists SET name = NULL",), {"artists.not_null(name)"}),
}
"""What is done to tables, and the checks of the log's run that must speak up."""

TROUBLED_WHOLE: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "rows-of-withdrawn-plays-left-behind": (
        (f"DELETE FROM staging_events WHERE {OTHERS}",),
        {"songplays.reconciles_with(staging_events)"},
    ),
    "dimensions-of-withdrawn-plays-left-behind": (
        ("DELETE FROM songplays WHERE MOD(user_id, 2) = 0",),
        {"users.reconciles_with(songplays)", "time.reconciles_with(songplays)"},
    ),
    "columns-that-nobody-described": (
        tuple(
            f"ALTER TABLE {table} ADD COLUMN more INTEGER"
            for table in (
                "staging_events", "staging_songs", "songplays", "users", "songs", "artists", "time"
            )
        ),
        {
            f"{table}.schema"
            for table in (
                "staging_events", "staging_songs", "songplays", "users", "songs", "artists", "time"
            )
        },
    ),
}  # fmt: skip
"""What only a look at everything shows."""


@pytest.fixture(scope="module")
def judged_tables(clean: Callable[..., Fired]) -> Mapping[str, Fired]:
    """What the checks say of each trouble in tables."""
    return {name: clean(CLEAN, *sql) for name, (sql, _) in TROUBLED_TABLES.items()} | {
        name: clean(None, *sql) for name, (sql, _) in TROUBLED_WHOLE.items()
    }


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [(name, expected) for name, (_, expected) in (TROUBLED_TABLES | TROUBLED_WHOLE).items()],
)
def test_a_troubled_table_does_not_go_unnoticed(
    trouble: str, expected: set[str], judged_tables: Mapping[str, Fired]
) -> None:
    assert expected <= judged_tables[trouble].keys(), "\n".join(map(str, judged_tables[trouble]))


def test_clean_tables_pass_whether_one_log_is_judged_or_all(clean: Callable[..., Fired]) -> None:
    assert clean(CLEAN) == {}
    assert clean(None) == {}


def test_what_other_runs_stage_and_break_meanwhile_is_not_this_ones(
    clean: Callable[..., Fired],
) -> None:
    others = [
        f"UPDATE staging_events SET level = 'gold', session_id = NULL WHERE {OTHERS}",
        f"INSERT INTO staging_events SELECT * FROM staging_events WHERE {OTHERS}",
        "DELETE FROM songplays WHERE start_time >= '2018-11-02'",
        "DELETE FROM time WHERE start_time >= '2018-11-02'",
    ]
    assert clean(CLEAN, *others) == {}
    assert clean(None, *others) != {}


def test_real_days_pass_one_by_one_and_together(
    pipeline: Pipeline, real_data: list[StoredObject]
) -> None:
    pipeline.seed(real_data)
    pipeline.green()
    keys = sorted(item.key for item in real_data if item.key.startswith(LOG_PREFIX))
    with judging(pipeline.stack, pipeline.name) as judge:
        assert judge(None) == {}
        assert {key: fired for key in keys if (fired := judge(f"{pipeline.name}/{key}"))} == {}


def without(pipeline: Pipeline, key: str) -> None:
    """Takes an object out of the bucket."""
    stack = pipeline.stack
    stack.store.endpoint.client().delete_object(Bucket=stack.bucket, Key=f"{pipeline.name}/{key}")


def verdicts(result: Any) -> dict[str, str]:
    return {
        item["check"]: item["verdict"]
        for item in result.xcoms[QUALITY_TASK][QUALITY_RESULTS]
        if item["verdict"] != "pass"
    }


def test_a_missing_song_file_and_a_log_that_shrinks_are_told_by_their_runs(
    pipeline: Pipeline, objects: list[StoredObject]
) -> None:
    songs = [item for item in objects if item.key.startswith(SONG_PREFIX)]
    log = next(item for item in objects if item.key == key_of(CLEAN))
    pipeline.seed([*songs, log])
    assert verdicts(pipeline.green(CLEAN)) == {}
    without(pipeline, songs[0].key)
    assert verdicts(pipeline.green(CLEAN)) == {"staging_songs.row_count_drift(last 1)": "warn"}
    pipeline.seed([StoredObject(log.key, written(events_of(log)[: len(events_of(log)) // 2]))])
    fired = verdicts(pipeline.green(CLEAN))
    assert fired["staging_events.row_count_drift(earlier versions)"] == "warn"
    assert "staging_songs.row_count_drift(last 1)" not in fired


REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut-in-the-middle": (lambda body: body[: len(body) // 2], "LoadError: COPY into"),
    "a-session-that-is-no-number": (
        lambda body: body.replace(b'"sessionId":', b'"sessionId": "x", "was":', 1),
        "LoadError: COPY into",
    ),
}


@pytest.mark.parametrize(("change", "error"), REFUSED.values(), ids=REFUSED)
def test_the_load_refuses_what_no_check_needs_to_find(
    change: Callable[[bytes], bytes],
    error: str,
    pipeline: Pipeline,
    objects: list[StoredObject],
) -> None:
    pipeline.seed(item for item in objects if item.key.startswith(SONG_PREFIX))
    log = next(item for item in objects if item.key == key_of(CLEAN))
    pipeline.seed([StoredObject(log.key, change(log.body))])
    result = pipeline.run(CLEAN)
    assert [task.task_id for task in result.failed] == ["Stage_events"]
    assert (result.failed[0].error or "").startswith(error)


def test_every_default_check_has_its_trouble(
    judged_logs: Mapping[str, Fired], judged_tables: Mapping[str, Fired]
) -> None:
    fired = {name for found in (*judged_logs.values(), *judged_tables.values()) for name in found}
    by_runs = {  # see test_a_missing_song_file_and_a_log_that_shrinks_are_told_by_their_runs
        "staging_events.row_count_drift(earlier versions)",
        "staging_songs.row_count_drift(last 1)",
    }
    assert {check.name for check in CHECKS} - by_runs - fired == set()
