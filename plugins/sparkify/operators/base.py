"""What all operators of the warehouse share."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from airflow.sdk import Asset, BaseOperator, Context

from sparkify.audit import Run
from sparkify.names import Names
from sparkify.warehouse import Session, open_session, redshift_hook


class WarehouseOperator(BaseOperator):
    """A task on the warehouse.

    Args:
        redshift_conn_id: Airflow connection to the warehouse; templated.
        schema: of all tables; templated. None for the search path.
        tables: names in the warehouse of tables that are called otherwise there; templated.
    """

    ui_fgcolor = "#000000"
    template_fields: Sequence[str] = ("schema", "tables", "redshift_conn_id")

    def __init__(
        self,
        *,
        redshift_conn_id: str = "redshift",
        schema: str | None = None,
        tables: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.redshift_conn_id = redshift_conn_id
        self.schema = schema
        self.tables = tables

    @property
    def names(self) -> Names:
        """How the tables are called."""
        return Names(self.schema or None, self.tables or {})

    def session(self, secrets: Collection[str] = ()) -> AbstractContextManager[Session]:
        """A session of its own; see `sparkify.warehouse.open_session`."""
        return open_session(redshift_hook(self.redshift_conn_id), secrets)

    def run_of(self, context: Context) -> Run:
        """Who loads, for `load_audit`."""
        return Run(self.dag_id, context.get("run_id", ""), self.task_id)

    def publish(self, context: Context, rows: int) -> int:
        """Adds the number of rows to the events of the task's assets; returns it."""
        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra = {"rows": rows}
        return rows
