"""INSERT, UPDATE, DELETE and MERGE, bound, lowered and run on DuckDB."""

from decimal import Decimal
from typing import Any

import pytest

from sparkify_harness.redshift.errors import NotNullViolation, RedshiftError

USERS = "INSERT INTO users VALUES (1, 'ann', 'paid'), (2, 'bob', 'free'), (3, 'cy', 'free')"
STAGE = "INSERT INTO #stage VALUES (1, 'new'), (9, 'nine')"
ALL = "SELECT * FROM users ORDER BY id, name"

INSERTS: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    ("INSERT INTO filled (a) VALUES (1)", "filled", [(1, "dft", Decimal("1.3"), None)]),
    ("INSERT INTO filled VALUES (1)", "filled", [(1, "dft", Decimal("1.3"), None)]),
    ("INSERT INTO filled VALUES (1, NULL, DEFAULT, 4)", "filled", [(1, None, Decimal("1.3"), 4)]),
    ("INSERT INTO filled (d, a) VALUES (4, 1), (5, 2)", "filled",
     [(1, "dft", Decimal("1.3"), 4), (2, "dft", Decimal("1.3"), 5)]),
    ("INSERT INTO filled (a, c) SELECT 1, 2.25", "filled", [(1, "dft", Decimal("2.3"), None)]),
    ("INSERT INTO filled (a, b) SELECT 1, 'x' UNION SELECT 2, 'y'", "filled",
     [(1, "x", Decimal("1.3"), None), (2, "y", Decimal("1.3"), None)]),
    ("INSERT INTO filled (a) SELECT DISTINCT 7 FROM (SELECT 1 UNION ALL SELECT 2)", "filled",
     [(7, "dft", Decimal("1.3"), None)]),
    ("INSERT INTO filled (a, b) VALUES (1.5, 'abc   ')",
     "filled", [(2, "abc", Decimal("1.3"), None)]),
    ("INSERT INTO filled (a, b) SELECT '1', 23", "filled", [(1, "23", Decimal("1.3"), None)]),
    ("INSERT INTO filled (a) WITH c AS (SELECT 6 AS x) SELECT x FROM c", "filled",
     [(6, "dft", Decimal("1.3"), None)]),
    ("INSERT INTO filled (a, d) VALUES ((SELECT 8), 2)", "filled", [(8, "dft", Decimal("1.3"), 2)]),
    ("INSERT INTO numbered VALUES (5, 'x')", "numbered", [(5, "x")]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "table", "expected"), INSERTS, ids=[case[0] for case in INSERTS])
def test_insert(sql: str, table: str, expected: list[tuple[Any, ...]], engine: Any) -> None:
    count = engine.run(sql)

    assert engine.run(f"SELECT * FROM {table} ORDER BY 1") == expected
    assert count == [(len(expected),)]


def test_identity_columns_are_left_to_the_engine(lowered: Any) -> None:
    assert lowered("INSERT INTO counted (v) VALUES ('a')") == (
        'INSERT INTO "public"."counted" ("v") VALUES (\'a\')'
    )
    assert lowered("INSERT INTO numbered VALUES (DEFAULT, 'a'), (DEFAULT, 'b')") == (
        'INSERT INTO "public"."numbered" ("v") VALUES (\'a\'), (\'b\')'
    )


def test_default_values_fill_every_column(engine: Any) -> None:
    assert engine.run("INSERT INTO users DEFAULT VALUES") == [(1,)]
    assert engine.run(ALL) == [(None, None, None)]


def test_not_null_holds_for_default_values_too(engine: Any) -> None:
    with pytest.raises(NotNullViolation, match="Cannot insert a NULL value into column a"):
        engine.run("INSERT INTO filled DEFAULT VALUES")


CHANGES: list[tuple[str, int, list[tuple[Any, ...]]]] = [
    ("UPDATE users SET name = 'x' WHERE level = 'free '", 2,
     [(1, "ann", "paid"), (2, "x", "free"), (3, "x", "free")]),
    ("UPDATE users u SET name = u.level || id, level = DEFAULT", 3,
     [(1, "paid1", None), (2, "free2", None), (3, "free3", None)]),
    ("UPDATE public.users SET name = s.name FROM #stage s WHERE users.id = s.id", 1,
     [(1, "new", "paid"), (2, "bob", "free"), (3, "cy", "free")]),
    ("UPDATE users SET name = s.name FROM #stage s JOIN #stage t ON s.id = t.id"
     " WHERE users.id = t.id", 1, [(1, "new", "paid"), (2, "bob", "free"), (3, "cy", "free")]),
    ("UPDATE users SET id = (SELECT max(s.id) FROM #stage s) WHERE id = 3", 1,
     [(1, "ann", "paid"), (2, "bob", "free"), (9, "cy", "free")]),
    ("WITH c AS (SELECT id, upper(name) AS up FROM users) UPDATE users SET name = c.up FROM c"
     " WHERE users.id = c.id AND c.id < 3", 2,
     [(1, "ANN", "paid"), (2, "BOB", "free"), (3, "cy", "free")]),
    ("DELETE FROM users WHERE id > 1", 2, [(1, "ann", "paid")]),
    ("DELETE users", 3, []),
    ("DELETE FROM public.users USING #stage WHERE users.id = #stage.id", 1,
     [(2, "bob", "free"), (3, "cy", "free")]),
    ("DELETE FROM users USING #stage s, (SELECT 2 AS id) q WHERE users.id = q.id AND s.id = 9", 1,
     [(1, "ann", "paid"), (3, "cy", "free")]),
    ("WITH c AS (SELECT id FROM #stage) DELETE FROM users WHERE id IN (SELECT id FROM c)", 1,
     [(2, "bob", "free"), (3, "cy", "free")]),
    ("MERGE INTO users USING #stage s ON users.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name"
     " WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)", 2,
     [(1, "new", "paid"), (2, "bob", "free"), (3, "cy", "free"), (9, "nine", None)]),
    ("MERGE INTO users USING #stage ON users.id = #stage.id WHEN MATCHED THEN DELETE"
     " WHEN NOT MATCHED THEN INSERT VALUES (#stage.id, upper(#stage.name), 'x')", 2,
     [(2, "bob", "free"), (3, "cy", "free"), (9, "NINE", "x")]),
    ("MERGE INTO users USING (SELECT id, name, 'l' AS l FROM #stage) s ON users.id = s.id"
     " REMOVE DUPLICATES", 2,
     [(1, "new", "l"), (2, "bob", "free"), (3, "cy", "free"), (9, "nine", "l")]),
    ("MERGE INTO users USING (SELECT 7 AS id, 'n' AS name, 'free' AS level) s"
     " ON users.level = s.level REMOVE DUPLICATES", 2, [(1, "ann", "paid"), (7, "n", "free")]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "count", "expected"), CHANGES, ids=[case[0] for case in CHANGES])
def test_change(sql: str, count: int, expected: list[tuple[Any, ...]], engine: Any) -> None:
    engine.run(USERS)
    engine.run(STAGE)

    assert engine.run(sql) == [(count,)]
    assert engine.run(ALL) == expected


SEVERAL = "INSERT INTO #stage VALUES (1, 'new'), (1, 'newer')"
FROM_STAGE = "UPDATE users SET name = s.name FROM #stage s WHERE users.id = s.id"


def test_of_several_matches_one_updates_the_row(engine: Any) -> None:
    engine.run(USERS)
    engine.run(SEVERAL)

    assert engine.run(FROM_STAGE) == [(1,)]
    assert engine.run("SELECT name FROM users WHERE id = 1")[0][0] in {"new", "newer"}


@pytest.mark.parametrize(
    "sql",
    [
        FROM_STAGE,
        "MERGE INTO users USING #stage s ON users.id = s.id WHEN MATCHED THEN UPDATE SET id = 2"
        " WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
    ],
)
def test_several_matches_are_refused_where_they_must_be(sql: str, engine: Any) -> None:
    engine.run(USERS)
    engine.run(SEVERAL)

    with pytest.raises(RedshiftError, match="Found multiple matches to update the same tuple"):
        engine.run(sql, error_on_nondeterministic_update="true")


def test_an_update_that_may_not_choose_still_updates(engine: Any) -> None:
    engine.run(USERS)
    engine.run(STAGE)

    assert engine.run(FROM_STAGE, error_on_nondeterministic_update="on") == [(1,)]
    assert engine.run(ALL)[0] == (1, "new", "paid")


def test_an_update_that_may_not_choose_can_read_a_common_table_expression(engine: Any) -> None:
    engine.run(USERS)
    sql = "WITH c AS (SELECT 2 AS id) UPDATE users SET name = 'c' FROM c WHERE users.id = c.id"

    assert engine.run(sql, error_on_nondeterministic_update="true") == [(1,)]
    assert engine.run(ALL)[1] == (2, "c", "free")
