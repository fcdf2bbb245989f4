"""What all operators of the warehouse share."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypedDict

from airflow.sdk import Context

from sparkify.audit import Run
from sparkify.names import Names
from sparkify.observation import TableAt
from sparkify.operators.observed import ObservedOperator
from sparkify.star import TABLES
from sparkify.warehouse import WarehouseSession, open_session, redshift_hook

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook


class WarehouseArguments(TypedDict):
    """The arguments of a `WarehouseOperator` that say where the tables are."""

    redshift_conn_id: str
    schema: str
    tables: Mapping[str, str]


class WarehouseOperator(ObservedOperator):
    """A task on the warehouse.

    Args:
        redshift_conn_id: Airflow connection to the warehouse; templated.
        schema: of all tables; templated. None for the search path.
        tables: names in the warehouse of tables that are called otherwise there; templated.
    """

    ui_fgcolor = "#000000"
    _hook: "RedshiftSQLHook | None" = None
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

    def session(self, secrets: Collection[str] = ()) -> AbstractContextManager[WarehouseSession]:
        """A session of its own; see `sparkify.warehouse.open_session`."""
        return open_session(self.hook(), secrets)

    def hook(self) -> "RedshiftSQLHook":
        """The one hook of this task: it asks Airflow for its connection once."""
        if self._hook is None:
            self._hook = redshift_hook(self.redshift_conn_id)
        return self._hook

    def table_at(self, table: str, columns: Mapping[str, str] | None = None) -> TableAt:
        """A table as this task calls it, for what is told of it.

        Args:
            table: what the pipeline calls it.
            columns: the type of each; those of `sparkify.star` by default.
        """
        if columns is None:
            columns = TABLES[table].columns if table in TABLES else {}
        return TableAt(table, self.names.schema, self.names.bare(table), columns)

    def run_of(self, context: Context) -> Run:
        """Who loads, for `load_audit`."""
        return Run(self.dag_id, context.get("run_id", ""), self.task_id)
