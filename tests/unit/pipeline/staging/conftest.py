"""Connections, and a bucket."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sparkify.landing import Landing
from sparkify.objects import ObjectInfo
from tests.unit.pipeline.staging.subject import LOG, SECRET, TOKEN, Bucket


@pytest.fixture(autouse=True)
def _connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def connection(name: str, **fields: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(fields))

    connection("REDSHIFT", conn_type="redshift", host="localhost", password="x")
    connection(
        "KEYS",
        conn_type="aws",
        login="AKIA",
        password=SECRET,
        extra={"region_name": "eu-west-1", "aws_session_token": TOKEN},
    )
    connection("LONG_TERM", conn_type="aws", login="AKIA", password=SECRET)
    connection("ROLE", conn_type="aws", extra={"iam_role": "arn:aws:iam::1:role/load"})
    connection("PROVIDER_ROLE", conn_type="aws", extra={"role_arn": "arn:aws:iam::1:role/load"})
    connection("NOTHING", conn_type="aws")
    monkeypatch.setenv("HOME", "/nonexistent")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bucket]:
    """Replaces S3."""

    def answer(*answers: list[ObjectInfo]) -> Bucket:
        made = Bucket(*answers)
        for module in ("stage", "stage_logs"):
            monkeypatch.setattr(f"sparkify.operators.{module}.list_objects", made.list)
        monkeypatch.setattr("sparkify.operators.stage.s3_client", lambda name: object())
        return made

    return answer


@pytest.fixture(autouse=True)
def _whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The landing area has what was loaded: a connection that only records cannot say so."""
    monkeypatch.setattr(Landing, "refuse_incomplete", lambda self: None)


@pytest.fixture(autouse=True)
def _one_log(bucket: Callable[..., Bucket]) -> None:
    bucket([LOG])
