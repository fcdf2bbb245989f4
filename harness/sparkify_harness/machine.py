"""What is on this machine that the harness can use but does not need."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sparkify_harness.compose.engine import find_engine
from sparkify_harness.compose.errors import NoEngineError
from sparkify_harness.locations import CHECKOUT
from sparkify_harness.objectstore.cache import find_minio

REAL_DATA_VARIABLE = "SPARKIFY_REAL_DATA"
JDBC_VARIABLE = "SPARKIFY_JDBC_DRIVER"


@dataclass(frozen=True, slots=True)
class Optional:
    """Something that more can be done with.

    Args:
        name: For the user.
        find: Where it is, None where it is not.
        means: What goes without it, and how to get it.
    """

    name: str
    find: Callable[[], str | None]
    means: str


def real_data() -> Path:
    """Where the public data set is looked for."""
    default = CHECKOUT.parent / "shared" / "data" / "sparkify"
    return Path(os.environ.get(REAL_DATA_VARIABLE) or default)


def _program(name: str, *folders: Path) -> Callable[[], str | None]:
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, folders)])
    return lambda: shutil.which(name, path=path)


def _minio() -> str | None:
    found = find_minio()
    return str(found) if found else None


def _engine() -> str | None:
    try:
        return find_engine().describe()
    except NoEngineError:
        return None


def _real_data() -> str | None:
    folder = real_data()
    return str(folder) if (folder / "log_data").is_dir() else None


def jdbc_driver() -> Path | None:
    """The jar of Redshift's JDBC driver: as it is named, or the newest that Maven fetched."""
    if named := os.environ.get(JDBC_VARIABLE):
        return Path(named)
    folder = Path.home() / ".m2" / "repository" / "com" / "amazon" / "redshift" / "redshift-jdbc42"
    found = folder.glob("*/redshift-jdbc42-*.jar")
    return max(found, key=lambda jar: _numbers(jar.parent.name), default=None)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _jdbc_driver() -> str | None:
    found = jdbc_driver()
    return str(found) if found is not None and found.is_file() else None


OPTIONALS = (
    Optional(
        "MinIO",
        _minio,
        'the embedded store serves S3, several times slower; "sparkify minio install" builds it',
    ),
    Optional(
        "Go", _program("go", Path("/usr/local/go/bin")), 'needed by "sparkify minio install" alone'
    ),
    Optional(
        "JDK", _program("javac"), "the tests of the JDBC driver do not run; package default-jdk"
    ),
    Optional(
        "JDBC driver",
        _jdbc_driver,
        f'its tests do not run; "make jdbc" fetches it with Maven, {JDBC_VARIABLE} names a jar',
    ),
    Optional("psql", _program("psql"), "its tests do not run; package postgresql-client"),
    Optional(
        "PostgreSQL server",
        _program("postgres", *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)),
        "the benchmark has nothing to compare results with; package postgresql",
    ),
    Optional(
        "container engine",
        _engine,
        '"sparkify stack" and its tests do not run; Docker with Compose, or docker.io and '
        "docker-compose",
    ),
    Optional(
        "Chromium", _program("chromium"), "tests in a real browser do not run; package chromium"
    ),
    Optional(
        "real data",
        _real_data,
        f"tests on the public data set do not run; ${REAL_DATA_VARIABLE} names its folder, "
        "with log_data/ and song_data/",
    ),
)
"""What is looked for; each is independent of the others."""
