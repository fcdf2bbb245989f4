"""What kind of service is played: system tables are not for everybody everywhere."""

from enum import StrEnum
from typing import Final

LOGS: Final = ("stl_", "stv_", "svl_", "svcs_")
"""What the names of views of the nodes' own logs begin with."""

NOT_SERVERLESS: Final = frozenset(
    {
        "svv_diskusage",
        "svv_query_state",
        "svv_schema_quota_state",
        "svv_vacuum_progress",
        "svv_vacuum_summary",
    }
)
"""Further views that Serverless has not."""

SLICES: Final = 2
"""Slices of a cluster of one small node, which the substitute takes itself for.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_high_level_system_architecture.html
"""
MOST_SLICES: Final = 128
"""More than a test has use for."""


class Profile(StrEnum):
    """A provisioned cluster in one zone, one in several, or a workgroup without a cluster.

    Outside the first, views of the nodes' own logs are for nobody, superusers included: `sys_`
    views have what is in them.

    Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-considerations.html
    Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/overview-multi-az.html
    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/sys_view_migration.html
    """

    PROVISIONED = "provisioned"
    MULTI_AZ = "multi-az"
    SERVERLESS = "serverless"

    def denies(self, name: str) -> bool:
        """Whether nobody may read the system table or view of that name.

        Args:
            name: Folded name, without the schema.
        """
        if self is Profile.PROVISIONED:
            return False
        if name.startswith(LOGS):
            return True
        return self is Profile.SERVERLESS and name in NOT_SERVERLESS

    @property
    def load_errors(self) -> str:
        """The view to which a failed COPY points.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
        """
        return "stl_load_errors" if self is Profile.PROVISIONED else "sys_load_error_detail"
