"""Math functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/Math_functions.html
"""

from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.sql.decimals import remainder_type
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import NUMERIC, first, overload
from sparkify_harness.redshift.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    SMALLINT,
    TEXT,
    RedshiftType,
    numeric,
)

_INTEGERS = (SMALLINT, INTEGER, BIGINT)


def _remainder(types: Sequence[RedshiftType]) -> RedshiftType:
    return remainder_type(types[0], types[1])


_TO_DOUBLE = tuple(
    overload(name, (DOUBLE,), DOUBLE, source, label=label)
    for name, source, label in (
        ("sin", "r_SIN", None),
        ("cos", "r_COS", None),
        ("tan", "r_TAN", None),
        ("cot", "r_COT", None),
        ("asin", "r_ASIN", None),
        ("acos", "r_ACOS", None),
        ("atan", "r_ATAN", None),
        ("exp", "r_EXP", None),
        ("ln", "r_LN", None),
        ("dlog1", "r_DLOG1", None),
        ("log", "r_LOG", "dlog10"),
        ("dlog10", "r_DLOG10", None),
        ("sqrt", "r_SQRT", None),
        ("cbrt", "r_CBRT", None),
        ("dexp", "r_DEXP", None),
        ("degrees", "r_DEGREES", None),
        ("radians", "r_RADIANS", None),
    )
)

OVERLOADS: Final[tuple[Overload, ...]] = (
    *_TO_DOUBLE,
    overload("log", (DOUBLE, DOUBLE), DOUBLE, "r_LOG"),
    overload("atan2", (DOUBLE, DOUBLE), DOUBLE, "r_ATAN2"),
    *(
        overload(name, (DOUBLE, DOUBLE), DOUBLE, "r_POWER", label=label)
        for name, label in (("power", "power"), ("pow", "pow"), ("dpow", "dpow"))
    ),
    overload("pi", (), DOUBLE, "r_PI"),
    overload("random", (), DOUBLE, "r_RANDOM", volatile=True),
    *(overload("abs", (kind,), first, "r_ABS") for kind in (*_INTEGERS, NUMERIC, DOUBLE)),
    *(overload("mod", (kind, kind), kind, "r_MOD") for kind in _INTEGERS),
    overload("mod", (NUMERIC, NUMERIC), _remainder, "r_MOD"),
    overload("sign", (NUMERIC,), numeric(1, 0), "r_SIGN"),
    overload("sign", (DOUBLE,), DOUBLE, "r_SIGN"),
    *(
        overload(name, (kind,), first, "r_CEILING_FLOOR")
        for name in ("ceil", "ceiling", "floor")
        for kind in (NUMERIC, DOUBLE)
    ),
    *(
        overload(name, (kind, INTEGER), first, page, optional=1)
        for name, page in (("round", "r_ROUND"), ("trunc", "r_TRUNC"))
        for kind in (*_INTEGERS, NUMERIC, DOUBLE)
    ),
    overload("to_hex", (INTEGER,), TEXT, "r_TO_HEX"),
    overload("to_hex", (BIGINT,), TEXT, "r_TO_HEX"),
)
