"""Statements that define tables."""

import logging
from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.operators.base import WarehouseOperator
from sparkify.warehouse import WarehouseSession

log = logging.getLogger(__name__)

_FIRST_WORDS = 4


class SqlScriptOperator(WarehouseOperator):
    """Runs the statements of a script in one transaction, none or all.

    Args:
        sql: statements separated by semicolons, or the name of a .sql file; templated.
    """

    template_fields: Sequence[str] = ("sql", *WarehouseOperator.template_fields)
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
        with self.session() as session:
            return session.atomically(lambda: send_script(session, self.sql))


def send_script(session: WarehouseSession, script: str) -> int:
    """Sends the statements of a script in the session's transaction; their number."""
    # Imported here: parsing a DAG must not load the SQL stack.
    from airflow.providers.common.sql.hooks.sql import DbApiHook  # noqa: PLC0415 - see above

    statements = DbApiHook.split_sql_string(script, strip_semicolon=True)
    for statement in statements:
        title = " ".join(statement.split(maxsplit=_FIRST_WORDS)[:_FIRST_WORDS])
        session.execute(statement, doing=title)
        log.info("%s …: done", title)
    return len(statements)
