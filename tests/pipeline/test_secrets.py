"""Keys, tokens and passwords are in no file, log, XCom or command line of a run."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sparkify_fixtures import Settings, generate
from sparkify_harness.airflow import aws_connection
from tests.files import contents
from tests.pipeline.subject import Pipeline

pytestmark = pytest.mark.pipeline

DAY = dt.date(2018, 11, 1)


def files_with(folder: Path, secret: str) -> list[Path]:
    return [path for path, content in contents(folder) if secret.encode() in content]


@pytest.mark.parametrize("region", ["us-west-2", "eu-north-1"], ids=["green", "red"])
def test_secrets_show_nowhere(
    region: str, pipeline: Pipeline, capfd: pytest.CaptureFixture[str]
) -> None:
    pipeline.seed(generate(Settings(days=1, users=5, songs=3, seed=7)))
    stack = pipeline.stack
    reader = stack.store.grant_reader(stack.bucket, temporary=True)
    assert reader.session_token
    secrets = [reader.secret_access_key, reader.session_token, stack.warehouse.password]
    connection = aws_connection(
        access_key=reader.access_key_id,
        secret_key=reader.secret_access_key,
        session_token=reader.session_token,
        endpoint_url=reader.url,
    )
    wiring = stack.wiring()
    connections = {**wiring.connections, "aws_credentials": connection}
    seen: list[str] = []
    result = pipeline.run(
        DAY,
        wiring=replace(wiring, connections=connections),
        region=region,
        on_task=lambda task: seen.extend(
            argument
            for process in psutil.process_iter(["cmdline"])
            for argument in process.info["cmdline"] or ()
        ),
    )
    assert result.succeeded == (region == reader.region), result.explain()
    printed = capfd.readouterr()
    for secret in secrets:
        assert secret not in printed.out + printed.err
        assert secret not in json.dumps(result.to_json())
        assert not any(secret in argument for argument in seen)
        assert files_with(stack.folder, secret) == []
        assert secret not in (stack.running.log_path.read_text())
    assert seen
    assert (stack.folder / "airflow" / "airflow.db").stat().st_size > 0
