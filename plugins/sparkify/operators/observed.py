"""How an operator tells what it saw: in its log, by metrics, asset events and OpenLineage."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, BaseOperator, Context

from sparkify.alerts.notifier import AlertNotifier
from sparkify.metrics import measure
from sparkify.observation import FAIL, WARN, Checked, Loaded, Observation

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook
    from airflow.providers.openlineage.extractors import OperatorLineage


class ObservedOperator(BaseOperator):
    """An operator that says once what it saw; all that is told of it follows from here."""

    _observed: Observation | None = None

    def observe(self, context: Context, observed: Observation) -> None:
        """Tells what the task saw. To be called once, also by a task that fails for what it saw.

        A line of the log for each load or check, whose values are fields of their own besides the
        text: Airflow's logs are JSON, and its web interface shows both. The number of rows goes
        into the events of the task's assets; checks that warn are told by `sparkify.alerts`.
        """
        self._observed = observed
        measure(observed, self.dag_id, self.task_id)
        if isinstance(observed, Checked):
            self._tell_findings(context, observed)
        self.log.info("%s", observed, **observed.fields())
        if isinstance(observed, Loaded):
            extra = observed.fields() | {"uri": self.uri_of(observed)}
            for outlet in self.outlets:
                if isinstance(outlet, Asset):
                    context["outlet_events"][outlet].extra = extra

    def _tell_findings(self, context: Context, checked: Checked) -> None:
        say = {FAIL: self.log.error, WARN: self.log.warning}
        for item in checked.findings:
            say.get(item.verdict, self.log.info)("%s", item, **item.fields())
        AlertNotifier().warn(
            dict(context), [str(item) for item in checked.findings if item.verdict == WARN]
        )

    def hook(self) -> "RedshiftSQLHook":
        """The hook of the warehouse that the task works on."""
        raise NotImplementedError

    def uri_of(self, loaded: Loaded) -> str:
        """Where the table really is: `redshift://host:5439/dev/public/songplays`."""
        connection, table = self.hook().conn, loaded.into
        place = f"redshift://{connection.host}:{connection.port or 5439}/{connection.schema}"
        return f"{place}/{table.schema}/{table.name}" if table.schema else f"{place}/{table.name}"

    def get_openlineage_facets_on_complete(
        self, task_instance: Any
    ) -> "OperatorLineage[Any, Any] | None":  # noqa: ARG002 - OpenLineage's signature
        """What OpenLineage's listener asks after the task, whether it succeeded or failed.

        Airflow: https://airflow.apache.org/docs/apache-airflow-providers-openlineage/stable/guides/developer.html
        """
        if self._observed is None:
            return None
        # Imported here: only OpenLineage's own listener calls, so the provider is installed.
        from sparkify.lineage import Place, lineage  # noqa: PLC0415 - see above

        return lineage(self._observed, Place.of(self.hook()))
