"""Logs are read apart and replaced as a whole; old never overwrites new."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from sparkify.errors import (
    SourceChangedError,
    SourceError,
)
from sparkify.objects import ObjectInfo
from tests.unit.pipeline.staging.subject import (
    CHANGED,
    COPY_LOG,
    KEY,
    LOCK,
    LOG,
    NOON,
    SEEN,
    Bucket,
    copy_of,
    heads,
    held,
    stage,
)


def test_a_log_is_read_apart_and_replaced_under_a_lock(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({r"SELECT MAX\(load_id": [(4,)], "pg_last_copy_count": [(8056,)]})
    assert stage().execute(context) == 8056
    assert copy_of(connection) == COPY_LOG
    assert LOCK in connection.statements
    assert heads(connection) == [
        "CREATE TEMP TABLE",
        'COPY "staging_events_incoming" ("artist",',
        "SELECT pg_last_copy_count()",
        'UPDATE "staging_events_incoming" SET',
        "commit",
        'LOCK "public"."load_audit", "public"."staging_events",',
        "SELECT object_key, load_id,",
        "SELECT MAX(load_id) FROM",
        'INSERT INTO "public"."load_audit"',
        'DELETE FROM "public"."staging_events"',
        'INSERT INTO "public"."staging_events"',
        "commit",
        "close",
    ]
    assert connection.sent[3][1] == (dt.date(2018, 11, 1), KEY)
    values = connection.sent[8][1]
    assert values[6:15] == (
        "staging_events",
        "loaded",
        dt.date(2018, 11, 1),
        KEY,
        "e1",
        NOON,
        100,
        8056,
        8056,
    )


def test_plays_of_the_version_before_are_kept_until_all_tables_know(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "GROUP BY last.object_key": held("e0", NOON - dt.timedelta(1)),
            "GROUP BY last.target": SEEN,
            r"SELECT MAX\(load_id": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    stage().execute(context)
    forgotten, kept, gone = [
        entry
        for entry in connection.sent
        if re.match(
            r'(DELETE|INSERT INTO) .*("withdrawn_plays"|FROM "public"."staging_events")', entry[0]
        )
    ]
    assert forgotten[1] == (3,)  # the load of which every table has taken notice
    assert kept[1] == (5, "2018-11-01", KEY)
    assert gone[1] == ("2018-11-01", KEY)  # the day is the sort key


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(1, id="older"),
        pytest.param(0, id="of-the-same-second-and-still-there"),
        pytest.param(-1, id="newer"),
    ],
)
def test_an_older_object_changes_nothing(
    seconds: int,
    warehouse: Callable[..., Any],
    context: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    modified, stays = NOON + dt.timedelta(seconds=seconds), seconds > 0
    connection = warehouse(
        {
            "GROUP BY last.object_key": held("other", modified),
            "GROUP BY last.target": SEEN,
            r"SELECT MAX\(load_id": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    assert stage().execute(context) == (10 if stays else 5)
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[7] == ("older" if stays else "loaded")
    cleared = 'DELETE FROM "public"."staging_events"'
    assert any(text.startswith(cleared) for text in connection.statements) is not stays
    assert ("nothing is changed" in caplog.text) is stays


def test_a_log_that_is_replaced_while_it_is_read_is_read_again(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([LOG], [CHANGED])
    connection = warehouse({r"SELECT MAX\(load_id": [(4,)], "pg_last_copy_count": [(5,)]})
    assert stage().execute(context) == 5
    assert sum(text.startswith("COPY") for text in connection.statements) == 2
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[10] == "e2"


def test_of_two_objects_of_one_second_the_one_that_is_there_counts(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    newer = ObjectInfo(KEY, "e2", NOON, 120)
    bucket([LOG], [newer])
    connection = warehouse(
        {
            "GROUP BY last.object_key": held("e2", NOON),
            "GROUP BY last.target": SEEN,
            r"SELECT MAX\(load_id": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    stage().execute(context)
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[10] == "e2"
    assert 'DROP TABLE "staging_events_incoming"' in connection.statements


def test_a_log_that_never_stays_the_same_is_an_error(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket(*([ObjectInfo(KEY, str(number), NOON, 1)] for number in range(20)))
    connection = warehouse({"pg_last_copy_count": [(5,)]})
    with pytest.raises(SourceChangedError, match=f"{KEY} was replaced while COPY"):
        stage().execute(context)
    assert not any('"load_audit" (' in text for text in connection.statements)


def test_what_is_put_in_is_what_is_there_under_the_lock(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    connection = warehouse({r"SELECT MAX\(load_id": [(4,)], "pg_last_copy_count": [(5,)]})
    there = bucket([LOG])
    asked_at: list[int] = []

    def listing(client: object, name: str, prefix: str) -> list[ObjectInfo]:
        asked_at.append(len(connection.sent))
        return there.list(client, name, prefix)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sparkify.operators.stage_logs.list_objects", listing)
        stage().execute(context)
    first, last = asked_at
    assert first == 0
    assert LOCK in connection.statements[:last]
    assert not any(text.startswith("INSERT") for text in connection.statements[:last])


def test_a_day_without_a_log_fails_unless_it_may_be_empty(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([])
    connection = warehouse(
        {
            "GROUP BY last.object_key": held("e1", NOON),
            "GROUP BY last.target": [],
            r"SELECT MAX\(load_id": [(4,)],
        }
    )
    with pytest.raises(SourceError, match=f"there is no log at s3://sparkify/{KEY};"):
        stage().execute(context)
    assert connection.statements == ["close"]
    assert stage(no_log="empty").execute(context) == 0
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[6:10] == ("staging_events", "removed", dt.date(2018, 11, 1), KEY)
    with pytest.raises(ValueError, match="no_log is fail or empty, not 'skip'"):
        stage(no_log="skip").execute(context)


def test_other_objects_whose_keys_begin_with_the_logs_are_refused(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([LOG, ObjectInfo(KEY + ".bak", "b", NOON, 1)])
    warehouse()
    with pytest.raises(SourceError, match=r"move .*2018-11-01-events.json.bak elsewhere"):
        stage().execute(context)


def test_a_full_load_takes_out_the_logs_that_are_gone(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "GROUP BY last.object_key": [*held("e1", NOON), *held("x", NOON, "log_data/gone.json")],
            "GROUP BY last.target": SEEN,
            r"SELECT MAX\(load_id": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    assert stage(key="log_data/").execute(context) == 5
    loaded, removed = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert loaded[6:10] == ("staging_events", "loaded", dt.date(2018, 11, 1), KEY)
    assert removed[6:10] == (
        "staging_events",
        "removed",
        dt.date(2018, 11, 1),
        "log_data/gone.json",
    )
    clear = 'DELETE FROM "public"."staging_events"'
    cleared = [entry[1] for entry in connection.sent if entry[0].startswith(clear)]
    assert cleared == [("2018-11-01", KEY), ("log_data/gone.json",)]


def test_many_logs_are_shared_out_and_nothing_is_replaced_before_all_are_read(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    logs = [ObjectInfo(f"log_data/{number}.json", "e", NOON, 1) for number in range(5)]
    bucket(logs)
    connection = warehouse({r"SELECT MAX\(load_id": [(4,)], "pg_last_copy_count": [(3,)]})
    assert stage(key="log_data/", sessions=2).execute(context) == 15
    copies = [at for at, text in enumerate(connection.statements) if text.startswith("COPY")]
    assert len(copies) == 5
    assert connection.statements.count(LOCK) == 3  # for two shares, and for logs that are gone
    assert max(copies) < connection.statements.index(LOCK)
    assert connection.statements.count("close") == 2
