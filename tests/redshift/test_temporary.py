"""Temporary tables, LIKE, CREATE TABLE AS, SELECT INTO.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_AS.html
"""

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Psycopg2

PARENT = (
    "CREATE TABLE t (a int NOT NULL DEFAULT 7, b varchar(10) DEFAULT 'x', c decimal(8, 2), "
    "PRIMARY KEY (a)) DISTKEY (a) SORTKEY (b)"
)
ROW = "INSERT INTO t VALUES (1, 'q', 2.5)"


def definition(name: str) -> str:
    return (
        'SELECT "column", type, distkey, sortkey, "notnull" FROM pg_table_def '
        f"WHERE tablename = '{name}'"
    )


@table(
    Case(
        "LIKE copies types, NOT NULL and keys of distribution and order",
        definition("l"),
        (PARENT, "CREATE TABLE l (LIKE t)"),
        [("a", "integer", True, 0, True), ("b", "character varying(10)", False, 1, False),
         ("c", "numeric(8,2)", False, 0, False)],
    ),
    Case(
        "LIKE copies a compound sort key",
        definition("l"),
        ("CREATE TABLE t (a int, b varchar(5)) SORTKEY (b, a)", "CREATE TABLE l (LIKE t)"),
        [("a", "integer", False, 2, False), ("b", "character varying(5)", False, 1, False)],
    ),
    Case(
        "LIKE copies no defaults",
        "SELECT a, b FROM l",
        (PARENT, "CREATE TABLE l (LIKE t)", "INSERT INTO l (a) VALUES (1)"),
        [(1, None)],
    ),
    Case(
        "EXCLUDING DEFAULTS says the same",
        "SELECT a, b FROM l",
        (PARENT, "CREATE TABLE l (LIKE t EXCLUDING DEFAULTS)", "INSERT INTO l (a) VALUES (1)"),
        [(1, None)],
    ),
    Case(
        "INCLUDING DEFAULTS copies them",
        "SELECT a, b FROM l",
        (PARENT, "CREATE TABLE l (LIKE t INCLUDING DEFAULTS)", "INSERT INTO l (c) VALUES (1)"),
        [(7, "x")],
    ),
    Case(
        "LIKE copies no primary key",
        "SELECT count(*) FROM information_schema.table_constraints WHERE table_name = 'l'",
        (PARENT, "CREATE TABLE l (LIKE t INCLUDING DEFAULTS)"),
        [(0,)],
    ),
    Case(
        "LIKE takes no key of its own",
        "CREATE TABLE l (LIKE t) DISTKEY (a)",
        (PARENT,),
        error=("42P16", ""),
    ),
    Case(
        "LIKE of what is not there",
        "CREATE TABLE l (LIKE nowhere)",
        error=("42P01", 'relation "nowhere" does not exist'),
    ),
    Case(
        "AS takes names, types, distribution and sort key, and drops NOT NULL and defaults",
        definition("n"),
        (PARENT, "CREATE TABLE n AS SELECT a, b, c, a + 1 AS d, 'x' AS e FROM t"),
        [("a", "integer", True, 0, False), ("b", "character varying(10)", False, 1, False),
         ("c", "numeric(8,2)", False, 0, False), ("d", "integer", False, 0, False),
         ("e", "character varying(1)", False, 0, False)],
    ),
    *(
        Case(f"AS {what} has no keys", definition("n"), (PARENT, f"CREATE TABLE n {made}"),
             [("b", "character varying(10)", False, 0, False)])
        for what, made in {
            "of a limited query": "AS SELECT b FROM t LIMIT 1",
            "of groups": "AS SELECT b FROM t GROUP BY b",
            "of distinct rows": "AS SELECT DISTINCT b FROM t",
            "of two tables": "AS SELECT t.b FROM t JOIN t u ON t.a = u.a",
            "told of its distribution": "DISTSTYLE EVEN AS SELECT b FROM t",
            "told of an automatic sort key": "SORTKEY AUTO AS SELECT b FROM t",
        }.items()
    ),
    Case(
        "AS of an ordered query is sorted by the order",
        definition("n"),
        (PARENT, "CREATE TABLE n (x, y) AS SELECT b, a FROM t ORDER BY a, a"),
        [("x", "character varying(10)", False, 0, False), ("y", "integer", True, 1, False)],
    ),
    Case(
        "AS of a table with an interleaved key",
        definition("n"),
        ("CREATE TABLE s (a int, b int, c int) INTERLEAVED SORTKEY (a, b, c)",
         "CREATE TABLE n AS SELECT a, b FROM s"),
        [("a", "integer", False, 1, False), ("b", "integer", False, -2, False)],
    ),
    Case(
        "AS takes rows",
        "SELECT * FROM n",
        (PARENT, ROW, "CREATE TABLE n AS SELECT b, a FROM t"),
        [("q", 1)],
    ),
    Case(
        "AS with names, keys and a position",
        definition("n"),
        (PARENT, "CREATE TABLE n (x, y) DISTKEY (1) SORTKEY (y) AS SELECT a, b FROM t"),
        [("x", "integer", True, 0, False), ("y", "character varying(10)", False, 1, False)],
    ),
    Case(
        "AS with attributes in dbt's order",
        "SELECT * FROM n",
        (PARENT, ROW, "CREATE TABLE n BACKUP NO DISTSTYLE ALL AS (SELECT a FROM t)"),
        [(1,)],
    ),
    Case(
        "AS takes no encodings",
        "CREATE TABLE n (x ENCODE zstd) AS SELECT a FROM t",
        (PARENT,),
        error=("42601", 'syntax error at or near "ENCODE"'),
    ),
    Case(
        "AS with two columns of one name",
        "CREATE TABLE n AS SELECT a, b AS a FROM t",
        (PARENT,),
        error=("42701", 'column "a" specified more than once'),
    ),
    Case(
        "AS over a name that is taken",
        "CREATE TABLE t AS SELECT 1 AS a",
        (PARENT,),
        error=("42P07", 'Relation "t" already exists'),
    ),
    Case(
        "SELECT INTO",
        "SELECT * FROM n",
        (PARENT, ROW, "SELECT a, b INTO n FROM t"),
        [(1, "q")],
    ),
    Case(
        "SELECT INTO a temporary table",
        "SELECT * FROM #n, m",
        (PARENT, ROW, "SELECT a INTO #n FROM t", "SELECT b INTO TEMP m FROM t"),
        [(1, "q")],
    ),
)  # fmt: skip
def test_copies(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case(
        "a name with # in every statement",
        "SELECT t.a, #s.b FROM t JOIN #s ON t.a = #s.a",
        (PARENT, ROW, "CREATE TABLE #s (LIKE t INCLUDING DEFAULTS)",
         "INSERT INTO #s VALUES (1, 'new', 1)", "DELETE FROM t USING #s WHERE t.a = #s.a",
         "INSERT INTO t SELECT * FROM #s", "UPDATE #s SET b = 'newer'"),
        [(1, "newer")],
    ),
    Case(
        "DROP of a name with #",
        "SELECT * FROM #s",
        ("CREATE TABLE #s (a int)", "DROP TABLE #s"),
        error=("42P01", 'relation "#s" does not exist'),
    ),
    Case(
        "TEMP, TEMPORARY and LOCAL",
        "SELECT count(*) FROM a, b, c",
        ("CREATE TEMP TABLE a (x int)", "CREATE TEMPORARY TABLE b (x int)",
         "CREATE LOCAL TEMP TABLE c (x int)"),
        [(0,)],
    ),
    Case(
        "IF NOT EXISTS",
        "SELECT count(*) FROM a",
        ("CREATE TEMP TABLE IF NOT EXISTS a (x int)", "CREATE TEMP TABLE IF NOT EXISTS a (y int)"),
        [(0,)],
    ),
    Case(
        "a temporary table hides a permanent one",
        "SELECT * FROM t",
        (PARENT, ROW, "CREATE TEMP TABLE t AS SELECT 42 AS a"),
        [(42,)],
    ),
    Case(
        "the schema finds the permanent one",
        "SELECT a FROM public.t",
        (PARENT, ROW, "CREATE TEMP TABLE t AS SELECT 42 AS a"),
        [(1,)],
    ),
    Case(
        "DROP takes the temporary one first",
        "SELECT a FROM t",
        (PARENT, ROW, "CREATE TEMP TABLE t AS SELECT 42 AS a", "DROP TABLE t"),
        [(1,)],
    ),
    Case(
        "no schema with TEMP",
        "CREATE TEMP TABLE public.x (a int)",
        error=("42P16", "cannot create temporary relation in non-temporary schema"),
    ),
    Case(
        "no schema with #",
        "CREATE TABLE public.#x (a int)",
        error=("42P16", "cannot create temporary relation in non-temporary schema"),
    ),
    Case(
        "they live on after COMMIT",
        "SELECT a FROM #s",
        ("BEGIN", "CREATE TABLE #s (a int)", "INSERT INTO #s VALUES (1)", "COMMIT"),
        [(1,)],
    ),
    Case(
        "they go with ROLLBACK",
        "SELECT a FROM #s",
        ("BEGIN", "CREATE TABLE #s (a int)", "ROLLBACK"),
        error=("42P01", 'relation "#s" does not exist'),
    ),
    Case(
        "a temporary view",
        "SELECT a FROM #v",
        ("CREATE VIEW #v AS SELECT 1 AS a",),
        [(1,)],
    ),
)  # fmt: skip
def test_temporary(case: Case, client: Client) -> None:
    case.check(client)


def test_two_sessions_have_a_table_of_the_same_name(sql: Client, another: Client) -> None:
    for client, value in ((sql, 1), (another, 2)):
        client.run("CREATE TABLE #s (a int)", f"INSERT INTO #s VALUES ({value})")
    assert (sql.rows("SELECT a FROM #s"), another.rows("SELECT a FROM #s")) == ([(1,)], [(2,)])


def test_they_end_with_the_session(sql: Client, warehouse: Warehouse) -> None:
    other = Psycopg2(warehouse)
    other.run("CREATE TEMP TABLE gone (a int)")
    other.close()
    Case("", "SELECT * FROM gone", error=("42P01", 'relation "gone" does not exist')).check(sql)
    assert sql.rows("SELECT count(*) FROM pg_class WHERE relname = 'gone'") == [(0,)]
