"""Which of Redshift's nodes a statement runs on, and the functions that the other one has.

A statement that reads or writes user tables runs on compute nodes; one that reads catalog tables
or nothing runs on the leader node.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_sql-functions-leader-node.html
"""

from collections.abc import Iterable, Iterator

from sparkify_harness.redshift.catalog.relations import Relation, RelationKind, runs_on_compute
from sparkify_harness.redshift.errors import LeaderNodeOnly, RedshiftError, Unsupported
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.functions.registry import ClusterNode
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import MAX_VARCHAR, Kind, RedshiftType


def is_too_wide(types: Iterable[RedshiftType]) -> bool:
    """Whether columns of fixed length are more than compute nodes can process in one row.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_usage.html
    """
    return sum(item.length or 0 for item in types if item.kind is Kind.CHAR) > MAX_VARCHAR


def wide_row_fault() -> RedshiftError:
    """The refusal of a row that is too wide."""
    return RedshiftError(
        "8001",
        detail="The combined length of columns processed in the SQL statement exceeded the "
        f"query-processing limit of {MAX_VARCHAR} characters",
    )


def check_nodes(
    node: object,
    relations: Iterable[Relation],
    faults: Iterable[RedshiftError],
    *,
    stored: bool = False,
) -> None:
    """Refuse what compute nodes do not have, and what only they cannot do.

    Args:
        node: The typed statement.
        relations: What it reads and writes.
        faults: Errors found while binding that hold on compute nodes only.
        stored: Whether the rows go to a user table that is made by it.

    Raises:
        LeaderNodeOnly: What only the leader node has stands beside user tables.
    """
    met = list(relations)
    if stored or runs_on_compute(met):
        _refuse_leader(node, met)
        for fault in faults:
            raise fault


def _refuse_leader(node: object, relations: Iterable[Relation]) -> None:
    """Refuse what only the leader node has in a statement of the compute nodes.

    Besides its functions these are the catalog views with types or functions of their own.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_join_PG.html

    Args:
        node: The typed statement.
        relations: What it reads and writes.

    Raises:
        LeaderNodeOnly: There is such a thing.
        Unsupported: There is, and Redshift has words of its own for it.
    """
    calls = [call for call in _calls(node) if call.overload.node is ClusterNode.LEADER]
    for call in calls:
        if call.overload.refusal:
            raise Unsupported(call.overload.refusal)
    notices = [f'Function "{_signature(call)}" not supported.' for call in calls]
    views = [relation for relation in relations if _is_leader_view(relation)]
    if views:
        notices += [
            f'Column "{part.origin[0].name}.{part.name}" has unsupported type '
            f'"information_schema.{_domain(part)}".'
            for part in walk(node)
            if isinstance(part, tree.ColumnRef) and part.origin and part.origin[0] in views
        ]
    if notices or views:
        raise LeaderNodeOnly(tuple(dict.fromkeys(notices)))


def _is_leader_view(relation: Relation) -> bool:
    return relation.kind is RelationKind.SYSTEM and (
        relation.schema == "information_schema" or relation.name == "pg_table_def"
    )


def _domain(column: tree.ColumnRef) -> str:
    return "cardinal_number" if column.type.kind.is_number else "sql_identifier"


def _calls(node: object) -> Iterator[tree.Call | tree.Aggregate | tree.Window]:
    for part in walk(node):
        if isinstance(part, tree.Call | tree.Aggregate | tree.Window):
            yield part


def _signature(call: tree.Call | tree.Aggregate | tree.Window) -> str:
    names = ",".join(argument.type.kind.value for argument in call.arguments)
    return f"{call.overload.name}({names})"
