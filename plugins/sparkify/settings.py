"""The pipeline's settings: one table from which Params, Variables and templates are made.

A setting is looked up when a task renders its templates: the run's Param, else the Airflow Variable
`sparkify_<name>`, else the default here. Nothing is looked up while the DAG is parsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow.sdk import Param
from jinja2 import pass_context
from jinja2.runtime import Context as TemplateContext
from jinja2.runtime import Undefined

from sparkify.loading import LoadMode
from sparkify.names import Names
from sparkify.star import STAR, TABLES


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

    def param(self) -> Param:
        """The Param: nothing unless a run sets it; the trigger form would insist on a text."""
        text = f"{self.description} Empty: Variable `{self.variable}`, else `{self.default}`."
        return Param(None, description=text, type=["null", "string"])


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


def params() -> dict[str, Param]:
    """All Params of the DAG."""
    return {name: setting.param() for name, setting in SETTINGS.items()} | {
        "full_load": Param(
            default=False,
            type="boolean",
            description="Load all logs under the prefix instead of the one day of the run's data "
            "interval. A run without an interval does so anyway.",
        ),
        "tables": Param(
            default={},
            type="object",
            additionalProperties={"type": "string"},
            propertyNames={"enum": list(TABLES)},
            description='Other names for tables, such as `{"users": "users_test"}`.',
        ),
        "load_modes": Param(
            default={},
            type="object",
            additionalProperties={"enum": [str(mode) for mode in LoadMode]},
            propertyNames={"enum": [table.name for table in STAR]},
            description='How rows meet those that are there, such as `{"users": "replace"}`, '
            "which computes the table anew.",
        ),
    }


def resolve(name: str, params: Mapping[str, Any], variables: Any) -> str:
    """A setting's value for this run.

    Args:
        name: of the setting.
        params: the run's Params.
        variables: what templates know as `var.value`: `get(key, default)`.
    """
    setting = SETTINGS[name]
    return str(params.get(name) or variables.get(setting.variable, setting.default))


@pass_context
def setting(context: TemplateContext, name: str) -> str:
    """For templates: the value of the named setting."""
    return resolve(name, context["params"], context["var"]["value"])


@pass_context
def table(context: TemplateContext, name: str) -> str:
    """For templates: the quoted, schema-qualified name of one of the pipeline's tables."""
    return Names(setting(context, "schema"), {name: table_name(context, name)})(name)


@pass_context
def table_name(context: TemplateContext, name: str) -> str:
    """For templates: the bare name, for operators that quote it themselves."""
    names = {table: table for table in TABLES} | context["params"].get("tables", {})
    if unknown := (set(names) | {name}) - set(TABLES):
        raise ValueError(f"unknown {', '.join(unknown)}: the tables are {', '.join(TABLES)}")
    return str(names[name])


@pass_context
def load_mode(context: TemplateContext, name: str) -> str:
    """For templates: how the rows of a table meet those that are there, where the run says so."""
    return str(context["params"].get("load_modes", {}).get(name, ""))


@pass_context
def log_key(context: TemplateContext) -> str:
    """For templates: the key prefix of the logs that this run loads."""
    interval_start = context.get("data_interval_start")
    if context["params"].get("full_load") or isinstance(interval_start, Undefined):
        interval_start = None
    folder = folder_of(setting(context, "log_prefix"))
    return f"{folder}{interval_start:%Y/%m/%Y-%m-%d}-events.json" if interval_start else folder


@pass_context
def run_log(context: TemplateContext) -> str:
    """For templates: the key of the one log that this run loads; nothing where it loads all."""
    key = log_key(context)
    return "" if key.endswith("/") or not key else key


@pass_context
def song_key(context: TemplateContext) -> str:
    """For templates: the key prefix of the song files."""
    return folder_of(setting(context, "song_prefix"))


def folder_of(prefix: str) -> str:
    """The prefix with one slash at its end: `log_data` is also a prefix of `log_data_old/...`."""
    return f"{prefix.rstrip('/')}/".lstrip("/")


MACROS = {
    "setting": setting,
    "table": table,
    "table_name": table_name,
    "load_mode": load_mode,
    "log_key": log_key,
    "run_log": run_log,
    "song_key": song_key,
}
"""For `user_defined_macros` of the DAG."""
