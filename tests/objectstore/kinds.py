"""The kinds of store that tests run on.

`SPARKIFY_TEST_STORES=container pytest tests/objectstore tests/pipeline` runs both suites on MinIO's
container alone; by default they run on the embedded store and on the MinIO binary.
"""

import os
from typing import Any, Literal, get_args

import pytest

from sparkify_harness.objectstore import ContainerError, find_minio
from sparkify_harness.objectstore.container import find_container

StoreKind = Literal["embedded", "minio", "container"]
VARIABLE = "SPARKIFY_TEST_STORES"

MINIO = pytest.mark.skipif(
    find_minio() is None, reason='no minio binary; "sparkify minio install" builds one'
)
REAL_MINIO = ("minio", "container")
"""Kinds that are MinIO itself, with its deviations from S3."""


def no_container() -> str:
    """Why there is no container to be had; nothing is fetched for a test."""
    try:
        find_container()
    except ContainerError as error:
        return str(error)
    return ""


def parameter(kind: str) -> Any:
    """A kind as a test's parameter, skipped with the reason where it is not here."""
    match kind:
        case "embedded":
            return pytest.param(kind, id=kind)
        case "minio":
            return pytest.param(kind, id=kind, marks=[pytest.mark.minio, MINIO])
        case "container":
            reason = no_container()
            return pytest.param(
                kind, id=kind, marks=pytest.mark.skipif(bool(reason), reason=reason)
            )
    raise pytest.UsageError(
        f"${VARIABLE} is a list of {', '.join(get_args(StoreKind))}, with commas; it has {kind!r}"
    )


CHOSEN = [kind.strip() for kind in os.environ.get(VARIABLE, "embedded,minio").split(",")]
KINDS = [parameter(kind) for kind in CHOSEN]
REAL_KINDS = [parameter(kind) for kind in CHOSEN if kind in REAL_MINIO]
"""Those of them that are MinIO itself; without one, what is marked by it is skipped."""
