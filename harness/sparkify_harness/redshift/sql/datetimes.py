"""Dates and times as text: the forms that PostgreSQL 8.0 reads, month before day.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_literals.html
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sparkify_harness.redshift.errors import DatetimeOverflow, InvalidDatetime, NotEmulated

EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a TIMESTAMP has no zone
_JULIAN_OF_ORDINAL = 1_721_425
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTHS: Final = {
    name[:length]: number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for length in {3, 4 if name == "september" else 3, len(name)}
}
_WEEKDAYS: Final = frozenset(
    {
        "sun", "sunday", "mon", "monday", "tue", "tues", "tuesday", "wed", "weds", "wednesday",
        "thu", "thur", "thurs", "thursday", "fri", "friday", "sat", "saturday",
    }
)  # fmt: skip
ABBREVIATIONS: Final = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "zulu": 0, "west": 60, "bst": 60, "mez": 60,
    "cest": 120, "mest": 120, "eest": 180, "msk": 180,
    "msd": 240, "ist": 120, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "acst": 570,
    "awst": 480, "nzst": 720, "nzdt": 780, "ast": -240, "adt": -180, "est": -300, "edt": -240,
    "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540,
    "akdt": -480, "hst": -600, "nst": -210, "ndt": -150,
}  # fmt: skip
"""Zone abbreviations and their fixed offsets in minutes east of Greenwich.

WET, CET, MET and EET are zones, with summer time, since August 2025.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/time-zone-abbrev.html
"""

_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?P<fraction>\.\d*)?)?"
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hour>\d{1,2})(?::?(?P<minute>[0-5]\d)(?::[0-5]\d)?)?")
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4,6})(?P<s>[-/.])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)",
        r"(?P<short>\d{2})(?P<month>\d{2})(?P<day>\d{2})(?!\d)",
        r"(?P<day>1[3-9]|2\d|3[01])\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)",
        r"(?P<month>\d{1,2})(?P<s>[-/.])(?P<day>\d{1,2})(?P=s)(?P<year>\d{4})(?!\d)",
        r"(?P<month>\d{1,2})(?P<s>[-/.])(?P<day>\d{1,2})(?P=s)(?P<short>\d{2})(?!\d)",
        r"(?P<year>\d{4})[-./](?P<name>[a-z]{3,9})[-./](?P<day>\d{1,2})(?!\d)",
        r"(?P<day>\d{1,2})[-./ ]*(?P<name>[a-z]{3,9})[-./, ]+(?P<year>\d{4})(?!\d)",
        r"(?P<day>\d{1,2})[-./ ](?P<name>[a-z]{3,9})[-./ ](?P<short>\d{2})(?![\d:])",
        r"(?P<name>[a-z]{3,9})[-./ ]+(?P<day>\d{1,2})(?:[-./, ]+)(?P<year>\d{4})(?![\d:])",
        r"(?P<name>[a-z]{3,9})[-./ ](?P<day>\d{1,2})[-./, ]+(?P<short>\d{2})(?![\d:])",
        r"(?P<year>\d{4})[.-]?(?P<yearday>\d{3})(?!\d)",
        r"j(?P<julian>\d+)",
    )
)
_COMPACT_CLOCK = re.compile(
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<fraction>\.\d*)?"
)
_YEAR_LAST = re.compile(
    r"(?P<day>\d{1,2} [a-z]{3,9}|[a-z]{3,9} \d{1,2}) (?P<clock>\d{1,2}:\d{2}(?::[\d.]+)?) "
    r"(?P<year>\d{4})(?!\d)"
)
"""As PostgreSQL prints moments: ``17 Dec 07:37:16 1997 PST``."""
_AFTER_T = re.compile(r"t\d")
_WORD = re.compile(r"[a-z][a-z_/+-]*[0-9]*")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text said.

    Args:
        day: The date, if there was one.
        clock: The time of day, if there was one.
        carry: Days that the clock ran over (``24:00:00``).
        zone: The zone, if one was named.
    """

    day: date | None = None
    clock: time | None = None
    carry: int = 0
    zone: tzinfo | None = None

    def timestamp(self) -> datetime:
        """Date and time without zone."""
        if self.day is None:
            raise ValueError("no date")
        return datetime.combine(self.day, self.clock or time()) + timedelta(days=self.carry)


def zone_of(name: str) -> tzinfo | None:
    """The zone of a name, abbreviation or offset; None for an unknown one.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/time-zone-names.html
    """
    folded = name.strip().lower()
    if folded in ABBREVIATIONS:
        minutes = ABBREVIATIONS[folded]
        return timezone(timedelta(minutes=minutes)) if minutes else UTC
    match = _OFFSET.fullmatch(folded)
    if match is not None:
        return _offset(match)
    try:
        return ZoneInfo(_zone_names()[folded])
    except (KeyError, ZoneInfoNotFoundError):
        return None


def _zone_names() -> dict[str, str]:
    if not _NAMES:
        from zoneinfo import available_timezones  # noqa: PLC0415 - reads the disk once

        _NAMES.update({name.lower(): name for name in available_timezones()})
    return _NAMES


_NAMES: Final[dict[str, str]] = {}


def _offset(match: re.Match[str]) -> tzinfo:
    minutes = int(match["hour"]) * 60 + int(match["minute"] or 0)
    if minutes > 15 * 60:
        raise DatetimeOverflow(f'time zone displacement out of range: "{match.string}"')
    return timezone(timedelta(minutes=-minutes if match["sign"] == "-" else minutes))


def read_moment(text: str, what: str, now: datetime) -> Moment:
    """Take a text apart.

    Args:
        text: As it was written.
        what: Type name for errors.
        now: Local time in the session's zone, for ``now``, ``today``, ...

    Raises:
        InvalidDatetime: It is no date or time.
        DatetimeOverflow: A field is out of range.
    """
    fault = InvalidDatetime(f'invalid input syntax for type {what}: "{text}"')
    rest = _YEAR_LAST.sub(r"\g<day> \g<year> \g<clock>", text.strip().lower())
    moment = Moment()
    while rest := rest.lstrip(" \t\n,"):
        found = _numbers(moment, rest, text) or _word(moment, rest, now)
        if found is None:
            raise fault
        moment, rest = found[0], rest[found[1] :]
    if moment.day is None and moment.clock is None:
        raise fault
    return moment


def _numbers(moment: Moment, rest: str, text: str) -> tuple[Moment, int] | None:
    """Read a date, a time of day or an offset; the moment with it, and the length of its text."""
    if moment.day is not None and moment.clock is None and _AFTER_T.match(rest):
        found = _numbers(moment, rest[1:], text)
        return None if found is None else (found[0], found[1] + 1)
    if moment.clock is None and (match := _CLOCK.match(rest)):
        return _with_clock(moment, match, text), match.end()
    if moment.day is None and (dated := _date(rest, text)) is not None:
        return replace(moment, day=dated[0]), dated[1].end()
    if moment.day and moment.clock is None and (match := _COMPACT_CLOCK.match(rest)):
        return _with_clock(moment, match, text), match.end()
    if (moment.clock or moment.day) and (match := _OFFSET.match(rest)):
        return replace(moment, zone=_offset(match)), match.end()
    return None


def _word(moment: Moment, rest: str, now: datetime) -> tuple[Moment, int] | None:
    """Read AM, BC, a weekday, ``today``, a zone; as ``_numbers`` does."""
    match = _WORD.match(rest)
    if match is None:
        return None
    word, said = match[0], moment.clock is not None or moment.day is not None
    changed: Moment | None = None
    if word in _WEEKDAYS or (word == "ad" and moment.day):
        changed = moment
    elif word in {"am", "pm"} and moment.clock is not None:
        changed = _with_meridian(moment, word)
    elif word == "bc" and moment.day:
        raise NotEmulated("dates before the year 1")
    elif not said:
        changed = _special(word, now)
    elif (zone := zone_of(word)) is not None:
        changed = replace(moment, zone=zone)
    return None if changed is None else (changed, match.end())


def _special(word: str, now: datetime) -> Moment | None:
    days = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if word in days:
        return Moment(day=now.date() + timedelta(days=days[word]), clock=time())
    if word == "now":
        return Moment(day=now.date(), clock=now.time(), zone=now.tzinfo)
    if word == "epoch":
        return Moment(day=EPOCH.date(), clock=time(), zone=UTC)
    return None


def _with_clock(moment: Moment, match: re.Match[str], text: str) -> Moment:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    fraction = Decimal("0" + (match["fraction"] or "")).quantize(
        Decimal("0.000001"), rounding=ROUND_HALF_UP
    )
    beyond = hour == 24 and (minute or second or fraction)
    if hour > 24 or minute > 59 or second > 60 or beyond:
        raise DatetimeOverflow(f'date/time field value out of range: "{text}"')
    total = timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=int(fraction * 1_000_000)
    )
    return replace(moment, clock=(EPOCH + total).time(), carry=total.days)


def _with_meridian(moment: Moment, word: str) -> Moment | None:
    clock = moment.clock or time()
    if not 1 <= clock.hour <= 12:
        return None
    return replace(moment, clock=clock.replace(hour=clock.hour % 12 + (12 if word == "pm" else 0)))


def _date(rest: str, text: str) -> tuple[date, re.Match[str]] | None:
    for pattern in _DATES:
        match = pattern.match(rest)
        if match is None:
            continue
        fields = match.groupdict()
        if fields.get("name") and fields["name"] not in _MONTHS:
            continue
        return _day(fields, text), match
    return None


def _day(fields: dict[str, str | None], text: str) -> date:
    julian = fields.get("julian")
    try:
        if julian:
            return date.fromordinal(int(julian) - _JULIAN_OF_ORDINAL)
        year = int(fields.get("year") or fields.get("short") or 0)
        if fields.get("short"):
            year += 2000 if year < 70 else 1900
        if year > date.max.year:
            raise NotEmulated("dates after the year 9999")
        if fields.get("yearday"):
            day_of_year = int(fields["yearday"] or 0)
            first = date(year if 1 <= day_of_year <= 366 else 0, 1, 1)
            return first + timedelta(days=day_of_year - 1)
        month = int(fields.get("month") or 0) or _MONTHS[fields.get("name") or ""]
        return date(year, month, int(fields.get("day") or 0))
    except (ValueError, OverflowError, KeyError):
        hint = 'Perhaps you need a different "datestyle" setting.'
        month_text = fields.get("month")
        raise DatetimeOverflow(
            f'date/time field value out of range: "{text}"',
            hint=hint if month_text and int(month_text) > 12 else None,
        ) from None
