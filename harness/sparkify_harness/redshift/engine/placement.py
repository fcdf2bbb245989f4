"""On which node of Redshift a query would run."""

from dataclasses import replace

from sparkify_harness.redshift.catalog.relations import runs_on_compute
from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk


def runs_on_leader(node: tree.Node) -> bool:
    """Whether a query reads no user tables."""
    scans = [part.relation for part in walk(node) if isinstance(part, tree.Scan)]
    return not runs_on_compute(scans)


def placed(node: tree.Query, context: ExecutionContext) -> ExecutionContext:
    """The context of a query, which knows on which node of Redshift it runs."""
    return replace(context, on_leader=lambda: runs_on_leader(node))
