"""Window functions; the aggregates are window functions as well.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import ANY, first, overload
from sparkify_harness.redshift.types import BIGINT, DOUBLE, INTEGER

_W = FunctionKind.WINDOW

OVERLOADS: Final[tuple[Overload, ...]] = (
    *(
        overload(name, (), BIGINT, page, kind=_W)
        for name, page in (
            ("row_number", "r_WF_ROW_NUMBER"),
            ("rank", "r_WF_RANK"),
            ("dense_rank", "r_WF_DENSE_RANK"),
        )
    ),
    *(
        overload(name, (), DOUBLE, page, kind=_W)
        for name, page in (
            ("percent_rank", "r_WF_PERCENT_RANK"),
            ("cume_dist", "r_WF_CUME_DIST"),
        )
    ),
    overload("ntile", (BIGINT,), BIGINT, "r_WF_NTILE", kind=_W),
    overload("lag", (ANY, INTEGER), first, "r_WF_LAG", kind=_W, optional=1),
    overload("lead", (ANY, INTEGER), first, "r_WF_LEAD", kind=_W, optional=1),
    overload("first_value", (ANY,), first, "r_WF_first_value", kind=_W),
    overload("last_value", (ANY,), first, "r_WF_first_value", kind=_W),
    overload("nth_value", (ANY, BIGINT), first, "r_WF_NTH", kind=_W),
    overload(
        "percentile_disc",
        (DOUBLE,),
        DOUBLE,
        "r_WF_PERCENTILE_DISC",
        kind=_W,
        constants={0: "a fraction"},
    ),
    overload("ratio_to_report", (DOUBLE,), DOUBLE, "r_WF_RATIO_TO_REPORT", kind=_W),
)
"""RANGE frames and default values of LAG and LEAD are not in Redshift's grammar."""

FRAMELESS: Final = frozenset(
    {
        "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead",
        "ratio_to_report", "listagg", "median", "percentile_cont", "percentile_disc",
    }
)  # fmt: skip
"""Functions that take no frame and need none beside ORDER BY."""

ORDERLESS: Final = frozenset(
    {"ratio_to_report", "listagg", "median", "percentile_cont", "percentile_disc"}
)
"""Those of them whose OVER is documented with PARTITION BY alone."""
