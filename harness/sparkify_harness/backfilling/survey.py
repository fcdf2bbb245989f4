"""What is loaded of a range of days, and what lies in the bucket for it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sparkify.days import DayStatus, NoAuditError, compared, days, spread
from sparkify.landing import day_of
from sparkify.macros import folder_of
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.settings import SETTINGS
from sparkify.warehouse import WarehouseSession


@dataclass(frozen=True)
class Where:
    """Where a run reads logs and where its tables are: what its Params say of it.

    Attributes:
        log_prefix: of the logs' keys, with a slash at its end.
        names: of the tables.
    """

    log_prefix: str
    names: Names = field(default_factory=Names)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Self:
        """What the Params of a run say, and the defaults where they say nothing."""

        def value(name: str) -> str:
            return str(params.get(name) or SETTINGS[name].default)

        return cls(
            folder_of(value("log_prefix")), Names(value("schema"), params.get("tables") or {})
        )

    def key(self, day: dt.date) -> str:
        """Of the log of a day."""
        return f"{self.log_prefix}{day:%Y/%m/%Y-%m-%d}-events.json"


def survey(
    session: WarehouseSession | None,
    where: Where,
    objects: Iterable[ObjectInfo],
    first: dt.date,
    last: dt.date,
) -> list[DayStatus]:
    """The state of each day of a range.

    Args:
        session: of the warehouse; None where there is none yet.
        where: where logs and tables are.
        objects: what lies in the bucket; only logs as a run of their day reads them count.
        first: day of the range.
        last: day of the range.

    Raises:
        PipelineError: see `sparkify.errors`.
    """
    try:
        loaded = days(session, where.names) if session else []
    except NoAuditError:
        loaded = []
    return spread(
        compared(
            (status for status in loaded if status.day and status.key == where.key(status.day)),
            (item for item in objects if _is_of_its_day(item.key, where)),
        ),
        first,
        last,
    )


def _is_of_its_day(key: str, where: Where) -> bool:
    day = day_of(key)
    return day is not None and key == where.key(day)
