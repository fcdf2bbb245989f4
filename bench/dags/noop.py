"""A DAG of the pipeline's shape whose tasks do nothing: what Airflow itself costs."""

from datetime import UTC, datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator, CronDataIntervalTimetable, chain


class NoOperator(BaseOperator):
    """Runs, unlike EmptyOperator, which the scheduler skips."""

    def execute(self, context: object) -> None:
        """Do nothing."""


with DAG(
    dag_id="noop",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2018, 11, 1, tzinfo=UTC),
    catchup=False,
):
    chain(
        EmptyOperator(task_id="begin"),
        NoOperator(task_id="create"),
        [NoOperator(task_id=f"stage_{name}") for name in ("events", "songs")],
        NoOperator(task_id="fact"),
        [NoOperator(task_id=f"dimension_{number}") for number in range(4)],
        NoOperator(task_id="quality"),
        EmptyOperator(task_id="end"),
    )
