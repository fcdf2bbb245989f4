"""Dates and times out of text that is not a constant: columns, parameters, results of functions.

Constants are read by ``sql.input``, which knows every form; here the numeric ones and those with
names of months are read, by patterns, and DuckDB's own reading is never asked.
"""

from typing import Final

from harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from harness.redshift.engine.duckdb.operands import once
from harness.redshift.errors import ComputeFault

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAY: Final = (
    (rf"{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}", "%Y-%m-%d"),
    (rf"{_YEAR}/[0-9]{{1,2}}/[0-9]{{1,2}}", "%Y/%m/%d"),
    (rf"{_YEAR}\.[0-9]{{1,2}}\.[0-9]{{1,2}}", "%Y.%m.%d"),
    (rf"{_YEAR}[0-9]{{4}}", "%Y%m%d"),
    (rf"[0-9]{{1,2}}/[0-9]{{1,2}}/{_YEAR}", "%m/%d/%Y"),
    (rf"[0-9]{{1,2}}-[0-9]{{1,2}}-{_YEAR}", "%m-%d-%Y"),
    (rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_YEAR}", "%m.%d.%Y"),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}", "%m/%d/%y"),
    (r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{2}", "%m-%d-%y"),
    (rf"[A-Za-z]{{3}} [0-9]{{1,2}},? {_YEAR}", "%b %d %Y"),
    (rf"[A-Za-z]{{4,9}} [0-9]{{1,2}},? {_YEAR}", "%B %d %Y"),
    (rf"[0-9]{{1,2}}[- ][A-Za-z]{{3}}[- ]{_YEAR}", "%d %b %Y"),
)
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]*)?)?"
_ZONE = (
    r"Z|UTC|GMT|[+-](?:0?[0-9]|1[0-4])(?::[0-5][0-9])?|[+-](?:0[0-9]|1[0-4])[0-5][0-9]"
    r"|[+-]15(?::?00)?"
)
_PLAIN = rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}(?: [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?"
_BLANKS = r"E' \t\n\r'"


def _piece(sql: str, group: int) -> str:
    days = "|".join(pattern for pattern, _ in _DAY)
    whole = rf"(?i)^({days})(?:(?: +|T)({_CLOCK}))? *({_ZONE})?$"
    return f"regexp_extract(trim({sql}, {_BLANKS}), {text_sql(whole)}, {group})"


def _day(text: str) -> str:
    """The DATE of the first piece."""
    named = f"replace(replace({text}, ',', ''), '-', ' ')"
    branches = " ".join(
        f"WHEN regexp_full_match({text}, {text_sql(pattern)}) "
        f"THEN TRY_CAST(try_strptime({named if '%b' in form or '%B' in form else text}, "
        f"{text_sql(form)}) AS DATE)"
        for pattern, form in _DAY
    )
    return f"(CASE {branches} END)"


def _micros(clock: str) -> str:
    """Microseconds since midnight of a clock text; NULL where a field is out of range."""
    hour = f"CAST(regexp_extract({clock}, '^([0-9]+)', 1) AS BIGINT)"
    minute = f"CAST(regexp_extract({clock}, '^[0-9]+:([0-9]+)', 1) AS BIGINT)"
    second = (
        f"coalesce(TRY_CAST(regexp_extract({clock}, ':[0-9]+:([0-9.]+)$', 1) AS DECIMAL(18, 6)), 0)"
    )
    valid = f"{hour} < 24 AND {minute} < 60 AND {second} < 61"
    edge = f"({hour} = 24 AND {minute} = 0 AND {second} = 0)"
    total = f"({hour} * 3600 + {minute} * 60) * 1000000 + CAST({second} * 1000000 AS BIGINT)"
    return f"(CASE WHEN {clock} = '' THEN 0 WHEN ({valid}) OR {edge} THEN {total} END)"


def _offset(zone: str) -> str:
    """Microseconds east of Greenwich of a zone text."""
    hour = f"CAST(regexp_extract({zone}, '^[+-]([0-9]{{1,2}})', 1) AS BIGINT)"
    minute = f"coalesce(TRY_CAST(regexp_extract({zone}, '([0-9]{{2}})$', 1) AS BIGINT), 0)"
    sized = f"CASE WHEN length({zone}) > 3 THEN {minute} ELSE 0 END"
    sign = f"CASE WHEN starts_with({zone}, '-') THEN -1 ELSE 1 END"
    value = f"({sign}) * ({hour} * 3600 + ({sized}) * 60) * 1000000"
    return f"(CASE WHEN {zone} = '' OR NOT regexp_matches({zone}, '^[+-]') THEN 0 ELSE {value} END)"


def _or_fault(sql: str, value: str, what: str, *, lax: bool) -> str:
    if lax:
        return value
    fault = fault_sql(ComputeFault, f"'Error converting text to {what}'")
    return f"(CASE WHEN {sql} IS NULL THEN NULL ELSE coalesce({value}, {fault}) END)"


def _plain(sql: str) -> str:
    """The common form, which DuckDB reads as Redshift does: a short way past the patterns."""
    matches = f"regexp_full_match({sql}, {text_sql(_PLAIN)})"
    return f"CASE WHEN {matches} THEN TRY_CAST({sql} AS TIMESTAMP) END"


def _plain_date(sql: str) -> str:
    """The common form of a date, likewise; asked without a pattern, which takes twice as long."""
    digits = f"{sql} BETWEEN '0001' AND ':' AND right({sql}, 1) BETWEEN '0' AND '9'"
    return f"CASE WHEN {sql} LIKE '____-__-__' AND {digits} THEN TRY_CAST({sql} AS DATE) END"


def date_sql(sql: str, *, lax: bool = False) -> str:
    """SQL for the DATE that a text stands for; a time of day is left out, and has to be one."""

    def day(text: str, clock: str) -> str:
        value = f"CASE WHEN {_micros(clock)} IS NOT NULL THEN {_day(text)} END"
        return _or_fault(text, value, "date", lax=lax)

    return f"coalesce({_plain_date(sql)}, {once(day, _piece(sql, 1), _piece(sql, 2))})"


def timestamp_sql(sql: str, *, zone: str | None, lax: bool = False) -> str:
    """SQL for the TIMESTAMP or TIMESTAMPTZ that a text stands for.

    Args:
        sql: The text.
        zone: None for TIMESTAMP, which ignores a zone in the text; for TIMESTAMPTZ the zone of
            texts that name none.
        lax: NULL instead of an error.
    """
    pieces = (_piece(sql, group) for group in (1, 2, 3))
    value = once(lambda day, clock, written: _moment(day, clock, written, zone), *pieces)
    plain = _plain(sql) if zone is None else f"timezone({text_sql(zone)}, {_plain(sql)})"
    return _or_fault(sql, f"coalesce({plain}, {value})", "timestamp", lax=lax)


def _moment(day: str, clock: str, written: str, zone: str | None) -> str:
    local = f"(CAST({_day(day)} AS TIMESTAMP) + to_microseconds({_micros(clock)}))"
    if zone is None:
        return local
    return (
        f"(CASE WHEN {written} = '' THEN timezone({text_sql(zone)}, {local}) "
        f"ELSE timezone('UTC', {local} - to_microseconds({_offset(written)})) END)"
    )


def time_sql(sql: str, *, lax: bool = False) -> str:
    """SQL for the TIME that a text stands for; a date before it must be one."""
    days = "|".join(pattern for pattern, _ in _DAY)
    whole = rf"(?i)^(?:(?:{days})(?: +|T))?({_CLOCK}) *(?:{_ZONE})?$"
    clock = f"regexp_extract(trim({sql}, {_BLANKS}), {text_sql(whole)}, 1)"
    return once(
        lambda found, day: _or_fault(found, _time(found, day), "time", lax=lax),
        clock,
        _piece(sql, 1),
    )


def _time(clock: str, day: str) -> str:
    is_one = f"{clock} <> '' AND ({day} = '' OR {_day(day)} IS NOT NULL)"
    micros = f"(CASE WHEN {is_one} THEN {_micros(clock)} END)"
    return f"(CAST('00:00:00' AS TIME) + to_microseconds({micros}))"
