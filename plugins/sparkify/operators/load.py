"""The rows of a SELECT into a table."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.loading import Load, LoadMode
from sparkify.operators.base import WarehouseOperator


class LoadTableOperator(WarehouseOperator):
    """Loads a table from a SELECT, in one transaction.

    Args:
        table: to load; templated.
        columns: in the order of the SELECT's.
        sql: the SELECT, or the name of its .sql file; templated.
        schema: of the table; templated.
        mode: see `sparkify.loading.LoadMode`.
        key: columns that identify a row; for delete_insert and merge.
    """

    template_fields: Sequence[str] = ("sql", "table", "schema", "redshift_conn_id")
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(
        self,
        *,
        table: str,
        columns: Sequence[str],
        sql: str,
        schema: str | None = None,
        mode: LoadMode | str = LoadMode.DELETE_INSERT,
        key: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table = table
        self.columns = columns
        self.sql = sql
        self.schema = schema
        self.mode = LoadMode(mode)
        self.key = key
        self._load()  # wrong arguments show when the DAG is parsed, not when the task runs

    def execute(self, context: Context) -> int:
        """Returns the number of rows that the SELECT brought.

        Raises:
            PipelineError: nothing is changed then.
        """
        rows = 0
        with self.transaction() as session:
            for step in self._load().steps():
                count = session.execute(step.sql, doing=step.doing)
                self.log.info("%s: %s", step.doing, "done" if count < 0 else f"{count} rows")
                if step.counts:
                    rows = count
        return self.publish(context, rows)

    def _load(self) -> Load:
        select = self.sql.rstrip().rstrip(";")
        return Load(self.schema, self.table, self.columns, select, self.mode, self.key)
