"""TO_DATE, TO_TIMESTAMP and TO_NUMBER: text read by a constant template.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TO_DATE_function.html
"""

import re
from collections.abc import Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, constant
from sparkify_harness.redshift.errors import ComputeFault, DatetimeOverflow, NotEmulated
from sparkify_harness.redshift.sql.templates import date_template, number_template

_MONTHS: Final = "['jan','feb','mar','apr','may','jun','jul','aug','sep','oct','nov','dec']"
_WIDTHS: Final = {
    "YYYY": 4, "YYY": 3, "YY": 2, "Y": 1, "MM": 2, "DD": 2, "DDD": 3, "HH24": 2, "HH12": 2, "HH": 2,
    "MI": 2, "SS": 2, "SSSS": 5, "MS": 3, "US": 6, "J": 7,
}  # fmt: skip
_WORDS: Final = {
    "MONTH": "[A-Za-z]{3,9}",
    "MON": "[A-Za-z]{3}",
    "DAY": "[A-Za-z]{3,9}",
    "DY": "[A-Za-z]{3}",
    "AM": "[AaPp][Mm]",
    "PM": "[AaPp][Mm]",
    "A.M.": r"[AaPp]\.[Mm]\.",
    "P.M.": r"[AaPp]\.[Mm]\.",
}


def _pattern(template: str) -> tuple[str, list[str]]:
    """A regular expression for a template, whose rear may be missing, and its fields in order."""
    fields: list[str] = []
    pieces: list[str] = []
    skipped = ""
    parts = date_template(template)
    for index, part in enumerate(parts):
        if not part.name:
            skipped += r"[^0-9A-Za-z]?" if not part.text.isalnum() else "."
            continue
        if part.name in _WORDS:
            pattern = _WORDS[part.name]
        elif part.name in _WIDTHS:
            width = _WIDTHS[part.name]
            following = parts[index + 1] if index + 1 < len(parts) else None
            tight = following is not None and following.name in _WIDTHS
            pattern = f"[0-9]{{{width}}}" if tight else f"[0-9]{{1,{width}}}"
        else:
            raise NotEmulated(f"template field {part.text} in input")
        pieces.append(f"{skipped} *({pattern})")
        skipped = ""
        fields.append(part.name)
    expression = ""
    for piece in reversed(pieces[1:]):
        expression = f"(?:{piece}{expression})?"
    return f"^{pieces[0] if pieces else ''}{expression}", fields


def _number(text: str, pattern: str, fields: list[str], names: Sequence[str]) -> str | None:
    for name in names:
        if name in fields:
            group = f"regexp_extract({text}, {text_sql(pattern)}, {fields.index(name) + 1})"
            return f"TRY_CAST({group} AS BIGINT)"
    return None


def _moment(arguments: Sequence[str], node: Invocation, what: str) -> tuple[str, str]:
    """SQL for the date, as a TIMESTAMP at midnight, and for the microseconds of the day."""
    template = str(constant(node, 1))
    strict = len(node.arguments) > 2 and bool(constant(node, 2))
    text = arguments[0]
    pattern, fields = _pattern(template)

    def field(*names: str) -> str | None:
        return _number(text, pattern, fields, names)

    year = field("YYYY", "YYY") or "1"
    if short := field("YY", "Y"):
        year = f"({short} + CASE WHEN {short} < 70 THEN 2000 ELSE 1900 END)"
    month = field("MM")
    for name in ("MONTH", "MON"):
        if name in fields:
            word = f"regexp_extract({text}, {text_sql(pattern)}, {fields.index(name) + 1})"
            month = f"CAST(list_position({_MONTHS}, lower(left({word}, 3))) AS BIGINT)"
    month = f"coalesce({month or 1}, 1)"
    day = f"coalesce({field('DD', 'DDD') or 1}, 1)"
    if "DDD" in fields:
        month = "1"
    year = f"coalesce({year}, 1)"
    date = (
        f"(CAST(make_date(CAST({year} AS INTEGER), 1, 1) AS TIMESTAMP) "
        f"+ to_months(CAST({month} - 1 AS INTEGER)) + to_days(CAST({day} - 1 AS INTEGER)))"
    )
    if julian := field("J"):
        date = f"(TIMESTAMP '0001-01-01 00:00:00' + to_days(CAST({julian} - 1721426 AS INTEGER)))"
    hour, minute, second = (
        f"coalesce({found or 0}, 0)"
        for found in (field("HH24", "HH12", "HH"), field("MI"), field("SS", "SSSS"))
    )
    for name in ("AM", "PM", "A.M.", "P.M."):
        if name in fields:
            word = f"regexp_extract({text}, {text_sql(pattern)}, {fields.index(name) + 1})"
            afternoon = f"CASE WHEN lower(left({word}, 1)) = 'p' THEN 12 ELSE 0 END"
            hour = f"({hour} % 12 + {afternoon})"
    micros = "0"
    for name, width in (("MS", 3), ("US", 6)):
        if name in fields:
            word = f"regexp_extract({text}, {text_sql(pattern)}, {fields.index(name) + 1})"
            unit = 10 ** (6 - width)
            micros = f"coalesce(TRY_CAST(rpad({word}, {width}, '0') AS BIGINT), 0) * {unit}"
    clock = f"((({hour} * 60 + {minute}) * 60 + {second}) * 1000000 + {micros})"
    if strict:
        date = _checked_date(date, year, month, day)
        clock = _checked_clock(clock, hour, minute, second)
    fault = fault_sql(ComputeFault, f"'Error converting text to {what}'")
    matches = f"regexp_matches({text}, {text_sql(pattern)})"
    date = (
        f"(CASE WHEN {matches} OR {text} = '' THEN {date} WHEN {text} IS NOT NULL THEN {fault} END)"
    )
    return date, clock


def _checked_date(date: str, year: str, month: str, day: str) -> str:
    written = f"{year} || '-' || {month} || '-' || {day}"
    fault = fault_sql(DatetimeOverflow, f"'date/time field date value out of range: ' || {written}")
    valid = f"{month} BETWEEN 1 AND 12 AND {day} >= 1 AND datepart('day', {date}) = {day}"
    return f"(CASE WHEN {valid} THEN {date} ELSE {fault} END)"


def _checked_clock(clock: str, hour: str, minute: str, second: str) -> str:
    written = f"{hour} || ':' || {minute} || ':' || {second} || '.0'"
    fault = fault_sql(DatetimeOverflow, f"'date/time field time value out of range: ' || {written}")
    return (
        f"(CASE WHEN {hour} < 24 AND {minute} < 60 AND {second} < 60 THEN {clock} ELSE {fault} END)"
    )


def to_date(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """TO_DATE: days beyond the end of a month run over, unless it is strict."""
    del context
    date, _ = _moment(arguments, node, "date")
    return f"CAST({date} AS DATE)"


def to_timestamp(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """TO_TIMESTAMP: a TIMESTAMPTZ in the session's zone."""
    date, clock = _moment(arguments, node, "timestamp")
    zone = text_sql(context.settings.get("timezone", "UTC"))
    return f"timezone({zone}, {date} + to_microseconds({clock}))"


def to_number(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """TO_NUMBER: group separators, currency and blanks are left out; the sign may stand behind."""
    del context
    shape = number_template(str(constant(node, 1)))
    text = arguments[0]
    digits = f"regexp_replace({text}, '[^0-9.]', '', 'g')"
    number = f"{digits}" if shape.point else f"replace({digits}, '.', '')"
    negative = re.escape("-") + "|<"
    fault = fault_sql(ComputeFault, "'invalid input syntax for type numeric: \" \"'")
    sign = f"CASE WHEN regexp_matches({text}, '{negative}') THEN '-' ELSE '' END"
    value = f"CAST({sign} || {number} AS {storage_type(node.type)})"
    return (
        f"(CASE WHEN {text} IS NULL THEN NULL WHEN regexp_matches({text}, '[0-9]') THEN {value} "
        f"ELSE {fault} END)"
    )
