"""Settings, cursors, prepared statements, views, ALTER TABLE, schemas, maintenance.

https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

import psycopg
import psycopg2

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

T = ("CREATE TABLE t (a int, b varchar(5))", "INSERT INTO t VALUES (1, 'x'), (2, 'y')")


@table(
    Case("SET and SHOW", "SHOW query_group", ("SET query_group TO 'nightly'",), [("nightly",)]),
    Case("before any SET", "SHOW query_group", rows=[("unset",)]),
    Case("SET with =", "SHOW statement_timeout", ("SET statement_timeout = 60000",), [("60000",)]),
    Case("RESET", "SHOW query_group", ("SET query_group TO 'x'", "RESET query_group"),
         [("unset",)]),
    Case("RESET ALL", "SHOW query_group", ("SET query_group TO 'x'", "RESET ALL"), [("unset",)]),
    Case("SET is undone by ROLLBACK", "SHOW query_group",
         ("BEGIN", "SET query_group TO 'x'", "ROLLBACK"), [("unset",)]),
    *(
        Case(f"SET {words}", "SELECT 1", (f"SET {words}",), [(1,)])
        for words in (
            "wlm_query_slot_count TO 3", "enable_result_cache_for_session TO off",
            "timezone TO 'America/New_York'", "TIME ZONE 'UTC'", "datestyle TO 'ISO, MDY'",
            "extra_float_digits TO 0", "analyze_threshold_percent TO 15",
            "client_encoding TO 'UTF8'", "search_path TO public", "application_name TO 'x'",
            "my.variable TO 'x'",
        )
    ),
    Case("a variable of one's own", "SELECT current_setting('my.variable')",
         ("SET my.variable TO 'x'",), [("x",)]),
    Case("SET_CONFIG", "SHOW query_group", ("SELECT set_config('query_group', 'x', FALSE)",),
         [("x",)]),
    Case("SET_CONFIG answers", "SELECT set_config('query_group', 'x', FALSE)", rows=[("x",)]),
    Case("an unknown parameter", "SET nosuch TO 1",
         error=("42704", 'unrecognized configuration parameter "nosuch"')),
    Case("SHOW of what the client is told", "SHOW is_superuser",
         error=("0A000", "not emulated: the parameter is_superuser")),
    Case("SET of a parameter that nothing heeds", "SET default_geometry_encoding TO 1",
         error=("0A000", "not emulated: the parameter default_geometry_encoding")),
    Case("SET of a default that is kept", "SHOW cast_super_null_on_error",
         ("SET cast_super_null_on_error = ON",), [("on",)]),
    Case("SHOW of an unknown parameter", "SHOW standard_conforming_strings",
         error=("42704", 'unrecognized configuration parameter "standard_conforming_strings"')),
    Case("SHOW server_version_num", "SHOW server_version_num",
         error=("42704", 'unrecognized configuration parameter "server_version_num"')),
    Case("SHOW search_path", "SHOW search_path", rows=[("$user, public",)]),
    Case("SHOW datestyle", "SHOW datestyle", rows=[("ISO, MDY",)]),
    Case("search_path decides where tables are made", "SELECT a FROM s.x",
         ("CREATE SCHEMA s", "SET search_path TO s, public", "CREATE TABLE x AS SELECT 1 AS a"),
         [(1,)]),
    Case("current_schema follows it", "SELECT current_schema()",
         ("CREATE SCHEMA s", "SET search_path TO nowhere, s"), [("s",)]),
)  # fmt: skip
def test_settings(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case("FETCH NEXT", "FETCH NEXT FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a"), [(1,)]),
    Case("FETCH goes on", "FETCH NEXT FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a",
          "FETCH FORWARD 1 FROM c"), [(2,)]),
    Case("FETCH ALL", "FETCH ALL FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a"), [(1,), (2,)]),
    Case("FETCH FORWARD", "FETCH FORWARD 5 FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a"), [(1,), (2,)]),
    Case("at the end there is nothing", "FETCH NEXT FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t", "FETCH ALL FROM c"), []),
    Case("CLOSE", "FETCH NEXT FROM c", ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t", "CLOSE c"),
         error=("34000", 'cursor "c" does not exist')),
    Case("the rows are those of the first fetch", "FETCH ALL FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a", "FETCH NEXT FROM c",
          "DELETE FROM t"), [(2,)]),
    Case("FETCH has no bare count", "FETCH 1 FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t"), error=("42601", "")),
    Case("outside a block", "DECLARE c CURSOR FOR SELECT a FROM t", error=("25P01", "")),
    Case("COMMIT closes it", "FETCH NEXT FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t", "COMMIT", "BEGIN"),
         error=("34000", 'cursor "c" does not exist')),
    Case("backwards", "FETCH BACKWARD 1 FROM c",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t"), error=("", "")),
    Case("WITH HOLD", "DECLARE c CURSOR WITH HOLD FOR SELECT a FROM t", ("BEGIN",),
         error=("42601", "")),
    Case("two at once", "DECLARE d CURSOR FOR SELECT a FROM t",
         ("BEGIN", "DECLARE c CURSOR FOR SELECT a FROM t"), error=("", "")),
)  # fmt: skip
def test_cursors(case: Case, sql: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/declare.html"""
    sql.run(*T)
    case.check(sql)
    sql.run("ROLLBACK")


def test_named_cursors_of_psycopg2(warehouse: Warehouse, sql: Client) -> None:
    sql.run(
        "CREATE TABLE t (a int)", "INSERT INTO t SELECT 1", *["INSERT INTO t SELECT a FROM t"] * 7
    )
    connection = psycopg2.connect(warehouse.dsn(with_password=True))
    with connection.cursor("big") as cursor:
        cursor.itersize = 50
        cursor.execute("SELECT a FROM t")
        assert sum(row[0] for row in cursor) == 128
    connection.close()


@table(
    Case("EXECUTE", "EXECUTE p(2)", ("PREPARE p (int) AS SELECT b FROM t WHERE a = $1",),
         [("y",)]),
    Case("DEALLOCATE", "EXECUTE p(2)",
         ("PREPARE p (int) AS SELECT b FROM t WHERE a = $1", "DEALLOCATE p"),
         error=("26000", "")),
)  # fmt: skip
def test_prepared(case: Case, sql: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_PREPARE.html"""
    sql.run(*T)
    case.check(sql)


VIEW = "CREATE VIEW v AS SELECT a, b FROM t"


@table(
    Case("a view", "SELECT a FROM v ORDER BY a", (VIEW,), [(1,), (2,)]),
    Case("with names", "SELECT x FROM w WHERE y = 'x'",
         ("CREATE VIEW w (x, y) AS SELECT a, b FROM t",), [(1,)]),
    Case("* is what it was", "SELECT * FROM w WHERE a = 1",
         ("CREATE VIEW w AS SELECT * FROM t", "ALTER TABLE t ADD COLUMN c int"), [(1, "x")]),
    Case("another search path changes nothing", "SELECT count(*) FROM public.v",
         (VIEW, "CREATE SCHEMA s", "SET search_path TO s", "CREATE TABLE t (a int, b int)"),
         [(2,)]),
    Case("a temporary table changes nothing", "SELECT count(*) FROM v",
         (VIEW, "CREATE TEMP TABLE t (a int, b int)"), [(2,)]),
    Case("OR REPLACE", "SELECT * FROM v",
         (VIEW, "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t WHERE a = 2"), [(2, "y")]),
    Case("OR REPLACE with fewer columns", "CREATE OR REPLACE VIEW v AS SELECT a FROM t", (VIEW,),
         error=("42P16", "cannot drop columns from view")),
    Case("OR REPLACE with another name", "CREATE OR REPLACE VIEW v AS SELECT a AS z, b FROM t",
         (VIEW,), error=("42P16", 'cannot change name of view column "a"')),
    Case("OR REPLACE with another type", "CREATE OR REPLACE VIEW v AS SELECT a::bigint, b FROM t",
         (VIEW,), error=("42P16", "")),
    Case("over what is not there", "CREATE VIEW w AS SELECT a FROM nowhere",
         error=("42P01", 'relation "nowhere" does not exist')),
    Case("DROP TABLE under a view", "DROP TABLE t", (VIEW,),
         error=("2BP01", "cannot drop table t because other objects depend on it")),
    Case("DROP TABLE CASCADE", "SELECT * FROM v", (VIEW, "DROP TABLE t CASCADE"),
         error=("42P01", 'relation "v" does not exist')),
    Case("DROP COLUMN under a view", "ALTER TABLE t DROP COLUMN a", (VIEW,),
         error=("2BP01", "cannot drop table t column a because other objects depend on it")),
    Case("late binding needs no table", "SELECT 1",
         ("CREATE VIEW l AS SELECT a FROM public.later WITH NO SCHEMA BINDING",), [(1,)]),
    Case("it fails when it is read", "SELECT * FROM l",
         ("CREATE VIEW l AS SELECT a FROM public.later WITH NO SCHEMA BINDING",),
         error=("42P01", 'relation "public.later" does not exist')),
    Case("and works as soon as the table is there", "SELECT * FROM l",
         ("CREATE VIEW l AS SELECT a FROM public.later WITH NO SCHEMA BINDING",
          "CREATE TABLE later AS SELECT 7 AS a"), [(7,)]),
    Case("late binding wants a schema",
         "CREATE VIEW l AS SELECT a FROM t WITH NO SCHEMA BINDING", error=("", "")),
    Case("that is there", "CREATE VIEW l AS SELECT a FROM nowhere.t WITH NO SCHEMA BINDING",
         error=("3F000", 'schema "nowhere" does not exist')),
    Case("a late-binding view blocks no DROP", "SELECT count(*) FROM pg_views WHERE viewname = 'l'",
         ("CREATE VIEW l AS SELECT a FROM public.t WITH NO SCHEMA BINDING", "DROP TABLE t"),
         [(1,)]),
    Case("DROP VIEW of a table", "DROP VIEW t", error=("", "")),
    Case("DROP VIEW IF EXISTS", "DROP VIEW IF EXISTS nowhere",
         notice='View "nowhere" does not exist and will be skipped'),
)  # fmt: skip
def test_views(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case("ADD COLUMN with a default", "SELECT c FROM t",
         ("ALTER TABLE t ADD COLUMN c varchar(9) DEFAULT 'd' ENCODE zstd",), [("d",), ("d",)]),
    Case("ADD without COLUMN", "SELECT c FROM t WHERE a = 1", ("ALTER TABLE t ADD c int",),
         [(None,)]),
    Case("ADD COLUMN NOT NULL with a default", "SELECT c FROM t",
         ("ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 5",), [(5,), (5,)]),
    Case("ADD COLUMN NOT NULL is enforced", "INSERT INTO t VALUES (1, 'x', NULL)",
         ("ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 5",),
         error=("XX000", "Cannot insert a NULL value into column c")),
    Case("ADD COLUMN NOT NULL without a default", "ALTER TABLE t ADD COLUMN c int NOT NULL",
         error=("42P16", "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default "
                "expression")),
    Case("two columns at once", "ALTER TABLE t ADD c int, ADD d int", error=("42601", "")),
    Case("ADD COLUMN IF NOT EXISTS", "ALTER TABLE t ADD COLUMN IF NOT EXISTS c int",
         error=("42601", "")),
    Case("ADD COLUMN UNIQUE", "ALTER TABLE t ADD COLUMN c int UNIQUE", error=("42601", "")),
    Case("ADD COLUMN DISTKEY", "ALTER TABLE t ADD COLUMN c int DISTKEY", error=("42601", "")),
    Case("ADD COLUMN that is there", "ALTER TABLE t ADD COLUMN a int",
         error=("42701", 'column "a" of relation "t" already exists')),
    Case("a primary key over what may be NULL", "ALTER TABLE t ADD PRIMARY KEY (a)",
         error=("42P16", "")),
    Case("a longer VARCHAR", "SELECT b FROM t WHERE a = 3",
         ("ALTER TABLE t ALTER COLUMN b TYPE varchar(9)", "INSERT INTO t VALUES (3, '123456789')"),
         [("123456789",)]),
    Case("a VARCHAR shorter than a value", "ALTER TABLE t ALTER COLUMN b TYPE varchar(2)",
         ("INSERT INTO t VALUES (3, 'long')",), error=("", "")),
    Case("another type", "ALTER TABLE t ALTER COLUMN a TYPE bigint", error=("0A000", "")),
    Case("SET NOT NULL", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", error=("42601", "")),
    Case("SET DEFAULT", "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1",
         error=("0A000", "ALTER COLUMN SET/DROP DEFAULT is not supported")),
    Case("RENAME COLUMN", "SELECT z FROM t WHERE b = 'x'", ("ALTER TABLE t RENAME COLUMN a TO z",),
         [(1,)]),
    Case("RENAME TO", "SELECT count(*) FROM u", ("ALTER TABLE t RENAME TO u",), [(2,)]),
    Case("RENAME TO another schema", "ALTER TABLE t RENAME TO s.u", error=("42601", "")),
    Case("RENAME TO a temporary name", "ALTER TABLE t RENAME TO #u", error=("42P16", "")),
    Case("RENAME TO of a view", "SELECT count(*) FROM w", (VIEW, "ALTER TABLE v RENAME TO w"),
         [(2,)]),
    Case("the old name of a view is free", "SELECT a FROM v",
         (VIEW, "ALTER TABLE v RENAME TO w", "CREATE VIEW v AS SELECT 1 AS a"), [(1,)]),
    Case("RENAME of a view under a view is not had in silence", "ALTER TABLE v RENAME TO w",
         (VIEW, "CREATE VIEW x AS SELECT * FROM v"), error=("0A000", "not emulated: ")),
    Case("a view has no columns to add", "ALTER TABLE v ADD COLUMN z int", (VIEW,),
         error=("0A000", '"v" is not a table')),
    Case("DROP DEFAULT", "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
         error=("0A000", "ALTER COLUMN SET/DROP DEFAULT is not supported")),
    Case("RENAME under a view is not had in silence", "ALTER TABLE t RENAME TO u", (VIEW,),
         error=("0A000", "not emulated: ")),
    Case("OWNER TO", "SELECT tableowner FROM pg_tables WHERE tablename = 't'",
         ("ALTER TABLE t OWNER TO awsuser",), [("awsuser",)]),
    Case("OWNER TO nobody", "ALTER TABLE t OWNER TO nobody",
         error=("42704", 'user "nobody" does not exist')),
    Case("DROP COLUMN", "SELECT * FROM t WHERE b = 'x'", ("ALTER TABLE t DROP COLUMN a",),
         [("x",)]),
    Case("DROP COLUMN of the last", "ALTER TABLE u DROP COLUMN a", ("CREATE TABLE u (a int)",),
         error=("42P16", "")),
    Case("DROP COLUMN of a key", "ALTER TABLE u DROP COLUMN a",
         ("CREATE TABLE u (a int DISTKEY, b int)",), error=("42P16", "")),
    *(
        Case(words, "SELECT count(*) FROM t", (f"ALTER TABLE t {words}",), [(2,)])
        for words in ("ALTER DISTKEY a", "ALTER DISTSTYLE ALL", "ALTER DISTSTYLE EVEN",
                      "ALTER DISTSTYLE KEY DISTKEY a", "ALTER COMPOUND SORTKEY (a, b)",
                      "ALTER SORTKEY (a)", "ALTER SORTKEY AUTO", "ALTER SORTKEY NONE",
                      "ALTER ENCODE AUTO", "ALTER COLUMN b ENCODE zstd")
    ),
    Case("APPEND moves the rows", "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u)",
         ("CREATE TABLE u (a int, b varchar(5))", "ALTER TABLE u APPEND FROM t"), [(0, 2)]),
    Case("APPEND of the table itself", "ALTER TABLE t APPEND FROM t", error=("0A000", "")),
    Case("APPEND of other columns", "ALTER TABLE u APPEND FROM t", ("CREATE TABLE u (a int)",),
         error=("", "")),
    Case("APPEND IGNOREEXTRA", "SELECT count(*) FROM u",
         ("CREATE TABLE u (a int)", "ALTER TABLE u APPEND FROM t IGNOREEXTRA"), [(2,)]),
    Case("APPEND FILLTARGET", "SELECT count(*) FROM u",
         ("CREATE TABLE u (a int, b varchar(5), c int)", "ALTER TABLE u APPEND FROM t FILLTARGET"),
         [(2,)]),
)  # fmt: skip
def test_alter_table(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case("IF NOT EXISTS", "CREATE SCHEMA IF NOT EXISTS s", ("CREATE SCHEMA s",),
         notice='Schema "s" already exists and will be skipped'),
    Case("twice", "CREATE SCHEMA s", ("CREATE SCHEMA s",),
         error=("", 'Schema "s" already exists')),
    Case("AUTHORIZATION and QUOTA", "SELECT 1",
         ("CREATE SCHEMA s AUTHORIZATION awsuser QUOTA 5 GB",), [(1,)]),
    Case("DROP of one that is not empty", "DROP SCHEMA s",
         ("CREATE SCHEMA s", "CREATE TABLE s.t (a int)"),
         error=("2BP01", "cannot drop schema s because other objects depend on it")),
    Case("DROP CASCADE", "SELECT * FROM s.t",
         ("CREATE SCHEMA s", "CREATE TABLE s.t (a int)", "DROP SCHEMA s CASCADE"),
         error=("3F000", 'schema "s" does not exist')),
    Case("DROP IF EXISTS", "SELECT 1", ("DROP SCHEMA IF EXISTS nowhere",), [(1,)]),
    Case("DROP of several tables", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
         ("CREATE TABLE a (x int)", "CREATE TABLE b (x int)", "DROP TABLE a, b"), [(0,)]),
    Case("DROP TABLE of nothing", "DROP TABLE nosuch",
         error=("42P01", 'Table "nosuch" does not exist')),
    Case("COMMENT ON", "SELECT objsubid, description FROM pg_description d JOIN pg_class c "
         "ON c.oid = d.objoid WHERE relname = 't' ORDER BY 1",
         (*T, "COMMENT ON TABLE t IS 'a table'", "COMMENT ON COLUMN t.b IS 'a column'",
          "COMMENT ON COLUMN public.t.a IS 'x'", "COMMENT ON COLUMN t.a IS NULL"),
         [(0, "a table"), (2, "a column")]),
    *(
        Case(words, "SELECT count(*) FROM t", (*T, words), [(2,)])
        for words in ("VACUUM", "VACUUM t", "VACUUM FULL t TO 99 PERCENT", "VACUUM SORT ONLY t",
                      "VACUUM DELETE ONLY t", "VACUUM REINDEX t", "VACUUM t BOOST", "ANALYZE",
                      "ANALYZE t", "ANALYZE VERBOSE t (a)", "ANALYZE t PREDICATE COLUMNS")
    ),
    Case("VACUUM of nothing", "VACUUM nosuch", error=("42P01", 'relation "nosuch" does not exist')),
)  # fmt: skip
def test_schemas_and_maintenance(case: Case, sql: Client) -> None:
    case.check(sql)


def test_server_side_cursors_of_psycopg(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn(with_password=True)) as connection:
        connection.execute("CREATE TABLE numbers (a int)")
        connection.execute("INSERT INTO numbers VALUES (1), (2), (3), (4), (5)")
        with connection.cursor("five") as cursor:
            cursor.itersize = 2
            cursor.execute("SELECT a FROM numbers ORDER BY a")
            assert [column.name for column in cursor.description or []] == ["a"]
            assert list(cursor) == [(1,), (2,), (3,), (4,), (5,)]
