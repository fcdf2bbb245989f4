"""What must hold after any history: every table is what the oracle makes of what is loaded."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sparkify.errors import QualityError, SourceError, TransientError
from sparkify.star import FOLLOWERS, STAGING_EVENTS, STAGING_SONGS, TABLES, WITHDRAWN_PLAYS
from sparkify_fixtures import SONG_PREFIX, StoredObject
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_fixtures.staging import staged_events, staged_songs
from tests.unit.pipeline.interleaved.history import History
from tests.unit.pipeline.interleaved.material import log_key
from tests.unit.pipeline.interleaved.tasks import DagRun
from tests.unit.pipeline.interleaved.turns import Killed
from tests.unit.pipeline.interleaved.world import UNLOADING, World

Row = Mapping[str, Any]


def table(history: World, name: str) -> list[Row]:
    """The rows of a table."""
    columns = list(TABLES[name].columns)
    rows = history.warehouse.rows(f"SELECT {', '.join(columns)} FROM public.{name}")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def loaded(audit: Sequence[Row], target: str) -> dict[str, Row]:
    """The load that counts of each object of a staging table, by key."""
    found: dict[str, Row] = {}
    for row in sorted(audit, key=lambda row: row["load_id"]):
        if row["target"] == target and row["outcome"] != "older":
            found[row["object_key"]] = row
    return {key: row for key, row in found.items() if row["outcome"] == "loaded"}


def judge(history: History) -> None:
    """Compares the warehouse with the oracle.

    Raises:
        AssertionError: what is wrong, and what happened before.
    """
    for run in history.runs:
        for error in run.errors:
            assert _is_expected(error, run), f"{run.run_id} failed: {error!r}"
    audit = table(history, "load_audit")
    logs = [
        StoredObject(key, history.bucket.bodies[key, row["etag"]])
        for key, row in loaded(audit, STAGING_EVENTS.name).items()
    ]
    songs = [
        item
        for row in loaded(audit, STAGING_SONGS.name).values()
        for item in history.listings[row["etag"]]
    ]
    _same("load numbers", [row["load_id"] for row in audit], range(1, len(audit) + 1))
    _judge_landing(history, audit, logs, songs)
    expected = expected_warehouse([*logs, *songs])
    for name, rows in expected.tables.items():
        found = [tuple(row.values()) for row in table(history, name)]
        _same(name, found, [tuple(row) for row in rows])
    _judge_withdrawn(history, audit)
    _judge_freshness(history, audit)


def _is_expected(error: BaseException, run: DagRun) -> bool:
    """Whether a try may end so: it was killed, may be tried again, or there is nothing to load."""
    match error:
        case SourceError():
            nothing = "there is no log at|is not loaded: there is nothing to judge"
        case QualityError() if run.run.day is None:
            nothing = "staging_events.row_count: expected at least 1 row, found 0 rows"
        case _:
            return isinstance(error, Killed | TransientError)
    return bool(re.search(nothing, str(error)))


def _same(what: str, found: Iterable[Any], expected: Iterable[Any]) -> None:
    has, wants = Counter(found), Counter(expected)
    assert has == wants, (
        f"{what}: too many {sorted((has - wants).elements(), key=repr)}, "
        f"missing {sorted((wants - has).elements(), key=repr)}"
    )


def _judge_landing(
    history: History,
    audit: Sequence[Row],
    logs: Sequence[StoredObject],
    songs: Sequence[StoredObject],
) -> None:
    """Each log's rows are its own, and as many as recorded."""
    days = {log_key(day): day for day in history.plan.material.days}
    events = [(*event, days[item.key], item.key) for item in logs for event in staged_events(item)]
    _same(
        "staging_events", (tuple(row.values()) for row in table(history, "staging_events")), events
    )
    counts = Counter(event[-1] for event in events)
    held = loaded(audit, STAGING_EVENTS.name)
    _same(
        "rows recorded",
        ((key, row["rows_loaded"], row["log_day"]) for key, row in held.items()),
        ((key, counts[key], days[key]) for key in held),
    )
    found = (tuple(row.values()) for row in table(history, "staging_songs"))
    _same("staging_songs", found, (tuple(song) for item in songs for song in staged_songs(item)))


def _judge_withdrawn(history: History, audit: Sequence[Row]) -> None:
    """No withdrawn play is kept that all had taken notice of when the next was withdrawn."""
    kept = {row["load_id"] for row in table(history, WITHDRAWN_PLAYS.name)}
    if not kept:
        return
    latest = max(kept)
    followed = [
        max(
            (
                row["source_load"]
                for row in audit
                if row["target"] == each.name and row["load_id"] < latest
            ),
            default=0,
        )
        for each in FOLLOWERS
    ]
    assert all(load > min(followed) for load in kept), f"withdrawn plays of {kept} are kept"


def _judge_freshness(history: History, audit: Sequence[Row]) -> None:
    """Old never overwrites new: what was staged after the last change of an object is its state."""
    held = loaded(audit, STAGING_EVENTS.name)
    for day in history.plan.material.days:
        key = log_key(day)
        if _began(history, STAGING_EVENTS.task_id, day) <= history.changed.get(key, 0):
            continue
        loads = [row for row in audit if row["object_key"] == key and row["outcome"] != "older"]
        last = max(loads, key=lambda row: row["load_id"], default=None)
        if last is not None and last["dag_id"] == UNLOADING:
            continue  # somebody took it out, whether or not it is there
        there = history.bucket.objects.get(key)
        state = held[key]["etag"] if key in held else None
        assert state == (there.etag if there else None), (
            f"{key} was staged after it was changed last, "
            f"but {'another version' if state else 'nothing'} is loaded"
        )
    changed = max(step for key, step in history.changed.items() if key.startswith(SONG_PREFIX))
    if _began(history, STAGING_SONGS.task_id) > changed:
        [row] = loaded(audit, STAGING_SONGS.name).values()
        now = history.listing()
        assert row["etag"] == now.etag, "the songs that are loaded are not those that are there"


def _began(history: History, task: str, day: dt.date | None = None) -> int:
    """The step at which the last staging of a day began that succeeded; -1 where there is none.

    Args:
        history: that was played.
        task: that stages.
        day: whose log; None for what every run stages.
    """
    return max(
        (
            run.began.get(task, -1)
            for run in history.runs
            if day is None or run.run.day in (day, None)
        ),
        default=-1,
    )
