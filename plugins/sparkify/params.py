"""The Params of the DAG, made from the settings and the tables."""

from collections.abc import Mapping, Sequence

from airflow.sdk import Param

from sparkify.loading import LoadMode
from sparkify.quality import Check
from sparkify.quality.overrides import schema_of
from sparkify.settings import SETTINGS, Setting
from sparkify.table import LOADED, Table


def params(tables: Mapping[str, Table], checks: Sequence[Check]) -> dict[str, Param]:
    """All Params of a DAG.

    Args:
        tables: that it knows, by their names.
        checks: that it runs.
    """
    loaded = [table.name for table in tables.values() if table.kind in LOADED]
    return {name: _param(setting) for name, setting in SETTINGS.items()} | {
        "full_load": Param(
            default=False,
            type="boolean",
            description="Load all logs under the prefix instead of the one day of the run's data "
            "interval, take out those that are gone, and compute every table anew. A run without "
            "an interval does so anyway.",
        ),
        "tables": Param(
            default={},
            type="object",
            additionalProperties={"type": "string"},
            propertyNames={"enum": list(tables)},
            description='Other names for tables, such as `{"users": "users_test"}`.',
        ),
        "load_modes": Param(
            default={},
            type="object",
            additionalProperties={"enum": [str(mode) for mode in LoadMode]},
            propertyNames={"enum": loaded},
            description='How rows meet those that are there, such as `{"users": "replace"}`, '
            "which computes the table anew.",
        ),
        "checks": Param(
            default={},
            description='Changes of quality checks by name, pattern or kind, such as `{"users.*": '
            '{"severity": "warn"}, "freshness": {"enabled": false}}`; also `warn_if` and '
            '`error_if`, such as `"> 10"`.',
            **schema_of(checks),
        ),
    }


def _param(setting: Setting) -> Param:
    """Nothing unless a run sets it; the trigger form would insist on a text."""
    text = f"{setting.description} Empty: Variable `{setting.variable}`, else `{setting.default}`."
    return Param(None, description=text, type=["null", "string"])
