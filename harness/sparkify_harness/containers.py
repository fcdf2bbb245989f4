"""The Redshift substitute's image for Testcontainers.

    with RedshiftContainer() as container:
        connection = psycopg.connect(container.warehouse().dsn(with_password=True))

Needs the extra `stack` of this package, and the image: docker build -f docker/redshift/Dockerfile .

Testcontainers: https://testcontainers-python.readthedocs.io
"""

import secrets
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HealthcheckWaitStrategy

from sparkify_harness.certificates import IMAGE_AUTHORITY, Certificates
from sparkify_harness.warehouse import DATABASE, PASSWORD_VARIABLE, USER, Warehouse

IMAGE = "localhost/sparkify/redshift:0.1.0"
PORT = 5439


class RedshiftContainer(DockerContainer):
    """A warehouse in memory, which starts within seconds and is gone with the container.

    Args:
        image: built from docker/redshift/Dockerfile.
        s3_endpoint: URL of the object store that COPY reads, as the container reaches it.
        region: of the imagined cluster.
        password: of the user; random by default.
        names: further names of the host that clients reach it by: its certificate is good for
            `localhost`, `127.0.0.1` and `::1`.
    """

    def __init__(
        self,
        image: str = IMAGE,
        *,
        s3_endpoint: str | None = None,
        region: str = "us-west-2",
        password: str | None = None,
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(image, _wait_strategy=HealthcheckWaitStrategy())
        self._password = password or secrets.token_urlsafe(24)
        self.with_env(PASSWORD_VARIABLE, self._password)
        self.with_exposed_ports(PORT)
        store = [f"--s3-endpoint={s3_endpoint}"] if s3_endpoint else []
        options = [*store, *(f"--tls-name={name}" for name in names)]
        self.with_command(["--memory", f"--region={region}", *options])
        self._folder = TemporaryDirectory(prefix="sparkify-tls-")

    def warehouse(self) -> Warehouse:
        """How clients on this machine get in.

        Raises:
            RuntimeError: The container has no certificate: it does not run.
        """
        found = self.exec(["cat", IMAGE_AUTHORITY])
        if found.exit_code:
            raise RuntimeError(f"no {IMAGE_AUTHORITY} in the container: {found.output.decode()}")
        certificates = Certificates.within(Path(self._folder.name))
        certificates.authority.write_bytes(found.output)
        return Warehouse(
            self.get_container_host_ip(),
            int(self.get_exposed_port(PORT)),
            USER,
            self._password,
            DATABASE,
            certificates,
        )

    def __enter__(self) -> Self:
        """Starts it; returns when clients get answers."""
        self.start()
        return self

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:  # noqa: FBT001, FBT002  # as it is there
        """Stops it, and forgets its authority."""
        super().stop(force=force, delete_volume=delete_volume)
        self._folder.cleanup()
