"""What is judged is what the run's log has brought, once the tables have taken notice of it."""

import datetime as dt
from typing import Any

import pytest

from sparkify.audit import Run
from sparkify.errors import ConflictError
from sparkify.names import Names
from sparkify.quality.kinds import RowCount
from sparkify.quality.scopes import subject_of
from sparkify.quality.subject import Definition, Subject
from sparkify.star import FOLLOWERS, TABLES
from sparkify.warehouse import WarehouseSession
from tests.unit.pipeline.conftest import RecordingConnection

KEY = "log_data/2018/11/2018-11-03-events.json"
RUN = Run("the dag", "the run", "the task")
FOLLOWING = [table.name for table in FOLLOWERS]
SONG_TABLES = frozenset({"staging_songs", "songs", "artists"})


def row(
    target: str, latest: int, *, seen: int = 0, loaded: int = 0, removed: int = 0, own: int = 0
) -> tuple[Any, ...]:
    """What `load_audit` says of a table."""
    return target, latest, seen or None, loaded or None, removed or None, own or None


def loaded_log(log: int = 3, seen: int = 3, *, own: int = 0) -> list[tuple[Any, ...]]:
    """Songs by load 1, the log by load 3, and every table with what it has seen."""
    return [
        row("staging_songs", 1, own=own),
        row("staging_events", log, loaded=log, own=log),
        *(row(name, 9, seen=seen) for name in FOLLOWING),
        *(row(name, 2, seen=1, own=own) for name in ("songs", "artists")),
    ]


def subject(
    rows: list[tuple[Any, ...]], key: str | None = KEY, run: Run | None = RUN
) -> tuple[Subject, RecordingConnection]:
    connection = RecordingConnection({"GROUP BY target": rows})
    plays = 'SELECT log_key FROM "s"."staging_events"'
    names, tables = Names("s", {"users": "users_2"}), tuple(TABLES.values())
    found = subject_of(WarehouseSession(connection), names, tables, plays, log_key=key, run=run)
    return found, connection


def test_of_a_log_its_events_and_what_its_plays_touch_is_judged() -> None:
    found, connection = subject(loaded_log())
    day = dt.date(2018, 11, 3)
    assert (found.log_key, found.log_day, found.load_id) == (KEY, day, 3)
    assert set(found.parts) == {"load_audit", "staging_events", "plays", *FOLLOWING}
    own = "WHERE log_day = %s AND log_key = %s"
    assert found.parts["staging_events"] == Definition(
        f'SELECT *\nFROM "s"."staging_events"\n{own}', (day, KEY)
    )
    assert found.parts["users"] == Definition(
        'SELECT *\nFROM "s"."users_2"\nWHERE "user_id" IN (SELECT "user_id" FROM "judged_plays")'
    )
    assert found.parts["load_audit"].values == (3, "the dag", "the run")
    assert len(connection.sent) == 1
    assert connection.sent[0][1] == (KEY, KEY, "the dag", "the run")


def test_a_key_without_a_day_is_judged_by_the_key() -> None:
    found, _ = subject(loaded_log(), key="logs/a.json")
    assert found.log_day is None
    assert found.parts["staging_events"].values == ("logs/a.json",)


def test_a_statement_begins_with_the_parts_that_it_names_and_those_they_build_upon() -> None:
    found, _ = subject(loaded_log())
    names = Names("s")
    beginning, values = found.definitions(f"SELECT 1 FROM {found.judged('time', names)}")
    assert beginning.startswith('WITH "judged_plays" AS (\nSELECT ')
    assert '"judged_time" AS (' in beginning
    assert "judged_users" not in beginning
    assert values == (dt.date(2018, 11, 3), KEY)
    assert found.definitions('SELECT 1 FROM "s"."songs"') == ("", ())
    assert found.judged("songs", names) == '"s"."songs"'


def test_the_same_statement_serves_every_log() -> None:
    one, _ = subject(loaded_log())
    other, _ = subject(loaded_log(7, 8), key=KEY.replace("03", "04"))
    sql = " ".join(one.judged(table, Names()) for table in one.parts)
    assert one.definitions(sql)[0] == other.definitions(sql)[0]


def test_tables_that_the_run_had_no_part_in_are_passed_over() -> None:
    found, _ = subject(loaded_log())
    assert found.passed_over == SONG_TABLES
    assert not found.includes(RowCount("songs"))
    assert found.includes(RowCount("users"))
    assert not found.includes(RowCount("users", whole=True))


def test_songs_that_the_run_has_staged_are_judged_with_all_that_follows_them() -> None:
    found, _ = subject(loaded_log(own=1))
    assert found.passed_over == frozenset()


def test_without_a_run_everything_is_judged() -> None:
    found, _ = subject(loaded_log(), run=None)
    assert found.passed_over == frozenset()
    assert found.parts["load_audit"].values == (3,)


def test_a_log_that_is_not_loaded_leaves_nothing_that_follows_it_to_judge() -> None:
    gone = [row("staging_events", 5, loaded=3, removed=5), *loaded_log(seen=5)[2:]]
    for rows in (gone, [row("staging_songs", 1, own=1), row("songs", 2, seen=1)]):
        found, _ = subject([*rows, row("artists", 2, seen=1), row("songplays", 2, seen=5)])
        assert found.is_absent
        assert not found.includes(RowCount("staging_events"))
        assert not found.includes(RowCount("songplays"))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(loaded_log(log=4, seen=3), id="the-log-again"),
        pytest.param(
            [row("staging_songs", 9), *loaded_log(seen=9)[1:]], id="songs-that-were-not-noticed"
        ),
    ],
)
def test_what_another_run_is_about_to_do_is_waited_for(rows: list[tuple[Any, ...]]) -> None:
    with pytest.raises(ConflictError):
        subject(rows)


def test_another_log_that_another_run_has_staged_is_left_alone() -> None:
    rows = loaded_log(log=3, seen=3)
    rows[1] = row("staging_events", 8, loaded=3)
    found, _ = subject(rows)
    assert found.load_id == 3


def test_of_all_logs_everything_is_judged() -> None:
    found, _ = subject(loaded_log(), key=None)
    assert set(found.parts) == {"load_audit"}
    assert found.includes(RowCount("users", whole=True))
    assert found.includes(RowCount("songs"))


def test_of_all_logs_those_are_left_out_that_the_tables_have_not_noticed() -> None:
    found, _ = subject(loaded_log(log=7, seen=5), key=None)
    events = found.parts["staging_events"]
    assert "log_key NOT IN (" in events.sql
    assert events.values == (5,)
    assert set(FOLLOWING) < set(found.parts)
