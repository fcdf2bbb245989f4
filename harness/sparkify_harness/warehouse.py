"""The Redshift substitute as a child process: started, waited for, stopped."""

import json
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from sparkify_harness.certificates import Certificates, provide, trusting
from sparkify_harness.process import Child, clean_environment, spawn
from sparkify_harness.redshift.catalog.profile import SLICES, Profile
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals

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
        certificates: What clients verify it by; None for one whose authority we do not have, or
            that the machine trusts anyway.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    certificates: Certificates | None = None

    def dsn(self, *, with_password: bool = False) -> str:
        """A libpq URL, with which certificate and name are verified.

        Args:
            with_password: Whether the password is part of it.
        """
        secret = f":{self.password}" if with_password else ""
        url = f"postgresql://{self.user}{secret}@{self.host}:{self.port}/{self.database}"
        if self.certificates is None:
            return url
        options = {"sslmode": "verify-full", "sslrootcert": str(self.certificates.authority)}
        return f"{url}?{urlencode(options, quote_via=quote, safe='/')}"

    def trusted(self) -> AbstractContextManager[None]:
        """In this context `redshift_connector` connects with its defaults; see ``trusting``."""
        return nullcontext() if self.certificates is None else trusting(self.certificates)


@dataclass(frozen=True, slots=True)
class RunningWarehouse:
    """A substitute that we started.

    Args:
        connection: How clients get in.
        certificates: What they verify it by.
        child: Its process.
    """

    connection: Warehouse
    certificates: Certificates
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
    require_ssl: bool = True,
    profile: Profile = Profile.PROVISIONED,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
    slices: int = SLICES,
) -> Iterator[RunningWarehouse]:
    """A Redshift substitute that runs until the context ends, or until we end in any other way.

    Args:
        folder: Takes the log, and the certificate with an authority of its own.
        file: The database file; None keeps the data in memory.
        s3_endpoint: The object store that COPY reads; without one COPY fails.
        s3_ca_file: Certificate authority of an https one; None: the usual ones.
        region: Region of the imagined cluster.
        roles: Keys that an IAM role stands for, by its ARN.
        user: To log in as.
        password: Of the user; random by default.
        database: Its only database.
        require_ssl: Whether clients without TLS are refused.
        profile: Kind of service that it plays.
        unknowns: Where it refuses constants of sub-queries.
        slices: Slices of the imagined cluster.

    Raises:
        ChildError: The server does not start; the message has its log.
    """
    secret = password or secrets.token_urlsafe(24)
    log_path = folder / "warehouse.log"
    log_path.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "sparkify_harness.redshift"]
    argv += ["--host", HOST, "--port", "0", "--user", user, "--database", database]
    argv += ["--region", region]
    argv += ["--file", str(file)] if file else ["--memory"]
    argv += ["--s3-endpoint", s3_endpoint] if s3_endpoint else []
    argv += ["--s3-ca-file", str(s3_ca_file)] if s3_ca_file else []
    # Made here and not by the server, whose environment does not say what the user trusts.
    certificates = provide(folder.absolute() / "tls")
    argv += ["--tls", str(certificates.authority.parent)]
    argv += ["--require-ssl", "on" if require_ssl else "off", "--profile", profile]
    argv += ["--unknown-literals", unknowns, "--slices", str(slices)]
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
        port = _port(log_path) or 0
        connection = Warehouse(HOST, port, user, secret, database, certificates)
        yield RunningWarehouse(connection, certificates, child)


def _port(log_path: Path) -> int | None:
    """The port of the line that the server prints when it listens, or None before."""
    found = _READY.search(log_path.read_text(encoding="utf-8", errors="replace"))
    return int(found[1]) if found else None
