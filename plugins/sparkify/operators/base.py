"""What all operators of the warehouse share."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any

from airflow.sdk import Asset, BaseOperator, Context

from sparkify.warehouse import Session, redshift_hook, transaction


class WarehouseOperator(BaseOperator):
    """A task on the warehouse.

    Args:
        redshift_conn_id: Airflow connection to the warehouse; templated.
    """

    ui_fgcolor = "#000000"

    def __init__(self, *, redshift_conn_id: str = "redshift", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.redshift_conn_id = redshift_conn_id

    def transaction(self, secrets: Collection[str] = ()) -> AbstractContextManager[Session]:
        """One transaction in a session of its own; see `sparkify.warehouse.transaction`."""
        return transaction(redshift_hook(self.redshift_conn_id), secrets)

    def publish(self, context: Context, rows: int) -> int:
        """Adds the number of rows to the events of the task's assets; returns it."""
        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra = {"rows": rows}
        return rows
