"""COPY as it is written: by Airflow's operator, by the public, and by those who err.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import io
import json
from itertools import permutations

import psycopg2
import pytest

from sparkify_harness.warehouse import Warehouse
from tests.redshift.cases import Case, table
from tests.redshift.clients import Client, Connector, Psycopg2, ServerError
from tests.redshift.copies import ROLE, Lake, Loader, ordered

LOG = {"artist": "Harmonia", "ts": 1541106106796, "userId": "39", "song": "Sehr kosmisch"}
EVENTS = "CREATE TABLE staging_events (artist varchar, ts bigint, userid int, song varchar(256))"
LOADED = [("Harmonia", 1541106106796, 39, "Sehr kosmisch")]


@pytest.fixture(scope="module")
def folder(lake: Lake) -> str:
    return lake.put(
        {
            "log_data/1.json": json.dumps(LOG),
            "log_json_path.json": json.dumps({"jsonpaths": [f"$['{key}']" for key in LOG]}),
            "rows.csv": "a,b\n1,one\n2,two\n",
            "bad.csv": "a,b\n1,one\nx,two\n",
        }
    )


def written(statement: str, lake: Lake, folder: str) -> str:
    """The statement with the folder, the keys and the role in their places."""
    key, secret = lake.reader.access_key_id, lake.reader.secret_access_key
    values = {"$FOLDER": folder, "$KEY": key, "$SECRET": secret, "$ROLE": ROLE}
    for name, value in values.items():
        statement = statement.replace(name, value)
    return statement


PUBLIC = {
    "keys, region, jsonpaths": """
        COPY staging_events
        FROM '$FOLDERlog_data'
        ACCESS_KEY_ID '$KEY'
        SECRET_ACCESS_KEY '$SECRET'
        REGION AS 'us-west-2'
        FORMAT AS JSON '$FOLDERlog_json_path.json'
    """,
    "a semicolon at the end": """
        COPY staging_events FROM '$FOLDERlog_data' ACCESS_KEY_ID '$KEY' SECRET_ACCESS_KEY '$SECRET'
        JSON '$FOLDERlog_json_path.json' COMPUPDATE OFF region 'us-west-2';
    """,
    "lower case": """
        copy staging_events from '$FOLDERlog_data'
        access_key_id '$KEY' secret_access_key '$SECRET'
        format as json '$FOLDERlog_json_path.json' compupdate off region 'us-west-2' timeformat
        as 'epochmillisecs' truncatecolumns blanksasnull emptyasnull;
    """,
    "mixed case": """
        Copy Staging_Events From '$FOLDERlog_data' Credentials
        'aws_access_key_id=$KEY;aws_secret_access_key=$SECRET' Format Json
        '$FOLDERlog_json_path.json' Region 'us-west-2' CompUpdate Off StatUpdate Off
    """,
    "IAM_ROLE": """
        copy staging_events from '$FOLDERlog_data' iam_role '$ROLE'
        region 'us-west-2' json '$FOLDERlog_json_path.json'
    """,
    "CREDENTIALS with a role": """
        COPY staging_events FROM '$FOLDERlog_data' CREDENTIALS 'aws_iam_role=$ROLE'
        JSON '$FOLDERlog_json_path.json' REGION 'us-west-2';
    """,
    "options before keys": """
        COPY staging_events FROM '$FOLDERlog_data' JSON '$FOLDERlog_json_path.json'
        REGION 'us-west-2' TIMEFORMAT 'epochmillisecs' SECRET_ACCESS_KEY '$SECRET'
        ACCESS_KEY_ID '$KEY'
    """,
    "comments": """
        -- events
        COPY staging_events /* target */ FROM '$FOLDERlog_data' -- source; with 'quotes'
        ACCESS_KEY_ID '$KEY' -- who
        SECRET_ACCESS_KEY '$SECRET'
        /* REGION 'eu-west-1'
           CSV */
        FORMAT AS JSON '$FOLDERlog_json_path.json' -- how
    """,
    "FORMAT JSON AS": """
        COPY staging_events FROM '$FOLDERlog_data' IAM_ROLE '$ROLE'
        FORMAT JSON AS '$FOLDERlog_json_path.json'
    """,
    "JSON AS": """
        COPY staging_events FROM '$FOLDERlog_data' IAM_ROLE '$ROLE'
        JSON AS '$FOLDERlog_json_path.json'
    """,
    "auto ignorecase": """
        COPY public.staging_events FROM '$FOLDERlog_data' IAM_ROLE '$ROLE'
        JSON 'auto ignorecase' MAXERROR 10 ACCEPTINVCHARS AS '^' IGNOREHEADER 0
    """,
    "quoted names and a column list": """
        COPY "public"."staging_events" ("artist", ts, "userId", song)
        FROM '$FOLDERlog_data' IAM_ROLE '$ROLE' JSON '$FOLDERlog_json_path.json'
    """,
    "tabs and no blanks": (
        "COPY\tstaging_events(artist,ts,userid,song)FROM'$FOLDERlog_data'IAM_ROLE'$ROLE'"
        "JSON'$FOLDERlog_json_path.json'"
    ),
    "every load option": """
        COPY staging_events FROM '$FOLDERlog_data' IAM_ROLE '$ROLE' COMPROWS 1000
        COMPUPDATE PRESET STATUPDATE ON JSON '$FOLDERlog_json_path.json' TRIMBLANKS ROUNDEC
        ACCEPTANYDATE DATEFORMAT AS 'auto' TIMEFORMAT AS 'auto' ENCODING AS UTF8
    """,
}


@pytest.mark.parametrize("statement", PUBLIC.values(), ids=PUBLIC)
def test_statements_of_the_public(client: Client, lake: Lake, folder: str, statement: str) -> None:
    client.run(EVENTS, written(statement, lake, folder))
    assert client.rows("SELECT * FROM staging_events") == LOADED


@pytest.mark.parametrize(
    "options",
    list(permutations(("REGION 'us-west-2'", "CSV", "IGNOREHEADER 1", "IAM_ROLE '$ROLE'"))),
    ids=lambda options: " ".join(option.split()[0] for option in options),
)
def test_options_in_any_order(loader: Loader, folder: str, options: tuple[str, ...]) -> None:
    statement = f"COPY ordered_options FROM '$FOLDERrows.csv' {' '.join(options)}"
    loader.client.run(
        "DROP TABLE IF EXISTS ordered_options",
        "CREATE TABLE ordered_options (a int, b varchar(9))",
        written(statement, loader.lake, folder),
    )
    assert loader.contents("ordered_options") == [(1, "one"), (2, "two")]


@pytest.mark.parametrize("value", ["", " ON", " OFF", " TRUE", " FALSE", " on", " off"])
@pytest.mark.parametrize("option", ["COMPUPDATE", "STATUPDATE"])
def test_options_without_effect_on_data(
    loader: Loader, folder: str, option: str, value: str
) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html"""
    loader.client.run(
        "DROP TABLE IF EXISTS switched", "CREATE TABLE switched (a int, b varchar(9))"
    )
    loader.copy("switched", f"{folder}rows.csv", f"CSV {option}{value} IGNOREHEADER 1")
    assert loader.contents("switched") == [(1, "one"), (2, "two")]


# --- Airflow's S3ToRedshiftOperator -----------------------------------------------------------


def airflow_copy(target: str, lake: Lake, source: str, options: str) -> str:
    """As the operator writes it, with temporary or permanent keys.

    Airflow: https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/operators/transfer/s3_to_redshift.html
    """
    key, secret = lake.reader.access_key_id, lake.reader.secret_access_key
    credentials = f"aws_access_key_id={key};aws_secret_access_key={secret}"
    return f"""
                    COPY {target} 
                    FROM '{source}'
                    credentials
                    '{credentials}'
                    region 'us-west-2'
                    {options};
        """  # noqa: W291  as the operator has it


CSV_OPTIONS = "csv\n\t\t\tIGNOREHEADER 1"
TARGET = "CREATE TABLE s.t (a int PRIMARY KEY, b varchar(9) DEFAULT 'x')"


@pytest.fixture(params=[False, True], ids=["in a transaction", "autocommit"])
def airflow(request: pytest.FixtureRequest, client: Client) -> Client:
    """A client as the hook has it: in a transaction of the driver's own, or in autocommit."""
    client.run("CREATE SCHEMA s", TARGET, "INSERT INTO s.t VALUES (1, 'old'), (9, 'nine')")
    client.connection.autocommit = request.param  # type: ignore[attr-defined]  # each has it
    return client


def test_append(airflow: Client, lake: Lake, folder: str) -> None:
    airflow.run(airflow_copy("s.t", lake, folder + "rows.csv", CSV_OPTIONS))
    commit(airflow)
    assert rows_of(airflow) == [(1, "old"), (1, "one"), (2, "two"), (9, "nine")]


def test_append_with_a_column_list(airflow: Client, lake: Lake, folder: str) -> None:
    airflow.run(airflow_copy("s.t (a, b)", lake, folder + "rows.csv", CSV_OPTIONS))
    commit(airflow)
    assert len(rows_of(airflow)) == 4


def test_replace(airflow: Client, lake: Lake, folder: str) -> None:
    airflow.run(
        "BEGIN;",
        "DELETE FROM s.t;",
        airflow_copy("s.t", lake, folder + "rows.csv", CSV_OPTIONS),
        "COMMIT",
    )
    commit(airflow)
    assert rows_of(airflow) == [(1, "one"), (2, "two")]


def test_replace_that_fails(airflow: Client, another: Client, lake: Lake, folder: str) -> None:
    airflow.run("BEGIN;", "DELETE FROM s.t;")
    with pytest.raises(ServerError, match="Load into table 't' failed"):
        airflow.run(airflow_copy("s.t", lake, folder + "bad.csv", CSV_OPTIONS))
    airflow.connection.rollback()  # type: ignore[attr-defined]  # each has it
    airflow.run("ROLLBACK")
    assert rows_of(another) == [(1, "old"), (9, "nine")]


def test_upsert(airflow: Client, lake: Lake, folder: str) -> None:
    airflow.run(
        "CREATE TABLE #t (LIKE s.t INCLUDING DEFAULTS);",
        airflow_copy("#t", lake, folder + "rows.csv", CSV_OPTIONS),
        "BEGIN;",
        "DELETE FROM s.t USING #t WHERE t.a = #t.a;",
        "INSERT INTO s.t SELECT * FROM #t;",
        "COMMIT",
    )
    commit(airflow)
    assert rows_of(airflow) == [(1, "one"), (2, "two"), (9, "nine")]


def commit(client: Client) -> None:
    client.connection.commit()  # type: ignore[attr-defined]  # each has it


def rows_of(client: Client) -> list[tuple[object, ...]]:
    return ordered(client.rows("SELECT * FROM s.t"))


def test_many_statements_in_one_string(
    warehouse: Warehouse, sql: Client, lake: Lake, folder: str
) -> None:
    """Through PostgresHook, as most public pipelines do."""
    statement = f"""
        DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b varchar(9)); -- new; every time
        {airflow_copy("t", lake, folder + "rows.csv", CSV_OPTIONS)}
        INSERT INTO t SELECT a + 10, b FROM t; TRUNCATE TABLE t;
        COPY t FROM '{folder}rows.csv' {lake.keys} CSV IGNOREHEADER 1;
        BEGIN; DELETE FROM t WHERE a = 1; COMMIT;
    """
    opened = Psycopg2(warehouse)
    opened.run(statement)
    opened.close()
    assert sql.rows("SELECT * FROM t") == [(2, "two")]


# --- what is refused --------------------------------------------------------------------------

PARAMETERS = {
    "source": ("COPY t FROM {} IAM_ROLE default CSV", "s3://b/k"),
    "role": ("COPY t FROM 's3://b/k' IAM_ROLE {} CSV", ROLE),
    "credentials": ("COPY t FROM 's3://b/k' CREDENTIALS {} CSV", "aws_iam_role=x"),
    "table": ("COPY {} FROM 's3://b/k' IAM_ROLE default", "t"),
    "number": ("COPY t FROM 's3://b/k' IAM_ROLE default IGNOREHEADER {}", 1),
}


@pytest.mark.parametrize(("statement", "argument"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_are_refused(sql: Client, statement: str, argument: object) -> None:
    """AWS's driver: https://github.com/aws/amazon-redshift-python-driver/issues/31"""
    sql.run("CREATE TABLE t (a int)")
    with pytest.raises(ServerError) as caught:
        sql.rows(statement.format("%s"), (argument,))
    assert (caught.value.sqlstate, caught.value.message) == (
        "42601",
        'syntax error at or near "$1"',
    )


def test_copy_expert_fails(warehouse: Warehouse, sql: Client) -> None:
    sql.run("CREATE TABLE t (a int)")
    opened = Psycopg2(warehouse)
    with pytest.raises(psycopg2.errors.SyntaxError, match='at or near "STDIN"'):
        opened.connection.cursor().copy_expert("COPY t (a) FROM STDIN", io.StringIO("1"))
    opened.close()


SOURCE = "COPY t FROM 's3://b/k' IAM_ROLE default"


@table(
    Case("FROM STDIN", "COPY t (a, b) FROM STDIN", error=("42601", "")),
    Case("FROM STDIN WITH CSV", "COPY t FROM STDIN WITH CSV", error=("42601", "")),
    Case(
        "a query TO",
        "COPY (SELECT 1) TO 's3://b/k'",
        error=("42601", 'syntax error at or near "("'),
    ),
    Case("TO", "COPY t TO 's3://b/k' IAM_ROLE default", error=("42601", "")),
    Case("no source", "COPY t FROM", error=("42601", "")),
    Case("a source without quotes", "COPY t FROM s3://b/k IAM_ROLE default", error=("42601", "")),
    Case("two sources", "COPY t FROM 's3://b/k', 's3://b/l' IAM_ROLE default", error=("42601", "")),
    Case(
        "an unknown option", f"{SOURCE} HEADER", error=("42601", 'syntax error at or near "HEADER"')
    ),
    Case("PostgreSQL's list of options", f"{SOURCE} (FORMAT csv)", error=("42601", "")),
    Case("PostgreSQL's WITH", f"{SOURCE} WITH (FORMAT csv)", error=("42601", "")),
    Case("PostgreSQL's CSV HEADER", f"{SOURCE} CSV HEADER", error=("42601", "")),
    Case(
        "an option twice", f"{SOURCE} CSV CSV", error=("42601", "conflicting or redundant options")
    ),
    Case("a value twice", f"{SOURCE} MAXERROR 1 MAXERROR 2", error=("42601", "")),
    Case("a number in quotes", f"{SOURCE} MAXERROR '5'", error=("42601", "")),
    Case("a negative number", f"{SOURCE} MAXERROR -5", error=("42601", "")),
    Case("a format in quotes", f"{SOURCE} FORMAT 'csv'", error=("42601", "")),
    Case("FORMAT alone", f"{SOURCE} FORMAT", error=("42601", "")),
    Case("FORMAT AS alone", f"{SOURCE} FORMAT AS", error=("42601", "")),
    Case("GZIP as a value", f"{SOURCE} COMPRESSION GZIP", error=("42601", "")),
    Case("an equals sign", f"{SOURCE} REGION='us-west-2'", error=("42601", "")),
    Case("commas between options", f"{SOURCE}, CSV", error=("42601", "")),
    Case("an encoding that is none", f"{SOURCE} ENCODING LATIN1", error=("42601", "")),
    Case(
        "a column list without columns",
        "COPY t () FROM 's3://b/k' IAM_ROLE default",
        error=("42601", ""),
    ),
    Case("WHERE", f"{SOURCE} CSV WHERE a = 1", error=("42601", "")),
    Case(
        "a URL of another kind",
        "COPY t FROM 'https://b.s3.amazonaws.com/k' IAM_ROLE default",
        error=("XX000", "Invalid S3 path"),
    ),
    Case(
        "a path", "COPY t FROM '/tmp/data.csv' IAM_ROLE default", error=("XX000", "Invalid S3 path")
    ),
    Case("no bucket", "COPY t FROM 's3://' IAM_ROLE default", error=("XX000", "Invalid S3 path")),
    Case(
        "DynamoDB",
        "COPY t FROM 'dynamodb://tab' IAM_ROLE default READRATIO 50",
        error=("0A000", "not emulated: COPY FROM 'dynamodb://'"),
    ),
    Case("EMR", "COPY t FROM 'emr://j-x/part' IAM_ROLE default", error=("0A000", "not emulated")),
)
def test_statements_that_are_refused(case: Case, loader: Loader) -> None:
    loader.client.run("CREATE TEMP TABLE IF NOT EXISTS t (a int, b varchar(9))")
    case.check(loader.client)


def test_the_place_of_a_syntax_error(client: Client) -> None:
    """Seen on a cluster: https://github.com/darwin-eu/CDMConnector/issues/38"""
    with pytest.raises(ServerError) as caught:
        client.run("COPY t (a, b) FROM STDIN")
    seen = caught.value
    assert (seen.sqlstate, seen.position) == ("42601", "20")
    assert seen.message.startswith('syntax error at or near "STDIN"')


def test_describe_does_not_load(warehouse: Warehouse, sql: Client, lake: Lake, folder: str) -> None:
    """The driver parses and describes a statement before it executes it, and repeats it cached."""
    sql.run("CREATE TABLE t (a int, b varchar(9))")
    statement = f"COPY t FROM '{folder}rows.csv' {lake.keys} CSV IGNOREHEADER 1"
    opened = Connector(warehouse)
    for number in (1, 2):
        opened.run(statement)
        assert sql.rows("SELECT count(*) FROM t") == [(2 * number,)]
    opened.connection.autocommit = False
    cursor = opened.connection.cursor()
    cursor.execute(statement)
    opened.connection.rollback()
    opened.close()
    assert sql.rows("SELECT count(*) FROM t") == [(4,)]
