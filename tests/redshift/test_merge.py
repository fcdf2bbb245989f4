"""MERGE, UPDATE and DELETE with other tables.

https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
https://docs.aws.amazon.com/redshift/latest/dg/r_UPDATE.html
https://docs.aws.amazon.com/redshift/latest/dg/r_DELETE.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

TABLES = (
    "CREATE TABLE t (id int, a varchar(10))",
    "INSERT INTO t VALUES (1, 'one'), (2, 'two')",
    "CREATE TABLE s (id int, a varchar(10))",
    "INSERT INTO s VALUES (2, 'zwei'), (3, 'drei')",
)
ROWS = "SELECT id, a FROM t ORDER BY id, a"
UPSERT = (
    "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a "
    "WHEN NOT MATCHED THEN INSERT (id, a) VALUES (s.id, s.a)"
)


@table(
    Case("update and insert", ROWS, (UPSERT,), [(1, "one"), (2, "zwei"), (3, "drei")]),
    Case("twice changes nothing", ROWS, (UPSERT, UPSERT), [(1, "one"), (2, "zwei"), (3, "drei")]),
    Case(
        "delete and insert",
        ROWS,
        ("MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE "
         "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",),
        [(1, "one"), (3, "drei")],
    ),
    Case(
        "an alias of the source",
        ROWS,
        ("MERGE INTO t USING s AS x ON t.id = x.id WHEN MATCHED THEN UPDATE SET a = x.a "
         "WHEN NOT MATCHED THEN INSERT VALUES (x.id, x.a)",),
        [(1, "one"), (2, "zwei"), (3, "drei")],
    ),
    Case(
        "a sub-query as the source",
        ROWS,
        ("MERGE INTO t USING (SELECT id, upper(a) AS b FROM s) AS x ON t.id = x.id "
         "WHEN MATCHED THEN UPDATE SET a = x.b WHEN NOT MATCHED THEN INSERT VALUES (x.id, x.b)",),
        [(1, "one"), (2, "ZWEI"), (3, "DREI")],
    ),
    Case(
        "REMOVE DUPLICATES",
        ROWS,
        ("INSERT INTO t SELECT * FROM t", "MERGE INTO t USING s ON t.id = s.id REMOVE DUPLICATES"),
        [(1, "one"), (1, "one"), (2, "zwei"), (3, "drei")],
    ),
    Case(
        "two rows for one",
        UPSERT,
        ("INSERT INTO s VALUES (2, 'deux')",),
        error=("XX000", "Found multiple matches to update the same tuple."),
    ),
    Case(
        "without WHEN MATCHED",
        "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",
        error=("42601", ""),
    ),
    Case(
        "without WHEN NOT MATCHED",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a",
        error=("42601", ""),
    ),
    Case(
        "WHEN MATCHED AND",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED AND s.a > 'a' THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",
        error=("42601", 'syntax error at or near "AND"'),
    ),
    Case(
        "a qualified column in SET",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.a = s.a "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",
        error=("42601", ""),
    ),
    Case(
        "WITH before MERGE",
        "WITH w AS (SELECT 1) " + UPSERT,
        error=("42601", ""),
    ),
    Case(
        "the source is the target",
        "MERGE INTO t USING t AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a "
        "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",
        error=("", ""),
    ),
    Case(
        "a value that is too long",
        "MERGE INTO t USING (SELECT id, repeat(a, 9) AS a FROM s) AS s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a)",
        error=("XX000", "Value too long for character type"),
    ),
)  # fmt: skip
def test_merge(case: Case, sql: Client) -> None:
    sql.run(*TABLES)
    case.check(sql)


@table(
    Case(
        "UPDATE FROM",
        ROWS,
        ("UPDATE t SET a = s.a FROM s WHERE t.id = s.id",),
        [(1, "one"), (2, "zwei")],
    ),
    Case(
        "UPDATE with an alias",
        ROWS,
        ("UPDATE t AS x SET a = s.a FROM s WHERE x.id = s.id",),
        [(1, "one"), (2, "zwei")],
    ),
    Case(
        "UPDATE from a sub-query",
        ROWS,
        ("UPDATE t SET a = x.b FROM (SELECT id, a AS b FROM s) x WHERE t.id = x.id",),
        [(1, "one"), (2, "zwei")],
    ),
    Case(
        "UPDATE with a scalar sub-query",
        ROWS,
        ("UPDATE t SET a = (SELECT max(a) FROM s) WHERE id IN (SELECT id FROM s)",),
        [(1, "one"), (2, "zwei")],
    ),
    Case(
        "UPDATE with several matches takes one",
        "SELECT count(*) FROM t WHERE id = 2 AND a IN ('zwei', 'deux')",
        ("INSERT INTO s VALUES (2, 'deux')", "UPDATE t SET a = s.a FROM s WHERE t.id = s.id"),
        [(1,)],
    ),
    Case(
        "DELETE USING",
        ROWS,
        ("DELETE FROM t USING s WHERE t.id = s.id",),
        [(1, "one")],
    ),
    Case(
        "DELETE USING, the target in its schema",
        ROWS,
        ("DELETE FROM public.t USING s WHERE t.id = s.id",),
        [(1, "one")],
    ),
    Case(
        "DELETE USING a sub-query",
        ROWS,
        ("DELETE FROM t USING (SELECT id FROM s) x WHERE t.id = x.id",),
        [(1, "one")],
    ),
    Case("DELETE USING without WHERE", ROWS, ("DELETE FROM t USING s",), []),
    Case(
        "DELETE USING without WHERE, a table without rows",
        ROWS,
        ("DELETE FROM s", "DELETE FROM t USING s"),
        [(1, "one"), (2, "two")],
    ),
    Case("DELETE without FROM", ROWS, ("DELETE t WHERE id = 1",), [(2, "two")]),
    Case(
        "WITH before DELETE",
        ROWS,
        ("WITH x AS (SELECT id FROM s) DELETE FROM t USING x WHERE t.id = x.id",),
        [(1, "one")],
    ),
    Case(
        "WITH before UPDATE",
        ROWS,
        ("WITH x AS (SELECT id, a FROM s) UPDATE t SET a = x.a FROM x WHERE t.id = x.id",),
        [(1, "one"), (2, "zwei")],
    ),
    Case(
        "INSERT SELECT of itself",
        "SELECT count(*) FROM t",
        ("INSERT INTO t SELECT * FROM t",),
        [(4,)],
    ),
    Case(
        "INSERT with WITH inside",
        ROWS,
        ("INSERT INTO t WITH x AS (SELECT * FROM s) SELECT * FROM x",),
        [(1, "one"), (2, "two"), (2, "zwei"), (3, "drei")],
    ),
    Case("DELETE everything", ROWS, ("DELETE FROM t",), []),
    Case(
        "a view takes no rows",
        "INSERT INTO v VALUES (1)",
        ("CREATE VIEW v AS SELECT id FROM t",),
        error=("0A000", ""),
    ),
    Case("a system table takes no rows", "DELETE FROM stl_load_errors", error=("", "")),
)
def test_changes(case: Case, sql: Client) -> None:
    sql.run(*TABLES)
    case.check(sql)
