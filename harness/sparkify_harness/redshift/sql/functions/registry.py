"""The functions and operators that exist, each registered once, with its signatures.

A name that is not registered is refused: the engine's own functions cannot be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sparkify_harness.redshift.types import RedshiftType


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


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature.

    Args:
        name: Name in lower case, or an operator's symbol (``+``, ``||``, ``~``, ``like``).
        parameters: Types that arguments are coerced to. ``None`` takes any type as it is.
            A type without length or precision takes every value of its kind as it is
            (NUMERIC's precision and scale are then the argument's own).
        returns: Result type, given the types of the arguments after coercion.
        key: What engines know the signature by; unique, such as ``date_trunc:timestamp``.
        kind: Where it may stand.
        node: Which node has it.
        label: Column label when the expression has no alias; None for the name.
        variadic: Whether the last parameter may repeat.
        optional: How many parameters at the end may be left out.
        source: Page of the AWS documentation.
        volatile: Whether calls may differ within a statement (random()).
        strict: Whether NULL for any argument gives NULL.
        constants: What has to be a constant here, by its place; Redshift takes expressions.
        refusal: What a statement over user tables is told, if not the words for all functions that
            only the leader node has.
    """

    name: str
    parameters: tuple[RedshiftType | None, ...]
    returns: Callable[[Sequence[RedshiftType]], RedshiftType]
    key: str
    kind: FunctionKind = FunctionKind.SCALAR
    node: ClusterNode = ClusterNode.ANY
    label: str | None = None
    variadic: bool = False
    optional: int = 0
    source: str = ""
    volatile: bool = False
    strict: bool = True
    constants: Mapping[int, str] = field(default_factory=dict, hash=False)
    refusal: str = ""
