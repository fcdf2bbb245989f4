"""How long a run may take before Airflow ends it and the DAG's callback tells of it."""

import datetime as dt

from airflow.sdk.configuration import conf

SECTION, OPTION = "sparkify", "dagrun_timeout_seconds"

DEFAULT = dt.timedelta(hours=6)
"""More than one task takes that hangs in each of its four tries of an hour."""


def dagrun_timeout() -> dt.timedelta:
    """For the DAG: what Airflow's configuration says, `AIRFLOW__SPARKIFY__DAGRUN_TIMEOUT_SECONDS`.

    It is read when the DAG is parsed, so it is no Variable: that would ask the database each time.
    Airflow: https://airflow.apache.org/docs/apache-airflow/stable/core-concepts/dag-run.html

    Raises:
        ValueError: it is no number of seconds above 0; the DAG does not load then.
    """
    text = conf.get(SECTION, OPTION, fallback=None)
    if text is None:
        return DEFAULT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < dt.timedelta.max.total_seconds():
        raise ValueError(f"[{SECTION}] {OPTION} must be a number of seconds above 0, not {text!r}")
    return dt.timedelta(seconds=seconds)
