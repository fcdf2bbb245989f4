"""A day is taken out again, without Airflow: every table is what the other logs make of it."""

import datetime as dt
from functools import partial

import pytest

from sparkify.audit import Run
from sparkify.days import DayState, days
from sparkify.names import Names
from sparkify.templates import Templates
from sparkify.unloading import Unloaded, unload
from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.commands.warehouses import pipeline_session
from sparkify_harness.locations import SQL
from tests.pipeline.subject import Pipeline, expected_tables, logs_of

pytestmark = pytest.mark.pipeline

DATA = list(generate(Settings(days=3, users=12, songs=8, seed=9)))
DAYS = logs_of(DATA)


def of_day(item: StoredObject, day: dt.date) -> bool:
    return f"{day}-events" in item.key


def take_out(pipeline: Pipeline, day: dt.date) -> Unloaded:
    names = Names(pipeline.name)
    sessions = partial(pipeline_session, pipeline.stack.warehouse.dsn(with_password=True))
    key = f"{pipeline.name}/log_data/{day:%Y/%m/%Y-%m-%d}-events.json"
    templates = Templates(SQL, names)
    return unload(sessions, names, templates, [key], partial(Run, "test", "unload"))


@pytest.mark.parametrize("gone", [DAYS[0], DAYS[-1]], ids=["first", "last"])
def test_a_day_is_taken_out_of_all_tables_and_can_be_loaded_again(
    pipeline: Pipeline, gone: dt.date
) -> None:
    pipeline.seed(DATA)
    pipeline.green()
    done = take_out(pipeline, gone)
    (log,) = done.logs
    assert log.log_day == gone
    assert log.rows > 0
    left = [item for item in DATA if not of_day(item, gone)]
    assert pipeline.tables() == expected_tables(expected_warehouse(left))
    assert pipeline.counts()["staging_events"] == expected_warehouse(left).staging_events
    with pipeline_session(pipeline.stack.warehouse.dsn(with_password=True)) as session:
        states = {status.day: status.state for status in days(session, Names(pipeline.name))}
    assert states[gone] is DayState.MISSING

    again = take_out(pipeline, gone)
    assert again.logs == ()
    assert pipeline.tables() == expected_tables(expected_warehouse(left))

    pipeline.green(gone)
    assert pipeline.tables() == expected_tables(expected_warehouse(DATA))
