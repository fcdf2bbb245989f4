"""Makes the local stack's schedule known to Airflow, which keeps schedules in its database."""

from airflow.plugins_manager import AirflowPlugin
from ending_schedule import EndingCronDataIntervalTimetable


class EndingSchedulePlugin(AirflowPlugin):
    """One timetable."""

    name = "ending_schedule"
    timetables = [EndingCronDataIntervalTimetable]  # noqa: RUF012 - as Airflow declares it
