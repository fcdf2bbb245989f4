"""Loading a range of days, one run each: what to do, doing it, and what came of it."""

from sparkify_harness.backfilling.outcome import DayOutcome, outcomes
from sparkify_harness.backfilling.plan import NoLog, Plan, Reprocess, in_words, stretches
from sparkify_harness.backfilling.running import run_days
from sparkify_harness.backfilling.survey import Where, survey

__all__ = [
    "DayOutcome",
    "NoLog",
    "Plan",
    "Reprocess",
    "Where",
    "in_words",
    "outcomes",
    "run_days",
    "stretches",
    "survey",
]
