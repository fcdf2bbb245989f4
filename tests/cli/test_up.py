"""`sparkify up` and `sparkify seed` from the outside."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable

import psycopg

from sparkify_fixtures import Settings, generate
from sparkify_harness.objectstore import Endpoint
from tests.cli.conftest import DEADLINE, SMALL, Sparkify
from tests.waiting import eventually

Start = Callable[..., "subprocess.Popen[str]"]


CLIENTS = """
import os
import psycopg
import psycopg2
import redshift_connector
found = [psycopg.connect(), psycopg.connect(sslrootcert="system"), psycopg2.connect("")]
assert all(item.info.ssl_in_use if item is found[2] else item.pgconn.ssl_in_use for item in found)
found += [psycopg.connect(os.environ["SPARKIFY_DSN"])]
found += [redshift_connector.connect(
    host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]), user=os.environ["PGUSER"],
    password=os.environ["PGPASSWORD"], database=os.environ["PGDATABASE"],
)]
for item in found:
    cursor = item.cursor()
    cursor.execute("select 7 / 2")
    print(*cursor.fetchone())
    item.close()
"""
"""Every client with its defaults, and nothing but the environment."""


def variables(text: str) -> dict[str, str]:
    """What a shell would know after reading it."""
    words = (shlex.split(line) for line in text.splitlines())
    return dict(pair.split("=", 1) for _, pair in words)


def test_up_serves_until_ctrl_c_and_seed_fills_it(sparkify: Sparkify, started: Start) -> None:
    file = sparkify.folder / "stack.env"
    process = started("up", "--empty", "--store", "embedded", "--env-file", str(file))
    assert eventually(file.exists, DEADLINE)
    assert file.stat().st_mode & 0o777 == 0o600
    found = variables(file.read_text())

    seeded = sparkify("seed", *SMALL[:8], extra=found)
    assert seeded.returncode == 0, seeded.stderr
    objects = {item.key: len(item.body) for item in generate(Settings(2, 12, 8, 5))}
    listed = keys(found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], found)
    assert objects.items() <= listed.items()
    assert set(listed) - set(objects) == {"log_json_path.json"}

    # The pipeline's own key reads, and the warehouse finds the store with it.
    aws = json.loads(found["AIRFLOW_CONN_AWS_CREDENTIALS"])
    assert keys(aws["login"], aws["password"], found) == listed
    asked = sparkify("sql", "select 1 as one", extra=found)
    assert (asked.returncode, asked.stdout) == (0, "one\n1\n")
    clients = subprocess.run(
        [sys.executable, "-c", CLIENTS],
        env=sparkify.environment(found),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (clients.returncode, clients.stdout.split()) == (0, ["3"] * 5), clients.stderr
    redshift = json.loads(found["AIRFLOW_CONN_REDSHIFT"])
    with psycopg.connect(
        host=redshift["host"],
        port=redshift["port"],
        user=redshift["login"],
        password=redshift["password"],
        dbname=redshift["schema"],
    ) as connection:
        connection.execute("create temp table staged (song_id varchar)")
        for role in (f"'{found['SPARKIFY_IAM_ROLE']}'", "default"):
            connection.execute(
                f"copy staged from 's3://{found['SPARKIFY_BUCKET']}/song_data' "
                f"iam_role {role} json 'auto'"
            )
        assert connection.execute("select count(*) from staged").fetchone() == (16,)

    os.kill(process.pid, signal.SIGINT)
    shown, told = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert found["PGPASSWORD"] not in shown + told
    assert found["AWS_SECRET_ACCESS_KEY"] not in shown + told
    assert eventually(lambda: not sparkify.left(), DEADLINE), sparkify.left()
    assert not file.exists()


def keys(key_id: str, secret: str, found: dict[str, str]) -> dict[str, int]:
    endpoint = Endpoint(found["AWS_ENDPOINT_URL"], found["AWS_REGION"], key_id, secret)
    answer = endpoint.client().list_objects_v2(Bucket=found["SPARKIFY_BUCKET"])
    return {item["Key"]: item["Size"] for item in answer.get("Contents", [])}


def test_up_lets_clients_in_without_tls_where_the_user_says_so(
    sparkify: Sparkify, started: Start
) -> None:
    file = sparkify.folder / "stack.env"
    options = ("--empty", "--store", "embedded", "--env-file", str(file))
    process = started("up", *options, "--require-ssl=off")
    assert eventually(file.exists, DEADLINE)
    found = variables(file.read_text())
    for mode in ("disable", "require"):
        with psycopg.connect(found["SPARKIFY_DSN"], password=found["PGPASSWORD"], sslmode=mode):
            pass
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=DEADLINE)


def test_up_ends_with_a_server_that_dies(sparkify: Sparkify, started: Start) -> None:
    file = sparkify.folder / "stack.env"
    process = started("up", "--empty", "--store", "embedded", "--env-file", str(file))
    assert eventually(file.exists, DEADLINE)
    (pid,) = re.findall(r"pid=(\d+)", next(sparkify.home.rglob("warehouse.log")).read_text())
    os.kill(int(pid), signal.SIGKILL)
    _, told = process.communicate(timeout=DEADLINE)
    assert process.returncode == 3
    assert "error: the warehouse ended" in told


def test_seed_makes_a_bucket_only_when_told_to(sparkify: Sparkify, started: Start) -> None:
    file = sparkify.folder / "stack.env"
    process = started("up", "--empty", "--store", "embedded", "--env-file", str(file))
    assert eventually(file.exists, DEADLINE)
    found = variables(file.read_text())
    refused = sparkify("seed", *SMALL[:8], "--bucket", "other", extra=found)
    assert refused.returncode == 3
    assert "NoSuchBucket" in refused.stderr
    assert "--create-bucket makes it" in refused.stderr
    made = sparkify("seed", *SMALL[:8], "--bucket", "other", "--create-bucket", extra=found)
    assert made.returncode == 0
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(DEADLINE) == 130


def test_seed_into_a_folder(sparkify: Sparkify) -> None:
    done = sparkify("seed", "--to", "data", *SMALL[:8])
    assert done.returncode == 0
    expected = {item.key: item.body for item in generate(Settings(2, 12, 8, 5))}
    folder = sparkify.folder / "data"
    written = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")
    }
    assert expected.items() <= written.items()
    assert set(written) - set(expected) == {"log_json_path.json"}
