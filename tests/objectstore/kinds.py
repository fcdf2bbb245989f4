"""The kinds of store that a test can start here."""

from typing import Literal

import pytest

from harness.objectstore import find_minio

Kind = Literal["minio", "embedded"]

MINIO = pytest.mark.skipif(
    find_minio() is None, reason='no minio binary; "sparkify minio install" builds one'
)

KINDS = [
    pytest.param("embedded", id="embedded"),
    pytest.param("minio", id="minio", marks=[pytest.mark.minio, MINIO]),
]
