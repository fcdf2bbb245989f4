"""The Redshift substitute as a child process: started, waited for, stopped."""

import json
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.process import Child, clean_environment, spawn

HOST = "127.0.0.1"
DATABASE = "dev"
USER = "awsuser"
START_TIMEOUT = 30.0
"""Seconds until the server must answer; it needs less than one."""

PASSWORD_VARIABLE = "SPARKIFY_REDSHIFT_PASSWORD"  # noqa: S105  # the name of it
ROLES_VARIABLE = "SPARKIFY_REDSHIFT_ROLES"
_READY = re.compile(r"^ready: host=\S+ port=(\d+) pid=\d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse that clients can connect to.

    Args:
        host: Address.
        port: TCP port.
        user: To log in as.
        password: Of the user.
        database: To use.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str

    def dsn(self, *, with_password: bool = False) -> str:
        """A libpq URL.

        Args:
            with_password: Whether the password is part of it.
        """
        secret = f":{self.password}" if with_password else ""
        return f"postgresql://{self.user}{secret}@{self.host}:{self.port}/{self.database}"


@dataclass(frozen=True, slots=True)
class RunningWarehouse:
    """A substitute that we started.

    Args:
        connection: How clients get in.
        child: Its process.
    """

    connection: Warehouse
    child: Child

    @property
    def log_path(self) -> Path:
        """The server's log."""
        return self.child.log_path


@contextmanager
def open_warehouse(
    *,
    folder: Path,
    file: Path | None = None,
    s3_endpoint: str | None = None,
    s3_ca_file: Path | None = None,
    region: str = "us-west-2",
    roles: dict[str, dict[str, str]] | None = None,
    user: str = USER,
    password: str | None = None,
    database: str = DATABASE,
    tls: bool = False,
) -> Iterator[RunningWarehouse]:
    """A Redshift substitute that runs until the context ends, or until we end in any other way.

    Args:
        folder: Takes the log and, with TLS, the generated CA.
        file: The database file; None keeps the data in memory.
        s3_endpoint: The object store that COPY reads; without one COPY fails.
        s3_ca_file: Certificate authority of an https one; None: the usual ones.
        region: Region of the imagined cluster.
        roles: Keys that an IAM role stands for, by its ARN.
        user: To log in as.
        password: Of the user; random by default.
        database: Its only database.
        tls: Whether TLS is offered, by a CA of its own.

    Raises:
        ChildError: The server does not start; the message has its log.
    """
    secret = password or secrets.token_urlsafe(24)
    log_path = folder / "warehouse.log"
    log_path.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "harness.redshift"]
    argv += ["--host", HOST, "--port", "0", "--user", user, "--database", database]
    argv += ["--region", region]
    argv += ["--file", str(file)] if file else ["--memory"]
    argv += ["--s3-endpoint", s3_endpoint] if s3_endpoint else []
    argv += ["--s3-ca-file", str(s3_ca_file)] if s3_ca_file else []
    argv += ["--tls", str(folder / "tls")] if tls else []
    child = spawn(
        argv,
        name="the Redshift substitute",
        env=clean_environment(
            **{PASSWORD_VARIABLE: secret, ROLES_VARIABLE: json.dumps(roles or {})}
        ),
        log_path=log_path,
    )
    with child:
        child.wait_until(lambda: _port(log_path) is not None, START_TIMEOUT)
        connection = Warehouse(HOST, _port(log_path) or 0, user, secret, database)
        yield RunningWarehouse(connection, child)


def _port(log_path: Path) -> int | None:
    """The port of the line that the server prints when it listens, or None before."""
    found = _READY.search(log_path.read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) if found else None
