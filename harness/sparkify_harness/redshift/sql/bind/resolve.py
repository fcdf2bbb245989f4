"""Which overload a call means: PostgreSQL's rules, with Redshift's implicit casts.

PostgreSQL: https://www.postgresql.org/docs/8.0/typeconv-func.html
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sparkify_harness.redshift.errors import (
    AmbiguousFunction,
    NotEmulated,
    RedshiftError,
    UndefinedFunction,
)
from sparkify_harness.redshift.sql.coercion import castable, coerce, common_type, spelled
from sparkify_harness.redshift.sql.functions.conditional import DECODE
from sparkify_harness.redshift.sql.functions.dates import date_part_of
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import (
    ALIKE,
    FunctionKind,
    Overload,
    is_operator,
)
from sparkify_harness.redshift.sql.functions.unavailable import NOT_EMULATED
from sparkify_harness.redshift.sql.tree import CastContext, Expression, Literal
from sparkify_harness.redshift.types import BOOLEAN, DOUBLE, TEXT, Category, Kind, RedshiftType

_REMEMBERED: Final = 4_096
"""Names with kinds of arguments whose overloads are remembered."""

_INTEGERS: Final = frozenset({Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT})
_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ})


@dataclass(frozen=True, slots=True)
class Resolution:
    """A call whose overload is chosen.

    Args:
        overload: The signature.
        arguments: Coerced to its parameters.
        type: Type of the result.
    """

    overload: Overload
    arguments: tuple[Expression, ...]
    type: RedshiftType


def resolve(
    name: str,
    arguments: Sequence[Expression],
    *,
    kinds: Collection[FunctionKind] | None = None,
    position: int | None = None,
) -> Resolution:
    """Choose the overload of a function or operator and coerce its arguments.

    Args:
        name: Folded name, or an operator's symbol.
        arguments: Typed arguments; constants and parameters may be UNKNOWN.
        kinds: Where the call stands; None for anywhere.
        position: 1-based offset of the call in the statement, for errors.

    Raises:
        NotEmulated: Redshift has a function of that name, we do not.
        UndefinedFunction: There is none that takes these arguments.
        AmbiguousFunction: Several take them equally well.
        RedshiftError: A constant is no value of the parameter's type.
    """
    places = None if kinds is None else frozenset(kinds)
    if name in NOT_EMULATED and not _overloads(name, places):
        raise NotEmulated(f"function {name}", position=position)
    if any(item.truth_values for item in OVERLOADS.get(name, ())):
        arguments = _truth_values(arguments)
    candidates = _candidates(name, places, tuple(item.type.kind for item in arguments))
    if not candidates and any(item.type.kind is Kind.SUPER for item in arguments):
        raise NotEmulated(f"{name} with dynamic typing of SUPER", position=position)
    if len(candidates) != 1:
        raise _unresolved(name, arguments, position, ambiguous=bool(candidates))
    [chosen] = candidates
    coerced = _coerced(chosen, arguments)
    result = chosen.result([item.type for item in coerced])
    if chosen.refine is not None:
        values = [item.value if isinstance(item, Literal) else None for item in coerced]
        result = chosen.refine(values, result)
    return Resolution(chosen, coerced, result)


def _overloads(name: str, kinds: frozenset[FunctionKind] | None) -> list[Overload]:
    return [item for item in OVERLOADS.get(name, ()) if kinds is None or item.kind in kinds]


@lru_cache(_REMEMBERED)
def _candidates(
    name: str, places: frozenset[FunctionKind] | None, kinds: tuple[Kind, ...]
) -> tuple[Overload, ...]:
    """The overload that fits best; none or several where that cannot be told.

    Kinds decide alone, not lengths or values: a statement of thousands of comparisons asks once.
    """
    fitting = [item for item in _overloads(name, places) if _accepts_count(item, len(kinds))]
    if not _are_texts(kinds):
        fitting = [item for item in fitting if not item.texts_alone]
    if _mixes_zones(kinds):
        fitting = [item for item in fitting if not item.unmixed]
    return tuple(_choose(fitting, [RedshiftType(kind, precision=1, scale=0) for kind in kinds]))


def _unresolved(
    name: str, arguments: Sequence[Expression], position: int | None, *, ambiguous: bool
) -> RedshiftError:
    names = [spelled(item.type) for item in arguments]
    if names and is_operator(name):
        what = "operator"
        left = f"{names[0]} " if len(names) > 1 else ""
        call = f"{left}{name} {names[-1]}"
        missing = f"operator does not exist: {call}"
        types = "argument type(s)"
        several = f"operator is not unique: {call}"
    else:
        what = "function"
        called = next((item.spelled for item in OVERLOADS.get(name, ()) if item.spelled), name)
        call = f"function {called}({', '.join(names)})"
        missing, several, types = (
            f"{call} does not exist",
            f"{call} is not unique",
            "argument types",
        )
    casts = "You may need to add explicit type casts."
    if ambiguous:
        hint = f"Could not choose a best candidate {what}. {casts}"
        return AmbiguousFunction(several, hint=hint, position=position)
    hint = f"No {what} matches the given name and {types}. {casts}"
    return UndefinedFunction(missing, hint=hint, position=position)


def _truth_values(arguments: Sequence[Expression]) -> Sequence[Expression]:
    """``flag = 1``: an integer constant beside a BOOLEAN becomes one.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_logical_condition.html
    """
    if all(item.type.kind is not Kind.BOOLEAN for item in arguments):
        return arguments
    return [
        coerce(item, BOOLEAN, CastContext.ASSIGNMENT)
        if isinstance(item, Literal) and item.type.kind in _INTEGERS
        else item
        for item in arguments
    ]


def _are_texts(kinds: Sequence[Kind]) -> bool:
    """Whether ``+`` joins strings: one is known to be a string, and none is anything else."""
    texts = [kind.is_text for kind in kinds if kind is not Kind.UNKNOWN]
    return bool(texts) and all(texts)


def _mixes_zones(kinds: Sequence[Kind]) -> bool:
    known = set(kinds) & _MOMENTS
    return Kind.TIMESTAMPTZ in known and len(known) > 1


def _accepts_count(overload: Overload, count: int) -> bool:
    most = len(overload.parameters)
    least = most - overload.optional
    return least <= count and (overload.variadic or count <= most)


def _parameters(overload: Overload, count: int) -> tuple[RedshiftType | None, ...]:
    declared = overload.parameters
    return declared[:count] + declared[-1:] * (count - len(declared))


@dataclass(frozen=True, slots=True)
class _Candidate:
    overload: Overload
    parameters: tuple[RedshiftType | None, ...]


def _matches(source: RedshiftType, parameter: RedshiftType | None) -> bool:
    if parameter is None or parameter == ALIKE:
        return True
    return source.kind is parameter.kind


def _choose(overloads: Sequence[Overload], given: list[RedshiftType]) -> list[Overload]:
    types = _widened(given)
    candidates = [_Candidate(item, _parameters(item, len(types))) for item in overloads]
    exact = _exact(candidates, types)
    if exact is not None:
        return [exact.overload]
    reachable = [item for item in candidates if _reaches(item, types, _implicitly)]
    if not reachable and not (overloads and is_operator(overloads[0].name)):
        reachable = [item for item in candidates if _reaches(item, types, _among_datetimes)]
    candidates = reachable
    candidates = _best(candidates, types, preferred=False)
    candidates = _best(candidates, types, preferred=True)
    if len(candidates) > 1:
        candidates = _by_unknowns(candidates, types)
    return [item.overload for item in candidates]


def _reaches(
    candidate: _Candidate,
    types: Sequence[RedshiftType],
    turns_into: Callable[[RedshiftType, RedshiftType], bool],
) -> bool:
    return all(
        _matches(source, parameter) or (parameter is not None and turns_into(source, parameter))
        for source, parameter in zip(types, candidate.parameters, strict=True)
    )


def _implicitly(source: RedshiftType, target: RedshiftType) -> bool:
    return castable(source, target, CastContext.IMPLICIT)


def _among_datetimes(source: RedshiftType, target: RedshiftType) -> bool:
    """Dates, timestamps and zoned timestamps stand for each other where nothing fits better.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#implicit-conversion-types
    """
    if source.kind.is_temporal and target.kind.is_temporal:
        return castable(source, target, CastContext.ASSIGNMENT)
    return _implicitly(source, target)


def _widened(types: list[RedshiftType]) -> list[RedshiftType]:
    """A REAL counts as DOUBLE next to any number but another REAL.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_numeric_computations201.html
    """
    kinds = {item.kind for item in types}
    if Kind.REAL in kinds and len(kinds) > 1 and all(kind.is_number for kind in kinds):
        return [DOUBLE if item.kind is Kind.REAL else item for item in types]
    return types


def _exact(candidates: Sequence[_Candidate], types: Sequence[RedshiftType]) -> _Candidate | None:
    """The candidate of exactly these types; of two operands, an open one is like the other."""
    known = [item for item in types if item.kind is not Kind.UNKNOWN]
    if (
        len(types) == 2
        and len(known) == 1
        and candidates
        and is_operator(candidates[0].overload.name)
    ):
        types = known * 2
    if any(item.kind is Kind.UNKNOWN for item in types):
        return None
    for candidate in candidates:
        if all(
            parameter is not None and source.kind is parameter.kind
            for source, parameter in zip(types, candidate.parameters, strict=True)
        ):
            return candidate
    return None


def _best(
    candidates: list[_Candidate], types: Sequence[RedshiftType], *, preferred: bool
) -> list[_Candidate]:
    def score(candidate: _Candidate) -> int:
        return sum(
            source.kind is not Kind.UNKNOWN
            and parameter is not None
            and (source.kind is parameter.kind or (preferred and parameter.kind.facts.preferred))
            for source, parameter in zip(types, candidate.parameters, strict=True)
        )

    if len(candidates) < 2:
        return candidates
    top = max(score(item) for item in candidates)
    return [item for item in candidates if score(item) == top]


def _by_unknowns(candidates: list[_Candidate], types: Sequence[RedshiftType]) -> list[_Candidate]:
    """Decide by what open arguments are taken for: strings where any candidate takes strings."""
    for index, source in enumerate(types):
        if source.kind is not Kind.UNKNOWN:
            continue
        kinds = [
            item.parameters[index].kind  # type: ignore[union-attr]  # None is filtered in the loop
            for item in candidates
            if item.parameters[index] is not None
        ]
        categories = {kind.facts.category for kind in kinds}
        if Category.STRING in categories:
            wanted = Category.STRING
        elif len(categories) == 1:
            wanted = categories.pop()
        else:
            return candidates
        kept = [item for item in candidates if _category(item.parameters[index]) in {wanted, None}]
        preferred = [
            item
            for item in kept
            if (parameter := item.parameters[index]) is not None and parameter.kind.facts.preferred
        ]
        candidates = preferred or kept or candidates
    if len(candidates) > 1:
        known = {item.kind.facts.category for item in types if item.kind is not Kind.UNKNOWN}
        if len(known) == 1:
            sole = next(item for item in types if item.kind is not Kind.UNKNOWN)
            same = [
                item
                for item in candidates
                if all(_matches(sole, parameter) for parameter in item.parameters)
            ]
            candidates = same or candidates
    return candidates


def _category(parameter: RedshiftType | None) -> Category | None:
    return None if parameter is None else parameter.kind.facts.category


def _coerced(chosen: Overload, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    if chosen is DECODE:
        return _decode(arguments)
    part = arguments[0] if chosen.date_part else None
    if isinstance(part, Literal) and part.value is not None:
        arguments = [Literal(TEXT, date_part_of(str(part.value))), *arguments[1:]]
    parameters = _parameters(chosen, len(arguments))
    alike = [
        item for item, parameter in zip(arguments, parameters, strict=True) if parameter == ALIKE
    ]
    shared = common_type(alike, chosen.name.upper()) if alike else None
    return tuple(
        _argument(item, shared if parameter == ALIKE else parameter)
        for item, parameter in zip(arguments, parameters, strict=True)
    )


def _argument(argument: Expression, parameter: RedshiftType | None) -> Expression:
    if parameter is None:
        if argument.type.kind is not Kind.UNKNOWN:
            return argument
        parameter = TEXT
    datetimes = argument.type.kind.is_temporal and parameter.kind.is_temporal
    context = CastContext.ASSIGNMENT if datetimes else CastContext.IMPLICIT
    return coerce(argument, parameter, context)


def _decode(arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    """DECODE: the value and what it is compared with share a type, and so do the results."""
    tail = list(arguments[1:])
    compared = [arguments[0], *tail[: len(tail) // 2 * 2 : 2]]
    results = tail[1::2] + (tail[-1:] if len(tail) % 2 else [])
    keys, values = common_type(compared, "CASE"), common_type(results, "CASE")
    coerced = [coerce(arguments[0], keys, CastContext.IMPLICIT)]
    for index, item in enumerate(tail):
        is_key = index % 2 == 0 and index < len(tail) // 2 * 2
        coerced.append(coerce(item, keys if is_key else values, CastContext.IMPLICIT))
    return tuple(coerced)
