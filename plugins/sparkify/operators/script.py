"""Statements that define tables."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.operators.base import WarehouseOperator

_FIRST_WORDS = 4


class SqlScriptOperator(WarehouseOperator):
    """Runs the statements of a script in one transaction, none or all.

    Args:
        sql: statements separated by semicolons, or the name of a .sql file; templated.
    """

    template_fields: Sequence[str] = ("sql", "redshift_conn_id")
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(self, *, sql: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sql = sql

    def execute(self, context: Context) -> int:  # noqa: ARG002 - Airflow's signature
        """Returns the number of statements.

        Raises:
            PipelineError: the first that fails undoes all.
        """
        # Imported here: parsing a DAG must not load the SQL stack.
        from airflow.providers.common.sql.hooks.sql import DbApiHook  # noqa: PLC0415 - see above

        statements = DbApiHook.split_sql_string(self.sql, strip_semicolon=True)
        with self.transaction() as session:
            for statement in statements:
                title = " ".join(statement.split(maxsplit=_FIRST_WORDS)[:_FIRST_WORDS])
                session.execute(statement, doing=title)
                self.log.info("%s …: done", title)
        return len(statements)
