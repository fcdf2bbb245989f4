"""What a view is said to be: its query, with the schemas of the tables that it reads.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

import pytest

from tests.redshift.clients import Client

TABLES = (
    "CREATE SCHEMA s",
    "CREATE TABLE t (a int, b varchar(5))",
    "CREATE TABLE u (c int)",
    "CREATE TABLE s.t (a int, d int)",
    "INSERT INTO t VALUES (1, 'x')",
    "INSERT INTO u VALUES (1)",
    "INSERT INTO s.t VALUES (2, 3)",
)
VIEWS = {
    "SELECT a FROM t": 'SELECT a FROM "public".t',
    "SELECT a FROM t JOIN u ON a = c": 'SELECT a FROM "public".t JOIN "public".u ON a = c',
    "SELECT x.a FROM t x, u, t y": 'SELECT x.a FROM "public".t x, "public".u, "public".t y',
    "SELECT d FROM s.t": "SELECT d FROM s.t",
    "SELECT x.d FROM s.t x, u": 'SELECT x.d FROM s.t x, "public".u',
    'SELECT a FROM "t"': 'SELECT a FROM "public"."t"',
    "WITH u AS (SELECT a FROM t) SELECT a FROM u": (
        'WITH u AS (SELECT a FROM "public".t) SELECT a FROM u'
    ),
    "SELECT a FROM t WHERE a IN (SELECT c FROM u) UNION SELECT c FROM u": (
        'SELECT a FROM "public".t WHERE a IN (SELECT c FROM "public".u) '
        'UNION SELECT c FROM "public".u'
    ),
    "SELECT count(*) FROM pg_class": "SELECT count(*) FROM pg_class",
}


@pytest.mark.parametrize(("query", "definition"), VIEWS.items(), ids=VIEWS)
def test_it_says_which_tables_it_reads_and_goes_on_reading_them(
    query: str, definition: str, sql: Client
) -> None:
    sql.run(*TABLES, f"CREATE VIEW public.v AS {query}")
    assert sql.rows("SELECT definition FROM pg_views WHERE viewname = 'v'") == [(definition,)]
    assert sql.rows(
        "SELECT view_definition FROM information_schema.views WHERE table_name = 'v'"
    ) == [(definition,)]
    before = sql.rows("SELECT * FROM public.v")
    sql.run("SET search_path TO s")
    assert sql.rows("SELECT * FROM public.v") == before


def test_a_late_binding_one_is_as_it_was_written(sql: Client) -> None:
    sql.run(*TABLES, "CREATE VIEW l AS SELECT  a FROM public.t, s.nothing WITH NO SCHEMA BINDING")
    definition = "SELECT  a FROM public.t, s.nothing"
    assert sql.rows("SELECT definition FROM pg_views WHERE viewname = 'l'") == [(definition,)]


def test_replaced_it_is_what_replaces_it(sql: Client) -> None:
    sql.run(*TABLES, "CREATE VIEW v AS SELECT a FROM t")
    sql.run("CREATE OR REPLACE VIEW v AS SELECT c AS a FROM u")
    assert sql.rows("SELECT definition FROM pg_views WHERE viewname = 'v'") == [
        ('SELECT c AS a FROM "public".u',)
    ]
