"""What an engine or a newer PostgreSQL would take in silence, and Redshift does not."""

from contextlib import closing

import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Psycopg2, ServerError

T = (
    "CREATE TABLE t (id int, s varchar(10), f float8)",
    "INSERT INTO t VALUES (1, 'a', 1e308), (1, 'a', 2), (2, 'b', NULL)",
)
OVERFLOW = ("22003", 'type "double precision" value out of range: overflow')
UNEQUAL = ("0A000", "not emulated: a sub-query correlated by anything but an equality")


@table(
    Case("a product of floats overflows", "SELECT f * 10 FROM t", error=OVERFLOW),
    Case("a sum of floats overflows", "SELECT f + f FROM t", error=OVERFLOW),
    Case("a quotient of floats overflows", "SELECT f / 0.001::float FROM t", error=OVERFLOW),
    Case(
        "SUM of floats overflows",
        "SELECT sum(g) FROM (SELECT f AS g FROM t UNION ALL SELECT f FROM t) u",
        error=OVERFLOW,
    ),
    Case(
        "a running SUM of floats",
        "SELECT sum(f) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM t WHERE f < 10",
        rows=[(2.0,)],
    ),
    Case("a power overflows", "SELECT power(f, 2) FROM t", error=OVERFLOW),
    Case("exp overflows", "SELECT exp(1000)", error=OVERFLOW),
    Case("overflow inside a chain", "SELECT f * 10 / 10 FROM t", error=OVERFLOW),
    Case("overflow under a divisor", "SELECT 1 / (f * 10) FROM t", error=OVERFLOW),
    Case(
        "a REAL constant overflows",
        "SELECT 1e40::real",
        error=("22003", 'type "real" value out of range: overflow'),
    ),
    Case("floats that fit", "SELECT f * 2 * 3 - 1 FROM t WHERE f < 10", rows=[(11.0,)]),
    Case(
        "a float beyond BIGINT",
        "SELECT 1e30::float::bigint",
        error=("22003", "bigint out of range"),
    ),
    Case("NaN is no integer", "SELECT 'NaN'::float::int", error=("22003", "integer out of range")),
)
def test_what_does_not_fit_is_an_error(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case(
        "a count over a range",
        "SELECT (SELECT count(*) FROM t v WHERE v.id <= t.id) FROM t",
        error=UNEQUAL,
    ),
    Case(
        "an aggregate over an equality and a range",
        "SELECT (SELECT max(v.f) FROM t v WHERE v.s = t.s AND v.f < t.f) FROM t",
        error=UNEQUAL,
    ),
    Case(
        "an aggregate over an alternative",
        "SELECT id FROM t WHERE f = (SELECT max(v.f) FROM t v WHERE v.s = t.s OR v.id = t.id)",
        error=UNEQUAL,
    ),
    Case(
        "EXISTS over a range alone",
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t v WHERE v.id > t.id)",
        error=UNEQUAL,
    ),
    Case(
        "EXISTS over an equality and a range",
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM t v WHERE v.s = t.s AND v.f > t.f)",
        rows=[(1,)],
    ),
    Case(
        "an aggregate over an equality",
        "SELECT DISTINCT id, (SELECT count(*) FROM t v WHERE v.id = t.id AND v.id > 0) FROM t "
        "ORDER BY 1",
        rows=[(1, 2), (2, 1)],
    ),
)
def test_only_equalities_are_decorrelated(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case("count without an argument", "SELECT count() FROM t", error=("42883", "function count()")),
    Case(
        "a view with two columns of a name",
        "CREATE VIEW v AS SELECT a.*, b.* FROM t a JOIN t b ON a.id = b.id",
        error=("42701", 'column "id" specified more than once'),
    ),
    Case(
        "a read-only transaction",
        "BEGIN READ ONLY",
        error=("0A000", "not emulated: transactions that are READ ONLY"),
    ),
    Case(
        "a frame of a ranking function",
        "SELECT row_number() OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM t",
        error=("0A000", "not emulated: a frame clause of row_number()"),
    ),
    Case(
        "EXECUTE after its result changed",
        "EXECUTE p",
        ("PREPARE p AS SELECT * FROM t", "ALTER TABLE t ADD COLUMN more int"),
        error=("0A000", "cached plan must not change result type"),
    ),
)
def test_refused(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case(
        "beginnings of weeks, not whole weeks",
        "SELECT datediff(week, '2019-12-31', '2019-12-27'), "
        "datediff(week, '2019-12-31', '2019-12-30'), datediff(week, '2019-12-31', '2020-01-02'), "
        "datediff(week, '2019-12-31', '2020-01-06 02:00:00')",
        rows=[(-1, 0, 0, 1)],
    ),
    Case(
        "weeks of timestamps with zone",
        "SELECT datediff(week, '2020-01-03 10:00+00'::timestamptz, '2020-01-07'::timestamptz)",
        rows=[(1,)],
    ),
    Case("weeks to NULL", "SELECT datediff(week, '2020-01-01', NULL)", rows=[(None,)]),
    Case(
        "a week from Sunday to Sunday",
        "SELECT datediff(week, '2020-01-05', '2020-01-12')",
        rows=[(1,)],
    ),
    Case(
        "whether a week begins on Sunday is not published",
        "SELECT datediff(week, '2020-01-04', '2020-01-05')",
        error=("0A000", "not emulated: DATEDIFF in weeks from or to a Sunday"),
    ),
)
def test_weeks(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case(
        "CREATE SCHEMA for nobody",
        "CREATE SCHEMA s AUTHORIZATION nobody",
        error=("42704", 'user "nobody" does not exist'),
    ),
    Case(
        "VACUUM beyond 100 percent",
        "VACUUM FULL t TO 101 PERCENT",
        error=("22023", "VACUUM threshold"),
    ),
    Case(
        "a privilege on no table",
        "SELECT has_table_privilege('nosuch', 'select')",
        error=("42P01", 'relation "nosuch" does not exist'),
    ),
    Case(
        "a privilege on no schema",
        "SELECT has_schema_privilege('nosuch', 'usage')",
        error=("3F000", 'schema "nosuch" does not exist'),
    ),
    Case(
        "a privilege on no database",
        "SELECT has_database_privilege('nosuch', 'create')",
        error=("3D000", 'database "nosuch" does not exist'),
    ),
    Case(
        "no privilege",
        "SELECT has_table_privilege('t', 'fly')",
        error=("22023", 'unrecognized privilege type: "fly"'),
    ),
    Case(
        "a privilege of another user",
        "SELECT has_table_privilege('bob', 't', 'select')",
        error=("0A000", "not emulated: has_table_privilege() of a user"),
    ),
    Case(
        "a privilege on a table",
        "SELECT has_table_privilege('public.t', 'SELECT')",
        rows=[(True,)],
    ),
)
def test_what_must_exist(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case("two more digits", "SELECT (0.1::float + 0.2::float)::varchar",
         ("SET extra_float_digits TO 2",), [("0.30000000000000004",)]),
    Case("fewer digits", "SELECT (1::float / 3)::varchar",
         ("SET extra_float_digits TO -10",), [("0.33333",)]),
    Case("too many digits", "SET extra_float_digits TO 3",
         error=("22023", '3 is outside the valid range for parameter "extra_float_digits"')),
)  # fmt: skip
def test_digits_of_floats(case: Case, sql: Client) -> None:
    case.check(sql)


def test_digits_of_floats_in_text_results(warehouse: Warehouse) -> None:
    with closing(Psycopg2(warehouse)) as client:
        client.run("SET extra_float_digits TO 2")
        assert client.rows("SELECT 0.1::float + 0.2::float") == [(0.30000000000000004,)]


@table(
    Case("REPEAT", "SELECT len(repeat('a', 2000000000))", error=("XX000", "Value too long")),
    Case("RPAD", "SELECT len(rpad('a', 2000000000))", error=("XX000", "Value too long")),
    Case("a string within the limit", "SELECT len(repeat('ab', 1000000))", rows=[(2000000,)]),
)  # fmt: skip
def test_strings_have_a_longest_length(case: Case, sql: Client) -> None:
    case.check(sql)


def test_a_parameter_for_char_is_ascii(sql: Client) -> None:
    sql.run("CREATE TABLE c (c char(3))")
    with pytest.raises(ServerError, match="CHAR string contains invalid ASCII character"):
        sql.rows("INSERT INTO c VALUES (%s)", ("é",))
    assert sql.rows("SELECT count(*) FROM c") == [(0,)]


@table(
    *(
        Case(
            f"ENCODE {encoding} of {kind}",
            f"CREATE TABLE e (a {kind} ENCODE {encoding})",
            error=("42P16", 'invalid encoding type specified for column "a"'),
        )
        for encoding, kind in (
            ("az64", "varchar(9)"),
            ("az64", "float"),
            ("lzo", "boolean"),
            ("delta", "varchar(9)"),
            ("delta32k", "smallint"),
            ("mostly8", "varchar(9)"),
            ("mostly32", "int"),
            ("text255", "int"),
            ("text32k", "char(9)"),
            ("bytedict", "boolean"),
        )
    ),
    Case(
        "ENCODE of a column that is added",
        "ALTER TABLE t ADD COLUMN a varchar(9) ENCODE az64",
        error=("42P16", "invalid encoding type"),
    ),
    Case(
        "SUPER as sort key",
        "CREATE TABLE e (a super) SORTKEY (a)",
        error=("42P16", 'column "a" of type super cannot be a distribution or sort key'),
    ),
    Case(
        "SUPER as distribution key",
        "CREATE TABLE e (a super DISTKEY)",
        error=("42P16", 'column "a" of type super cannot be a distribution or sort key'),
    ),
    Case(
        "a schema of the system's",
        "CREATE SCHEMA pg_mine",
        error=("42939", 'unacceptable schema name "pg_mine"'),
    ),
    Case(
        "IF NOT EXISTS with a query",
        "CREATE TABLE IF NOT EXISTS e AS SELECT 1 AS a",
        error=("0A000", "not emulated: CREATE TABLE IF NOT EXISTS ... AS"),
    ),
)
def test_definitions_refused(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@table(
    Case(
        "an answer of the session's is rolled up",
        "SELECT db_collation(), count(*) FROM t GROUP BY ROLLUP(db_collation()) ORDER BY 2, 1",
        rows=[("case_sensitive", 3), (None, 3)],
    ),
    Case(
        "a constant is rolled up",
        "SELECT upper('a'), current_setting('timezone'), count(*) FROM t "
        "GROUP BY CUBE(1, 2) HAVING count(*) > 0 ORDER BY 1, 2",
        rows=[("A", "UTC", 3), ("A", None, 3), (None, "UTC", 3), (None, None, 3)],
    ),
    Case(
        "an interval's fraction has two digits, as a time's has",
        "SELECT (interval '10 hours 0.5 seconds')::varchar, "
        "('10:11:12.50'::time::interval)::varchar, max('00:00:00.25'::time::interval)::varchar "
        "FROM t",
        rows=[("10:00:00.50", "10:11:12.50", "00:00:00.25")],
    ),
)
def test_places_that_a_function_has_been_missing_in(case: Case, sql: Client) -> None:
    sql.run(*T)
    case.check(sql)


@pytest.mark.parametrize("call", ["json_extract_path_text($1, 'a', true)",
    "json_extract_array_element_text($1, 0, true)", "json_array_length($1, true)"])  # fmt: skip
def test_broken_json_may_come_as_a_parameter(call: str, warehouse: Warehouse) -> None:
    with closing(Psycopg2(warehouse)) as client:
        client.run(f"PREPARE p (varchar) AS SELECT {call}")
        for broken in ('{"a":', "[1,", "NaN"):
            assert client.rows(f"EXECUTE p('{broken}')") == [(None,)]
