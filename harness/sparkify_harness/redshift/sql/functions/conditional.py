"""Conditional expressions. CASE is part of the typed tree.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_conditional_expressions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ALIKE, ANY, Overload
from sparkify_harness.redshift.sql.functions.signatures import first, last

COALESCE: Final = Overload(
    "coalesce", (ALIKE,), first, "r_NVL_function", variadic=True, strict=False, lazy=True
)
NVL: Final = Overload(
    "nvl",
    (ALIKE,),
    first,
    "r_NVL_function",
    variadic=True,
    label="coalesce",
    strict=False,
    lazy=True,
)
ISNULL: Final = Overload(
    "isnull", (ALIKE, ALIKE), first, "r_NVL_function", label="coalesce", strict=False, lazy=True
)
NVL2: Final = Overload(
    "nvl2", (ANY, ALIKE, ALIKE), last, "r_NVL2", label="case", strict=False, lazy=True
)
NULLIF: Final = Overload(
    "nullif", (ALIKE, ALIKE), first, "r_NULLIF_function", label="case", strict=False
)
GREATEST: Final = Overload(
    "greatest", (ALIKE,), first, "r_GREATEST_LEAST", variadic=True, strict=False
)
LEAST: Final = Overload("least", (ALIKE,), first, "r_GREATEST_LEAST", variadic=True, strict=False)
DECODE: Final = Overload(
    "decode",
    (ANY, ANY, ANY, ANY),
    lambda types: types[2],
    "r_DECODE_expression",
    variadic=True,
    optional=1,
    label="case",
    strict=False,
    lazy=True,
)
