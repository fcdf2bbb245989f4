"""The fixtures of the pytest plugin, as a user's own tests have them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

OPTIONS = ("-q", "-p", "no:cacheprovider", "--sparkify-store", "embedded")

TESTS = """
import psycopg
import redshift_connector

from sparkify_fixtures import Settings, generate

def rows(warehouse, sql):
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        return connection.execute(sql).fetchall()

def test_warehouse_reads_from_the_store(object_store, warehouse):
    object_store.create_bucket("mine")
    object_store.client().put_object(Bucket="mine", Key="a/1.json", Body=b'{"n": 1} {"n": 2}')
    key = object_store.grant_reader("mine")
    with psycopg.connect(warehouse.dsn(with_password=True), autocommit=True) as connection:
        connection.execute("create table t (n int)")
        connection.execute(
            f"copy t from 's3://mine/a/' access_key_id '{key.access_key_id}' "
            f"secret_access_key '{key.secret_access_key}' json 'auto'"
        )
    assert rows(warehouse, "select sum(n) from t") == [(3,)]

def connector_gets_in(warehouse):
    connection = redshift_connector.connect(
        host=warehouse.host,
        port=warehouse.port,
        user=warehouse.user,
        password=warehouse.password,
        database=warehouse.database,
    )
    cursor = connection.cursor()
    cursor.execute("select 7 / 2")
    assert cursor.fetchone()[0] == 3
    connection.close()

def test_redshift_connector_with_its_defaults(warehouse, sparkify_stack):
    connector_gets_in(warehouse)
    connector_gets_in(sparkify_stack(warm_airflow=False, bucket="another").warehouse)
    connector_gets_in(warehouse)

def test_a_stack_of_ones_own(sparkify_stack, warehouse):
    stack = sparkify_stack(warm_airflow=False, bucket="own")
    assert stack.seed(generate(Settings(days=1, users=2, songs=2))) == 3
    assert stack.bucket == "own"
    assert rows(stack.warehouse, "select 1") == [(1,)]
    assert stack.warehouse.port != warehouse.port
"""


def test_fixtures_give_running_servers(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "sparkify_harness.pytest_plugin", *OPTIONS],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "harness"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
