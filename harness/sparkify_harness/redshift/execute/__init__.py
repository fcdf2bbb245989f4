"""What statements do: one executor for each kind of statement."""

from sparkify_harness.redshift.execute import (
    alter,
    comments,
    copy,
    cursors,
    listings,
    maintenance,
    prepared,
    queries,
    schemas,
    set_parameter,
    tables,
    transactions,
    unload,
)
from sparkify_harness.redshift.execute.backends import SessionBackends

CHAPTERS = (
    alter,
    comments,
    copy,
    cursors,
    listings,
    maintenance,
    set_parameter,
    prepared,
    queries,
    schemas,
    tables,
    transactions,
    unload,
)
"""Importing a chapter registers its executors."""

__all__ = ["CHAPTERS", "SessionBackends"]
