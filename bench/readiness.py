"""Seconds until the servers answer."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.measure import Figure, at_most, median_seconds, median_seconds_to_enter
from sparkify_harness.objectstore import StoreKind, find_minio, open_store
from sparkify_harness.warehouse import open_warehouse

_ENGINE = "import duckdb, pyarrow; duckdb.connect()"


def stores() -> list[StoreKind]:
    """The kinds of object store that can be started here."""
    return [*([StoreKind.MINIO] if find_minio() else []), StoreKind.EMBEDDED]


def figures() -> Iterator[Figure]:
    """One figure for the substitute and one for each object store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        ready = median_seconds_to_enter(partial(open_warehouse, folder=folder))
        engine = median_seconds(lambda: subprocess.run([sys.executable, "-c", _ENGINE], check=True))
        note = f"in memory; an engine in a process of its own, with pyarrow: {engine:.2f} s"
        yield at_most("substitute: from start to ready", ready, 1, "s", note)
        for kind in stores():
            ready = median_seconds_to_enter(partial(open_store, kind, folder=folder / kind))
            yield Figure(f"object store {kind}: from start to ready", f"{ready:.2f} s")
