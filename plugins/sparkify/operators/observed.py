"""How an operator tells what it saw: in its log, by metrics, asset events and OpenLineage."""

from typing import TYPE_CHECKING

from airflow.sdk import Asset, BaseOperator, Context

from sparkify.metrics import measure
from sparkify.observation import FAIL, WARN, Checked, Loaded, Observation

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

    from sparkify.lineage import Lineage


class ObservedOperator(BaseOperator):
    """An operator that says once what it saw; all that is told of it follows from here."""

    _observed: Observation | None = None

    def observe(self, context: Context, observed: Observation) -> None:
        """Tells what the task saw. To be called once, also by a task that fails for what it saw.

        A line of the log for each load or check, whose values are fields of their own besides the
        text: Airflow's logs are JSON, and its web interface shows both. The number of rows goes
        into the events of the task's assets. Nothing raises here: what the task did is committed,
        whether or not somebody hears of it.
        """
        self._observed = observed
        for tell in (self._write, self._announce, self._measure):
            try:
                tell(context, observed)
            except Exception:
                self.log.warning("Not everybody was told what the task saw", exc_info=True)

    def _write(self, _: Context, observed: Observation) -> None:
        if isinstance(observed, Checked):
            say = {FAIL: self.log.error, WARN: self.log.warning}
            for item in observed.findings:
                say.get(item.verdict, self.log.info)("%s", item, **item.fields())
        self.log.info("%s", observed, **observed.fields())

    def _announce(self, context: Context, observed: Observation) -> None:
        events = [
            context["outlet_events"][outlet] for outlet in self.outlets if isinstance(outlet, Asset)
        ]
        if events and isinstance(observed, Loaded):
            for event in events:
                event.extra = observed.fields()
            uri = self.uri_of(observed)
            for event in events:
                event.extra["uri"] = uri

    def _measure(self, _: Context, observed: Observation) -> None:
        measure(observed, self.dag_id, self.task_id)

    def hook(self) -> "RedshiftSQLHook":
        """The hook of the warehouse that the task works on."""
        raise NotImplementedError

    def uri_of(self, loaded: Loaded) -> str:
        """Where the table really is: `redshift://host:5439/dev/public/songplays`."""
        connection, table = self.hook().conn, loaded.into
        place = f"redshift://{connection.host}:{connection.port or 5439}/{connection.schema}"
        return f"{place}/{table.schema}/{table.name}" if table.schema else f"{place}/{table.name}"

    def get_openlineage_facets_on_complete(self, task_instance: object) -> "Lineage | None":  # noqa: ARG002 - as OpenLineage calls it
        """What OpenLineage's listener asks after the task, whether it succeeded or failed.

        Airflow: https://airflow.apache.org/docs/apache-airflow-providers-openlineage/stable/guides/developer.html
        """
        if self._observed is None:
            return None
        # Imported here: only OpenLineage's own listener calls, so the provider is installed.
        from sparkify.lineage import Place, lineage  # noqa: PLC0415 - see above

        return lineage(self._observed, Place.of(self.hook()))
