"""`sparkify minio`: the real MinIO server, into our cache."""

from typing import Annotated

import typer

from sparkify_harness.commands.terminal import output

ForceOption = Annotated[
    bool, typer.Option("--force", help="Build it even if there is one already.")
]


def install(*, force: ForceOption = False) -> None:
    """Build MinIO's official source release with Go, into the cache.

    Takes 2 to 3 minutes. Without Go it says which other ways there are. The
    pipeline also runs without MinIO, on the embedded store.
    """
    from sparkify_harness.objectstore.install import install as build  # noqa: PLC0415  # needed here alone

    build(output(), force=force)
