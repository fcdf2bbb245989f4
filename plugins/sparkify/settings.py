"""The pipeline's settings: one table from which Params, Variables and templates are made.

A setting is looked up when a task renders its templates: the run's Param, else the Airflow Variable
`sparkify_<name>`, else the default here. Nothing is looked up while the DAG is parsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One thing that a run, or an installation, may set.

    Attributes:
        name: of the Param; the Variable is called `sparkify_<name>`.
        default: holds where neither is set.
        description: shown in the trigger form.
    """

    name: str
    default: str
    description: str

    @property
    def variable(self) -> str:
        """Name of the Airflow Variable."""
        return f"sparkify_{self.name}"


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("bucket", "sparkify", "S3 bucket with logs, songs and jsonpaths file."),
        Setting("log_prefix", "log_data", "Key prefix of the event logs."),
        Setting("song_prefix", "song_data", "Key prefix of the song files."),
        Setting(
            "log_jsonpaths",
            "log_json_path.json",
            "Key of the jsonpaths file for the logs, outside their prefix; or `auto`.",
        ),
        Setting("region", "", "Region of the bucket, if it is not that of the AWS connection."),
        Setting("schema", "public", "Schema of all tables."),
        Setting("redshift_conn_id", "redshift", "Airflow connection to the warehouse."),
        Setting("aws_conn_id", "aws_credentials", "Airflow connection with keys or role for S3."),
        Setting("no_log", "fail", "What a missing log means: `fail`, or `empty`: no plays."),
    )
}

SWITCHES = ("full_load", "tables", "load_modes", "checks")
"""Params that have no Variable: they make sense for one run only."""

PARAM_NAMES = (*SETTINGS, *SWITCHES)
"""All Params; Airflow itself takes any others, and ignores them."""


def resolve(name: str, params: Mapping[str, Any], variables: Any) -> str:
    """A setting's value for this run.

    Args:
        name: of the setting.
        params: the run's Params.
        variables: what templates know as `var.value`: `get(key, default)`.
    """
    setting = SETTINGS[name]
    return str(params.get(name) or variables.get(setting.variable, setting.default))
