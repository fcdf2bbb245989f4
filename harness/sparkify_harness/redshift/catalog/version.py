"""The version of Redshift that is played."""

BUILD = "340728"
"""A build of patch 202, the newest whose notes we go by.

Redshift: https://docs.aws.amazon.com/redshift/latest/mgmt/cluster-versions.html
"""

VERSION = (
    "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 "
    f"(Red Hat 3.4.2-6.fc3), Redshift 1.0.{BUILD}"
)
"""Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_VERSION.html"""
