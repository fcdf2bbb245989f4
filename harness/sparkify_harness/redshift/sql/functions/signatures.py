"""Short ways to write signatures."""

from collections.abc import Iterable, Sequence

from sparkify_harness.redshift.sql.functions.registry import Family, Overload
from sparkify_harness.redshift.types import Kind, RedshiftType


def first(types: Sequence[RedshiftType]) -> RedshiftType:
    """The type of the first argument."""
    return types[0]


def last(types: Sequence[RedshiftType]) -> RedshiftType:
    """The type of the last argument."""
    return types[-1]


def by_kind(overloads: Iterable[Overload], place: int = 0) -> Family[Kind]:
    """A family by the kind of one parameter.

    Args:
        overloads: The members.
        place: Number of the parameter from 0.
    """
    return Family((_kinds(item)[place], item) for item in overloads)


def by_kinds(overloads: Iterable[Overload]) -> Family[tuple[Kind, ...]]:
    """A family by the kinds of all parameters, as of an operator."""
    return Family((_kinds(item), item) for item in overloads)


def _kinds(overload: Overload) -> tuple[Kind, ...]:
    return tuple(parameter.kind for parameter in overload.parameters if parameter is not None)
