"""What the templates of the DAG, and of its SQL, may call."""

from collections.abc import Callable, Mapping

from jinja2 import pass_context
from jinja2.runtime import Context as TemplateContext
from jinja2.runtime import Undefined

from sparkify.names import Names
from sparkify.settings import resolve
from sparkify.table import Table


@pass_context
def setting(context: TemplateContext, name: str) -> str:
    """For templates: the value of the named setting."""
    return resolve(name, context["params"], context["var"]["value"])


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


def macros(tables: Mapping[str, Table]) -> dict[str, Callable[..., str]]:
    """What templates may call, for `user_defined_macros` of a DAG.

    Args:
        tables: that the DAG knows, by their names.
    """

    @pass_context
    def table(context: TemplateContext, name: str) -> str:
        """For templates: the quoted, schema-qualified name of one of the tables."""
        return Names(setting(context, "schema"), {name: table_name(context, name)})(name)

    @pass_context
    def table_name(context: TemplateContext, name: str) -> str:
        """For templates: the bare name, for operators that quote it themselves."""
        names = {table: table for table in tables} | context["params"].get("tables", {})
        if unknown := (set(names) | {name}) - set(tables):
            raise ValueError(f"unknown {', '.join(unknown)}: the tables are {', '.join(tables)}")
        return str(names[name])

    return {
        "setting": setting,
        "table": table,
        "table_name": table_name,
        "load_mode": load_mode,
        "log_key": log_key,
        "run_log": run_log,
        "song_key": song_key,
    }
