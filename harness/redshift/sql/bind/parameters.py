"""Types of ``$1`` ...: given by the client, or found from where each stands."""

from collections.abc import Sequence

from harness.redshift.errors import IndeterminateDatatype
from harness.redshift.sql import tree
from harness.redshift.sql.bind.traversal import walk
from harness.redshift.types import Kind, RedshiftType


def found_types(
    node: object, known: Sequence[RedshiftType | None], count: int
) -> tuple[RedshiftType | None, ...]:
    """What a bound statement tells of its parameters: the first place that decides wins.

    Args:
        node: The typed statement.
        known: Types as they were when it was bound.
        count: Number of parameters.
    """
    types = list(known) + [None] * (count - len(known))
    for part in walk(node):
        if isinstance(part, tree.Parameter) and part.type.kind is not Kind.UNKNOWN:
            types[part.number - 1] = types[part.number - 1] or part.type
    return tuple(types)


def decided(types: Sequence[RedshiftType | None]) -> tuple[RedshiftType, ...]:
    """The types, all of them.

    Raises:
        IndeterminateDatatype: Nothing decided one of them.
    """
    result: list[RedshiftType] = []
    for number, kind in enumerate(types, start=1):
        if kind is None:
            raise IndeterminateDatatype(f"could not determine data type of parameter ${number}")
        result.append(kind)
    return tuple(result)
