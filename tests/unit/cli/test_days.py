"""`sparkify days`: what is shown of the days that a warehouse holds."""

import datetime as dt
import io
import json

import pytest
from rich.console import Console

from sparkify.days import DayState, DayStatus
from sparkify.objects import ObjectInfo
from sparkify_harness.backfilling import Where
from sparkify_harness.commands.days import as_json, table
from sparkify_harness.commands.outcome import write

WHERE = Where.of({})
AT = dt.datetime.fromisoformat("2018-12-01T01:02:03")


def status(day: int, state: DayState = DayState.SUCCESS, **values: object) -> DayStatus:
    date = dt.date(2018, 11, day)
    loaded = {
        "key": WHERE.key(date),
        "load_id": day,
        "etag": "0123456789abcdef0123456789abcdef",
        "bytes": 152_511,
        "rows": 322,
        "loaded_at": AT,
        "run_id": f"manual__{day}",
        "loads": 1,
    }
    return DayStatus(date, state, **{**loaded, **values})  # type: ignore[arg-type]


def shown(*found: DayStatus, is_compared: bool = False, is_wide: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=80 if not is_wide else 200)
    write(table(found, WHERE, is_compared=is_compared, is_wide=is_wide), console)
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert max(map(len, lines)) <= console.width
    return lines


def test_a_day_has_its_object_and_its_rows() -> None:
    assert shown(status(1), status(2, rows=1_234)) == [
        "",
        " Day          State      Rows     Bytes   ETag       Loaded at",
        f" {'─' * 68}",
        " 2018-11-01   success     322   152,511   01234567   2018-12-01 01:02",
        " 2018-11-02   success   1,234   152,511   01234567   2018-12-01 01:02",
        "",
        "Loaded   2 days, 1,556 rows",
        "Keys     log_data/YYYY/MM/YYYY-MM-DD-events.json",
        "Changed or missing logs cannot be told: compare by --endpoint URL or --data DIR.",
    ]


def test_where_there_is_room_keys_runs_and_etags_are_whole() -> None:
    line = shown(status(1), is_wide=True)[3]
    assert "0123456789abcdef0123456789abcdef" in line
    assert "log_data/2018/11/2018-11-01-events.json" in line
    assert "manual__1" in line


REMARKS = [
    pytest.param(
        status(2, DayState.CHANGED),
        "Changed  2018-11-02: the log there now is another one",
        id="changed",
    ),
    pytest.param(
        status(2, DayState.MISSING, rows=None, etag=None, bytes=None, loaded_at=None),
        "Missing  2018-11-02: there is a log, and it is not loaded",
        id="missing",
    ),
    pytest.param(
        status(2, DayState.GONE), "Gone     2018-11-02: loaded, but the log is no more", id="gone"
    ),
    pytest.param(
        status(2, DayState.LOADED),
        "Unended  2018-11-02: loaded by a run whose checks",
        id="unended",
    ),
    pytest.param(
        status(2, DayState.FAILED, failing=("users unique",)),
        "Failed   2018-11-02: users unique",
        id="failed",
    ),
    pytest.param(
        status(2, key="elsewhere/2018-11-02-events.json"),
        "         2018-11-02: elsewhere/2018-11-02-events.json",
        id="another key",
    ),
    pytest.param(status(4), "No log   2018-11-02 to 2018-11-03: neither loaded", id="a gap"),
]


@pytest.mark.parametrize(("found", "remark"), REMARKS)
def test_what_is_not_as_it_should_be_is_said_in_words(found: DayStatus, remark: str) -> None:
    lines = shown(status(1), found, is_compared=True)
    assert any(line.startswith(remark) for line in lines), lines


def test_without_a_look_into_the_bucket_it_says_what_is_not_known() -> None:
    assert any(line.startswith("Changed or missing") for line in shown(status(1)))
    assert not any(line.startswith("Changed") for line in shown(status(1), is_compared=True))


def test_an_empty_warehouse_is_told() -> None:
    assert shown() == ["No day is loaded."]


def test_programs_get_everything() -> None:
    there = ObjectInfo(WHERE.key(dt.date(2018, 11, 1)), "fedc", AT, 152_600)
    found = as_json(status(1, DayState.CHANGED, last_modified=AT, there=there))
    assert json.loads(json.dumps(found)) == found
    assert (found["day"], found["state"]) == ("2018-11-01", "changed")
    assert found["etag"] == "0123456789abcdef0123456789abcdef"
    assert found["loaded_at"] == found["last_modified"] == "2018-12-01T01:02:03"
    assert found["there"] == {
        "key": "log_data/2018/11/2018-11-01-events.json",
        "etag": "fedc",
        "last_modified": "2018-12-01T01:02:03",
        "bytes": 152_600,
    }
