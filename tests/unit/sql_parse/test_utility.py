"""Statements that are no queries, and what each is read as."""

import pytest

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import (
    AlterAction,
    AlterTable,
    Begin,
    CancelBackend,
    CloseCursor,
    ColumnDefinition,
    Comment,
    Commit,
    Deallocate,
    DeclareCursor,
    ExecutePrepared,
    Explain,
    Fetch,
    Grant,
    Lock,
    Maintenance,
    Prepare,
    QueryStatement,
    ResetParameter,
    Rollback,
    SetParameter,
    ShowObjects,
    ShowParameter,
    Statement,
    TableAttributes,
    TableConstraint,
    Truncate,
)
from sparkify_harness.redshift.types import DOUBLE, INTEGER, TEXT, varchar
from tests.unit.sql_parse.shapes import shape

T = ("t",)
A = AlterAction

CASES: list[tuple[str, Statement]] = [
    ("begin", Begin()),
    ("BEGIN TRANSACTION", Begin()),
    ("begin work", Begin()),
    ("begin isolation level read committed read write", Begin()),
    ("begin isolation level snapshot, read only", Begin(read_only=True)),
    ("start transaction", Begin(tag="START TRANSACTION")),
    ("start transaction read only", Begin(tag="START TRANSACTION", read_only=True)),
    ("commit", Commit()),
    ("commit work", Commit()),
    ("end transaction", Commit()),
    ("rollback", Rollback()),
    ("abort transaction", Rollback()),
    ("lock a, s.b", Lock(tables=(("a",), ("s", "b")))),
    ("lock table #a", Lock(tables=(("#a",),))),
    ("truncate t", Truncate(name=T)),
    ("truncate table s.t", Truncate(name=("s", "t"))),
    ("set query_group to 'x'", SetParameter(name="query_group", values=("x",))),
    ("SET Statement_Timeout = 60000", SetParameter(name="statement_timeout", values=("60000",))),
    ("set a to -1.5", SetParameter(name="a", values=("-1.5",))),
    ("set search_path to '$user', Public, \"S\"",
     SetParameter(name="search_path", values=("$user", "public", "s"))),
    ("set datestyle to iso, mdy", SetParameter(name="datestyle", values=("iso", "mdy"))),
    ("set enable_result_cache_for_session to off",
     SetParameter(name="enable_result_cache_for_session", values=("off",))),
    ("set local a to default", SetParameter(name="a", values=None, local=True)),
    ("set session a to b", SetParameter(name="a", values=("b",))),
    ("set my.var to 'x'", SetParameter(name="my.var", values=("x",))),
    ("set time zone 'UTC'", SetParameter(name="timezone", values=("UTC",))),
    ("set time zone default", SetParameter(name="timezone", values=None)),
    ("set seed to .25", SetParameter(name="seed", values=(".25",))),
    ("reset a", ResetParameter(name="a")),
    ("reset all", ResetParameter(name="all")),
    ("show search_path", ShowParameter(name="search_path")),
    ("show all", ShowParameter(name="all")),
    ("show time zone", ShowParameter(name="timezone")),
    ("show transaction isolation level", ShowParameter(name="transaction_isolation")),
    ("show my.var", ShowParameter(name="my.var")),
    ("show databases", ShowObjects(kind="DATABASES")),
    ("show databases like 'x%' limit 5", ShowObjects(kind="DATABASES", like="x%", limit=5)),
    ("show schemas from database d", ShowObjects(kind="SCHEMAS", scope=("d",))),
    ("show tables from schema d.s like 'x%' limit 3",
     ShowObjects(kind="TABLES", scope=("d", "s"), like="x%", limit=3)),
    ("show columns from table d.s.t", ShowObjects(kind="COLUMNS", scope=("d", "s", "t"))),
    ("vacuum", Maintenance(tag="VACUUM")),
    ("vacuum full s.t to 99 percent boost", Maintenance(tag="VACUUM", table=("s", "t"))),
    ("vacuum sort only t", Maintenance(tag="VACUUM", table=T)),
    ("vacuum delete only", Maintenance(tag="VACUUM")),
    ("vacuum reindex t", Maintenance(tag="VACUUM", table=T)),
    ("vacuum t boost", Maintenance(tag="VACUUM", table=T)),
    ("analyze", Maintenance(tag="ANALYZE")),
    ("analyze verbose t (a, b)", Maintenance(tag="ANALYZE", table=T, columns=("a", "b"))),
    ("analyze t predicate columns", Maintenance(tag="ANALYZE", table=T)),
    ("analyze t all columns", Maintenance(tag="ANALYZE", table=T)),
    ("cancel 123", CancelBackend(pid=123)),
    ("cancel 123 'too long'", CancelBackend(pid=123)),
    ("fetch from c", Fetch(name="c", count=1)),
    ("fetch next from c", Fetch(name="c", count=1)),
    ("fetch all from c", Fetch(name="c", count=None)),
    ("fetch forward from c", Fetch(name="c", count=1)),
    ("FETCH FORWARD 2000 FROM \"C\"", Fetch(name="c", count=2000)),
    ("fetch forward all from c", Fetch(name="c", count=None)),
    ("close c", CloseCursor(name="c")),
    ("deallocate p", Deallocate(name="p")),
    ("deallocate prepare p", Deallocate(name="p")),
    ("deallocate all", Deallocate(name=None)),
    ("comment on table s.t is 'it''s'",
     Comment(kind="TABLE", name=("s", "t"), comment="it's")),
    ("comment on view v is null", Comment(kind="VIEW", name=("v",), comment=None)),
    ("comment on column s.t.a is 'x'",
     Comment(kind="COLUMN", name=("s", "t", "a"), comment="x")),
    ("comment on constraint c on s.t is 'x'",
     Comment(kind="CONSTRAINT", name=("s", "t", "c"), comment="x")),
    ("comment on database d is 'x'", Comment(kind="DATABASE", name=("d",), comment="x")),
    ("alter table t add column c varchar(9) encode zstd",
     AlterTable(name=T, action=A.ADD_COLUMN,
                definition=ColumnDefinition(column=Column("c", varchar(9), encoding="ZSTD")))),
    ("alter table t add c double precision not null",
     AlterTable(name=T, action=A.ADD_COLUMN,
                definition=ColumnDefinition(column=Column("c", DOUBLE, not_null=True)))),
    ("alter table t add constraint k primary key (a)",
     AlterTable(name=T, action=A.ADD_CONSTRAINT,
                constraint=TableConstraint(kind="PRIMARY KEY", columns=("a",), name="k"))),
    ("alter table t drop c", AlterTable(name=T, action=A.DROP_COLUMN, column="c")),
    ("alter table t drop column c cascade",
     AlterTable(name=T, action=A.DROP_COLUMN, column="c", cascade=True)),
    ("alter table t drop constraint k restrict",
     AlterTable(name=T, action=A.DROP_CONSTRAINT, column="k")),
    ("alter table s.t rename to u",
     AlterTable(name=("s", "t"), action=A.RENAME_TABLE, new_name="u")),
    ("alter table t rename column a to b",
     AlterTable(name=T, action=A.RENAME_COLUMN, column="a", new_name="b")),
    ("alter table t owner to u", AlterTable(name=T, action=A.OWNER, new_name="u")),
    ("alter table t alter column c type varchar(300)",
     AlterTable(name=T, action=A.COLUMN_TYPE, column="c", type=varchar(300))),
    ("alter table t alter column c encode lzo",
     AlterTable(name=T, action=A.COLUMN_ENCODING, column="c", encoding="LZO")),
    ("alter table t alter distkey c",
     AlterTable(name=T, action=A.DISTKEY, attributes=TableAttributes(distkey="c"))),
    ("alter table t alter diststyle all",
     AlterTable(name=T, action=A.DISTSTYLE, attributes=TableAttributes(diststyle="ALL"))),
    ("alter table t alter diststyle key distkey c",
     AlterTable(name=T, action=A.DISTSTYLE,
                attributes=TableAttributes(diststyle="KEY", distkey="c"))),
    ("alter table t alter compound sortkey (a, b)",
     AlterTable(name=T, action=A.SORTKEY,
                attributes=TableAttributes(sortkey=("a", "b"), sortkey_style="COMPOUND"))),
    ("alter table t alter sortkey auto",
     AlterTable(name=T, action=A.SORTKEY, attributes=TableAttributes(sortkey_style="AUTO"))),
    ("alter table t alter sortkey none",
     AlterTable(name=T, action=A.SORTKEY, attributes=TableAttributes())),
    ("alter table t alter encode auto",
     AlterTable(name=T, action=A.ENCODE_AUTO, attributes=TableAttributes(encode_auto=True))),
    ("alter table t append from s.u filltarget",
     AlterTable(name=T, action=A.APPEND, source=("s", "u"), fill_target=True)),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_statement_is_read_as(sql: str, expected: Statement) -> None:
    parsed = parse_one(sql)
    assert repr(parsed) == repr(expected).replace("text=''", f"text={sql!r}", 1)


def test_every_statement_is_made_by_some_text() -> None:
    others = [
        *("grant all on t to u", "explain select 1", "prepare p as select 1", "execute p"),
        *("declare c cursor for select 1", "select 1", "create table t (a int)"),
        *("create table t as select 1", "create view v as select 1", "drop table t"),
        *("create schema s", "copy t from 's3://b'", "unload ('select 1') to 's3://b'"),
    ]
    made = {type(parse_one(sql)).__name__ for sql in [*others, *(sql for sql, _ in CASES)]}
    assert {record.__name__ for record in Statement.__subclasses__()} - made == set()


GRANTS = [
    ("grant select, insert on all tables in schema s to group g", "GRANT"),
    ("grant usage on schema s, r to u, public", "GRANT"),
    ("grant all on t to role r", "GRANT"),
    ("grant all privileges on table s.t to u with grant option", "GRANT"),
    ("grant select (a, b), update (c) on t to u", "GRANT"),
    ("grant temp, create on database d to public", "GRANT"),
    ("grant execute on procedure p(int, x double precision), q() to u", "GRANT"),
    ("grant execute on all functions in schema s to u", "GRANT"),
    ("grant usage on language plpythonu to u", "GRANT"),
    ("grant assumerole on 'arn:x', 'arn:y' to u for copy, external function", "GRANT"),
    ("grant role r to u", "GRANT"),
    ("revoke select on t from public", "REVOKE"),
    ("revoke grant option for all on schema s from u cascade", "REVOKE"),
    ("alter default privileges in schema s grant select on tables to group g",
     "ALTER DEFAULT PRIVILEGES"),
    ("alter default privileges for user u revoke execute on functions from public",
     "ALTER DEFAULT PRIVILEGES"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "tag"), GRANTS, ids=[sql for sql, _ in GRANTS])
def test_privileges_are_read(sql: str, tag: str) -> None:
    assert parse_one(sql) == Grant(tag=tag, text=sql)


def test_explain() -> None:
    parsed = parse_one("explain verbose  select 1 ")
    assert isinstance(parsed, Explain)
    assert parsed.verbose
    assert (parsed.query.text, parsed.query.tag) == ("select 1", "SELECT")


def test_prepare() -> None:
    parsed = parse_one("prepare p (int, varchar(9)) as insert into t values ($1, $2)")
    assert isinstance(parsed, Prepare)
    assert (parsed.name, parsed.types) == ("p", (INTEGER, TEXT))
    assert (parsed.query.tag, parsed.query.text) == ("INSERT", "insert into t values ($1, $2)")


def test_execute() -> None:
    parsed = parse_one("execute p (1, 'x')")
    assert isinstance(parsed, ExecutePrepared)
    assert [shape(argument) for argument in parsed.arguments] == ["1", "'x'"]
    assert parse_one("execute p") == ExecutePrepared(name="p", arguments=(), text="execute p")


@pytest.mark.parametrize("hold", ["", "without hold "])
def test_declare_cursor(hold: str) -> None:
    parsed = parse_one(f'declare "C" cursor {hold}for select a from t')
    assert isinstance(parsed, DeclareCursor)
    assert parsed.name == "c"
    assert isinstance(parsed.query, QueryStatement)
    assert parsed.query.text == "select a from t"
