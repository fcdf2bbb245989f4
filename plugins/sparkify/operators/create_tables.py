"""The tables of the pipeline, made where they are not there yet."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.errors import ConflictError, StatementError
from sparkify.operators.base import WarehouseOperator
from sparkify.operators.script import send_script
from sparkify.table import Table, TableKind
from sparkify.warehouse import WarehouseSession


class CreateTablesOperator(WarehouseOperator):
    """Runs the script that creates the tables, where one of them is missing.

    A run that finds them all only looks: DDL would wait for every run that is loading. A staging
    table of an earlier version lacks columns; a run of all logs makes it anew and fills it, any
    other is refused.

    Args:
        sql: the script, or the name of its .sql file; templated.
        definitions: the tables that it creates.
        log_key: of the log that the run loads; empty for all logs; templated.
    """

    template_fields: Sequence[str] = ("sql", "log_key", *WarehouseOperator.template_fields)
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(
        self, *, sql: str, definitions: Sequence[Table], log_key: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.definitions = definitions
        self.log_key = log_key

    def execute(self, context: Context) -> int:  # noqa: ARG002 - Airflow's signature
        """Returns the number of tables that were missing.

        Raises:
            StatementError: a table has not the columns that the pipeline needs.
            PipelineError: nothing is changed then.
        """
        with self.session() as session:
            return session.atomically(lambda: self._create(session))

    def _create(self, session: WarehouseSession) -> int:
        found = self._columns(session)
        missing = [item for item in self.definitions if self.names.bare(item.name) not in found]
        outdated = [item for item in self.definitions if self._lacks(item, found)]
        for item in outdated:
            if self.log_key or item.kind is not TableKind.STAGING:
                raise StatementError(
                    f"{item.name} lacks {', '.join(self._lacks(item, found))}: it was made by an "
                    "earlier version of the pipeline. Run the DAG once with full_load: it makes "
                    "the staging tables anew, loads all logs and computes every table from them"
                )
            session.execute(
                f"DROP TABLE {self.names(item.name)}", doing=f"dropping the former {item.name}"
            )
        if missing or outdated:
            self._send(session)
        self.log.info("%d tables were missing, %d outdated", len(missing), len(outdated))
        return len(missing) + len(outdated)

    def _send(self, session: WarehouseSession) -> None:
        """Sends the script; whoever makes the same tables at the same time is a conflict.

        `IF NOT EXISTS` looks before it makes: of two that look at once, one fails.
        """
        try:
            send_script(session, self.sql)
        except StatementError as error:
            if re.search(r"already exists|concurrently|unique constraint", str(error)):
                raise ConflictError(str(error)) from None
            raise

    def _columns(self, session: WarehouseSession) -> dict[str, set[str]]:
        schema = "%s" if self.schema else "CURRENT_SCHEMA()"
        rows = session.rows(
            "SELECT table_name, column_name FROM svv_columns\n"  # noqa: S608 - no value in it
            f"WHERE table_schema = {schema}",
            *([self.schema] if self.schema else []),
            doing="looking which tables there are",
        )
        found: dict[str, set[str]] = {}
        for table, column in rows:
            found.setdefault(str(table), set()).add(str(column))
        return found

    def _lacks(self, item: Table, found: Mapping[str, set[str]]) -> list[str]:
        there = found.get(self.names.bare(item.name))
        return [] if there is None else [name for name in item.columns if name not in there]
