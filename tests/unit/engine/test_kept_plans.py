"""A server that keeps what it bound and lowered answers as one that does everything anew."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.engine.protocol import Engine
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute import session, transaction
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.remembered import Remembered
from tests.unit.engine.sessions import open_instance, open_session

pytestmark = pytest.mark.medium

QUERIES = (
    "select * from t",
    "select a from t order by 1",
    "select b, count(*) from t group by 1 order by 1",
    "select * from s.t",
    "select x.a, y.a from t x, s.t y where x.a = y.a",
    "select * from v",
    "select * from v join t using (a)",
    "select * from late",
    "select * from one",
    "select has_table_privilege('t', 'select'), has_schema_privilege('s', 'usage')",
    "select current_schema(), current_schemas(false), pg_backend_pid()",
    "select current_setting('timezone'), current_setting('extra_float_digits')",
    "select timestamptz '2020-01-01 12:00:00+00' as at, 1::float8 / 3 as third",
    "select at::varchar, third::varchar from moments",
    "select relname from pg_class where relname in ('t', 'v') and pg_table_is_visible(oid)",
    "select table_schema, table_name, column_name, data_type from svv_columns"
    " where table_schema in ('public', 's') or table_name in ('t', 'one')",
    'select schemaname, tablename, "column", type from pg_table_def',
    "select tbl, rows from stl_load_commits, pg_user limit 0",
    'select "table", tbl_rows from svv_table_info',
    "select * from pg_get_late_binding_view_cols() as"
    " c(view_schema name, view_name name, name name, type varchar, number int)",
    "select count(*) from pg_depend",
    "select getdate() > '2020-01-01', current_date = trunc(sysdate)",
    "select current_user, user, session_user, pg_backend_pid(), pg_last_query_id() > 0",
    "select a from t where current_user <> 'user 1' and pg_backend_pid() < 2 order by 1",
    "select current_user, count(*) from t group by 1",
    "select current_user || b, max(a) from t group by current_user || b order by 1",
    "select has_table_privilege(current_user, 't', 'select'), pg_backend_pid()",
    "select json_extract_path_text(current_user, 'a', true), len(current_user)",
    "select a from t order by a limit 2",
    "insert into t (a) select pg_backend_pid()",
    "create temp table mine as select current_user as name, pg_backend_pid() as pid",
    "select * from mine",
    "insert into t (a) values (4), (5)",
    "insert into t select * from s.t",
    "insert into t (a) select max(a) + 1 from t",
    "update t set a = a + 1 where a = 4",
    "delete from t where a = 5",
    "delete from t using s.t as other where t.a = other.a and t.a > 2",
)
ASKED = (
    "select * from t where a > $1",
    "update t set a = $1 where a = 3",
    "select $1 + pg_backend_pid(), current_user",
    "select pg_backend_pid(), a from t where a = $1 and current_user like 'user%'",
    "delete from t where a = $1 + 3 and pg_backend_pid() = 1",
)
"""With a parameter, which is 1."""
MOMENTS = (
    "getdate()",
    "sysdate",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "timeofday()",
)
"""The moment, as functions tell it."""

CHANGES = (
    "create table t (a int)",
    "create table t (a int, b varchar(3) default 'new')",
    "create table s.t (a int, b int)",
    "create table s.t as select 1 as a, 2 as b",
    "create temp table t (a int)",
    "create temp table t (a int, b varchar(9))",
    "create temp table t as select 9 as a, 'x' as b",
    "create temp table one as select * from t",
    "create temp table one as select a from s.t",
    "create view v as select * from t",
    "create or replace view v as select a, 'v' as b from s.t",
    "create or replace view late as select * from public.t with no schema binding",
    "alter table t add column b int default 7",
    "alter table t drop column b",
    "alter table t rename to u",
    "alter table u rename to t",
    "drop table t",
    "drop table s.t",
    "drop table one",
    "drop view v",
    "create schema s",
    "drop schema s cascade",
    "set search_path to s, public",
    "set search_path to public",
    "set search_path to nowhere",
    "set timezone to 'Europe/Berlin'",
    "set timezone to 'UTC'",
    "set extra_float_digits to 2",
    "reset all",
)
BLOCKS = ("begin", "commit", "rollback")
SESSIONS = 3

steps = st.tuples(
    st.integers(0, SESSIONS - 1),
    st.one_of(
        st.sampled_from(QUERIES),
        st.sampled_from(QUERIES),
        st.sampled_from(ASKED),
        st.sampled_from(CHANGES),
        st.sampled_from(BLOCKS),
    ),
)

Answer = tuple[tuple[Field, ...] | None, str, list[tuple[Any, ...]]] | tuple[str, str]


class Clock:
    """In place of ``datetime``: what time it is, is for the test to say."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self, zone: tzinfo) -> datetime:
        """That moment in a zone."""
        return self.at.astimezone(zone)


class Server:
    """Three sessions; while one is in a block, the others wait: who would answer is one thread."""

    def __init__(self, engine: Engine, sessions: Sequence[SessionBackend]) -> None:
        self.engine = engine
        self._sessions = sessions

    def says(self, turn: int, sql: str) -> Answer:
        """What a client is told."""
        busy = [session for session in self._sessions if session.status != "I"]
        session = busy[0] if busy else self._sessions[turn]
        arguments = (1,) if sql in ASKED else ()
        try:
            [piece] = session.split(sql)
            prepared = session.prepare(piece, [None] * len(arguments))
            formats = [Format.TEXT] * len(prepared.fields or ())
            result = session.execute(prepared, arguments, formats)
            rows = [tuple(row.values()) for batch in result.batches or () for row in _rows(batch)]
        except RedshiftError as error:
            return error.sqlstate, error.message
        return result.fields, result.tag, sorted(rows, key=repr)


def _rows(batch: Any) -> Any:
    names = [str(number) for number in range(batch.num_columns)]
    return batch.rename_columns(names).to_pylist()


@contextmanager
def opened(folder: Path, *, keeps: bool) -> Iterator[Server]:
    """A server, with some definitions that are there from the start.

    Args:
        folder: For what it spools.
        keeps: Whether it keeps anything.
    """
    with ExitStack() as stack:
        server = stack.enter_context(open_instance(folder))
        if not keeps:
            assert isinstance(server.engine, DuckDBEngine)
            server.bound._kept = Remembered(0, 0)
            server.system._most = 0
            server.engine._lowered._kept = Remembered(0, 0)
        sessions = [
            stack.enter_context(open_session(server, pid, f"user {pid}")) for pid in range(SESSIONS)
        ]
        asked = Server(server.engine, sessions)
        for sql in (
            "create table t (a int, b varchar(5))",
            "insert into t values (1, 'one'), (2, 'two'), (3, null)",
            "create schema s",
            "create table s.t (a int, b int)",
            "insert into s.t values (1, 10), (2, 20)",
            "create table moments (at timestamptz, third float8)",
            "insert into moments values ('2020-07-01 12:00:00+00', 0.1), (null, 1::float8 / 3)",
        ):
            asked.says(0, sql)
        yield asked


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@settings(deadline=None, max_examples=int(os.environ.get("SPARKIFY_EXAMPLES", "20")))
@given(st.lists(steps, min_size=10, max_size=60))
def test_what_is_kept_is_what_is_made_anew(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with opened(folder, keeps=True) as one, opened(folder, keeps=False) as other:
        for turn, sql in talk:
            assert one.says(turn, sql) == other.says(turn, sql), sql


def test_each_query_again_after_each_change(tmp_path: Path) -> None:
    queries = [*QUERIES, *ASKED]
    with opened(tmp_path, keeps=True) as one, opened(tmp_path, keeps=False) as other:
        for number, change in enumerate(["reset all", *CHANGES]):
            turn = number // 4 % SESSIONS
            for sql in (change, *queries):
                said = one.says(turn, sql)
                assert said == other.says(turn, sql), f"{sql} after {change}"


def test_nothing_of_a_session_is_kept_for_another(tmp_path: Path) -> None:
    sql = "select current_schema(), pg_backend_pid(), current_setting('timezone')"
    with opened(tmp_path, keeps=True) as server:
        server.says(1, "set search_path to s")
        server.says(2, "set timezone to 'Europe/Berlin'")
        answers = [server.says(turn, sql) for turn in (0, 1, 2, 0, 1, 2)]
    assert [answer[2] for answer in answers if len(answer) == 3] == [
        [("public", "0", "UTC")],
        [("s", "1", "UTC")],
        [("public", "2", "Europe/Berlin")],
    ] * 2


def test_sessions_share_what_is_kept(tmp_path: Path) -> None:
    sql = "select current_user, pg_backend_pid(), getdate() is null"
    with opened(tmp_path, keeps=True) as server:
        answers = [server.says(turn, sql)[2:] for turn in range(SESSIONS)]
        engine = server.engine
        assert isinstance(engine, DuckDBEngine)
        texts = [kept.lowered.text for kept, _ in engine._lowered._kept._kept.values()]
    assert answers == [([(f"user {turn}", str(turn), "f")],) for turn in range(SESSIONS)]
    assert len([text for text in texts if "$3" in text]) == 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_the_moment_is_that_of_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Of a statement, or of its block: again and again, in the text that is kept."""
    start = datetime(2026, 3, 28, 22, 40, 7, 120_000, ZoneInfo(zone)).astimezone(UTC)
    clock = Clock(start)
    for module in (session, transaction):
        monkeypatch.setattr(module, "datetime", clock)
    sql = f"select {', '.join(f'{each}, ({each})::varchar' for each in MOMENTS)}"
    told: list[list[Answer]] = []
    for keeps in (True, False):
        clock.at = start
        with opened(tmp_path, keeps=keeps) as server:
            server.says(2, f"set timezone to '{zone}'")
            told.append([])
            for step in ("begin", sql, sql, "commit", sql, sql, "begin", sql, "rollback", sql):
                clock.at += timedelta(minutes=17, microseconds=1)
                told[-1].append(server.says(2, step))
    assert told[0] == told[1]
    said = [answer[2] for answer in told[0] if len(answer) == 3 and answer[0] is not None]
    assert len(said) == 6
    assert all(len({rows[0][at] for rows in said}) > 1 for at in range(2 * len(MOMENTS)))


def test_temporary_tables_have_ids_of_their_own(tmp_path: Path) -> None:
    with opened(tmp_path, keeps=True) as server:
        for turn in range(SESSIONS):
            server.says(turn, "create temp table one as select a from s.t")
        oids = []
        for turn in range(SESSIONS):
            fields = server.says(turn, "select * from one")[0]
            assert isinstance(fields, tuple)
            oids.append(fields[0].table_oid)
    assert all(before < after for before, after in pairwise(oids))
