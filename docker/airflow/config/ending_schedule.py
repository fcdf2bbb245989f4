"""A schedule that ends where the data of the local stack ends."""

from typing import Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
from airflow.timetables.interval import CronDataIntervalTimetable


class EndingCronDataIntervalTimetable(CronDataIntervalTimetable):
    """Airflow's own, but without intervals after the last day that has data.

    An `end_date` of the DAG would do for scheduled runs, and stop runs by hand too; those take the
    last interval here, where production's take yesterday's.

    Airflow: https://airflow.apache.org/docs/apache-airflow/stable/howto/timetable.html

    Args:
        expression: of cron.
        timezone: name of the time zone.
        last: start of the last interval, ISO 8601.

    Raises:
        ValueError: `last` is no moment.
    """

    def __init__(self, expression: str, timezone: str, last: str) -> None:
        super().__init__(expression, timezone)
        self._zone = timezone
        moment = pendulum.parse(last, tz=timezone)
        if not isinstance(moment, pendulum.DateTime):
            raise ValueError(  # noqa: TRY004 - a text it is
                f"the last interval must start at a moment, not at {last!r}"
            )
        self._last = moment

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """Airflow's answer, if it is not past the end."""
        info = super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval, restriction=restriction
        )
        if info is None or info.data_interval is None or info.data_interval.start > self._last:
            return None
        return info

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """The last interval that was over, and has data, at that time."""
        return super().infer_manual_data_interval(
            run_after=min(run_after, self._get_next(self._last))
        )

    def serialize(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "expression": self._expression,
            "timezone": self._zone,
            "last": self._last.isoformat(),
        }

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "EndingCronDataIntervalTimetable":
        """The inverse of `serialize`."""
        return cls(**data)
