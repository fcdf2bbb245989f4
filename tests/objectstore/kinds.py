"""The kinds of store that tests run on.

`SPARKIFY_TEST_STORES=container pytest tests/objectstore tests/pipeline` runs both suites on MinIO's
container alone; by default they run on the embedded store and on the MinIO binary.
"""

import os
from typing import Any

import pytest

from sparkify_harness.objectstore import ContainerError, StoreKind, find_minio
from sparkify_harness.objectstore.container import find_container

VARIABLE = "SPARKIFY_TEST_STORES"

MINIO = pytest.mark.skipif(
    find_minio() is None, reason='no minio binary; "sparkify minio install" builds one'
)


def no_container() -> str:
    """Why there is no container to be had; nothing is fetched for a test."""
    try:
        find_container()
    except ContainerError as error:
        return str(error)
    return ""


def parameter(kind: StoreKind) -> Any:
    """A kind as a test's parameter, skipped with the reason where it is not here."""
    marks = [pytest.mark.minio, MINIO] if kind is StoreKind.MINIO else []
    if kind is StoreKind.CONTAINER:
        reason = no_container()
        marks = [pytest.mark.skipif(bool(reason), reason=reason)]
    return pytest.param(kind, id=kind, marks=marks)


def chosen(names: str) -> list[StoreKind]:
    """The kinds of these names.

    Raises:
        pytest.UsageError: one that tests cannot start.
    """
    lawful = [kind for kind in StoreKind if kind.is_started and kind is not StoreKind.AUTO]
    kinds: list[StoreKind] = []
    for name in map(str.strip, names.split(",")):
        if name not in lawful:
            raise pytest.UsageError(
                f"${VARIABLE} is a list of {', '.join(lawful)}, with commas; it has {name!r}"
            )
        kinds.append(StoreKind(name))
    return kinds


CHOSEN = chosen(os.environ.get(VARIABLE, f"{StoreKind.EMBEDDED},{StoreKind.MINIO}"))
KINDS = [parameter(kind) for kind in CHOSEN]
REAL_KINDS = [parameter(kind) for kind in CHOSEN if kind.is_minio]
"""Those of them that are MinIO itself; without one, what is marked by it is skipped."""
