"""The functions and operators that exist, each registered once, with its signatures.

A name that is not registered is refused: the engine's own functions cannot be reached.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Final, TypeVar

from sparkify_harness.redshift.types import VOID, Kind, RedshiftType, numeric


class FunctionKind(Enum):
    """Where a function may stand."""

    SCALAR = "scalar"
    AGGREGATE = "aggregate"
    WINDOW = "window"
    SET = "set"


class ClusterNode(Enum):
    """Which of Redshift's nodes know the function.

    LISTAGG, MEDIAN and the percentiles were the compute nodes' alone until patch 182; the page of
    what only those have is older than that, and the pages of the functions say it no more.

    Redshift:
        https://docs.aws.amazon.com/redshift/latest/dg/c_sql-functions-leader-node.html
        https://docs.aws.amazon.com/redshift/latest/mgmt/cluster-versions.html
    """

    ANY = "any"
    LEADER = "leader"


ANY: Final = None
"""A parameter that takes every type as it is."""
ALIKE: Final = VOID
"""Parameters that share the common type of what stands there, as those of COALESCE do."""
NUMERIC: Final = numeric(0, 0)
"""A DECIMAL with the precision and scale of the argument."""
_PAGES: Final = "https://docs.aws.amazon.com/redshift/latest/dg/"

Refinement = Callable[[Sequence[object], RedshiftType], RedshiftType]
"""A result type, given the values of the arguments (None for what is no constant) and the type
that the arguments' types make of it."""


def is_operator(name: str) -> bool:
    """Whether a registered name is an operator."""
    return not any(character.isalnum() or character in "_ $" for character in name)


@dataclass(frozen=True, slots=True, eq=False)
class Overload:
    """One signature: an object of its chapter, by which lowerings and tests name it.

    Args:
        name: Name in lower case, or an operator's symbol (``+``, ``||``, ``~``, ``like``).
        parameters: Types that arguments are coerced to. ``None`` takes any type as it is.
            A type without length or precision takes every value of its kind as it is
            (NUMERIC's precision and scale are then the argument's own).
        returns: Result type, or a function that tells it of the types of the arguments after
            coercion.
        page: Name of the page of AWS's documentation.
        kind: Where it may stand.
        node: Which node has it.
        label: Column label when the expression has no alias; None for the name.
        spelled: What errors call a function that the grammar makes into another; empty for the
            name.
        variadic: Whether the last parameter may repeat.
        optional: How many parameters at the end may be left out.
        volatile: Whether calls may differ within a statement (random()).
        strict: Whether NULL for any argument gives NULL.
        lazy: Whether it computes no more of its arguments than it needs.
        constants: What has to be a constant here, by its place; Redshift takes expressions.
        refine: What values of constants make of the result type.
        refusal: What a statement over user tables is told, if not the words for all functions that
            only the leader node has.
        comparison: Whether it is one of the six operators that compare.
        truth_values: Whether an integer constant beside a BOOLEAN becomes one.
        texts_alone: Whether it is no candidate unless one argument is known to be a string, and
            none to be anything else.
        unmixed: Whether it takes no TIMESTAMPTZ beside a date without a zone.
        date_part: Whether its first argument is a date part.
        effect: Whether it does something outside the engine. The executor does it, as
            ``SELECT f(constant)`` without FROM, and answers in the engine's place; anywhere else
            its lowering refuses.
        privileges: Privileges that it can be asked about.
        extreme: Whether it is the least or the greatest of its arguments over rows.
        grouping: Whether it tells which keys of GROUP BY a row is not grouped by.
        sorts: Whether it sorts the rows of a group, which no DISTINCT of another aggregate suits.
        ordered_set: Result type, given that of the WITHIN GROUP (ORDER BY ...) that it needs; None
            for a function that needs none.
        frameless: Whether OVER takes no frame and needs none beside ORDER BY.
        orderless: Whether its OVER is documented with PARTITION BY alone.
        null_treatment: Whether OVER takes IGNORE NULLS.
        distinct_window: Whether OVER takes DISTINCT.
    """

    name: str
    parameters: tuple[RedshiftType | None, ...]
    returns: RedshiftType | Callable[[Sequence[RedshiftType]], RedshiftType]
    page: str
    _: KW_ONLY
    kind: FunctionKind = FunctionKind.SCALAR
    node: ClusterNode = ClusterNode.ANY
    label: str | None = None
    spelled: str = ""
    variadic: bool = False
    optional: int = 0
    volatile: bool = False
    strict: bool = True
    lazy: bool = False
    constants: Mapping[int, str] = field(default_factory=dict)
    refine: Refinement | None = None
    refusal: str = ""
    comparison: bool = False
    truth_values: bool = False
    texts_alone: bool = False
    unmixed: bool = False
    date_part: bool = False
    effect: bool = False
    privileges: frozenset[str] = frozenset()
    extreme: bool = False
    grouping: bool = False
    sorts: bool = False
    ordered_set: Callable[[RedshiftType], RedshiftType] | None = None
    frameless: bool = False
    orderless: bool = False
    null_treatment: bool = False
    distinct_window: bool = False

    def result(self, types: Sequence[RedshiftType]) -> RedshiftType:
        """The type of a call's result, given the types of its arguments after coercion."""
        return self.returns if isinstance(self.returns, RedshiftType) else self.returns(types)

    @property
    def source(self) -> str:
        """Address of the page of AWS's documentation."""
        return f"{_PAGES}{self.page}.html"

    @property
    def signature(self) -> str:
        """How it is printed, such as ``date_trunc:varchar,timestamp``; unique."""
        types = ",".join(map(_short_name, self.parameters))
        if not types and self.kind is FunctionKind.AGGREGATE:
            types = "*"
        prefix = "unary" if is_operator(self.name) and len(self.parameters) == 1 else ""
        return f"{prefix}{self.name}:{types}"


def _short_name(parameter: RedshiftType | None) -> str:
    if parameter is None:
        return "any"
    return "alike" if parameter == ALIKE else parameter.kind.name.lower()


Key = TypeVar("Key", Kind, tuple[Kind, ...])


class Family(Mapping[Key, Overload]):
    """Overloads that differ in types alone, by the kind or the kinds that they differ in.

    Args:
        overloads: The members under their keys.

    Raises:
        ValueError: Two of them have one key.
    """

    def __init__(self, overloads: Iterable[tuple[Key, Overload]]) -> None:
        self._overloads: dict[Key, Overload] = {}
        for key, overload in overloads:
            if key in self._overloads:
                raise ValueError(f"{overload.signature} is in its family twice")
            self._overloads[key] = overload

    def __getitem__(self, key: Key) -> Overload:
        return self._overloads[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._overloads)

    def __len__(self) -> int:
        return len(self._overloads)
