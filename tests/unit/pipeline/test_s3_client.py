"""How long a task waits for S3: as the connection says, else as we do."""

import json
from typing import Any

import pytest

from sparkify.credentials import s3_client

pytestmark = pytest.mark.medium

RETRIES = {"total_max_attempts": 5, "mode": "standard"}


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        pytest.param({}, (10, 30, RETRIES, "us-west-2"), id="ours"),
        pytest.param(
            {"config_kwargs": {"read_timeout": 1, "s3": {"addressing_style": "path"}}},
            (10, 1, RETRIES, "us-west-2"),
            id="the-connection's",
        ),
    ],
)
def test_what_a_client_waits_for(
    extra: dict[str, Any], expected: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = {
        "conn_type": "aws",
        "login": "AKIAEXAMPLE",
        "password": "secret",
        "extra": {"region_name": "us-west-2", **extra},
    }
    monkeypatch.setenv("AIRFLOW_CONN_AWS_CREDENTIALS", json.dumps(connection))
    config: Any = s3_client("aws_credentials").meta.config  # its stubs have no option
    found = (config.connect_timeout, config.read_timeout, config.retries, config.region_name)
    assert found == expected
    if extra:
        assert config.s3["addressing_style"] == "path"
