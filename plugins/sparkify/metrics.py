"""Metrics of the pipeline, sent by Airflow's own: to OpenTelemetry or StatsD, or nowhere.

`[metrics] otel_on` and its neighbours in Airflow's configuration decide; see docs/watching.md.
Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/logging-monitoring/metrics.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from airflow.sdk.observability import stats

from sparkify.observation import FAIL, PASS, WARN, Checked, Loaded, Observation


@dataclass(frozen=True)
class Metric:
    """A metric, whose name begins with Airflow's own prefix when it is sent.

    Attributes:
        name: of it.
        kind: counter, or timer in milliseconds.
        tags: that it has.
        meaning: one line, for the documentation.
    """

    name: str
    kind: str
    tags: tuple[str, ...]
    meaning: str

    def add(self, value: float, tags: Mapping[str, str]) -> None:
        """Counts so many more, or so many seconds."""
        kept = {name: tags[name] for name in self.tags}
        if self.kind == "timer":
            stats.timing(self.name, value * 1000, tags=kept)
        else:
            stats.incr(self.name, int(value), tags=kept)


_TABLE = ("dag_id", "task_id", "table")
_TASK = ("dag_id", "task_id")

RECORDS_READ = Metric("sparkify.records_read", "counter", _TABLE, "Records that COPY read.")
RECORDS_REJECTED = Metric(
    "sparkify.records_rejected", "counter", _TABLE, "Records that COPY passed over by its MAXERROR."
)
ROWS_STAGED = Metric(
    "sparkify.rows_staged", "counter", _TABLE, "Rows that were put into a staging table."
)
ROWS_LOADED = Metric(
    "sparkify.rows_loaded", "counter", _TABLE, "Rows that were computed for a fact or dimension."
)
LOAD_TIME = Metric("sparkify.load_duration", "timer", _TABLE, "Time that a load took.")
CHECKS_PASSED = Metric("sparkify.checks_passed", "counter", _TASK, "Quality checks that passed.")
CHECKS_WARNED = Metric("sparkify.checks_warned", "counter", _TASK, "Quality checks that warned.")
CHECKS_FAILED = Metric("sparkify.checks_failed", "counter", _TASK, "Quality checks that failed.")
CHECK_TIME = Metric("sparkify.checks_duration", "timer", _TASK, "Time that all checks took.")
UNDELIVERED = Metric(
    "sparkify.alerts_undelivered", "counter", ("dag_id",), "Alerts that a channel did not take."
)

METRICS = (
    RECORDS_READ,
    RECORDS_REJECTED,
    ROWS_STAGED,
    ROWS_LOADED,
    LOAD_TIME,
    CHECKS_PASSED,
    CHECKS_WARNED,
    CHECKS_FAILED,
    CHECK_TIME,
    UNDELIVERED,
)
"""All of them."""


def measure(observed: Observation, dag_id: str, task_id: str) -> None:
    """Sends the metrics of what a task saw."""
    tags = {"dag_id": dag_id, "task_id": task_id}
    match observed:
        case Loaded():
            tags["table"] = observed.into.table
            rows = observed.rows if observed.changed else 0
            (ROWS_STAGED if observed.staged else ROWS_LOADED).add(rows, tags)
            if observed.staged:
                RECORDS_READ.add(observed.read, tags)
                RECORDS_REJECTED.add(observed.rejected, tags)
            LOAD_TIME.add(observed.seconds, tags)
        case Checked():
            CHECKS_PASSED.add(observed.count(PASS), tags)
            CHECKS_WARNED.add(observed.count(WARN), tags)
            CHECKS_FAILED.add(observed.count(FAIL), tags)
            CHECK_TIME.add(observed.seconds, tags)
