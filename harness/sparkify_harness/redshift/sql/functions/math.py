"""Math functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.sql.decimals import remainder_type
from sparkify_harness.redshift.sql.functions.registry import NUMERIC, Family, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind, first
from sparkify_harness.redshift.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    MAX_PRECISION,
    SMALLINT,
    TEXT,
    Kind,
    RedshiftType,
    numeric,
)

_INTEGERS: Final = (SMALLINT, INTEGER, BIGINT)


def _remainder(types: Sequence[RedshiftType]) -> RedshiftType:
    return remainder_type(types[0], types[1])


def _places(values: Sequence[object], result: RedshiftType) -> RedshiftType:
    """ROUND and TRUNC of a DECIMAL keep as many digits as they are told, one more in front.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ROUND.html
    """
    if result.kind is not Kind.NUMERIC:
        return result
    precision, scale = result.precision or 0, result.scale or 0
    places = values[1] if len(values) > 1 else 0
    if not isinstance(places, int):
        return numeric(min(precision + 1, MAX_PRECISION), scale)
    kept = min(max(places, 0), scale)
    return numeric(min(precision - scale + kept + 1, MAX_PRECISION), kept)


def _whole(_: Sequence[object], result: RedshiftType) -> RedshiftType:
    """CEIL and FLOOR of a DECIMAL have no fraction."""
    if result.kind is not Kind.NUMERIC:
        return result
    return numeric(min((result.precision or 0) - (result.scale or 0) + 1, MAX_PRECISION), 0)


def _of_double(name: str, page: str, label: str | None = None) -> Overload:
    return Overload(name, (DOUBLE,), DOUBLE, page, label=label)


def _power(name: str) -> Overload:
    return Overload(name, (DOUBLE, DOUBLE), DOUBLE, "r_POWER")


def _rounding(name: str) -> Family[Kind]:
    return by_kind(
        Overload(name, (kind,), first, "r_CEILING_FLOOR", refine=_whole)
        for kind in (NUMERIC, DOUBLE)
    )


def _with_places(name: str, page: str) -> Family[Kind]:
    return by_kind(
        Overload(name, (kind, INTEGER), first, page, optional=1, refine=_places)
        for kind in (*_INTEGERS, NUMERIC, DOUBLE)
    )


SIN: Final = _of_double("sin", "r_SIN")
COS: Final = _of_double("cos", "r_COS")
TAN: Final = _of_double("tan", "r_TAN")
COT: Final = _of_double("cot", "r_COT")
ASIN: Final = _of_double("asin", "r_ASIN")
ACOS: Final = _of_double("acos", "r_ACOS")
ATAN: Final = _of_double("atan", "r_ATAN")
EXP: Final = _of_double("exp", "r_EXP")
LN: Final = _of_double("ln", "r_LN")
DLOG1: Final = _of_double("dlog1", "r_DLOG1")
LOG: Final = _of_double("log", "r_LOG", label="dlog10")
DLOG10: Final = _of_double("dlog10", "r_DLOG10")
SQRT: Final = _of_double("sqrt", "r_SQRT")
CBRT: Final = _of_double("cbrt", "r_CBRT")
DEXP: Final = _of_double("dexp", "r_DEXP")
DEGREES: Final = _of_double("degrees", "r_DEGREES")
RADIANS: Final = _of_double("radians", "r_RADIANS")
LOG_OF_BASE: Final = Overload("log", (DOUBLE, DOUBLE), DOUBLE, "r_LOG")
ATAN2: Final = Overload("atan2", (DOUBLE, DOUBLE), DOUBLE, "r_ATAN2")
POWER: Final = _power("power")
POW: Final = _power("pow")
DPOW: Final = _power("dpow")
PI: Final = Overload("pi", (), DOUBLE, "r_PI")
RANDOM: Final = Overload("random", (), DOUBLE, "r_RANDOM", volatile=True)
ABS: Final = by_kind(
    Overload("abs", (kind,), first, "r_ABS") for kind in (*_INTEGERS, NUMERIC, DOUBLE)
)
MOD: Final = by_kind(
    (
        *(Overload("mod", (kind, kind), kind, "r_MOD") for kind in _INTEGERS),
        Overload("mod", (NUMERIC, NUMERIC), _remainder, "r_MOD"),
    )
)
SIGN: Final = by_kind(
    (
        Overload("sign", (NUMERIC,), numeric(1, 0), "r_SIGN"),
        Overload("sign", (DOUBLE,), DOUBLE, "r_SIGN"),
    )
)
CEIL: Final = _rounding("ceil")
CEILING: Final = _rounding("ceiling")
FLOOR: Final = _rounding("floor")
ROUND: Final = _with_places("round", "r_ROUND")
TRUNC: Final = _with_places("trunc", "r_TRUNC")
TO_HEX: Final = by_kind(Overload("to_hex", (kind,), TEXT, "r_TO_HEX") for kind in (INTEGER, BIGINT))
