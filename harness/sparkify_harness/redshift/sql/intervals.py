"""Interval literals such as ``'0.5 days'`` or ``'1w, 1h'``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_interval_literals.html
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sparkify_harness.redshift.errors import DatetimeOverflow, InvalidDatetime
from sparkify_harness.redshift.sql.tree import Interval

SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_MICROSECONDS: Final = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3_600 * SECOND,
    "day": DAY,
    "week": 7 * DAY,
}
_MILLENNIUM = 12_000
_MOST_MONTHS: Final = 2**31 - 1
_MOST_MICROSECONDS: Final = 2**63 - 1
_ALIASES: Final = {
    alias: unit
    for unit, aliases in {
        "microsecond": "microsecond microseconds microsec microsecs us usec usecs useconds usecond",
        "millisecond": "millisecond milliseconds millisec millisecs ms msec msecs mseconds msecond",
        "second": "second seconds sec secs s",
        "minute": "minute minutes min mins m",
        "hour": "hour hours hr hrs h",
        "day": "day days d",
        "week": "week weeks w",
        "month": "month months mon mons",
        "quarter": "quarter quarters qtr qtrs",
        "year": "year years yr yrs y",
        "decade": "decade decades dec decs",
        "century": "century centuries cent c",
        "millennium": "millennium millennia mil mils",
    }.items()
    for alias in aliases.split()
}
_TOKEN = re.compile(
    r"\s*,?\s*(?:(?P<clock>[+-]?\d+:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?)"
    r"|(?P<ym>[+-]?\d+-\d+)(?![\d.])"
    r"|(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?P<unit>[A-Za-z]*))",
)


def _microseconds(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))


def _whole(digits: str) -> int:
    """A whole number; Python refuses to read thousands of digits in any other way."""
    return int(Decimal(digits))


def _clock(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, *rest = text.lstrip("+-").split(":")
    seconds = Decimal(rest[0]) if rest else Decimal(0)
    return sign * (_whole(hours) * 3600 + _whole(minutes) * 60) * SECOND + sign * _microseconds(
        seconds * SECOND
    )


def read_interval(text: str, unit: str | None = None) -> Interval:
    """An interval from its text.

    Args:
        text: Numbers with units, a clock time, ``1-2`` for years and months; ``ago`` turns it.
        unit: Unit of numbers that carry none; seconds unless given.

    Raises:
        InvalidDatetime: The text is no interval.
        DatetimeOverflow: It is longer than an interval can be.
    """
    fault = InvalidDatetime(f'invalid input syntax for type interval: "{text}"')
    body = text.strip().lower()
    body = body.removeprefix("@").strip()
    negative = body.endswith("ago")
    body = body.removesuffix("ago").strip()
    months, microseconds, position = 0, 0, 0
    if not body:
        raise fault
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None or match.end() == position:
            raise fault
        position = match.end()
        if match["clock"]:
            microseconds += _clock(match["clock"])
            continue
        if match["ym"]:
            sign = -1 if match["ym"].startswith("-") else 1
            years, month = match["ym"].lstrip("+-").split("-")
            months += sign * (_whole(years) * 12 + _whole(month))
            continue
        name = _ALIASES.get(match["unit"] or unit or "second")
        if name is None:
            raise fault
        amount = Decimal(match["number"])
        if name in _MICROSECONDS:
            microseconds += _microseconds(amount * _MICROSECONDS[name])
            continue
        whole = amount * (_MILLENNIUM if name == "millennium" else _MONTHS[name])
        months += int(whole)
        microseconds += _microseconds((whole - int(whole)) * 30 * DAY)
    if negative:
        months, microseconds = -months, -microseconds
    if abs(months) > _MOST_MONTHS or abs(microseconds) > _MOST_MICROSECONDS:
        raise DatetimeOverflow("interval out of range")
    return Interval(months, 0, microseconds)


def split_days(microseconds: int) -> tuple[int, int]:
    """Whole days and the rest, both with the sign of the whole."""
    sign = -1 if microseconds < 0 else 1
    days, rest = divmod(abs(microseconds), DAY)
    return sign * days, sign * rest


def write_interval(value: Interval) -> str:
    """Text form of PostgreSQL 8.0, which counts a day as 24 hours: ``1 mon 2 days 03:00:00``."""
    days, rest = split_days(value.days * DAY + value.microseconds)
    sign = -1 if value.months < 0 else 1
    years, months = divmod(abs(value.months), 12)
    parts = [
        f"{number} {name}{'' if number == 1 else 's'}"
        for number, name in ((sign * years, "year"), (sign * months, "mon"), (days, "day"))
        if number
    ]
    if rest or not parts:
        seconds, fraction = divmod(abs(rest), SECOND)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        if fraction:
            clock += "." + f"{fraction:06}".rstrip("0").ljust(2, "0")
        parts.append(("-" if rest < 0 else "") + clock)
    return " ".join(parts)
