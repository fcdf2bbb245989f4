"""Which state a day has, after what loads and checks have written, and with what is in the bucket.

The queries run on the Redshift substitute, through the client of the commands.
"""

import datetime as dt
from collections.abc import Iterator

import pytest

from sparkify.audit import Audit, Entry, Outcome, Run
from sparkify.days import DayState, DayStatus, NoAuditError, compared, days, spread
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.star import DATA_QUALITY_RESULTS, LOAD_AUDIT
from sparkify.table import Table
from sparkify.warehouse import WarehouseSession
from sparkify_harness.commands.warehouses import pipeline_session
from sparkify_harness.warehouse import open_warehouse

pytestmark = pytest.mark.medium

NAMES = Names("public")
DAG = "sparkify_etl"
NOON = dt.datetime.fromisoformat("2018-11-05T12:00")
EVENTS, PLAYS = "staging_events", "songplays"


def key(day: int) -> str:
    return f"log_data/2018/11/2018-11-{day:02d}-events.json"


def log(day: int, etag: str = "a", size: int = 1000) -> ObjectInfo:
    return ObjectInfo(key(day), etag, dt.datetime.fromisoformat("2018-12-01"), size)


def ddl(table: Table) -> str:
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    return f"CREATE TABLE {table.name} ({columns})"


@pytest.fixture(scope="module")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_warehouse(folder=tmp_path_factory.mktemp("warehouse")) as running:
        yield running.connection.dsn(with_password=True)


@pytest.fixture
def session(dsn: str) -> Iterator[WarehouseSession]:
    """A warehouse with the two records, empty."""
    with pipeline_session(dsn) as opened:
        for table in (LOAD_AUDIT, DATA_QUALITY_RESULTS):
            opened.execute(f"DROP TABLE IF EXISTS {table.name}", doing="clearing")
            opened.execute(ddl(table), doing="making")
        opened.commit()
        yield opened


class Story:
    """What happened to a warehouse."""

    def __init__(self, session: WarehouseSession) -> None:
        self.session = session
        self.clock = NOON

    def loads(
        self,
        *logs: ObjectInfo,
        run: str,
        outcome: Outcome = Outcome.LOADED,
        took: int = 10,
        dag: str = DAG,
    ) -> int:
        """One run that loads logs at once; the number of the last load."""
        began, self.clock = self.clock, self.clock + dt.timedelta(seconds=took)
        entries = [
            Entry(EVENTS, outcome, 30, 2, dt.date(2018, 11, int(item.key[-14:-12])), item)
            for item in logs
        ]
        number = Audit(self.session, NAMES).record(Run(dag, run, "Stage_events", began), entries)
        self.session.execute(
            "UPDATE load_audit SET loaded_at = %s WHERE load_id > %s",
            self.clock,
            number - len(logs),
            doing="telling the time",
        )
        self.session.commit()
        return number

    def judged(
        self, load: int | None, *verdicts: str, run: str, took: int = 5, dag: str = DAG
    ) -> None:
        """The checks of a run, each with its verdict."""
        self.clock += dt.timedelta(seconds=took)
        for number, verdict in enumerate(verdicts):
            self.session.execute(
                "INSERT INTO data_quality_results "
                "(dag_id, run_id, load_id, table_name, check_name, verdict, checked_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                *(dag, run, load, PLAYS, f"check {number}", verdict, self.clock),
                doing="judging",
            )
        self.session.commit()

    def days(self) -> list[DayStatus]:
        return days(self.session, NAMES)

    def day(self) -> DayStatus:
        (status,) = self.days()
        return status


@pytest.fixture
def story(session: WarehouseSession) -> Story:
    return Story(session)


def test_a_day_that_was_loaded_and_judged(story: Story) -> None:
    load = story.loads(log(1), run="r1")
    story.judged(load, "pass", "pass", run="r1")
    assert story.day() == DayStatus(
        day=dt.date(2018, 11, 1),
        state=DayState.SUCCESS,
        key=key(1),
        load_id=1,
        etag="a",
        last_modified=dt.datetime.fromisoformat("2018-12-01"),
        bytes=1000,
        rows=30,
        rejected=2,
        loaded_at=NOON + dt.timedelta(seconds=10),
        run_id="r1",
        loads=1,
        seconds=15.0,
    )


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ((), DayState.LOADED),
        (("pass", "pass"), DayState.SUCCESS),
        (("pass", "warn"), DayState.WARNED),
        (("warn", "fail", "pass"), DayState.FAILED),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_loaded_day_is_what_its_checks_say(
    story: Story, verdicts: tuple[str, ...], state: DayState
) -> None:
    story.judged(story.loads(log(1), run="r1"), *verdicts, run="r1")
    assert story.day().state is state


def test_failing_checks_are_named_and_warnings_counted(story: Story) -> None:
    story.judged(story.loads(log(1), run="r1"), "warn", "fail", "pass", "fail", run="r1")
    assert story.day().failing == ("check 1", "check 3")
    assert story.day().warnings == 1


def test_a_new_load_is_not_judged_by_the_checks_of_the_one_before(story: Story) -> None:
    story.judged(story.loads(log(1), run="r1"), "fail", run="r1")
    story.loads(log(1, "b"), run="r2")
    day = story.day()
    assert (day.state, day.etag, day.loads, day.failing) == (DayState.LOADED, "b", 2, ())


def test_what_the_checks_said_last_counts(story: Story) -> None:
    load = story.loads(log(1), run="r1")
    story.judged(load, "fail", "pass", run="r1")
    story.judged(load, "pass", "pass", run="cleared")
    assert story.day().state is DayState.SUCCESS


def test_a_load_that_changed_nothing_is_no_load(story: Story) -> None:
    story.judged(story.loads(log(1, "new"), run="r1"), "pass", run="r1")
    story.loads(log(1, "old"), run="r2", outcome=Outcome.OLDER)
    day = story.day()
    assert (day.state, day.etag, day.loads) == (DayState.SUCCESS, "new", 1)


def test_a_day_that_was_taken_out_is_missing(story: Story) -> None:
    story.judged(story.loads(log(1), run="r1"), "pass", run="r1")
    story.loads(log(1), run="unload", outcome=Outcome.REMOVED)
    day = story.day()
    assert (day.state, day.rows, day.loads, day.is_loaded) == (DayState.MISSING, None, 1, False)


def test_a_run_of_all_logs_is_judged_as_one(story: Story) -> None:
    story.loads(log(1), log(2), run="all")
    assert [day.state for day in story.days()] == [DayState.LOADED] * 2
    story.judged(None, "pass", "warn", run="all")
    assert [day.state for day in story.days()] == [DayState.WARNED] * 2
    assert [day.seconds for day in story.days()] == [None, None]


def test_a_verdict_on_all_logs_is_none_on_what_was_loaded_later(story: Story) -> None:
    story.loads(log(1), run="all")
    story.judged(None, "pass", run="all")
    story.loads(log(1, "b"), run="r2")
    assert story.day().state is DayState.LOADED


def test_the_checks_of_another_dag_say_nothing_of_days(story: Story) -> None:
    story.loads(log(1), run="r1")
    story.judged(None, "fail", run="r1", dag="sparkify_weekly_top_songs")
    assert story.day().state is DayState.LOADED


def test_a_run_that_was_repeated_under_its_name_took_what_its_last_load_took(story: Story) -> None:
    story.judged(story.loads(log(1), run="backfill__1"), "fail", run="backfill__1")
    story.clock += dt.timedelta(days=3)
    story.judged(story.loads(log(1), run="backfill__1"), "pass", run="backfill__1")
    assert story.day().seconds == 15.0


def test_days_come_in_order_and_are_told_apart(story: Story) -> None:
    for day in (3, 1, 2):
        story.judged(story.loads(log(day), run=f"r{day}"), "pass", run=f"r{day}")
    assert [status.key for status in story.days()] == [key(1), key(2), key(3)]


def test_renamed_tables_in_another_schema_are_found(story: Story) -> None:
    story.loads(log(1), run="r1")
    story.session.execute("ALTER TABLE load_audit RENAME TO audited", doing="renaming")
    found = days(story.session, Names("public", {"load_audit": "audited"}))
    assert [status.state for status in found] == [DayState.LOADED]


def test_a_warehouse_without_load_audit_is_told_apart(session: WarehouseSession) -> None:
    session.execute("DROP TABLE load_audit", doing="clearing")
    session.commit()
    with pytest.raises(NoAuditError):
        days(session, NAMES)
    assert session.scalar("SELECT 1", doing="asking") == 1


def loaded(
    day: int, *, etag: str = "a", state: DayState = DayState.SUCCESS, at: str | None = None
) -> DayStatus:
    return DayStatus(
        dt.date(2018, 11, day), state, at or key(day), 1, etag, bytes=1000, rows=30, loads=1
    )


BUCKET = [
    pytest.param(loaded(1), log(1), DayState.SUCCESS, id="the same object"),
    pytest.param(loaded(1), log(1, "b"), DayState.CHANGED, id="another object"),
    pytest.param(loaded(1, state=DayState.FAILED), log(1, "b"), DayState.CHANGED, id="corrected"),
    pytest.param(loaded(1, state=DayState.FAILED), log(1), DayState.FAILED, id="still failed"),
    pytest.param(loaded(1, state=DayState.LOADED), log(1), DayState.LOADED, id="not judged"),
    pytest.param(loaded(1), None, DayState.GONE, id="its log is gone"),
    pytest.param(loaded(1, state=DayState.MISSING), log(1), DayState.MISSING, id="taken out"),
    pytest.param(
        loaded(1, state=DayState.MISSING), None, DayState.NO_LOG, id="taken out and its log gone"
    ),
    pytest.param(None, log(1), DayState.MISSING, id="never loaded"),
]


@pytest.mark.parametrize(("status", "there", "state"), BUCKET)
def test_the_bucket_is_compared(
    status: DayStatus | None, there: ObjectInfo | None, state: DayState
) -> None:
    (found,) = compared([status] if status else [], [there] if there else [])
    assert (found.state, found.key, found.there) == (state, key(1), there)


def test_objects_that_are_no_logs_of_days_are_passed_over() -> None:
    others = [ObjectInfo(name, "x", None, 1) for name in ("log_data/", "log_data/notes.txt")]
    assert compared([], others) == []


def test_a_range_has_every_day() -> None:
    found = spread([loaded(2), loaded(5)], dt.date(2018, 11, 1), dt.date(2018, 11, 3))
    assert [(status.day, status.state) for status in found] == [
        (dt.date(2018, 11, 1), DayState.NO_LOG),
        (dt.date(2018, 11, 2), DayState.SUCCESS),
        (dt.date(2018, 11, 3), DayState.NO_LOG),
    ]


def test_of_two_logs_of_a_day_the_worse_one_shows() -> None:
    elsewhere = loaded(1, state=DayState.FAILED, at=f"old/{key(1)}")
    (found,) = spread([elsewhere, loaded(1)], dt.date(2018, 11, 1), dt.date(2018, 11, 1))
    assert found.state is DayState.FAILED
