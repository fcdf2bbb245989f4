"""The database behind the server: opened once, one backend for each client."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sparkify_harness.redshift.backend import Login
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.errors import RedshiftError, UndefinedDatabase
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.session import Server, Session
from sparkify_harness.redshift.locks import LockTable
from sparkify_harness.redshift.logs import Logs
from sparkify_harness.redshift.profile import Profile
from sparkify_harness.redshift.settings import SETTINGS
from sparkify_harness.redshift.unknowns import UnknownLiterals


class DuckDBBackends:
    """Implements ``Backends`` on DuckDB.

    Args:
        database: Name of the only database.
        users: Passwords by user name.
        file: Where the database is kept; None keeps it in memory.
        s3: Where COPY reads.
        profile: The kind of service that is played.
        unknowns: Where constants of sub-queries are refused.

    Raises:
        OSError: The file cannot be opened, or another server has it.
    """

    def __init__(
        self,
        *,
        database: str,
        users: Mapping[str, str],
        file: Path | None,
        s3: S3Settings,
        profile: Profile = Profile.PROVISIONED,
        unknowns: UnknownLiterals = UnknownLiterals.SORTED,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sparkify-copy-"))
        try:
            self._engine = DuckDBEngine(file, self._folder / "spilled")
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._server = Server(
            engine=self._engine,
            catalog=CatalogStore(*self._engine.load_catalog()),
            locks=LockTable(),
            logs=Logs(),
            database=database,
            users=dict(users),
            s3=s3,
            folder=self._folder,
            profile=profile,
            unknowns=unknowns,
        )

    def password(self, user: str) -> str | None:
        """The user's password, or None for an unknown user."""
        return self._server.users.get(user)

    def connect(self, login: Login) -> SessionBackend:
        """A backend for a client that proved who it is."""
        if login.database != self._server.database:
            raise UndefinedDatabase(f'database "{login.database}" does not exist')
        return SessionBackend(Session(self._server, login, _overrides(login.options)))

    def close(self) -> None:
        """Checkpoint, close the engine, remove what COPY left."""
        for session in list(self._server.sessions.values()):
            session.close()
        self._engine.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _overrides(options: Mapping[str, str]) -> dict[str, str]:
    """Parameters that a client sets in its start-up message; what is not one is ignored.

    Drivers send keys of their own there, and Redshift does not mind.
    """
    found = {}
    for name, value in options.items():
        setting = SETTINGS.get(name.lower())
        if setting is None or not setting.writable:
            continue
        try:
            found[name] = setting.check(name, value)
        except RedshiftError:
            continue
    return found


def open_backends(
    *,
    database: str,
    users: Mapping[str, str],
    file: Path | None,
    s3: S3Settings,
    profile: Profile = Profile.PROVISIONED,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
) -> DuckDBBackends:
    """Open the database that a server serves; see ``DuckDBBackends``."""
    return DuckDBBackends(
        database=database, users=users, file=file, s3=s3, profile=profile, unknowns=unknowns
    )
