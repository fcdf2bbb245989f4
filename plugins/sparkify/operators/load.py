"""The rows of a SELECT into a table."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import Context

from sparkify.audit import AUDIT, Audit, Entry, Outcome, Run
from sparkify.following import PLAYS_TABLE, Following
from sparkify.loading import Load, LoadMode
from sparkify.observation import Loaded
from sparkify.operators.base import WarehouseOperator
from sparkify.table import LOADED, Table
from sparkify.warehouse import WarehouseSession


class LoadTableOperator(WarehouseOperator):
    """Loads a table from its SELECT, in one transaction, and records that in `load_audit`.

    A table with sources follows them: what their loads have touched since is computed again, and
    what the run's own log has. Any other gets the rows of its SELECT by its mode.

    Args:
        definition: the table: its columns, key, SQL and sources.
        log_key: of the log that the run loads; empty for all logs; templated.
        mode: see `sparkify.loading.LoadMode`; templated. None for the definition's own.
        plays: name of the .sql file with the plays of the landing area; templated.
    """

    template_fields: Sequence[str] = (
        "sql",
        "plays",
        "log_key",
        "mode",
        *WarehouseOperator.template_fields,
    )
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"sql": "sql", "plays": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(
        self,
        *,
        definition: Table,
        log_key: str = "",
        mode: str | None = None,
        plays: str = "staged_plays.sql",
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"doc_md": definition.doc, **kwargs})
        if definition.kind not in LOADED:
            raise ValueError(f"{definition.name} is no fact or dimension, but {definition.kind}")
        self.definition = definition
        self.sql = definition.sql
        self.log_key = log_key
        self.mode = mode
        self.plays = plays if definition.sources else ""

    def execute(self, context: Context) -> int:
        """Returns the number of rows that the SELECT brought.

        Raises:
            PipelineError: nothing is changed then.
        """
        run = self.run_of(context)
        select = self.sql.rstrip().rstrip(";")
        mode = LoadMode(self.mode) if self.mode else self.definition.mode
        with self.session() as session:
            if self.definition.sources:
                following = Following(self.definition, self.names, select, self.plays, mode)
                rows, changed = following.bring_up_to_date(session, run, self.log_key or None)
            else:
                rows, changed = self._load(session, run, select, mode), True
        loaded = Loaded(
            into=self.table_at(self.definition.name, self.definition.columns),
            rows=rows,
            seconds=run.seconds,
            changed=changed,
            sources=[self.table_at(source) for source in self.definition.sources],
            sql=select,
            subqueries={PLAYS_TABLE: self.plays} if self.plays else {},
        )
        self.observe(context, loaded)
        return rows

    def _load(self, session: WarehouseSession, run: Run, select: str, mode: LoadMode) -> int:
        table, names = self.definition, self.names
        load = Load(names, table.name, tuple(table.columns), select, mode, table.key)

        def work() -> int:
            rows = 0
            for step in load.steps():
                count = session.execute(step.sql, doing=step.doing)
                self.log.info("%s: %s", step.doing, "done" if count < 0 else f"{count} rows")
                if step.counts:
                    rows = count
            Audit(session, names).record(run, [Entry(table.name, Outcome.LOADED, rows)])
            return rows

        return session.atomically(work, lock=(names(AUDIT), names(table.name)))
