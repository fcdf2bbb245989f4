"""What statements do: one executor for each kind of statement."""

from sparkify_harness.redshift.execute import (
    alter,
    comments,
    copy,
    cursors,
    maintenance,
    parameters,
    prepared,
    queries,
    schemas,
    tables,
    transactions,
)
from sparkify_harness.redshift.execute.backends import DuckDBBackends, open_backends

CHAPTERS = (
    alter,
    comments,
    copy,
    cursors,
    maintenance,
    parameters,
    prepared,
    queries,
    schemas,
    tables,
    transactions,
)
"""Importing a chapter registers its executors."""

__all__ = ["CHAPTERS", "DuckDBBackends", "open_backends"]
