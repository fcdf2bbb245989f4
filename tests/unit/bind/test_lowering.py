"""DuckDB's SQL, word for word; `rtrim(x, ' ')` stands for what `trimmed` makes of it."""

import re
from collections.abc import Callable

import pytest

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind
from sparkify_harness.redshift.engine.duckdb.names import quote, table_name
from sparkify_harness.redshift.engine.duckdb.trimming import trimmed

CASES = [
    (
        "SELECT id AS n FROM users WHERE level = 'free' ORDER BY 1 DESC LIMIT 2 OFFSET 1",
        'SELECT "t1"."id" AS "n" FROM "public"."users" AS "t1" WHERE (rtrim("t1"."level",'
        " ' ') = 'free') ORDER BY 1 DESC NULLS FIRST LIMIT CAST(2 AS BIGINT) "
        "OFFSET CAST(1 AS BIGINT)",
    ),
    (
        "SELECT level, count(*) FROM users GROUP BY level ORDER BY 2",
        'SELECT min("t1"."level") AS "level", count(*) AS "count" FROM "public"."users" '
        'AS "t1" GROUP BY rtrim("t1"."level", \' \') ORDER BY 2 ASC NULLS LAST',
    ),
    (
        "SELECT DISTINCT id FROM users ORDER BY id",
        'SELECT DISTINCT "t1"."id" AS "id" FROM "public"."users" AS "t1" ORDER BY 1 ASC NULLS LAST',
    ),
    (
        "SELECT DISTINCT level FROM users",
        'SELECT min(d."c1") AS "level" FROM (SELECT "t1"."level" AS "level" FROM '
        '"public"."users" AS "t1") AS d("c1") GROUP BY rtrim(d."c1", \' \')',
    ),
    (
        "SELECT id FROM users UNION SELECT id FROM events",
        'SELECT "u3"."id" AS "id" FROM ((SELECT "t1"."id" AS "id" FROM "public"."users" '
        'AS "t1") UNION (SELECT "t2"."id" AS "id" FROM "public"."events" AS "t2")) AS '
        '"u3"("id")',
    ),
    (
        "SELECT level FROM users EXCEPT SELECT level FROM events",
        'SELECT "u3"."level" AS "level" FROM (SELECT * FROM (SELECT min(e."c1") FROM '
        '((SELECT "t1"."level" AS "level" FROM "public"."users" AS "t1")) AS e("c1") '
        'GROUP BY rtrim(e."c1", \' \')) AS l("c1") WHERE NOT EXISTS (SELECT 1 FROM (SELECT '
        '"t2"."level" AS "level" FROM "public"."events" AS "t2") AS r("c1") WHERE '
        'rtrim(l."c1", \' \') IS NOT DISTINCT FROM rtrim(r."c1", \' \'))) AS "u3"("level")',
    ),
    (
        "WITH c AS (SELECT 1 AS x) SELECT c.x FROM c",
        'WITH "w1"("x") AS (SELECT 1 AS "x") SELECT "t2"."x" AS "x" FROM "w1" AS "t2"',
    ),
    (
        "SELECT rank() OVER (PARTITION BY name ORDER BY id DESC) FROM users",
        'SELECT rank() OVER (PARTITION BY rtrim("t1"."name", \' \') ORDER BY "t1"."id" DESC'
        ' NULLS FIRST) AS "rank" FROM "public"."users" AS "t1"',
    ),
    (
        "SELECT u.id FROM users u LEFT JOIN (events e CROSS JOIN #stage s) ON u.id = s.id",
        'SELECT "t1"."id" AS "id" FROM "public"."users" AS "t1" LEFT JOIN '
        '("public"."events" AS "t2" CROSS JOIN temp.main."#stage" AS "t3") ON ("t1"."id" '
        '= "t3"."id")',
    ),
    (
        "SELECT id FROM users WHERE id NOT IN (SELECT id FROM events)",
        'SELECT "t1"."id" AS "id" FROM "public"."users" AS "t1" WHERE ("t1"."id" NOT IN '
        '(SELECT k."c1" FROM (SELECT "t2"."id" AS "id" FROM "public"."events" AS "t2") AS'
        ' k("c1")))',
    ),
    (
        "SELECT id + $1 FROM users",
        'SELECT ("t1"."id" + CAST($1 AS INTEGER)) AS "?column?" FROM "public"."users" AS "t1"',
    ),
    (
        "SELECT * FROM paid",
        'SELECT "t1"."id" AS "id", "t1"."name" AS "name" FROM (SELECT "t2"."id" AS "id", '
        '"t2"."name" AS "name" FROM "public"."users" AS "t2" WHERE (rtrim("t2"."level", \''
        ' \') = \'paid\')) AS "t1"("id", "name")',
    ),
    (
        "INSERT INTO users (id) VALUES (1), (2)",
        'INSERT INTO "public"."users" ("id", "name", "level") VALUES (1, CAST(NULL AS '
        "VARCHAR), CAST(NULL AS VARCHAR)), (2, CAST(NULL AS VARCHAR), CAST(NULL AS "
        "VARCHAR))",
    ),
    (
        "UPDATE users SET name = 'x' FROM events e WHERE users.id = e.id",
        'UPDATE "public"."users" AS "t1" SET "name" = \'x\' FROM "public"."events" AS "t2" '
        'WHERE ("t1"."id" = "t2"."id")',
    ),
    (
        "DELETE FROM users USING #stage s WHERE users.id = s.id",
        'DELETE FROM "public"."users" AS "t1" USING temp.main."#stage" AS "t2" WHERE '
        '("t1"."id" = "t2"."id")',
    ),
    (
        "MERGE INTO users USING #stage s ON users.id = s.id WHEN MATCHED THEN UPDATE SET "
        "name = s.name WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)",
        'MERGE INTO "public"."users" AS "t1" USING temp.main."#stage" AS "t2" ON '
        '("t1"."id" = "t2"."id") WHEN MATCHED THEN UPDATE SET "name" = "t2"."name" WHEN '
        'NOT MATCHED THEN INSERT ("id", "name", "level") VALUES ("t2"."id", CAST(NULL AS '
        "VARCHAR), CAST(NULL AS VARCHAR))",
    ),
]


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_lowered(sql: str, expected: str, lowered: Callable[[str], str]) -> None:
    assert lowered(sql) == re.sub(r"rtrim\((.*?), ' '\)", lambda it: trimmed(it[1]), expected)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("'free'", "'free'"),
        ("'it''s  '", "'it''s'"),
        ("'   '", "''"),
        ("''", "''"),
        ("'\t '", "'\t'"),
        ('"a"', """(CASE WHEN "a" LIKE '% ' THEN rtrim("a", ' ') ELSE "a" END)"""),
        ('l."c1"', """(CASE WHEN l."c1" LIKE '% ' THEN rtrim(l."c1", ' ') ELSE l."c1" END)"""),
        ('"v1:0"', """rtrim("v1:0", ' ')"""),
        ("upper(a)", "rtrim(upper(a), ' ')"),
        ("CAST($1 AS VARCHAR)", "rtrim(CAST($1 AS VARCHAR), ' ')"),
    ],
)
def test_blanks_at_the_end_are_left_out(sql: str, expected: str) -> None:
    assert trimmed(sql) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("a", '"a"'), ('a"b', '"a""b"'), ("a b;--", '"a b;--"'), ("", '""')]
)
def test_identifiers_are_quoted(name: str, expected: str) -> None:
    assert quote(name) == expected


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (Relation("public", "t", RelationKind.TABLE, ()), '"public"."t"'),
        (Relation("pg_temp", "#t", RelationKind.TABLE, (), temporary=True), 'temp.main."#t"'),
    ],
)
def test_tables_are_named(relation: Relation, expected: str) -> None:
    assert table_name(relation) == expected
