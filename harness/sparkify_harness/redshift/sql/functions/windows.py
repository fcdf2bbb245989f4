"""Window functions; the aggregates are window functions as well.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Window_functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import ANY, FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import first
from sparkify_harness.redshift.types import BIGINT, DOUBLE, INTEGER

_W: Final = FunctionKind.WINDOW

ROW_NUMBER: Final = Overload("row_number", (), BIGINT, "r_WF_ROW_NUMBER", kind=_W, frameless=True)
RANK: Final = Overload("rank", (), BIGINT, "r_WF_RANK", kind=_W, frameless=True)
DENSE_RANK: Final = Overload("dense_rank", (), BIGINT, "r_WF_DENSE_RANK", kind=_W, frameless=True)
PERCENT_RANK: Final = Overload(
    "percent_rank", (), DOUBLE, "r_WF_PERCENT_RANK", kind=_W, frameless=True
)
CUME_DIST: Final = Overload("cume_dist", (), DOUBLE, "r_WF_CUME_DIST", kind=_W, frameless=True)
NTILE: Final = Overload("ntile", (BIGINT,), BIGINT, "r_WF_NTILE", kind=_W, frameless=True)
LAG: Final = Overload(
    "lag",
    (ANY, INTEGER),
    first,
    "r_WF_LAG",
    kind=_W,
    null_treatment=True,
    frameless=True,
    optional=1,
)
LEAD: Final = Overload(
    "lead",
    (ANY, INTEGER),
    first,
    "r_WF_LEAD",
    kind=_W,
    null_treatment=True,
    frameless=True,
    optional=1,
)
FIRST_VALUE: Final = Overload(
    "first_value", (ANY,), first, "r_WF_first_value", kind=_W, null_treatment=True
)
LAST_VALUE: Final = Overload(
    "last_value", (ANY,), first, "r_WF_first_value", kind=_W, null_treatment=True
)
NTH_VALUE: Final = Overload(
    "nth_value", (ANY, BIGINT), first, "r_WF_NTH", kind=_W, null_treatment=True
)
PERCENTILE_DISC: Final = Overload(
    "percentile_disc",
    (DOUBLE,),
    DOUBLE,
    "r_WF_PERCENTILE_DISC",
    kind=_W,
    frameless=True,
    orderless=True,
    constants={0: "a fraction"},
    ordered_set=lambda ordered: ordered,
)
RATIO_TO_REPORT: Final = Overload(
    "ratio_to_report",
    (DOUBLE,),
    DOUBLE,
    "r_WF_RATIO_TO_REPORT",
    kind=_W,
    frameless=True,
    orderless=True,
)
"""RANGE frames and default values of LAG and LEAD are not in Redshift's grammar."""
