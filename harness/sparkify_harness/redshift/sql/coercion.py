"""Which type becomes which, when, and what becomes of constants.

Constants change their type while the statement is bound, so their errors are those of the leader
node; everything else becomes a Cast, whose errors the engine raises.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#r_Type_conversion
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.errors import CannotCoerce, DatatypeMismatch
from sparkify_harness.redshift.sql.constants import fold
from sparkify_harness.redshift.sql.decimals import as_numeric, common_numeric
from sparkify_harness.redshift.sql.tree import Cast, CastContext, Expression, Literal, Parameter
from sparkify_harness.redshift.types import Kind, RedshiftType, varchar

_IMPLICIT, _ASSIGNMENT, _EXPLICIT, _TRIED = range(4)
_STRENGTH: Final = {
    CastContext.IMPLICIT: _IMPLICIT,
    CastContext.ASSIGNMENT: _ASSIGNMENT,
    CastContext.EXPLICIT: _EXPLICIT,
    CastContext.TRY: _TRIED,
}

_SMALL, _INT, _BIG = Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT
_NUM, _REAL, _DOUBLE = Kind.NUMERIC, Kind.REAL, Kind.DOUBLE
_CHAR, _VARCHAR, _NAME = Kind.CHAR, Kind.VARCHAR, Kind.NAME
_DATE, _TIME, _TIMETZ = Kind.DATE, Kind.TIME, Kind.TIMETZ
_STAMP, _STAMPTZ = Kind.TIMESTAMP, Kind.TIMESTAMPTZ


def _casts() -> dict[tuple[Kind, Kind], int]:
    table: dict[tuple[Kind, Kind], int] = {}

    def allow(strength: int, sources: Sequence[Kind], targets: Sequence[Kind]) -> None:
        for source in sources:
            for target in targets:
                if source is not target:
                    table.setdefault((source, target), strength)

    order = (_SMALL, _INT, _BIG, _NUM, _REAL, _DOUBLE)
    for position, source in enumerate(order):
        allow(_IMPLICIT, [source], order[position + 1 :])
        allow(_ASSIGNMENT, [source], order[:position])
    allow(_IMPLICIT, [Kind.OID], [_BIG])
    allow(_IMPLICIT, [_SMALL, _INT, _BIG], [Kind.OID])
    allow(_ASSIGNMENT, [Kind.OID], [_INT, _SMALL, _NUM, _DOUBLE])
    texts = (_VARCHAR, _CHAR, _NAME)
    allow(_IMPLICIT, texts, texts)
    numbers_and_times = (*order, Kind.OID, _DATE, _TIME, _TIMETZ, _STAMP, _STAMPTZ, Kind.INTERVAL)
    allow(_IMPLICIT, numbers_and_times, [_VARCHAR])
    allow(_ASSIGNMENT, numbers_and_times, [_CHAR])
    allow(_EXPLICIT, texts, [*numbers_and_times, Kind.VARBYTE, Kind.SUPER])
    # Observed: https://github.com/airbytehq/airbyte/issues/1561
    allow(_TRIED, [_VARCHAR, _CHAR], [Kind.BOOLEAN])
    allow(_ASSIGNMENT, [_SMALL, _INT, _BIG], [Kind.BOOLEAN])
    allow(_EXPLICIT, [Kind.BOOLEAN], [_SMALL, _INT, _BIG])
    allow(_IMPLICIT, [_DATE], [_STAMP, _STAMPTZ])
    allow(_IMPLICIT, [_STAMP], [_STAMPTZ])
    allow(_IMPLICIT, [_TIME], [_TIMETZ])
    allow(_ASSIGNMENT, [_STAMP, _STAMPTZ], [_DATE, _TIME, _STAMP])
    allow(_ASSIGNMENT, [_STAMPTZ], [_TIMETZ])
    allow(_ASSIGNMENT, [_TIMETZ], [_TIME])
    allow(_EXPLICIT, [_TIME], [Kind.INTERVAL])
    allow(_EXPLICIT, [Kind.VARBYTE], [_VARCHAR, _CHAR, _SMALL, _INT, _BIG])
    allow(_EXPLICIT, [_SMALL, _INT, _BIG], [Kind.VARBYTE])
    allow(_ASSIGNMENT, [*order, Kind.BOOLEAN, _VARCHAR, _CHAR], [Kind.SUPER])
    allow(_ASSIGNMENT, [Kind.SUPER], [*order, Kind.BOOLEAN, _VARCHAR, _CHAR])
    allow(_EXPLICIT, [Kind.SUPER], [_DATE, _STAMP, _STAMPTZ, _TIME])
    return table


CASTS: Final = _casts()
"""Least explicitness that a conversion between two kinds needs; absent: there is none."""


def castable(source: RedshiftType, target: RedshiftType, context: CastContext) -> bool:
    """Whether a value of one type may become the other in this context."""
    if source.kind is target.kind or source.kind is Kind.UNKNOWN:
        return True
    strength = CASTS.get((source.kind, target.kind))
    return strength is not None and strength <= _STRENGTH[context]


def settled(source: RedshiftType, target: RedshiftType) -> RedshiftType:
    """The target with what it leaves open (precision and scale, length) filled from the source."""
    if target.kind is Kind.NUMERIC and not target.precision:
        return as_numeric(source)
    if target.kind is source.kind and target.length is None and target.kind is not Kind.NUMERIC:
        return source
    return target


def coerce(
    expression: Expression,
    target: RedshiftType,
    context: CastContext,
    *,
    column: str | None = None,
) -> Expression:
    """The expression as a value of the target type.

    Args:
        expression: What is coerced. A Parameter whose type is open takes the target's.
        target: Type wanted.
        context: Why.
        column: ASSIGNMENT: name of the target column, for errors.

    Returns:
        A Literal for a constant whose conversion does not depend on the session, the expression
        itself where nothing changes, else a Cast.

    Raises:
        DatatypeMismatch: The value cannot be assigned to the column.
        CannotCoerce: There is no such cast.
        RedshiftError: The constant is no value of the type; of the class that ``read`` names.
    """
    source = expression.type
    if isinstance(expression, Parameter) and source.kind is Kind.UNKNOWN:
        return replace(expression, type=target)
    if not castable(source, target, context):
        if context is CastContext.ASSIGNMENT and column is not None:
            raise DatatypeMismatch(
                f'column "{column}" is of type {target.kind.value} but expression is of type '
                f"{spelled(source)}",
                hint="You will need to rewrite or cast the expression.",
            )
        raise CannotCoerce(f"cannot cast type {spelled(source)} to {target.kind.value}")
    if target.kind is Kind.NUMERIC and not target.precision and source.kind.is_integer:
        target = as_numeric(source)
    if isinstance(expression, Literal) and context is not CastContext.TRY:
        folded = fold(expression, target, context)
        if folded is not None:
            return folded
    target = settled(source, target)
    if source == target:
        return expression
    return Cast(target, expression, context, column)


def spelled(source: RedshiftType) -> str:
    """Name of a type in messages about signatures."""
    return '"unknown"' if source.kind is Kind.UNKNOWN else source.kind.value


def common_type(expressions: Sequence[Expression], what: str) -> RedshiftType:
    """The type that alternatives of one expression or column share.

    Args:
        expressions: At least one.
        what: The construct for the error: ``CASE``, ``COALESCE``, ``UNION``, ``IN``, ``VALUES``.

    Raises:
        DatatypeMismatch: ``CASE types integer and boolean cannot be matched``.
    """
    types = [item.type for item in expressions if item.type.kind is not Kind.UNKNOWN]
    if not types:
        return varchar(_longest(expressions))
    result = types[0]
    for other in types[1:]:
        joined = _joined(result, other)
        if joined is None:
            raise DatatypeMismatch(
                f"{what} types {spelled(result)} and {spelled(other)} cannot be matched"
            )
        result = joined
    if result.kind.is_text and result.length is not None and len(types) < len(expressions):
        longest = _longest(expressions)
        if longest is None or longest > result.length:
            return varchar(longest)
    return result


def _longest(expressions: Sequence[Expression]) -> int | None:
    """Bytes of the longest open constant; None where a parameter is among them."""
    longest = 1
    for item in expressions:
        if item.type.kind is not Kind.UNKNOWN:
            continue
        if not isinstance(item, Literal):
            return None
        longest = max(longest, len(str(item.value or "").encode()))
    return longest


def _joined(left: RedshiftType, right: RedshiftType) -> RedshiftType | None:
    if left.kind is right.kind:
        if left.kind is Kind.NUMERIC:
            return common_numeric(left, right)
        if left.length is None or right.length is None:
            return replace(left, length=None)
        return left if left.length >= right.length else right
    if Kind.SUPER in (left.kind, right.kind):
        return left if left.kind is Kind.SUPER else right
    if left.kind.facts.category is not right.kind.facts.category:
        return None
    if left.kind.is_text:
        if left.length is None or right.length is None or Kind.NAME in (left.kind, right.kind):
            return varchar()
        return varchar(max(left.length, right.length))
    if Kind.NUMERIC in (left.kind, right.kind):
        other = right if left.kind is Kind.NUMERIC else left
        if other.kind.is_integer:
            return common_numeric(left, right)
    if castable(left, right, CastContext.IMPLICIT):
        return right
    if castable(right, left, CastContext.IMPLICIT):
        return left
    return None
