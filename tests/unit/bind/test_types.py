"""Labels and types of result columns, through the whole tree."""

from collections.abc import Callable

import pytest

from sparkify_harness.redshift.sql import tree

CASES = [
    # constants and their labels
    ("SELECT 1", "?column? integer"),
    ("SELECT 2147483648, -2147483648, -9223372036854775808",
     "?column? bigint, ?column? integer, ?column? bigint"),
    ("SELECT 1.50", "?column? numeric(3,2)"),
    ("SELECT 'x', NULL", "?column? character varying, ?column? character varying"),
    ("SELECT true", "bool boolean"),
    ("SELECT date '2018-11-01'", "date date"),
    ("SELECT '1'::int, 1::bigint, 'a'::varchar(3)",
     "int4 integer, int8 bigint, varchar character varying(3)"),
    ("SELECT id::bigint FROM events", "id bigint"),
    ("SELECT (id) FROM events", "id integer"),
    ("SELECT CASE WHEN id = 1 THEN 'a' ELSE level END FROM events", "level character varying(10)"),
    ("SELECT CASE WHEN id = 1 THEN 'a' END FROM events", "case character varying(1)"),
    ("SELECT (SELECT 1), EXISTS (SELECT 1)", "?column? integer, ?column? boolean"),
    ("SELECT ID, \"Level\" FROM events", "id integer, level character varying(10)"),
    # functions and operators
    ("SELECT 7/2, 7/2.0", "?column? integer, ?column? numeric(15,4)"),
    ("SELECT price * id FROM events", "?column? numeric(19,2)"),
    ("SELECT count(*), sum(id), avg(small), sum(price), avg(ratio) FROM events",
     "count bigint, sum bigint, avg bigint, sum numeric(38,2), avg double precision"),
    ("SELECT extract(dow FROM at), date_part(week, at) FROM events",
     "date_part integer, pgdate_part double precision"),
    ("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio::real), median(ratio::real),"
     " percentile_cont(0.5) WITHIN GROUP (ORDER BY ratio::real) FROM events",
     "percentile_cont double precision, median double precision, percentile_cont double precision"),
    ("SELECT dateadd(day, 1, day), datediff(day, day, at) FROM events",
     "date_add timestamp without time zone, date_diff bigint"),
    ("SELECT upper(level) AS u, level || 'x' FROM events",
     "u character varying, ?column? character varying"),
    ("SELECT nvl(level, 'none') FROM events", "coalesce character varying(10)"),
    ("SELECT position('a' IN level), trim(level) FROM events",
     "position integer, btrim character varying"),
    ("SELECT row_number() OVER (ORDER BY id), lag(price) OVER (ORDER BY id) FROM events",
     "row_number bigint, lag numeric(8,2)"),
    ("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY day) OVER (PARTITION BY id) FROM events",
     "percentile_disc date"),
    ("SELECT id = 1 AND level LIKE 'f%' FROM events", "?column? boolean"),
    # stars and names
    ("SELECT * FROM users", "id integer, name character varying(20), level character varying(10)"),
    ("SELECT u.*, 1 AS one FROM other.users u",
     "id bigint, nick character varying(20), one integer"),
    ("SELECT users.id FROM public.users", "id integer"),
    ("SELECT public.users.id FROM public.users", "id integer"),
    ("SELECT public.users.id, other.users.id FROM public.users, other.users",
     "id integer, id bigint"),
    ("SELECT * FROM users JOIN other.users o USING (id)",
     "id bigint, name character varying(20), level character varying(10),"
     " nick character varying(20)"),
    ("SELECT u.id, o.id FROM users u JOIN other.users o USING (id)", "id integer, id bigint"),
    ("SELECT a, b FROM users u (a, b)", "a integer, b character varying(20)"),
    ("SELECT a, b FROM (SELECT 1, 'x') q (a, b)", "a integer, b character varying"),
    ("SELECT * FROM (SELECT 1 AS a)", "a integer"),
    ("SELECT * FROM (SELECT u.id, o.id FROM users u, other.users o)", "id integer, id bigint"),
    ("SELECT * FROM #stage", "id integer, name character varying(20)"),
    # aliases in sight of what follows
    ("SELECT id * 2 AS twice, twice + 1 AS more FROM events", "twice integer, more integer"),
    ("SELECT 'x' AS id, id FROM events", "id character varying, id integer"),
    # common types
    ("SELECT 1 UNION ALL SELECT 2.5", "?column? numeric(11,1)"),
    ("SELECT 'a' AS x UNION SELECT level FROM events", "x character varying(10)"),
    ("SELECT NULL AS x UNION SELECT id FROM events", "x integer"),
    ("SELECT day AS x FROM events EXCEPT SELECT at FROM events", "x timestamp without time zone"),
    ("WITH c (n) AS (SELECT id FROM events) SELECT n, n + 1 AS m FROM c", "n integer, m integer"),
    ("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT * FROM c",
     "n integer"),
    # views
    ("SELECT * FROM paid", "id integer, name character varying(20)"),
    ("SELECT * FROM frozen", "id integer, name character varying(20)"),
    ("SELECT * FROM late", "id integer, level character varying(10)"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_result_columns(sql: str, expected: str, bound: Callable[..., tree.Bound]) -> None:
    columns = bound(sql).columns

    assert ", ".join(f"{column.name} {column.type}" for column in columns) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM events",
        "SELECT e.id FROM (SELECT id FROM events) e",
        "WITH c AS (SELECT id FROM events) SELECT id FROM c",
        "SELECT e.id FROM users u RIGHT JOIN events e ON e.id = u.id",
    ],
)
def test_a_column_keeps_the_table_column_it_comes_from(
    sql: str, bound: Callable[..., tree.Bound]
) -> None:
    expression = bound(sql).columns[0].expression

    assert isinstance(expression, tree.ColumnRef)
    assert expression.origin is not None
    assert (expression.origin[0].name, expression.origin[1]) == ("events", "id")
    assert expression.not_null


def test_a_column_of_a_view_comes_from_the_view(bound: Callable[..., tree.Bound]) -> None:
    expression = bound("SELECT id FROM paid").columns[0].expression

    assert isinstance(expression, tree.ColumnRef)
    assert expression.origin is not None
    assert expression.origin[0].name == "paid"


def test_what_is_read_and_written_is_known(bound: Callable[..., tree.Bound]) -> None:
    statement = bound("INSERT INTO users (id) SELECT e.id FROM events e, paid WHERE e.id = paid.id")

    assert {relation.name for relation in statement.reads} == {"events", "paid", "users"}
    assert statement.writes is not None
    assert statement.writes.name == "users"
