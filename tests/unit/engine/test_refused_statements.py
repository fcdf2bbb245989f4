"""Statements that Redshift refuses, or that we do, by what the catalog says of their tables."""

from pathlib import Path

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from tests.unit.engine.sessions import open_client

pytestmark = pytest.mark.medium

WIDE = ", ".join(f"c{number} char(4096)" for number in range(16))
KEY = "cannot be a distribution or sort key"
CASES = {
    "SUPER as DISTKEY": ((), "create table t (a super) distkey (a)", "42P16", KEY),
    "SUPER as SORTKEY": ((), "create table t (a super sortkey)", "42P16", KEY),
    "SUPER as DISTKEY of a query": (
        (), "create table t distkey (a) as select json_parse('1') as a", "42P16", KEY),
    "SUPER as SORTKEY of a query": (
        (), "create table t sortkey (a) as select json_parse('1') as a", "42P16", KEY),
    "SUPER becomes DISTKEY": (
        ("create table t (a super)",), "alter table t alter distkey a", "42P16", KEY),
    "SUPER becomes SORTKEY": (
        ("create table t (a super)",), "alter table t alter sortkey (a)", "42P16", KEY),
    "VARBYTE as DISTKEY": ((), "create table t (a varbyte distkey)", "42P16", KEY),
    "a system view is not dropped": ((), "drop view svv_tables", "42501", "permission denied"),
    "a system table is not dropped": ((), "drop table pg_class", "42501", "permission denied"),
    "a row that is too wide is not read": (
        (f"create table t ({WIDE})",), "select * from t", "XX000", "8001"),
    "a row that is too wide is not written": (
        (f"create table t ({WIDE})",), "insert into t (c1) values ('x')", "XX000", "8001"),
    "LOCAL without TEMP": ((), "create local table t (a int)", "42601", "syntax error"),
    "columns that compare case-blind": (
        (), "create table t (a varchar collate case_insensitive)", "0A000", "not emulated"),
    "columns that are added with a collation": (
        ("create table t (a int)",),
        "alter table t add b varchar collate case_sensitive", "0A000", "not emulated"),
    "a zone by its offset": ((), "set timezone to '-8:00'", "0A000", "not emulated"),
    "a zone as POSIX writes it": ((), "set timezone to 'PST8'", "0A000", "not emulated"),
    "a zone that there is not": ((), "set timezone to 'Mars/Port'", "22023", "invalid value"),
}  # fmt: skip


@pytest.mark.parametrize(("setup", "sql", "sqlstate", "message"), CASES.values(), ids=CASES.keys())
def test_refused(
    tmp_path: Path, setup: tuple[str, ...], sql: str, sqlstate: str, message: str
) -> None:
    with open_client(tmp_path) as client:
        for statement in setup:
            client.rows(statement)
        with pytest.raises(RedshiftError) as raised:
            client.rows(sql)
    assert raised.value.sqlstate == sqlstate
    assert message in raised.value.message


@pytest.mark.parametrize("sql", ["select c0, c1 from t", "delete from t", "select count(*) from t"])
def test_a_wide_table_is_used_column_by_column(tmp_path: Path, sql: str) -> None:
    with open_client(tmp_path) as client:
        client.rows(f"create table t ({WIDE})")
        client.rows(sql)
