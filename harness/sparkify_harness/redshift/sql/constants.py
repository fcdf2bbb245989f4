"""Constants: number literals, and changing a constant's type while the statement is bound."""

import json
import math
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from sparkify_harness.redshift.errors import NumericOutOfRange
from sparkify_harness.redshift.sql.decimals import fit_word, literal_type, rescale
from sparkify_harness.redshift.sql.input import fit, read, single
from sparkify_harness.redshift.sql.intervals import write_interval
from sparkify_harness.redshift.sql.tree import Cast, CastContext, Expression, Interval, Literal
from sparkify_harness.redshift.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    Kind,
    RedshiftType,
    numeric,
)


def number(text: str) -> Literal:
    """The constant that an unquoted number is: INTEGER, BIGINT, DECIMAL or DOUBLE.

    Args:
        text: Digits with an optional point and exponent; no sign.
    """
    if text.isdecimal():
        value = Decimal(text)  # int() refuses more digits than a statement may have
        for target in (INTEGER, BIGINT):
            if value <= target.kind.bounds[1]:
                return Literal(target, int(value))
    if "e" in text.lower():
        return Literal(DOUBLE, read(text, DOUBLE))
    exact = Decimal(text)
    target = literal_type(exact)
    return Literal(target, rescale(exact, target))


def fold(literal: Literal, target: RedshiftType, context: CastContext) -> Expression | None:
    """The constant in another type, or None where the conversion has to wait for the engine.

    Args:
        literal: The constant.
        target: Type wanted; its length, precision and scale may be open.
        context: Explicit casts cut strings, assignments refuse what is too long.

    Raises:
        RedshiftError: The constant is no value of the type.
    """
    value = literal.value
    if literal.type.kind is target.kind and target.length is None and not target.precision:
        return literal
    if value is None:
        return Literal(_open(target, numeric(1, 0)), None)
    if isinstance(value, str) and literal.type.kind is not Kind.SUPER:
        if literal.type.kind is Kind.CHAR and target.kind is Kind.VARBYTE:
            value = value.ljust(literal.type.length or 0)
        return _from_text(value, target, context)
    if target.kind.is_text:
        text = _text(value, literal.type)
        return None if text is None else _from_text(text, target, context)
    if literal.type.kind.is_number:
        convert = _FROM_NUMBER.get(target.kind)
        return None if convert is None else convert(value, target)
    if isinstance(value, date) and not isinstance(value, datetime):
        if target.kind is Kind.TIMESTAMP:
            return Literal(target, datetime.combine(value, time()))
        return None
    if isinstance(value, datetime) and value.tzinfo is None and target.kind is Kind.DATE:
        return Literal(target, value.date())
    return None


def _open(target: RedshiftType, filling: RedshiftType) -> RedshiftType:
    return filling if target.kind is Kind.NUMERIC and not target.precision else target


def _from_text(text: str, target: RedshiftType, context: CastContext) -> Expression:
    kind = target.kind
    if kind.is_text or kind is Kind.UNKNOWN:
        return Literal(target, fit(text, target, cut=context is CastContext.EXPLICIT))
    if kind is Kind.VARBYTE:
        return Literal(target, text.encode()[: target.length])
    if kind is Kind.SUPER:
        return Literal(target, json.dumps(text, ensure_ascii=False))
    if kind.local is not None and _is_local(text, target):
        local = RedshiftType(kind.local)
        return Cast(RedshiftType(kind), Literal(local, read(text, local)), CastContext.IMPLICIT)
    if kind is Kind.NUMERIC and not target.precision:
        exact = read(text, numeric(38, 18))
        stripped = Decimal(text.strip()) if isinstance(exact, Decimal) else Decimal(0)
        target = literal_type(stripped)
    return Literal(target, read(text, target))


def _is_local(text: str, target: RedshiftType) -> bool:
    """Whether no zone is written, so that the session's is meant, which binding does not know."""
    return read(text, target, timezone="UTC") != read(text, target, timezone="+01")


def _text(value: object, source: RedshiftType) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case Interval():
            return write_interval(value)
        case datetime() if value.tzinfo is None:
            base = value.replace(microsecond=0).isoformat(sep=" ")
            return base + _fraction(value.microsecond)
        case date() if source.kind is Kind.DATE:
            return value.isoformat()
    return None


def _fraction(microseconds: int) -> str:
    """The fraction of a second as text: none, or two digits at least."""
    digits = f"{microseconds:06}"
    return f".{digits[:2]}{digits[2:].rstrip('0')}" if microseconds else ""


def _to_integer(value: object, target: RedshiftType) -> Literal | None:
    if isinstance(value, float):
        exact, rounding = Decimal(value), ROUND_HALF_EVEN
    elif isinstance(value, int | Decimal):
        exact, rounding = Decimal(value), ROUND_HALF_UP
    else:
        return None
    whole = exact.to_integral_value(rounding=rounding)
    low, high = target.kind.bounds
    if not whole.is_finite() or not low <= whole <= high:
        raise NumericOutOfRange(f"{target.kind.value} out of range")
    return Literal(target, int(whole))


def _to_numeric(value: object, target: RedshiftType) -> Literal | None:
    if isinstance(value, float):
        exact = Decimal(f"{value:.15g}")
    elif isinstance(value, int | Decimal):
        exact = Decimal(value)
    else:
        return None
    if not target.precision:
        target = literal_type(exact)
        return Literal(target, rescale(exact, target))
    return Literal(target, fit_word(rescale(exact, target), target))


def _to_float(value: object, target: RedshiftType) -> Literal | None:
    if not isinstance(value, int | float | Decimal):
        return None
    result = float(value)
    if target.kind is Kind.REAL:
        nearest = single(result)
        if math.isinf(nearest) and math.isfinite(result):
            raise NumericOutOfRange('type "real" value out of range: overflow')
        result = nearest
    return Literal(target, result)


_FROM_NUMBER: Final[dict[Kind, Callable[[object, RedshiftType], Literal | None]]] = {
    Kind.SMALLINT: _to_integer,
    Kind.INTEGER: _to_integer,
    Kind.BIGINT: _to_integer,
    Kind.OID: _to_integer,
    Kind.NUMERIC: _to_numeric,
    Kind.REAL: _to_float,
    Kind.DOUBLE: _to_float,
}
