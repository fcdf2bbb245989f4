"""The local stack's schedule ends where its data ends; production's goes on."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from sparkify_harness.locations import CHECKOUT

CONFIG = CHECKOUT / "docker" / "airflow" / "config"
END = "2018-11-30"


@pytest.fixture(scope="module")
def ending() -> Iterator[ModuleType]:
    """The module, as Airflow finds it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(CONFIG))
        import ending_schedule

        yield ending_schedule
    del sys.modules["ending_schedule"]


@pytest.fixture(scope="module")
def schedule(ending: ModuleType) -> Any:
    return ending.EndingCronDataIntervalTimetable("@daily", "UTC", last=END)


def instant(text: str) -> Any:
    import pendulum

    return pendulum.parse(text)


def next_day(schedule: Any, after: str | None) -> str | None:
    from airflow.timetables.base import DataInterval, TimeRestriction

    last = DataInterval(instant(after), instant(after).add(days=1)) if after else None
    restriction = TimeRestriction(earliest=instant("2018-11-01"), latest=None, catchup=True)
    info = schedule.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
    return f"{info.data_interval.start:%Y-%m-%d}" if info else None


@pytest.mark.parametrize(
    ("after", "day"),
    [(None, "2018-11-01"), ("2018-11-28", "2018-11-29"), ("2018-11-29", END), (END, None)],
)
def test_days_follow_each_other_up_to_the_last(schedule: Any, after: str | None, day: str) -> None:
    assert next_day(schedule, after) == day


def test_a_dag_that_is_unpaused_later_runs_nothing(schedule: Any) -> None:
    from airflow.timetables.base import TimeRestriction

    restriction = TimeRestriction(earliest=instant("2018-11-01"), latest=None, catchup=False)
    info = schedule.next_dagrun_info(last_automated_data_interval=None, restriction=restriction)
    assert info is None


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-05-01T10:00", END), ("2018-12-01T00:00", END), ("2018-11-10T03:00", "2018-11-09")],
)
def test_a_run_by_hand_takes_the_last_day_that_has_data(schedule: Any, now: str, day: str) -> None:
    found = schedule.infer_manual_data_interval(run_after=instant(now))
    assert found.start == datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_it_comes_back_from_the_database_as_it_was(ending: ModuleType, schedule: Any) -> None:
    again = ending.EndingCronDataIntervalTimetable.deserialize(schedule.serialize())
    assert again.serialize() == schedule.serialize()
    assert next_day(again, END) is None


def test_its_end_must_be_a_moment(ending: ModuleType) -> None:
    with pytest.raises(ValueError, match="must start at a moment, not at 'P1D'"):
        ending.EndingCronDataIntervalTimetable("@daily", "UTC", last="P1D")
