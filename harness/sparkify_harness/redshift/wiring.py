"""Where the parts of the substitute meet: the only module that says which engine it runs on."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sparkify_harness.redshift.catalog.logs import Logs
from sparkify_harness.redshift.catalog.profile import SLICES, Profile
from sparkify_harness.redshift.catalog.store import CatalogStore
from sparkify_harness.redshift.copying import S3Settings
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.execute import SessionBackends
from sparkify_harness.redshift.execute.locks import LockTable
from sparkify_harness.redshift.execute.session import Instance
from sparkify_harness.redshift.sql.unknowns import UnknownLiterals


def open_backends(
    *,
    database: str,
    users: Mapping[str, str],
    file: Path | None,
    s3: S3Settings,
    profile: Profile = Profile.PROVISIONED,
    unknowns: UnknownLiterals = UnknownLiterals.SORTED,
    slices: int = SLICES,
) -> SessionBackends:
    """Open the database that a server serves.

    Args:
        database: Name of the only database.
        users: Passwords by user name.
        file: Where the database is kept; None keeps it in memory.
        s3: Where COPY reads.
        profile: The kind of service that is played.
        unknowns: Where constants of sub-queries are refused.
        slices: Slices of the imagined cluster: each writes files of its own in UNLOAD.

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
        Instance(
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
            slices=slices,
        )
    )
