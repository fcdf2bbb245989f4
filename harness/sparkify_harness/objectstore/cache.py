"""Where programs that we install for the user are kept."""

import os
import platform
import shutil
from pathlib import Path


def cache_folder() -> Path:
    """`$SPARKIFY_CACHE`, else `sparkify` in the user's cache folder; it may not exist."""
    if chosen := os.environ.get("SPARKIFY_CACHE"):
        return Path(chosen).expanduser()
    if platform.system() == "Darwin":
        return Path.home() / "Library" / "Caches" / "sparkify"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sparkify"


def installed_minio() -> Path:
    """Where `sparkify minio install` puts the server; it may not exist."""
    return cache_folder() / "bin" / "minio"


def find_minio() -> Path | None:
    """The MinIO server to use: the one on PATH, else the one that we installed."""
    if on_path := shutil.which("minio"):
        return Path(on_path)
    ours = installed_minio()
    return ours if os.access(ours, os.X_OK) else None
