"""Seconds until the servers answer."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, at_most, median_seconds
from harness.objectstore import StoreKind, find_minio, open_store
from harness.warehouse import open_warehouse


def stores() -> list[StoreKind]:
    """The kinds of object store that can be started here."""
    return ["minio", "embedded"] if find_minio() else ["embedded"]


def figures() -> Iterator[Figure]:
    """One figure for the substitute and one for each object store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def warehouse() -> None:
            with open_warehouse(folder=folder):
                pass

        yield at_most(
            "substitute: start, ready, stop", median_seconds(warehouse), 1.5, "s", "in memory"
        )
        for kind in stores():

            def store(kind: StoreKind = kind) -> None:
                with open_store(kind, folder=folder / kind):
                    pass

            seconds = median_seconds(store)
            yield Figure(f"object store {kind}: start, ready, stop", f"{seconds:.2f} s")
