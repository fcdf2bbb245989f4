"""Commands on a warehouse and a bucket that no run here has made: `--dsn` and `--endpoint`."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sparkify_fixtures import Settings, generate
from sparkify_harness.objectstore import StoreKind, open_store
from sparkify_harness.seeding import upload
from sparkify_harness.stack import BUCKET, REGION
from sparkify_harness.warehouse import open_warehouse
from tests.cli.conftest import Ended

Elsewhere = Callable[..., Any]


@pytest.fixture
def elsewhere(finished: Ended, tmp_path: Path) -> Iterator[Elsewhere]:
    """Runs a command on a copy of the run's warehouse; where it is stands in its environment."""
    with finished.folder.locked():
        shutil.copy(finished.folder.warehouse, tmp_path / "copy.duckdb")
    with (
        open_warehouse(folder=tmp_path / "warehouse", file=tmp_path / "copy.duckdb") as running,
        open_store(StoreKind.EMBEDDED, folder=tmp_path / "store", region=REGION) as store,
    ):
        store.create_bucket(BUCKET)
        upload(store.endpoint, BUCKET, generate(Settings(days=3, users=12, songs=8, seed=5)))
        environment = {
            "PGPASSWORD": running.connection.password,
            "AWS_ACCESS_KEY_ID": store.endpoint.access_key_id,
            "AWS_SECRET_ACCESS_KEY": store.endpoint.secret_access_key,
        }

        def run(command: str, *arguments: str) -> Any:
            if command == "days":
                arguments = (*arguments, "--endpoint", store.endpoint.url)
            dsn = ("--dsn", running.connection.dsn(), "--json")
            done = finished.command(command, *arguments, *dsn, extra=environment)
            assert done.returncode == 0, done.stdout + done.stderr
            assert running.connection.password not in done.stdout + done.stderr
            return json.loads(done.stdout)

        yield run


@pytest.mark.slow
def test_days_are_told_judged_and_taken_out(elsewhere: Elsewhere) -> None:
    states = {day["day"]: day["state"] for day in elsewhere("days")}
    assert states == {"2018-11-01": "success", "2018-11-02": "success", "2018-11-03": "missing"}
    assert {check["verdict"] for check in elsewhere("check", "--day", "2018-11-02")} == {"pass"}
    (gone,) = elsewhere("unload-day", "2018-11-02")["taken_out"]
    assert gone["key"] == "log_data/2018/11/2018-11-02-events.json"
    states = {day["day"]: day["state"] for day in elsewhere("days")}
    assert states == {"2018-11-01": "success", "2018-11-02": "missing", "2018-11-03": "missing"}
