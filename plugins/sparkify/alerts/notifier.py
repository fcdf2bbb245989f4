"""Airflow's side of alerts: what the DAG and its tasks call when something went wrong."""

from airflow.sdk import BaseNotifier, Context, Variable

from sparkify.alerts.alert import Alert
from sparkify.alerts.channels import VARIABLE, parse, tell
from sparkify.alerts.occasions import clean, occasion
from sparkify.metrics import UNDELIVERED


class AlertNotifier(BaseNotifier):
    """Tells the channels of the Variable `sparkify_alerts`.

    For `on_failure_callback`: of a task, called when it failed for good, not before each retry; of
    a DAG, when a run failed or took longer than its `dagrun_timeout`. And for `on_warning` of
    `DataQualityOperator`: called when checks warn and none fails. The Variable is read when there
    is something to tell, never when the DAG is parsed. Nothing that goes wrong here shows anywhere
    but in the log and in the metric `sparkify.alerts_undelivered`: a failure stays what it is.
    Airflow: https://airflow.apache.org/docs/apache-airflow/stable/howto/notifications.html
    """

    def render_template_fields(self, *_: object, **__: object) -> None:
        """There is none to render, and Airflow's own fails on the DAG that `dag.test()` passes."""

    def notify(self, context: Context) -> None:
        """Tells of what the context describes; raises nothing."""
        try:
            self._tell(occasion(dict(context)))
        except Exception:
            self.log.exception("No alert could be made")

    def _tell(self, alert: Alert) -> None:
        routes = parse(str(Variable.get(VARIABLE, default="") or ""))
        wanted = sum(alert.kind in route.kinds for route in routes)
        failed = tell(alert, routes)
        for item in failed:
            why = clean(f"{type(item.error).__name__}: {item.error}")
            self.log.error("%s was not told: %s", item.route.name, why)
            UNDELIVERED.add(1, {"dag_id": alert.dag_id})
        if wanted:
            told = wanted - len(failed)
            self.log.info("Told %d of %d channels: %s", told, wanted, alert.title)
