"""What clients ask the catalog.

https://docs.aws.amazon.com/redshift/latest/dg/c_intro_catalog_views.html
"""

from typing import Any

import pytest

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Connector

TABLES = (
    "CREATE SCHEMA s",
    "CREATE TABLE t (id int PRIMARY KEY, u varchar(20) DEFAULT 'x', d decimal(8, 2), ts timestamp, "
    "f float, flag boolean) DISTKEY (id) SORTKEY (ts)",
    "CREATE TABLE s.child (id bigint, parent int REFERENCES t (id), PRIMARY KEY (id, parent))",
    "CREATE VIEW v AS SELECT id FROM t",
    "INSERT INTO t (id) VALUES (1), (2)",
)
PRIMARY_KEY = (
    "select kcu.column_name from information_schema.table_constraints tco "
    "join information_schema.key_column_usage kcu on kcu.constraint_name = tco.constraint_name "
    "and kcu.constraint_schema = tco.constraint_schema "
    "and kcu.constraint_name = tco.constraint_name "
    "where tco.constraint_type = 'PRIMARY KEY' and kcu.table_schema = %s and kcu.table_name = %s"
)

PSQL_LIST = """
SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' END
    as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r','p','v','m','S','f','')
      AND n.nspname <> 'pg_catalog'
      AND n.nspname !~ '^pg_toast'
      AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 1,2;
"""


@table(
    Case("version()", "SELECT version() LIKE 'PostgreSQL 8.0.2 on %, Redshift 1.0.%'",
         rows=[(True,)]),
    Case("who and where", "SELECT current_database(), current_schema(), current_user, session_user",
         rows=[("dev", "public", "awsuser", "awsuser")]),
    Case("CURRENT_SCHEMA() as OpenLineage asks", "SELECT CURRENT_SCHEMA();", rows=[("public",)]),
    Case("pg_backend_pid() is constant", "SELECT pg_backend_pid() = pg_backend_pid()",
         rows=[(True,)]),
    Case("privileges", "SELECT has_table_privilege('t', 'select'), "
         "has_schema_privilege('public', 'usage'), has_database_privilege('dev', 'create')",
         rows=[(True, True, True)]),
    Case("pg_table_def", 'SELECT "column", type, distkey, sortkey, "notnull" FROM pg_table_def '
         "WHERE schemaname = 'public' AND tablename = 't'",
         rows=[("id", "integer", True, 0, True), ("u", "character varying(20)", False, 0, False),
               ("d", "numeric(8,2)", False, 0, False),
               ("ts", "timestamp without time zone", False, 1, False),
               ("f", "double precision", False, 0, False), ("flag", "boolean", False, 0, False)]),
    Case("pg_table_def shows the search path alone",
         "SELECT * FROM pg_table_def WHERE tablename = 'child'", rows=[]),
    Case("pg_table_def with another search path",
         "SELECT count(*) FROM pg_table_def WHERE tablename = 'child'", ("SET search_path TO s",),
         [(2,)]),
    Case("information_schema.columns",
         "SELECT column_name, data_type, character_maximum_length, numeric_precision, "
         "numeric_scale, is_nullable, column_default FROM information_schema.columns "
         "WHERE table_name = 't' AND ordinal_position <= 3 ORDER BY ordinal_position",
         rows=[("id", "integer", None, 32, 0, "NO", None),
               ("u", "character varying", 20, None, None, "YES", "'x'"),
               ("d", "numeric", None, 8, 2, "YES", None)]),
    Case("information_schema.tables",
         "SELECT table_schema, table_name, table_type FROM information_schema.tables "
         "WHERE table_schema IN ('public', 's') ORDER BY 1, 2",
         rows=[("public", "t", "BASE TABLE"), ("public", "v", "VIEW"),
               ("s", "child", "BASE TABLE")]),
    Case("information_schema.tables has late-binding views",
         "SELECT table_name, table_type FROM information_schema.tables WHERE table_name = 'late'",
         ("CREATE VIEW late AS SELECT id FROM public.t WITH NO SCHEMA BINDING",),
         [("late", "VIEW")]),
    Case("information_schema.schemata",
         "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 's'", rows=[(1,)]),
    Case("SVV_REDSHIFT_COLUMNS as OpenLineage asks",
         "SELECT SVV_REDSHIFT_COLUMNS.schema_name, SVV_REDSHIFT_COLUMNS.table_name, "
         "SVV_REDSHIFT_COLUMNS.column_name, SVV_REDSHIFT_COLUMNS.ordinal_position, "
         "SVV_REDSHIFT_COLUMNS.data_type FROM SVV_REDSHIFT_COLUMNS "
         "WHERE SVV_REDSHIFT_COLUMNS.schema_name = 's' "
         "AND SVV_REDSHIFT_COLUMNS.table_name IN ('child') ORDER BY 4",
         rows=[("s", "child", "id", 1, "bigint"), ("s", "child", "parent", 2, "integer")]),
    Case("svv_tables", "SELECT table_name, table_type FROM svv_tables "
         "WHERE table_schema = 'public' ORDER BY 1", rows=[("t", "BASE TABLE"), ("v", "VIEW")]),
    Case("svv_columns", "SELECT column_name FROM svv_columns WHERE table_name = 'v'",
         rows=[("id",)]),
    Case("svv_table_info shows tables with rows",
         'SELECT "schema", "table", diststyle, sortkey1, tbl_rows::int FROM svv_table_info',
         rows=[("public", "t", "KEY(id)", "ts", 2)]),
    Case("pg_class and pg_namespace",
         "SELECT n.nspname, c.relname, c.relkind, c.reldiststyle FROM pg_catalog.pg_class c "
         "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
         "WHERE n.nspname IN ('public', 's') ORDER BY 1, 2",
         rows=[("public", "t", "r", 1), ("public", "t_pkey", "i", 0), ("public", "v", "v", 9),
               ("s", "child", "r", 9), ("s", "child_pkey", "i", 0)]),
    Case("a key is an index of pg_index, with columns of its own",
         "SELECT i.indisprimary, a.attname, a.attnum FROM pg_index i "
         "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid "
         "WHERE c.relname = 'child_pkey' ORDER BY a.attnum",
         rows=[(True, "id", 1), (True, "parent", 2)]),
    Case("a schema of the search path by its place",
         "SELECT (current_schemas(true))[1], (pg_catalog.current_schemas(false))[1], "
         "(current_schemas(false))[2], (current_schemas(false))[0]",
         rows=[("pg_catalog", "public", None, None)]),
    Case("columns of late-binding views by a function",
         "SELECT a, b, c, d, e FROM pg_get_late_binding_view_cols() "
         "cols(a name, b name, c name, d varchar, e int)",
         ("CREATE VIEW late AS SELECT id, u FROM public.t WITH NO SCHEMA BINDING",),
         [("public", "late", "id", "integer", 1),
          ("public", "late", "u", "character varying(20)", 2)]),
    Case("a default by pg_get_expr", "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef",
         rows=[("'x'",)]),
    Case("ISNULL of two, as the JDBC driver asks", "SELECT isnull(NULL, 'x'), isnull(1, 2)",
         rows=[("x", 1)]),
    Case("what a view reads, as dbt asks",
         "SELECT v.relname, t.relname, d.deptype FROM pg_depend d "
         "LEFT JOIN pg_rewrite w ON d.objid = w.oid "
         "JOIN pg_class v ON v.oid = coalesce(w.ev_class, d.objid) "
         "JOIN pg_class t ON t.oid = d.refobjid ORDER BY 1, 2",
         ("CREATE VIEW w AS SELECT v.id FROM v JOIN s.child ON v.id = child.id",),
         [("v", "t", "n"), ("v", "v", "i"), ("w", "child", "n"), ("w", "v", "n"),
          ("w", "w", "i")]),
    Case("a column of pg_class that we do not have", "SELECT relacl FROM pg_class",
         error=("0A000", "not emulated: column pg_class.relacl")),
    Case("another, qualified", "SELECT c.relacl FROM pg_class c",
         error=("0A000", "not emulated: column pg_class.relacl")),
    Case("a column of pg_class that came after 8.0", "SELECT relpersistence FROM pg_class",
         error=("42703", 'column "relpersistence" does not exist')),
    Case("pg_attribute and format_type",
         "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute a "
         "JOIN pg_class c ON a.attrelid = c.oid WHERE relname = 'child' AND attnum > 0 "
         "ORDER BY attnum", rows=[("id", "bigint"), ("parent", "integer")]),
    Case("pg_tables and pg_views",
         "SELECT tablename FROM pg_tables WHERE schemaname = 's' UNION ALL "
         "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
         rows=[("child",), ("v",)]),
    Case("a view's query",
         "SELECT definition FROM pg_views WHERE viewname = 'v' UNION ALL "
         "SELECT view_definition FROM information_schema.views WHERE table_name = 'v'",
         rows=[('SELECT id FROM "public".t',)] * 2),
    Case("a system table that we do not have", "SELECT * FROM stv_recents",
         error=("0A000", "not emulated: system table")),
    Case("stl_query knows what failed",
         "SELECT aborted FROM stl_query WHERE querytxt LIKE 'SELECT 1 AS marker%' "
         "AND pid = pg_backend_pid()", ("SELECT 1 AS marker",), [(0,)]),
    Case("sys_query_history", "SELECT trim(query_type), trim(status) FROM sys_query_history "
         "WHERE session_id = pg_backend_pid() AND query_text LIKE 'SELECT 2 AS marker%'",
         ("SELECT 2 AS marker",), [("SELECT", "success")]),
    Case("\\d of psql", PSQL_LIST, rows=[("public", "t", "table", "awsuser"),
                                       ("public", "v", "view", "awsuser")]),
    Case("\\d of psql with another search path", PSQL_LIST, ("SET search_path TO s",),
         [("s", "child", "table", "awsuser")]),
    Case("a table that another of its name hides is not visible",
         "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
         "WHERE c.relname = 't' AND pg_table_is_visible(c.oid)",
         ("CREATE TABLE s.t (a int)", "SET search_path TO s, public"), [("s",)]),
    Case("no table is visible under an id that is none",
         "SELECT pg_table_is_visible(1), pg_table_is_visible(NULL)", rows=[(False, None)]),
    Case("SHOW DATABASES", "SHOW DATABASES",
         rows=[("dev", 100, "local", None, None, "Snapshot Isolation")],
         names=["database_name", "database_owner", "database_type", "database_acl", "parameters",
                "database_isolation_level"]),
    Case("SHOW TABLES", "SHOW TABLES FROM SCHEMA dev.s",
         rows=[("dev", "s", "child", "TABLE", None, None, "awsuser", None, None, "AUTO (ALL)",
                "REGULAR TABLE")],
         names=["database_name", "schema_name", "table_name", "table_type", "table_acl", "remarks",
                "owner", "last_altered_time", "last_modified_time", "dist_style",
                "table_subtype"]),
    Case("SHOW TABLES of views", "SHOW TABLES FROM SCHEMA dev.public LIKE '%v'",
         ("CREATE VIEW lv AS SELECT id FROM public.t WITH NO SCHEMA BINDING",),
         [("dev", "public", name, "VIEW", None, None, "awsuser", None, None, None, subtype)
          for name, subtype in (("lv", "LATE BINDING VIEW"), ("v", "REGULAR VIEW"))]),
    Case("SHOW COLUMNS, in their order", "SHOW COLUMNS FROM TABLE dev.public.k",
         ("CREATE TABLE k (z int, y char(3) DISTKEY, x numeric(5, 2)) "
          "INTERLEAVED SORTKEY (y, z)",),
         [("dev", "public", "k", "z", 1, None, "YES", "integer", None, 32, 0, None, "INTERLEAVED",
           -2, False, "none", None),
          ("dev", "public", "k", "y", 2, None, "YES", "character", 3, None, None, None,
           "INTERLEAVED", 1, True, "none", "default"),
          ("dev", "public", "k", "x", 3, None, "YES", "numeric", None, 5, 2, None, None, 0, False,
           "az64", None)],
         names=["database_name", "schema_name", "table_name", "column_name", "ordinal_position",
                "column_default", "is_nullable", "data_type", "character_maximum_length",
                "numeric_precision", "numeric_scale", "remarks", "sort_key_type", "sort_key",
                "dist_key", "encoding", "collation"]),
    Case("SHOW of more than is listed", "SHOW TABLES FROM SCHEMA dev.public LIMIT 10001",
         error=("22023", "LIMIT must be between 0 and 10000")),
    Case("SVV_REDSHIFT_COLUMNS has keys", "SELECT data_type, encoding, distkey, sortkey, "
         "column_acl FROM svv_redshift_columns WHERE table_name = 't' AND column_name = 'id'",
         rows=[("integer", "az64", True, 0, None)]),
    Case("SVV_REDSHIFT_TABLES has owners", "SELECT table_owner FROM svv_redshift_tables "
         "WHERE table_name = 'child'", rows=[("awsuser",)]),
    Case("a column that we do not have", "SELECT unsorted FROM svv_table_info",
         error=("0A000", "not emulated: column svv_table_info.unsorted")),
    Case("a column that we do not have, by its table", "SELECT c.relacl FROM pg_class c",
         error=("0A000", "not emulated: column pg_class.relacl")),
    Case("a column of later versions of PostgreSQL", "SELECT relpersistence FROM pg_class",
         error=("42703", 'column "relpersistence" does not exist')),
    Case("a catalog of later versions of PostgreSQL", "SELECT * FROM pg_matviews",
         error=("42P01", 'relation "pg_matviews" does not exist')),
    Case("ANALYZE of a system table", "ANALYZE pg_class", error=("0A000", "not emulated: ")),
    Case("a function in FROM as drivers ask",
         "select current_database as TABLE_CAT from current_database()", rows=[("dev",)],
         names=["table_cat"]),
    Case("a function in FROM under another name", "SELECT d FROM current_database() d",
         rows=[("dev",)]),
    Case("a function in FROM beside a table", "SELECT id FROM t, current_database()",
         error=("0A000", "not emulated: ")),
    Case("a function in FROM to be stored", "CREATE TABLE c AS SELECT * FROM current_database()",
         error=("0A000", "not emulated: ")),
)  # fmt: skip
def test_catalog(case: Case, sql: Client) -> None:
    sql.run(*TABLES)
    case.check(sql)


@pytest.mark.parametrize(
    ("schema", "name", "columns"),
    [("public", "t", ["id"]), ("s", "child", ["id", "parent"]), ("public", "v", [])],
)
def test_airflow_finds_the_primary_key(
    client: Client, schema: str, name: str, columns: list[str]
) -> None:
    client.run(*TABLES)
    found = client.rows(PRIMARY_KEY, (schema, name))
    assert sorted(row[0] for row in found) == columns


def test_every_system_table_can_be_read(sql: Client) -> None:
    sql.run(*TABLES)
    names = sql.rows(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n "
        "ON n.oid = c.relnamespace WHERE n.nspname IN ('pg_catalog', 'information_schema')"
    )
    assert len(names) > 30
    for schema, name in names:
        sql.rows(f"SELECT * FROM {schema}.{name}")


def _names(rows: Any) -> set[tuple[str, ...]]:
    return {tuple(row[1:3]) for row in rows}


def test_redshift_connector_lists_tables(sql: Connector) -> None:
    sql.run(*TABLES)
    cursor = sql.connection.cursor()
    assert _names(cursor.get_tables(schema_pattern="public")) == {
        ("public", "t"),
        ("public", "t_pkey"),
        ("public", "v"),
    }


def test_redshift_connector_asks_the_catalog(sql: Connector) -> None:
    sql.run(*TABLES)
    cursor = sql.connection.cursor()
    schemas = {row[0] for row in cursor.get_schemas()}
    assert {"public", "s", "pg_catalog"} <= schemas
    columns = cursor.get_columns(schema_pattern="public", tablename_pattern="t")
    assert [row[3] for row in columns] == ["id", "u", "d", "ts", "f", "flag"]
    keys = cursor.get_primary_keys(schema="s", table="child")
    assert [(row[3], row[4]) for row in keys] == [("id", 1), ("parent", 2)]
