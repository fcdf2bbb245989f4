"""The closed world: what Redshift does not have is refused, what we do not have says so.

https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

T = ("CREATE TABLE t (id int, a int, s varchar(20))", "INSERT INTO t VALUES (1, 1, 'x')")
SYNTAX = ("42601", "syntax error at or near")
ANY_REFUSAL = ("", "")


@table(
    Case("ON CONFLICT DO NOTHING", "INSERT INTO t VALUES (1, 1, 'x') ON CONFLICT DO NOTHING",
         error=SYNTAX),
    Case("ON CONFLICT DO UPDATE",
         "INSERT INTO t VALUES (1, 1, 'x') ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a",
         error=SYNTAX),
    Case("ON DUPLICATE KEY", "INSERT INTO t VALUES (1, 1, 'x') ON DUPLICATE KEY UPDATE a = 1",
         error=SYNTAX),
    Case("INSERT OR REPLACE", "INSERT OR REPLACE INTO t VALUES (1, 1, 'x')", error=SYNTAX),
    Case("INSERT RETURNING", "INSERT INTO t VALUES (1, 1, 'x') RETURNING id", error=SYNTAX),
    Case("UPDATE RETURNING", "UPDATE t SET a = 2 RETURNING id", error=SYNTAX),
    Case("DELETE RETURNING", "DELETE FROM t RETURNING id", error=SYNTAX),
    Case("VALUES as a table", "SELECT * FROM (VALUES (1), (2)) v (a)", error=SYNTAX),
    Case("VALUES as a statement", "VALUES (1), (2)", error=SYNTAX),
    Case("VALUES in WITH", "WITH v (a) AS (VALUES (1)) SELECT * FROM v", error=SYNTAX),
    Case("FROM first", "FROM t", error=SYNTAX),
    Case("FROM first with SELECT", "FROM t SELECT a", error=SYNTAX),
    Case("a trailing comma", "SELECT a, FROM t", error=SYNTAX),
    Case("EXCLUDE of an expression", "SELECT * EXCLUDE (upper(a)) FROM t", error=SYNTAX),
    Case("EXCEPT of columns", "SELECT * EXCEPT (a) FROM t", error=ANY_REFUSAL),
    Case("REPLACE of columns", "SELECT * REPLACE (1 AS a) FROM t", error=SYNTAX),
    Case("ORDER BY ALL", "SELECT a FROM t ORDER BY ALL", error=SYNTAX),
    Case("an integer division operator", "SELECT 7 // 2", error=ANY_REFUSAL),
    Case("a lambda", "SELECT list_transform(a, x -> x + 1) FROM t", error=ANY_REFUSAL),
    Case("a list", "SELECT [1, 2]", error=SYNTAX),
    Case("a structure", "SELECT {'a': 1}", error=SYNTAX),
    Case("an array constructor", "SELECT ARRAY[1, 2]", error=SYNTAX),
    Case("= ANY of an array of columns", "SELECT 1 FROM t WHERE 1 = ANY (ARRAY[a, id])",
         error=SYNTAX),
    Case("= ANY of an empty array", "SELECT 1 = ANY (ARRAY[])", error=SYNTAX),
    Case("a subscript of a column", "SELECT a[1] FROM t", error=ANY_REFUSAL),
    Case("a row constructor", "SELECT ROW(1, 2)", error=ANY_REFUSAL),
    Case("IS DISTINCT FROM", "SELECT a IS DISTINCT FROM 1 FROM t", error=SYNTAX),
    Case("->>", "SELECT s ->> 'a' FROM t", error=ANY_REFUSAL),
    Case("FILTER", "SELECT count(*) FILTER (WHERE a > 1) FROM t", error=SYNTAX),
    Case("LATERAL", "SELECT * FROM t, LATERAL (SELECT t.a) x", error=SYNTAX),
    Case("TABLESAMPLE", "SELECT * FROM t TABLESAMPLE SYSTEM (10)", error=SYNTAX),
    Case("FETCH FIRST", "SELECT * FROM t FETCH FIRST 1 ROW ONLY", error=SYNTAX),
    Case("FOR UPDATE", "SELECT * FROM t FOR UPDATE", error=ANY_REFUSAL),
    Case("DISTINCT ON", "SELECT DISTINCT ON (a) a, s FROM t",
         error=("0A000", "SELECT DISTINCT ON is not supported")),
    Case("a named window", "SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY s)",
         error=SYNTAX),
    Case("SAVEPOINT", "SAVEPOINT s", error=ANY_REFUSAL),
    Case("ROLLBACK TO", "ROLLBACK TO SAVEPOINT s", error=ANY_REFUSAL),
    Case("RELEASE", "RELEASE SAVEPOINT s", error=ANY_REFUSAL),
    Case("COPY FROM STDIN", "COPY t FROM STDIN",
         error=("42601", 'syntax error at or near "STDIN"')),
    Case("COPY TO STDOUT", "COPY t TO STDOUT", error=SYNTAX),
    Case("COPY of a query", "COPY (SELECT 1) TO '/tmp/x'",
         error=("42601", 'syntax error at or near "("')),
    Case("COPY of a local file", "COPY t FROM '/etc/passwd'", error=ANY_REFUSAL),
    Case("DO", "DO $$ BEGIN END $$", error=ANY_REFUSAL),
    Case("LISTEN", "LISTEN x", error=ANY_REFUSAL),
    Case("NOTIFY", "NOTIFY x", error=ANY_REFUSAL),
    Case("PRAGMA", "PRAGMA version", error=SYNTAX),
    Case("ATTACH", "ATTACH 'x.db'", error=SYNTAX),
    Case("INSTALL", "INSTALL httpfs", error=SYNTAX),
    Case("LOAD", "LOAD httpfs", error=ANY_REFUSAL),
    Case("EXPORT", "EXPORT DATABASE '/tmp/x'", error=SYNTAX),
    Case("DESCRIBE", "DESCRIBE t", error=SYNTAX),
    Case("SUMMARIZE", "SUMMARIZE t", error=SYNTAX),
    Case("USE", "USE public", error=ANY_REFUSAL),
    Case("REINDEX", "REINDEX TABLE t", error=ANY_REFUSAL),
    Case("CREATE OR REPLACE TABLE", "CREATE OR REPLACE TABLE t (a int)", error=SYNTAX),
    Case("CREATE UNLOGGED TABLE", "CREATE UNLOGGED TABLE x (a int)", error=ANY_REFUSAL),
    Case("TRUNCATE of two tables", "TRUNCATE t, t", error=SYNTAX),
    Case("TRUNCATE CASCADE", "TRUNCATE t CASCADE", error=SYNTAX),
    Case("TRUNCATE RESTART IDENTITY", "TRUNCATE t RESTART IDENTITY", error=SYNTAX),
    Case("INTERSECT ALL", "SELECT 1 INTERSECT ALL SELECT 1", error=ANY_REFUSAL),
    Case("EXCEPT ALL", "SELECT 1 EXCEPT ALL SELECT 1", error=ANY_REFUSAL),
    Case("LIMIT in an operand", "SELECT a FROM t LIMIT 1 UNION SELECT 1", error=ANY_REFUSAL),
    Case("TOP and LIMIT", "SELECT TOP 1 a FROM t LIMIT 1", error=ANY_REFUSAL),
    Case("ORDER BY a text", "SELECT a FROM t ORDER BY 'x'", error=ANY_REFUSAL),
    Case("SET of a qualified column", "UPDATE t SET t.a = 1", error=ANY_REFUSAL),
    Case("a file as a table", "SELECT * FROM '/etc/passwd'", error=SYNTAX),
    Case("EXPLAIN ANALYZE", "EXPLAIN ANALYZE SELECT 1", error=SYNTAX),
    Case("an unknown statement", "FROBNICATE", error=SYNTAX),
    Case("an unterminated text", "SELECT 'a", error=("42601", "unterminated quoted string")),
    Case("an unterminated comment", "SELECT 1 /* a", error=("42601", "unterminated /* comment")),
    Case("nothing after a comma", "SELECT 1,", error=("42601", "syntax error at")),
)  # fmt: skip
def test_syntax(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)
    assert sql.rows("SELECT * FROM t") == [(1, 1, "x")]


@table(
    *(
        Case(call.partition("(")[0], f"SELECT {call}", error=("42883", "function "))
        for call in (
            "string_agg('a', ',')", "array_agg(1)", "json_agg(1)", "row_to_json(1)",
            "every(TRUE)", "corr(1, 2)", "regr_slope(1, 2)", "width_bucket(1, 2, 3, 4)",
            "clock_timestamp()", "pg_sleep(1)", "format('%s', 'a')",
            "convert_from('a', 'utf8')", "regexp_matches('a', 'a')",
            "regexp_split_to_array('a', 'a')", "justify_days(1)", "gen_random_uuid()", "uuid()",
            "nextval('s')", "setval('s', 1)", "pg_advisory_lock(1)", "to_regclass('t')",
            "if(1, 2, 3)",
            "iff(TRUE, 1, 2)", "strftime('a', 'b')", "read_csv('/etc/passwd')",
            "read_text('/etc/passwd')", "range(3)", "list_value(1)", "epoch_ms(1)",
            "epoch(1)", "make_date(2018, 1, 1)", "to_timestamp(1541106106)", "getenv('HOME')",
            "current_query()", "div(7, 2)", "setseed(0.5)", "bit_length('a')",
            "quote_nullable('a')", "group_concat('a')", "ifnull(1, 2)", "isnull2(1, 2)",
            "concat('a', 'b', 'c')", "concat_ws(',', 'a', 'b')", "date_format('a', 'b')",
            "from_unixtime(1)", "unix_timestamp()", "str_to_date('a', 'b')", "arg_max(1, 2)",
            "sha256('a')", "json_extract('{}', '$.a')", "starts_with('a', 'b')", "age()",
            "struct_pack(1)", "median2(1)", "nosuch()",
        )
    ),
    Case("ENCODE, which is a reserved word", "SELECT encode('a', 'hex')", error=SYNTAX),
    Case("an argument of a wrong type", "SELECT upper(1, 2)",
         error=("42883", "function upper(integer, integer) does not exist")),
    Case("an operator of wrong types", "SELECT TRUE + 1",
         error=("42883", "operator does not exist: boolean + integer")),
    Case("a table function", "SELECT * FROM read_csv('/etc/passwd')", error=ANY_REFUSAL),
    Case("duckdb_tables()", "SELECT * FROM duckdb_tables()", error=ANY_REFUSAL),
    Case("duckdb's settings", "SELECT * FROM duckdb_settings()", error=ANY_REFUSAL),
)  # fmt: skip
def test_functions(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    *(
        Case(words, sql, error=("0A000", f"not emulated: {words}"))
        for words, sql in {
            "GRANT": "GRANT SELECT ON t TO PUBLIC",
            "REVOKE": "REVOKE ALL ON t FROM PUBLIC",
            "CREATE USER": "CREATE USER u PASSWORD 'Abcd1234'",
            "CREATE GROUP": "CREATE GROUP g",
            "CREATE ROLE": "CREATE ROLE r",
            "CREATE DATABASE": "CREATE DATABASE d",
            "CREATE PROCEDURE": "CREATE PROCEDURE p() AS $$ BEGIN END; $$ LANGUAGE plpgsql",
            "CREATE FUNCTION":
                "CREATE FUNCTION f(int) RETURNS int IMMUTABLE AS $$ SELECT $1 $$ LANGUAGE sql",
            "CALL": "CALL p()",
            "CREATE EXTERNAL SCHEMA":
                "CREATE EXTERNAL SCHEMA e FROM DATA CATALOG DATABASE 'd' IAM_ROLE 'r'",
            "CREATE MATERIALIZED VIEW": "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a",
            "CREATE LIBRARY": "CREATE LIBRARY l",
            "CREATE MODEL": "CREATE MODEL m",
            "CREATE DATASHARE": "CREATE DATASHARE d",
            "ANALYZE COMPRESSION": "ANALYZE COMPRESSION t",
        }.items()
    )
)  # fmt: skip
def test_what_is_not_emulated_says_so(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case("ON CONFLICT", "INSERT INTO t VALUES (1, 1, 'x') ON CONFLICT DO NOTHING", T,
         error=SYNTAX),
    Case("RETURNING", "INSERT INTO t VALUES (1, 1, 'x') RETURNING id", T, error=SYNTAX),
    Case("SAVEPOINT", "SAVEPOINT s", error=ANY_REFUSAL),
    Case("string_agg", "SELECT string_agg(s, ',') FROM t", T, error=("42883", "function ")),
    Case("COPY FROM STDIN", "COPY t FROM STDIN", T,
         error=("42601", 'syntax error at or near "STDIN"')),
)  # fmt: skip
def test_every_client_sees_it(case: Case, client: Client) -> None:
    case.check(client)
