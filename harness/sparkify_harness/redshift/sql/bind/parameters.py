"""Types of ``$1`` ...: given by the client, or found from where each stands."""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.errors import IndeterminateDatatype
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.types import MAX_PRECISION, Kind, RedshiftType, numeric

_OPEN_SCALE: Final = 18


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
            types[part.number - 1] = types[part.number - 1] or _closed(part.type)
    return tuple(types)


def _closed(kind: RedshiftType) -> RedshiftType:
    """A type with a precision: an operand of DECIMAL arithmetic leaves it open."""
    if kind.kind is Kind.NUMERIC and not kind.precision:
        return numeric(MAX_PRECISION, _OPEN_SCALE)
    return kind


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
