"""What an Airflow of ours does otherwise: the schedule's end, short waits, a patient SQLite."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from sparkify_harness.airflow import local_settings
from sparkify_harness.airflow.deployment_home import SCHEDULE_END


def dag(start: dt.datetime | None) -> SimpleNamespace:
    return SimpleNamespace(start_date=start, end_date=None)


START = dt.datetime(2018, 11, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(
            START, "2018-11-30", dt.datetime(2018, 11, 30, 23, 59, 59, 999999, dt.UTC), id="it ends"
        ),
        pytest.param(START, "", None, id="it goes on"),
        pytest.param(None, "2018-11-30", None, id="it has no beginning, and no schedule by dates"),
    ],
)
def test_the_schedule_ends_where_it_is_told_to(
    start: dt.datetime | None,
    end: str,
    expected: dt.datetime | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SCHEDULE_END, end)
    one = dag(start)
    local_settings.dag_policy(one)  # type: ignore[arg-type]
    assert one.end_date == expected


def test_a_task_is_tried_again_soon() -> None:
    task = SimpleNamespace(retry_delay=dt.timedelta(minutes=5))
    local_settings.task_policy(task)
    assert task.retry_delay <= dt.timedelta(seconds=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one empty table, as Airflow has it."""
    path = tmp_path / "airflow.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x INTEGER)")
    return path


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    engine = local_settings.create_metadata_engine(
        f"sqlite:///{file}", engine_args={}, connect_args={"check_same_thread": False}
    )
    yield engine
    engine.dispose()


def seen(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM t").fetchone()
        return int(count)


def add(session: Session) -> None:
    """As Airflow makes each run of a backfill: it looks, and writes, after a savepoint."""
    with session.begin_nested():
        session.execute(text("SELECT COUNT(*) FROM t")).all()
        session.execute(text("INSERT INTO t VALUES (1)"))


def test_what_is_released_is_not_seen_before_the_commit(engine: Engine, file: Path) -> None:
    with Session(engine) as session:
        add(session)
        add(session)
        assert seen(file) == 0
        session.commit()
    assert seen(file) == 2


def test_a_writer_waits_for_one_that_began_with_a_savepoint(engine: Engine, file: Path) -> None:
    begun = threading.Event()

    def other() -> None:
        begun.set()
        with Session(engine) as session:
            add(session)
            session.commit()

    with Session(engine) as session:
        add(session)
        waiting = threading.Thread(target=other)
        waiting.start()
        begun.wait()
        waiting.join(0.2)
        assert waiting.is_alive()
        session.commit()
        waiting.join(60)
    assert not waiting.is_alive()
    assert seen(file) == 2


def test_a_reader_does_not_wait(engine: Engine) -> None:
    with Session(engine) as writer, Session(engine) as reader:
        add(writer)
        assert reader.execute(text("SELECT COUNT(*) FROM t")).scalar_one() == 0
