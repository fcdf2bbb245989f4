"""What is refused while names and types are found, with SQLSTATE and words."""

from collections.abc import Callable

import pytest

from sparkify_harness.redshift.catalog.relations import Catalog
from sparkify_harness.redshift.errors import LeaderNodeOnly, RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.bind import bind_query
from sparkify_harness.redshift.sql.parse import parse_query

CORRELATED = "This type of correlated subquery pattern is not supported yet"
GROUPED = "This type of correlated subquery pattern is not supported due to internal error"
SORTED = "within group ORDER BY clauses for aggregate functions must be the same"
DISTINCT = (
    "LISTAGG/PERCENTILE_CONT/MEDIAN aggregate functions with other distinct aggregate "
    "function not supported"
)
UNTYPED = 'failed to find conversion function from "unknown" to text'
RECURSION = "Datatype mismatch in recursive CTE"
MONTHS = "Interval values with month or year parts are not supported"
FRAME = "Aggregate window functions with an ORDER BY clause require a frame clause"

LONG = "9" * 5000

CASES = [
    # names
    ("SELECT nope FROM users", "42703", 'column "nope" does not exist'),
    ("SELECT u.nope FROM users u", "42703", "column u.nope does not exist"),
    ("SELECT id FROM users, events", "42702", 'column reference "id" is ambiguous'),
    ("SELECT 1 AS a, 2 AS a, a + 1", "42702", 'column reference "a" is ambiguous'),
    ("SELECT b + 1 AS a, 1 AS b", "42703", 'column "b" does not exist'),
    ("SELECT q.id FROM (SELECT u.id, e.id FROM users u, events e) q", "42702",
     'column reference "q.id" is ambiguous'),
    ("SELECT 1 FROM nope", "42P01", 'relation "nope" does not exist'),
    ("SELECT 1 FROM public.nope", "42P01", 'relation "public.nope" does not exist'),
    ("SELECT 1 FROM nope.users", "3F000", 'schema "nope" does not exist'),
    ("SELECT 1 FROM public.users(1)", "42P01", 'relation "public.users" does not exist'),
    ("SELECT 1 FROM nope.users(1)", "3F000", 'schema "nope" does not exist'),
    ("SELECT 1 FROM users u, u.levels(1)", "0A000", "not emulated: PartiQL unnesting"),
    ("SELECT x.id FROM users u", "42P01", 'missing FROM-clause entry for table "x"'),
    ("SELECT users.id FROM users u", "42P01",
     'invalid reference to FROM-clause entry for table "users"'),
    ("SELECT x.* FROM users", "42P01", 'missing FROM-clause entry for table "x"'),
    ("SELECT 1 FROM users, users", "42712", 'table name "users" specified more than once'),
    ("SELECT 1 FROM users u (a, b, c, d)", "42P10",
     'table "u" has 3 columns available but 4 columns specified'),
    ("SELECT 1 FROM users JOIN events ON users.id = x.id", "42P01",
     'missing FROM-clause entry for table "x"'),
    ("SELECT 1 FROM users JOIN events USING (nope)", "42703",
     'column "nope" specified in USING clause does not exist in left table'),
    ("SELECT * FROM users u, (SELECT u.id) q", "42P01", 'missing FROM-clause entry for table "u"'),
    ("SELECT nope(1)", "42883", "function nope(integer) does not exist"),
    # types
    ("SELECT id FROM users WHERE id", "42804",
     "argument of WHERE must be type boolean, not type integer"),
    ("SELECT id FROM users WHERE id = 1 AND name", "42804",
     "argument of AND must be type boolean, not type character varying"),
    ("SELECT CASE WHEN 1 THEN 2 END", "42804",
     "argument of CASE/WHEN must be type boolean, not type integer"),
    ("SELECT 1 UNION SELECT date '2018-11-01'", "42804",
     "UNION types integer and date cannot be matched"),
    ("SELECT 1, 2 UNION SELECT 1",
     "42601", "each UNION query must have the same number of columns"),
    ("SELECT id FROM users WHERE id = 'x'", "22P02", 'invalid input syntax for integer: "x"'),
    ("SELECT name::boolean FROM users", "42846", "cannot cast type character varying to boolean"),
    ("SELECT code::bool FROM events", "42846", "cannot cast type character to boolean"),
    ("SELECT CAST(json_extract_path_text(name, 'k') AS boolean) FROM users", "42846",
     "cannot cast type character varying to boolean"),
    ("SELECT datediff(day, at, sysdate::timestamptz) FROM events", "42883",
     'function pg_catalog.date_diff("unknown", timestamp without time zone, '
     "timestamp with time zone) does not exist"),
    ("SELECT datediff(hour, sysdate::timestamptz, day) FROM events", "42883",
     'function pg_catalog.date_diff("unknown", timestamp with time zone, date) does not exist'),
    # constants of a query below
    ("WITH c AS (SELECT 'x' AS k) SELECT c.k, u.id FROM users u, c ORDER BY c.k, id", "XX000",
     UNTYPED),
    ("SELECT k FROM (SELECT 'x' AS k) q ORDER BY 1", "XX000", UNTYPED),
    ("SELECT k AS l FROM (SELECT k FROM (SELECT 'x' AS k) p) q ORDER BY l", "XX000", UNTYPED),
    ("WITH c AS (SELECT id, NULL AS spend FROM users) SELECT id, min(spend) FROM c GROUP BY id",
     "XX000", UNTYPED),
    ("SELECT max(k) FROM (SELECT DISTINCT 'x' AS k FROM users) q", "XX000", UNTYPED),
    # percentiles
    *(
        (f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {value}) FROM events", "42883",
         f"function percentile_cont({kind}) does not exist")
        for value, kind in (
            ("at::time", "time without time zone"),
            ("'10:00+00'::timetz", "time with time zone"),
            ("interval '1 day'", "interval"), ("level", "character varying"), ("id = 1", "boolean"),
        )
    ),
    # recursion
    ("WITH RECURSIVE c (d) AS (SELECT date '2018-11-01' UNION ALL SELECT dateadd(day, 1, d) FROM c)"
     " SELECT * FROM c", "42804", RECURSION),
    ("WITH RECURSIVE c (n) AS (SELECT 1::bigint UNION ALL SELECT 2 FROM c) SELECT * FROM c",
     "42804", RECURSION),
    ("WITH RECURSIVE c (n) AS (SELECT 1::smallint UNION ALL SELECT n + 1 FROM c) SELECT * FROM c",
     "42804", RECURSION),
    ("SELECT * EXCLUDE (id, name, level) FROM users", "0A000",
     "not emulated: EXCLUDE of all columns"),
    # intervals
    ("SELECT day + interval '1 month' FROM events", "XX000", MONTHS),
    ("SELECT interval '1 year' + at FROM events", "XX000", MONTHS),
    ("SELECT date_trunc('month', at) + interval '1 month' - interval '1 day' FROM events",
     "XX000", MONTHS),
    ("SELECT id FROM events WHERE at > sysdate - interval '1 month' * id", "XX000", MONTHS),
    ("SELECT listagg(level) WITHIN GROUP (ORDER BY id) IGNORE NULLS OVER () FROM users",
     "42601", 'syntax error at or near "IGNORE"'),
    ("SELECT listagg(level IGNORE NULLS) WITHIN GROUP (ORDER BY id) OVER () FROM users",
     "42601", 'syntax error at or near "IGNORE"'),
    ("SELECT max(day) - 2 * interval '1 year 2 days' FROM events", "XX000", MONTHS),
    ("SELECT id IS TRUE FROM users", "XX000", "Not implemented"),
    # grouping
    ("SELECT id, name FROM users GROUP BY id", "42803",
     'column "users.name" must appear in the GROUP BY clause or be used in an aggregate function'),
    ("SELECT id FROM users u HAVING count(*) > 1", "42803",
     'column "u.id" must appear in the GROUP BY clause or be used in an aggregate function'),
    ("SELECT level FROM users GROUP BY level ORDER BY id", "42803",
     'column "users.id" must appear in the GROUP BY clause or be used in an aggregate function'),
    ("SELECT level, (SELECT max(e.id) FROM events e WHERE e.id = u.id) FROM users u GROUP BY level",
     "42803", 'subquery uses ungrouped column "u.id" from outer query'),
    ("SELECT sum(sum(id)) FROM users", "42803",
     "aggregate function calls may not have nested aggregate or window function"),
    ("SELECT id FROM users WHERE sum(id) > 1", "42803", "aggregates not allowed in WHERE clause"),
    ("SELECT 1 FROM users GROUP BY sum(id)", "42803", "aggregates not allowed in GROUP BY clause"),
    ("SELECT 1 FROM users u JOIN users v ON sum(u.id) = 1", "42803",
     "aggregates not allowed in JOIN conditions"),
    ("SELECT 1 FROM users GROUP BY 2", "42P10", "GROUP BY position 2 is not in select list"),
    ("SELECT 1 FROM users GROUP BY 'x'", "42601", "non-integer constant in GROUP BY"),
    ("SELECT grouping(id) FROM users GROUP BY level", "42803",
     "arguments to GROUPING must be grouping expressions of the associated query level"),
    ("SELECT grouping(level) OVER () FROM users GROUP BY level", "42P20",
     "OVER specified, but grouping is not a window function nor an aggregate function"),
    ("SELECT * EXCLUDE nothing FROM users", "42703", 'column "nothing" does not exist'),
    ("SELECT upper(DISTINCT name) FROM users", "42803",
     "DISTINCT specified, but upper is not an aggregate function"),
    ("SELECT listagg(name, ',') WITHIN GROUP (ORDER BY id), listagg(name, ',') WITHIN GROUP"
     " (ORDER BY level) FROM users", "0A000", SORTED),
    ("SELECT percentile_cont(0.6) WITHIN GROUP (ORDER BY id), median(price) FROM events", "0A000",
     SORTED),
    ("SELECT level, id + count(*) FROM users GROUP BY ALL", "42803",
     'column "users.id" must appear in the GROUP BY clause or be used in an aggregate function'),
    ("SELECT level FROM users GROUP BY ALL ORDER BY id", "42803",
     'column "users.id" must appear in the GROUP BY clause or be used in an aggregate function'),
    ("SELECT level, rank() OVER (ORDER BY level) FROM users GROUP BY ALL", "0A000",
     "not emulated: GROUP BY ALL beside window functions"),
    ("SELECT percentile_cont($1::float) WITHIN GROUP (ORDER BY id) FROM users", "42883",
     "function percentile_cont(double precision) does not exist"),
    ("SELECT percentile_disc($1) WITHIN GROUP (ORDER BY id) OVER () FROM users", "42883",
     'function percentile_disc("unknown") does not exist'),
    ("SELECT listagg(name, ','), count(DISTINCT id) FROM users", "0A000", DISTINCT),
    ("SELECT median(id) + sum(DISTINCT id) FROM users", "0A000", DISTINCT),
    ("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM users"
     " HAVING count(DISTINCT name) > 1", "0A000", DISTINCT),
    # order
    ("SELECT id FROM users ORDER BY 2", "42P10", "ORDER BY position 2 is not in select list"),
    ("SELECT id FROM users ORDER BY 'x'", "42601", "non-integer constant in ORDER BY"),
    ("SELECT DISTINCT id FROM users ORDER BY name", "42P10",
     "for SELECT DISTINCT, ORDER BY expressions must appear in select list"),
    ("SELECT id FROM users UNION SELECT 1 ORDER BY id + 1", "42P10",
     "ORDER BY on a UNION/INTERSECT/EXCEPT result must be on one of the result columns"),
    ("(SELECT 1 LIMIT 1) UNION SELECT 2", "0A000",
     "LIMIT may not be used within input to set operations."),
    # windows
    ("SELECT sum(id) OVER (ORDER BY id) FROM users", "0A000", FRAME),
    ("SELECT first_value(id) OVER (ORDER BY id) FROM users", "0A000", FRAME),
    ("SELECT rank() FROM users", "42P20", "window function rank() requires an OVER clause"),
    ("SELECT upper(name) OVER (ORDER BY id) FROM users", "42P20",
     "OVER specified, but upper is not a window function nor an aggregate function"),
    ("SELECT id FROM users WHERE rank() OVER (ORDER BY id) = 1", "42P20",
     "window functions not allowed in WHERE clause"),
    ("SELECT count(DISTINCT id) OVER (PARTITION BY name) FROM users", "0A000",
     "DISTINCT is not implemented for window functions"),
    # sub-queries
    ("SELECT id FROM users WHERE id = ANY (ARRAY['x'])", "22P02",
     'invalid input syntax for integer: "x"'),
    ("SELECT id FROM users WHERE id > ALL (ARRAY[true])", "42883",
     "operator does not exist: integer > boolean"),
    ("SELECT id FROM users WHERE id | ANY (ARRAY[1])", "42601", 'syntax error at or near "ANY"'),
    ("SELECT (SELECT 1, 2)", "42601", "subquery must return only one column"),
    ("SELECT 1 WHERE 1 IN (SELECT 1, 2)", "42601", "subquery has too many columns"),
    ("SELECT id FROM events e WHERE NOT EXISTS (SELECT * FROM users WHERE NOT EXISTS"
     " (SELECT * FROM #stage s WHERE e.id = s.id))", "0A000", CORRELATED),
    ("SELECT * FROM users u LEFT JOIN events e ON u.id = e.id AND e.id ="
     " (SELECT max(id) FROM #stage s WHERE s.id = e.id)", "0A000", CORRELATED),
    ("SELECT id FROM users u WHERE id NOT IN"
     " (SELECT sum(e.id) OVER () FROM events e WHERE e.id = u.id)", "0A000", CORRELATED),
    ("SELECT u.id, (SELECT count(*) FROM events e WHERE e.id = u.id) AS n FROM users u"
     " GROUP BY n, u.id", "XX000", GROUPED),
    ("SELECT id FROM users u WHERE id IN"
     " (SELECT sum(e.id) FROM events e WHERE e.id = u.id GROUP BY e.level)", "0A000", CORRELATED),
    ("SELECT (SELECT e.level FROM events e WHERE e.id = u.id LIMIT 1) FROM users u", "0A000",
     CORRELATED),
    # common table expressions
    ("WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", "42P01",
     'relation "b" does not exist'),
    ("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a", "42601",
     'WITH query name "a" specified more than once'),
    ("WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c) SELECT * FROM c", "0A000",
     'Recursive CTE "c" must have a column list'),
    ("SELECT * FROM (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
     " SELECT * FROM c)", "0A000", "Recursive CTE in subquery are not supported"),
    # joins
    ("SELECT 1 FROM users u FULL JOIN events e ON u.id = e.id AND u.id > 1", "0A000",
     "FULL JOIN is only supported with merge-joinable join conditions"),
    ("SELECT 1 FROM users u FULL JOIN events e ON u.id < e.id", "0A000",
     "FULL JOIN is only supported with merge-joinable join conditions"),
    # not emulated
    ("SELECT (SELECT max(u.id)) FROM users u", "0A000",
     "not emulated: an aggregate over columns of an outer query"),
    ("SELECT id FROM users WHERE id < ANY (SELECT id FROM events)", "0A000",
     "not emulated: a comparison with ANY or ALL of a sub-query"),
    ("SELECT id FROM users WHERE (id, name) = (1, 'a')", "0A000",
     "not emulated: row values other than before IN (SELECT ...)"),
    ("SELECT i FROM users u, u.doc.items AS i", "0A000", "not emulated: PartiQL unnesting"),
    ("SELECT i FROM users u LEFT JOIN u.items AS i ON true", "0A000",
     "not emulated: PartiQL unnesting"),
    ("SELECT i FROM users u, v.items AS i", "3F000", 'schema "v" does not exist'),
    ("SELECT tzdb_version()", "0A000", "not emulated: function tzdb_version"),
    ("SELECT level.a FROM users", "0A000",
     "not emulated: navigation into the values of a column"),
    # nodes
    ("SELECT current_schema(), id FROM users", "0A000",
     "Specified types or functions (one per INFO message) not supported on Redshift tables."),
    ("INSERT INTO events (id, at) SELECT id, now() FROM users", "0A000",
     "Specified types or functions (one per INFO message) not supported on Redshift tables."),
    ("INSERT INTO users (name) SELECT table_name FROM information_schema.tables", "0A000",
     "Specified types or functions (one per INFO message) not supported on Redshift tables."),
    ("INSERT INTO users (id) SELECT * FROM generate_series(1, 3)", "0A000",
     "Specified types or functions (one per INFO message) not supported on Redshift tables."),
    # INSERT
    ("INSERT INTO nope VALUES (1)", "42P01", 'relation "nope" does not exist'),
    ("INSERT INTO users (nope) VALUES (1)", "42703",
     'column "nope" of relation "users" does not exist'),
    ("INSERT INTO users (id, id) VALUES (1, 2)", "42701", 'column "id" specified more than once'),
    ("INSERT INTO users VALUES (1, 'a', 'b', 2)", "42601",
     "INSERT has more expressions than target columns"),
    ("INSERT INTO users (id, name) VALUES (1)", "42601",
     "INSERT has more target columns than expressions"),
    ("INSERT INTO users SELECT 1, 'a', 'b', 2", "42601",
     "INSERT has more expressions than target columns"),
    ("INSERT INTO users VALUES (1), (1, 'a')", "42601", "VALUES lists must all be the same length"),
    ("INSERT INTO users VALUES ((SELECT 1)), (2)", "0A000",
     "can't use subqueries in multi-row VALUES"),
    ("INSERT INTO users VALUES (id)", "42703", 'column "id" does not exist'),
    ("INSERT INTO users VALUES (sum(1))", "42803", "cannot use aggregate function in VALUES"),
    ("INSERT INTO users (id) VALUES ('x')", "22P02", 'invalid input syntax for integer: "x"'),
    ("INSERT INTO users (level) VALUES ('01234567890')", "22001",
     "value too long for type character varying(10)"),
    ("INSERT INTO users (id) VALUES (date '2018-11-01')", "42804",
     'column "id" is of type integer but expression is of type date'),
    ("INSERT INTO counted VALUES (1, 'a')", "0A000", "cannot set an identity column to a value"),
    ("INSERT INTO counted (id) SELECT 1", "0A000", "cannot set an identity column to a value"),
    ("INSERT INTO paid VALUES (1, 'a')", "0A000", "cannot insert into a view"),
    ("UPDATE paid SET id = 1", "0A000", "cannot update a view"),
    ("DELETE FROM late", "0A000", "cannot delete from a view"),
    ("INSERT INTO pg_tables VALUES ('a', 'b')",
     "42501", "permission denied for relation pg_tables"),
    # UPDATE and DELETE
    ("UPDATE users SET nope = 1", "42703", 'column "nope" of relation "users" does not exist'),
    ("UPDATE users SET id = 1, id = 2", "42601", 'multiple assignments to same column "id"'),
    ("UPDATE users SET id = sum(id)", "42803", "cannot use aggregate function in UPDATE"),
    ("UPDATE counted SET id = 1", "0A000", "cannot set an identity column to a value"),
    ("UPDATE users SET id = 1 FROM users", "42712", 'table name "users" specified more than once'),
    ("UPDATE users SET name = e.level FROM #stage s LEFT JOIN events e ON s.id = e.id"
     " WHERE users.id = s.id", "0A000", "Target table must be part of an equijoin predicate"),
    ("UPDATE users SET name = 'a' FROM events e JOIN users u ON u.id = e.id WHERE u.name = 'b'",
     "0A000",
     "not emulated: UPDATE ... FROM with its target under an alias alone"),
    ("DELETE FROM users WHERE nope = 1", "42703", 'column "nope" does not exist'),
    ("DELETE FROM users USING events WHERE id = 1", "42702", 'column reference "id" is ambiguous'),
    # MERGE
    ("MERGE INTO users USING users u ON users.id = u.id WHEN MATCHED THEN DELETE"
     " WHEN NOT MATCHED THEN INSERT VALUES (u.id)", "0A000",
     "Source table in Merge statement cannot be the target table."),
    ("MERGE INTO users USING (SELECT id FROM users) u ON users.id = u.id"
     " WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (u.id)", "0A000",
     "Source view/subquery in Merge statement cannot reference target table."),
    ("MERGE INTO users USING events e ON users.id = e.id WHEN MATCHED THEN UPDATE SET nope = 1"
     " WHEN NOT MATCHED THEN INSERT VALUES (e.id)", "42703",
     'column "nope" of relation "users" does not exist'),
    # functions in FROM
    ("SELECT 1 FROM #nope() n", "42883", "function #nope() does not exist"),
    ('SELECT "+"()', "42883", "function +() does not exist"),
    ("SELECT 1 FROM generate_series(1, max(3)) g", "42803",
     "cannot use aggregate function in function expression in FROM"),
    ("SELECT 1 FROM upper(max('x')) u", "42803",
     "cannot use aggregate function in function expression in FROM"),
    ("SELECT 1 FROM generate_series(1, row_number() OVER (ORDER BY 1)) g", "42P20",
     "cannot use window function in function expression in FROM"),
    # windows in windows
    ("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY row_number() OVER (ORDER BY id)) OVER ()"
     " FROM users", "42P20", "window function calls may not be nested"),
    *((f"SELECT sum(id) OVER ({key} BY (SELECT x FROM (SELECT row_number() OVER () x)){rest})"
       " FROM users", "0A000",
       "not emulated: a window function in a sub-query of PARTITION BY or ORDER BY of another")
      for key, rest in (("PARTITION", ""), ("ORDER", " ROWS UNBOUNDED PRECEDING"))),
    # numbers that nothing holds
    (f"SELECT id FROM users ORDER BY {LONG}", "42601", "non-integer constant in ORDER BY"),
    (f"SELECT id FROM users GROUP BY {LONG}", "42601", "non-integer constant in GROUP BY"),
    (f"SELECT sum(id) OVER (ORDER BY id ROWS {LONG} PRECEDING) FROM users", "0A000",
     "frame offsets of window functions must be integer constants"),
    (f"SELECT id FROM users LIMIT {LONG}", "0A000",
     "not emulated: LIMIT and OFFSET other than numbers"),
    (f"SELECT ${LONG}", "42601", f'syntax error at or near "${LONG}"'),
    ("SELECT $32768::int", "42P02", "there is no parameter $32768"),
    ("SELECT $2000000000::int", "42P02", "there is no parameter $2000000000"),
    ("MERGE INTO users USING #stage s ON users.id = s.id REMOVE DUPLICATES", "42804",
     "Source and target of MERGE with REMOVE DUPLICATES must have the same number of columns"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"), CASES, ids=[case[0][:200] for case in CASES]
)
def test_refusal(sql: str, sqlstate: str, message: str, bound: Callable[..., tree.Bound]) -> None:
    with pytest.raises(RedshiftError) as caught:
        bound(sql)

    assert (caught.value.sqlstate, caught.value.message) == (sqlstate, message)


@pytest.mark.parametrize(
    ("sql", "position"),
    [
        ("SELECT id, nope FROM users", 12),
        ("SELECT id FROM nope", 16),
        ("SELECT id FROM users WHERE nope(id) = 1", 28),
        ("SELECT u.id FROM users u WHERE x.id = 1", 32),
    ],
)
def test_a_refusal_says_where(sql: str, position: int, bound: Callable[..., tree.Bound]) -> None:
    with pytest.raises(RedshiftError) as caught:
        bound(sql)

    assert caught.value.position == position


@pytest.mark.parametrize(
    ("sql", "notices"),
    [
        (
            "SELECT current_schema(), now(), now() FROM users",
            ('Function "current_schema()" not supported.', 'Function "now()" not supported.'),
        ),
        (
            "SELECT n FROM generate_series(1, 3) n, users",
            ('Function "generate_series(integer,integer)" not supported.',),
        ),
        (
            "SELECT t.table_name FROM information_schema.tables t JOIN users ON name = table_name",
            (
                'Column "tables.table_name" has unsupported type '
                '"information_schema.sql_identifier".',
            ),
        ),
    ],
)
def test_what_only_the_leader_node_has_is_named_in_notices(
    sql: str, notices: tuple[str, ...], bound: Callable[..., tree.Bound]
) -> None:
    with pytest.raises(LeaderNodeOnly) as caught:
        bound(sql)

    assert caught.value.notices == notices


def test_a_query_whose_rows_are_stored_runs_on_compute_nodes(
    catalog: Catalog,
) -> None:
    query = parse_query("SELECT now() AS at")

    assert bind_query(query, catalog).columns
    with pytest.raises(LeaderNodeOnly):
        bind_query(query, catalog, stored=True)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT now(), current_schema()",
        "SELECT now() FROM pg_tables",
        "SELECT table_name, now() FROM information_schema.tables",
        "SELECT * FROM generate_series(1, 3)",
        "SELECT tablename FROM pg_tables p WHERE EXISTS (SELECT 1 FROM pg_tables q WHERE EXISTS"
        " (SELECT 1 FROM pg_tables r WHERE r.tablename = p.tablename))",
    ],
)
def test_the_leader_node_does_what_compute_nodes_cannot(
    sql: str, bound: Callable[..., tree.Bound]
) -> None:
    assert bound(sql).columns
