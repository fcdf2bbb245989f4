"""Functions that run on the leader node only; since patch 182 none runs on compute nodes only.

https://docs.aws.amazon.com/redshift/latest/dg/c_sql-functions-leader-node.html
https://docs.aws.amazon.com/redshift/latest/mgmt/cluster-versions.html
"""

from decimal import Decimal

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

T = ("CREATE TABLE t (a int, s varchar(20))", "INSERT INTO t VALUES (1, 'x')")
REFUSED = ("0A000", "Specified types or functions (one per INFO message) not supported on Redshift "
           "tables.")  # fmt: skip


@table(
    Case("now() alone", "SELECT now() IS NOT NULL", rows=[(True,)]),
    Case("current_schema() alone", "SELECT current_schema()", rows=[("public",)]),
    Case("generate_series alone", "SELECT * FROM generate_series(1, 3)", rows=[(1,), (2,), (3,)]),
    Case("now() over a table", "SELECT now() FROM t", T, error=REFUSED),
    Case("now() in WHERE", "SELECT a FROM t WHERE now() > '2008-01-01'", T, error=REFUSED),
    Case("now() in INSERT SELECT", "INSERT INTO t (s) SELECT now() FROM t", T, error=REFUSED),
    Case("now() in UPDATE", "UPDATE t SET s = now()", T, error=REFUSED),
    Case("current_schema() over a table", "SELECT current_schema(), a FROM t", T, error=REFUSED),
    Case("has_table_privilege over a table", "SELECT has_table_privilege('t', 'select') FROM t", T,
         error=REFUSED),
    Case("generate_series into a table", "INSERT INTO t (a) SELECT * FROM generate_series(1, 3)",
         T, error=REFUSED),
    Case("generate_series joined with a table", "SELECT * FROM t, generate_series(1, 3)", T,
         error=REFUSED),
    Case("generate_series as a table", "CREATE TABLE x AS SELECT * FROM generate_series(1, 3)",
         error=REFUSED),
    Case("a leader-only function in a sub-query", "SELECT a FROM t WHERE s = (SELECT "
         "current_schema())", T, error=REFUSED),
    Case("a leader-only function in a view over a table", "SELECT * FROM v",
         (*T, "CREATE VIEW v AS SELECT current_schema() AS c"), [("public",)]),
    Case("a view that calls one, joined with a table", "SELECT * FROM v, t",
         (*T, "CREATE VIEW v AS SELECT current_schema() AS c"), error=REFUSED),
    Case("a view over a table that calls one", "SELECT a FROM v",
         (*T, "CREATE VIEW v AS SELECT current_schema() AS c, a FROM t"), error=REFUSED),
    Case("a view over a table that calls SUBSTR", "SELECT * FROM v",
         (*T, "CREATE VIEW v AS SELECT substr(s, 1, 1) AS c FROM t"),
         error=("0A000", "SUBSTR() function is not supported (Hint: use SUBSTRING instead)")),
    Case("now() over a system table of compute nodes", "SELECT now() FROM svv_table_info",
         error=REFUSED),
    Case("casts to NAME and OID alone", "SELECT 'x'::name, '7'::oid", rows=[("x", 7)]),
    Case("a table with a column of type OID", "CREATE TABLE x AS SELECT '7'::oid AS o",
         error=("0A000", "not emulated: columns of type oid")),
    Case("a table with a column of type NAME", "SELECT n FROM x",
         ("CREATE TABLE x AS SELECT 'public'::name AS n",), [("public",)]),
    Case("getdate() and sysdate over a table", "SELECT count(getdate()), count(sysdate), "
         "count(current_date) FROM t", T, [(1, 1, 1)]),
    Case("LISTAGG without a table", "SELECT listagg('a', ',')", rows=[("a",)]),
    Case("LISTAGG over a catalog table", "SELECT listagg(tablename, ',') WITHIN GROUP (ORDER BY "
         "tablename) FROM pg_tables WHERE schemaname = 'public'",
         (*T, "CREATE TABLE u (a int)"), [("t,u",)]),
    Case("LISTAGG of a name", "SELECT listagg(nspname, ',') WITHIN GROUP (ORDER BY nspname) "
         "FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema')",
         rows=[("information_schema,pg_catalog",)]),
    Case("LISTAGG over a catalog table, with OVER", "SELECT listagg(nspname, ',') WITHIN GROUP "
         "(ORDER BY nspname) OVER () FROM pg_namespace WHERE nspname = 'public'",
         rows=[("public",)]),
    Case("LISTAGG beside a leader-only function", "SELECT listagg(current_schema(), ',')",
         rows=[("public",)]),
    Case("MEDIAN without a table", "SELECT median(3)", rows=[(Decimal("3.0"),)]),
    Case("PERCENTILE_CONT without a table",
         "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY 1)", rows=[(Decimal("1.0"),)]),
    Case("PERCENTILE_DISC without a table",
         "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY 1) OVER ()", rows=[(1,)]),
)  # fmt: skip
def test_nodes(case: Case, sql: Client) -> None:
    case.check(sql)


def test_the_function_is_named_in_a_notice(client: Client) -> None:
    client.run(*T)
    Case("", "SELECT current_schema(), a FROM t", error=REFUSED).check(client)
    assert any('Function "current_schema()" not supported.' in text for text in client.notices())
