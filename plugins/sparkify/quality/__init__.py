"""Quality checks: what must hold for the data in the warehouse, as frozen objects."""

from sparkify.quality.checks import (
    AcceptedValues,
    Check,
    FailingRows,
    NotNull,
    References,
    RowCount,
    SqlValue,
    Unique,
)
from sparkify.quality.outcome import Outcome, report

__all__ = [
    "AcceptedValues",
    "Check",
    "FailingRows",
    "NotNull",
    "Outcome",
    "References",
    "RowCount",
    "SqlValue",
    "Unique",
    "report",
]
