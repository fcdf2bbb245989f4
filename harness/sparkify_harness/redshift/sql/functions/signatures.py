"""Short ways to write signatures, and the markers that parameters may be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ClusterNode, FunctionKind, Overload
from sparkify_harness.redshift.types import VOID, RedshiftType, numeric

ANY: Final = None
"""A parameter that takes every type as it is."""
ALIKE: Final = VOID
"""Parameters that share the common type of what stands there, as those of COALESCE do."""
NUMERIC: Final = numeric(0, 0)
"""A DECIMAL with the precision and scale of the argument."""

Returns = RedshiftType | Callable[[Sequence[RedshiftType]], RedshiftType]
_PAGES = "https://docs.aws.amazon.com/redshift/latest/dg/"


def page(name: str) -> str:
    """Address of a page of the Database Developer Guide."""
    return f"{_PAGES}{name}.html"


def first(types: Sequence[RedshiftType]) -> RedshiftType:
    """The type of the first argument."""
    return types[0]


def last(types: Sequence[RedshiftType]) -> RedshiftType:
    """The type of the last argument."""
    return types[-1]


def short_name(parameter: RedshiftType | None) -> str:
    """Name of a parameter's type in keys."""
    if parameter is None:
        return "any"
    return "alike" if parameter == ALIKE else parameter.kind.name.lower()


def overload(
    name: str,
    parameters: Sequence[RedshiftType | None],
    returns: Returns,
    source: str,
    *,
    kind: FunctionKind = FunctionKind.SCALAR,
    node: ClusterNode = ClusterNode.ANY,
    label: str | None = None,
    variadic: bool = False,
    optional: int = 0,
    volatile: bool = False,
    strict: bool = True,
    constants: Mapping[int, str] | None = None,
    refusal: str = "",
    key: str | None = None,
) -> Overload:
    """An overload whose key is its name and the kinds of its parameters, unless one is given.

    ``source`` is the name of the page of the AWS documentation; ``returns`` a type, or a function
    of the types of the arguments; for the others see ``Overload``.
    """
    shape = ",".join(short_name(parameter) for parameter in parameters)
    fixed = returns
    result = (lambda _: fixed) if isinstance(fixed, RedshiftType) else fixed
    return Overload(
        name=name,
        parameters=tuple(parameters),
        returns=result,
        key=key or f"{name}:{shape}",
        kind=kind,
        node=node,
        label=label,
        variadic=variadic,
        optional=optional,
        source=page(source),
        volatile=volatile,
        strict=strict,
        constants=constants or {},
        refusal=refusal,
    )
