"""Pytest fixtures that start containers: MinIO, PostgreSQL, the Redshift substitute.

Fixtures, each started once in a session and only when a test asks for it:

* `minio_container`: `testcontainers.community.minio.MinioContainer`;
* `postgres_container`: `testcontainers.community.postgres.PostgresContainer`;
* `redshift_container`: `sparkify_harness.containers.RedshiftContainer`, whose COPY reads from
  `minio_container`. Its authority is trusted by this process, through `SSL_CERT_FILE`.

They need the extra `stack`. Images are named by $MINIO_IMAGE, $POSTGRES_IMAGE and
$SPARKIFY_REDSHIFT_IMAGE. A test is skipped, with the reason, where there is no engine, or where an
image is not there and $SPARKIFY_PULL_IMAGES does not say yes to asking a registry.

Importing this module imports nothing but pytest.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testcontainers.community.minio import MinioContainer
    from testcontainers.community.postgres import PostgresContainer
    from testcontainers.core.network import Network

    from sparkify_harness.containers import RedshiftContainer

PULL = "SPARKIFY_PULL_IMAGES"
POSTGRES = "postgres:16.4-bookworm"
_STORE = "objectstore"
"""Name of MinIO on the network of the containers."""


@pytest.fixture(scope="session")
def container_engine() -> str:
    """The program of the engine, asked for once; skips where there is none."""
    from sparkify_harness.compose.engine import find_docker  # noqa: PLC0415  # a plugin must load fast
    from sparkify_harness.compose.errors import NoEngineError  # noqa: PLC0415  # a plugin must load fast

    pytest.importorskip("testcontainers", reason="the extra `stack` is not installed")
    try:
        program = find_docker()
    except NoEngineError as error:
        pytest.skip(str(error).partition("\n")[0])
    _keep_ryuk_out(program)
    return program


@pytest.fixture(scope="session")
def container_network(container_engine: str) -> "Iterator[Network]":  # noqa: ARG001  # for its effect
    """A network on which the containers find each other by name."""
    from testcontainers.core.network import Network  # noqa: PLC0415  # a plugin must load fast

    with Network() as network:
        yield network


@pytest.fixture(scope="session")
def minio_container(
    container_engine: str, container_network: "Network"
) -> "Iterator[MinioContainer]":
    """A MinIO, with random keys."""
    from testcontainers.community.minio import (  # noqa: PLC0415  # a plugin must load fast
        MinioContainer,
    )

    from sparkify_harness.objectstore.container import IMAGE  # noqa: PLC0415  # a plugin must load fast

    image = _image(container_engine, "MINIO_IMAGE", IMAGE)
    container = MinioContainer(
        image, access_key=f"key{secrets.token_hex(8)}", secret_key=secrets.token_urlsafe(24)
    )
    container.with_network(container_network).with_network_aliases(_STORE)
    for name, value in (("MINIO_UPDATE", "off"), ("MINIO_BROWSER", "off")):
        container.with_env(name, value)
    # What the container itself knows: older names of these two are gone from MinIO.
    container.with_env("MINIO_ROOT_USER", container.access_key)
    container.with_env("MINIO_ROOT_PASSWORD", container.secret_key)
    container.with_env("MINIO_SITE_REGION", "us-west-2")
    with container:
        yield container


@pytest.fixture(scope="session")
def postgres_container(container_engine: str) -> "Iterator[PostgresContainer]":
    """A PostgreSQL, with a random password."""
    from testcontainers.community.postgres import (  # noqa: PLC0415  # a plugin must load fast
        PostgresContainer,
    )

    image = _image(container_engine, "POSTGRES_IMAGE", POSTGRES)
    with PostgresContainer(image, password=secrets.token_urlsafe(24)) as container:
        yield container


@pytest.fixture(scope="session")
def redshift_container(
    container_engine: str, container_network: "Network", minio_container: "MinioContainer"
) -> "Iterator[RedshiftContainer]":
    """A Redshift substitute; its COPY reads from `minio_container`."""
    from sparkify_harness.containers import IMAGE, RedshiftContainer  # noqa: PLC0415  # a plugin must load fast

    image = _image(container_engine, "SPARKIFY_REDSHIFT_IMAGE", IMAGE)
    container = RedshiftContainer(image, s3_endpoint=f"http://{_STORE}:{minio_container.port}")
    container.with_network(container_network)
    with container, container.warehouse().trusted():
        yield container


def _image(program: str, variable: str, default: str) -> str:
    """The image to use; skips where it is not there and may not be pulled."""
    name = os.environ.get(variable) or default
    if os.environ.get(PULL) == "yes" or _is_there(program, name):
        return name
    pytest.skip(f"the image {name} is not there; ${variable} names another, ${PULL}=yes pulls it")


def _is_there(program: str, image: str) -> bool:
    command = [program, "image", "inspect", image]
    return not subprocess.run(command, capture_output=True, timeout=30, check=False).returncode  # noqa: S603


def _keep_ryuk_out(program: str) -> None:
    """Lets go of Testcontainers' janitor where its image is not there.

    Where it cannot be reached, later tests fail with a misleading 409. The fixtures stop what they
    started themselves.

    Testcontainers: https://github.com/testcontainers/testcontainers-python/issues/1093
    """
    from testcontainers.core.config import (  # noqa: PLC0415  # a plugin must load fast
        testcontainers_config,
    )

    if not _is_there(program, testcontainers_config.ryuk_image):
        testcontainers_config.ryuk_disabled = True
