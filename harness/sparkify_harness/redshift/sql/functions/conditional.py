"""Conditional expressions. CASE is part of the typed tree.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_conditional_expressions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import ALIKE, ANY, first, last, overload

OVERLOADS: Final[tuple[Overload, ...]] = (
    overload("coalesce", (ALIKE,), first, "r_NVL_function", variadic=True, strict=False),
    overload(
        "nvl", (ALIKE,), first, "r_NVL_function", variadic=True, label="coalesce", strict=False
    ),
    overload("isnull", (ALIKE, ALIKE), first, "r_NVL_function", label="coalesce", strict=False),
    overload("nvl2", (ANY, ALIKE, ALIKE), last, "r_NVL2", label="case", strict=False),
    overload("nullif", (ALIKE, ALIKE), first, "r_NULLIF_function", label="case", strict=False),
    overload("greatest", (ALIKE,), first, "r_GREATEST_LEAST", variadic=True, strict=False),
    overload("least", (ALIKE,), first, "r_GREATEST_LEAST", variadic=True, strict=False),
    overload(
        "decode",
        (ANY, ANY, ANY, ANY),
        lambda types: types[2],
        "r_DECODE_expression",
        variadic=True,
        optional=1,
        label="case",
        strict=False,
    ),
)
