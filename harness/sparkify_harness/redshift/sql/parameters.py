"""Configuration parameters that Redshift has and this server has not.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
"""

from typing import Final

from sparkify_harness.redshift.errors import NotEmulated, RedshiftError, UndefinedObject

UNAVAILABLE: Final = frozenset(
    {
        "case_sensitive",
        "datashare_break_glass_session_var",
        "datashare_enabled",
        "default_array_search_null_handling",
        "default_geometry_encoding",
        "enable_large_strings_opt_in",
        "enable_spectrum_oid",
        "external_database",
        "integer_datetimes",
        "is_superuser",
        "max_numeric_precision",
        "max_varchar_size",
        "padb_revision",
        "padb_version",
        "server_protocol_version",
        "session_authorization",
    }
)
"""What AWS documents and nothing here heeds, and what a client is told at start-up alone."""


def missing_parameter(name: str) -> RedshiftError:
    """The refusal of a parameter that is not there.

    Args:
        name: As written.
    """
    if name.lower() in UNAVAILABLE:
        return NotEmulated(f"the parameter {name.lower()}")
    return UndefinedObject(f'unrecognized configuration parameter "{name}"')
