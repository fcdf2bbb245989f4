"""Where the parts of the substitute meet: the only module that says which engine it runs on."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from harness.redshift.catalog.store import CatalogStore
from harness.redshift.copying import S3Settings
from harness.redshift.engine.duckdb.database import DuckDBEngine
from harness.redshift.execute import SessionBackends
from harness.redshift.execute.session import Server
from harness.redshift.locks import LockTable
from harness.redshift.logs import Logs
from harness.redshift.profile import Profile
from harness.redshift.unknowns import UnknownLiterals


def open_backends(
    *,
    database: str,
    users: Mapping[str, str],
    file: Path | None,
    s3: S3Settings,
    profile: Profile = Profile.PROVISIONED,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
) -> SessionBackends:
    """Open the database that a server serves.

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
    folder = Path(tempfile.mkdtemp(prefix="sparkify-copy-"))
    try:
        engine = DuckDBEngine(file, folder / "spilled")
        schemas, relations = engine.load_catalog()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return SessionBackends(
        Server(
            engine=engine,
            catalog=CatalogStore(schemas, relations),
            locks=LockTable(),
            logs=Logs(),
            database=database,
            users=dict(users),
            s3=s3,
            folder=folder,
            profile=profile,
            unknowns=unknowns,
        )
    )
