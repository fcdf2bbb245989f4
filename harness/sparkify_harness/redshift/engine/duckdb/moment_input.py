"""Dates and times out of text that is not a constant: columns, parameters, results of functions.

Constants are read by ``sql.input``, which knows every form; here the numeric ones and those with
names of months are read, by one pattern, and DuckDB's own reading is never asked.
"""

from typing import Final

from sparkify_harness.redshift.engine.duckdb.conversions import Conversion
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.operands import apart, once
from sparkify_harness.redshift.engine.duckdb.output import UTC
from sparkify_harness.redshift.errors import ComputeFault

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DAYS: Final = {
    "sorted": (
        rf"{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}|{_YEAR}/[0-9]{{1,2}}/[0-9]{{1,2}}"
        rf"|{_YEAR}\.[0-9]{{1,2}}\.[0-9]{{1,2}}|{_YEAR}[0-9]{{4}}",
        ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    ),
    "american": (
        rf"[0-9]{{1,2}}/[0-9]{{1,2}}/{_YEAR}|[0-9]{{1,2}}-[0-9]{{1,2}}-{_YEAR}"
        rf"|[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_YEAR}",
        ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"),
    ),
    "short": (
        r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2}",
        ("%m/%d/%y", "%m-%d-%y"),
    ),
    "named": (
        rf"[A-Za-z]{{3,9}} [0-9]{{1,2}},? {_YEAR}|[0-9]{{1,2}}[- ][A-Za-z]{{3}}[- ]{_YEAR}",
        ("%b %d %Y", "%B %d %Y", "%d %b %Y"),
    ),
}
"""Forms of a date: of each family a pattern, and what it is read by."""
_DAY: Final = "|".join(f"({pattern})" for pattern, _ in _DAYS.values())
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]*)?))?"
_ZONE = (
    r"(Z|UTC|GMT|[+-](?:0?[0-9]|1[0-4])(?::[0-5][0-9])?|[+-](?:0[0-9]|1[0-4])[0-5][0-9]"
    r"|[+-]15(?::?00)?)"
)
_MOMENT: Final = rf"(?i)^(?:{_DAY})(?:(?: +|T){_CLOCK})? *{_ZONE}?$"
_TIME: Final = rf"(?i)^(?:(?:{_DAY})(?: +|T))?{_CLOCK} *{_ZONE}?$"
_PLAIN = rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}(?: [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?"
_BLANKS = r"E' \t\n\r'"


def _pieces(sql: str, pattern: str) -> str:
    """The pieces of a text by their names: empty where it has none, or is nothing of the kind."""
    names = ", ".join(text_sql(name) for name in (*_DAYS, "hour", "minute", "second", "zone"))
    return f"regexp_extract(trim({sql}, {_BLANKS}), {text_sql(pattern)}, [{names}])"


def _day(pieces: str) -> str:
    """Midnight of the day."""
    found = {name: f"{pieces}['{name}']" for name in _DAYS}
    found["named"] = f"replace(replace({found['named']}, ',', ''), '-', ' ')"
    read = (
        f"try_strptime({found[name]}, [{', '.join(map(text_sql, forms))}])"
        for name, (_, forms) in _DAYS.items()
    )
    return f"coalesce({', '.join(read)})"


def _micros(pieces: str) -> str:
    """Microseconds since midnight of the clock; NULL where a field is out of range."""
    hour, minute = (f"CAST({pieces}['{name}'] AS BIGINT)" for name in ("hour", "minute"))
    second = f"coalesce(TRY_CAST({pieces}['second'] AS DECIMAL(18, 6)), 0)"
    total = f"({hour} * 3600 + {minute} * 60) * 1000000 + CAST({second} * 1000000 AS BIGINT)"
    # At 24:00:00 the next day begins.
    valid = f"{minute} < 60 AND {second} < 61 AND ({hour} < 24 OR {total} = 86400000000)"
    return f"(CASE WHEN {pieces}['hour'] = '' THEN 0 WHEN {valid} THEN {total} END)"


def _offset(pieces: str) -> str:
    """Microseconds east of Greenwich of the zone."""
    zone = f"{pieces}['zone']"
    digits = f"replace(substr({zone}, 2), ':', '')"
    # 5, 05, 0530, and 530 of 5:30
    hour = f"CAST(left({digits}, CASE WHEN length({digits}) % 2 = 1 THEN 1 ELSE 2 END) AS BIGINT)"
    minute = f"CASE WHEN length({digits}) > 2 THEN CAST(right({digits}, 2) AS BIGINT) ELSE 0 END"
    sign = f"CASE WHEN starts_with({zone}, '-') THEN -1 ELSE 1 END"
    value = f"({sign}) * ({hour} * 3600 + ({minute}) * 60) * 1000000"
    return f"(CASE WHEN left({zone}, 1) IN ('+', '-') THEN {value} ELSE 0 END)"


def _or_fault(sql: str, value: str, what: str, conversion: Conversion) -> str:
    if conversion.lax:
        return value
    fault = fault_sql(ComputeFault, f"'Error converting text to {what}'")
    return f"(CASE WHEN {sql} IS NULL THEN NULL ELSE coalesce({value}, {fault}) END)"


def _plain(sql: str) -> str:
    """The common form, which DuckDB reads as Redshift does: a short way past the pieces."""
    matches = f"regexp_full_match({sql}, {text_sql(_PLAIN)})"
    return f"CASE WHEN {matches} THEN TRY_CAST({sql} AS TIMESTAMP) END"


def _printed(sql: str, length: int, target: str) -> str:
    """What DuckDB prints as it is written; the length leaves out years that Redshift has not."""
    value = f"TRY_CAST({sql} AS {target})"
    is_printed = f"strlen({sql}) = {length} AND CAST({value} AS VARCHAR) = {sql}"
    return f"CASE WHEN {is_printed} THEN {value} END"


def _printed_date(sql: str) -> str:
    return _printed(sql, len("2018-11-01"), "DATE")


def _printed_moment(sql: str) -> str:
    return _printed(sql, len("2018-11-01 21:01:46"), "TIMESTAMP")


def date(sql: str, conversion: Conversion) -> str:
    """The DATE that a text stands for; a time of day is left out, and has to be one."""

    def day(pieces: str) -> str:
        return f"CASE WHEN {_micros(pieces)} IS NOT NULL THEN CAST({_day(pieces)} AS DATE) END"

    rest = apart(lambda text: once(day, _pieces(text, _MOMENT)), sql)
    value = f"coalesce({_printed_date(sql)}, CAST({_printed_moment(sql)} AS DATE), {rest})"
    return _or_fault(sql, value, "date", conversion)


def timestamp(sql: str, conversion: Conversion) -> str:
    """The TIMESTAMP or TIMESTAMPTZ that a text stands for.

    TIMESTAMP ignores a zone in the text; TIMESTAMPTZ means the session's where there is none.
    """
    zone = None if conversion.type.kind.local is None else conversion.timezone

    def written(moment: str) -> str:
        return moment if zone is None else f"timezone({text_sql(zone)}, {moment})"

    def rest(text: str) -> str:
        value = once(lambda pieces: _moment(pieces, zone), _pieces(text, _MOMENT))
        return f"coalesce({written(_plain(text))}, {value})"

    value = f"coalesce({written(_printed_moment(sql))}, {apart(rest, sql)})"
    return _or_fault(sql, value, "timestamp", conversion)


def _moment(pieces: str, zone: str | None) -> str:
    if zone is None:
        return f"({_day(pieces)} + to_microseconds({_micros(pieces)}))"
    local = f"{_day(pieces)} + to_microseconds({_micros(pieces)} - {_offset(pieces)})"
    its = "'UTC'"
    if zone.upper() not in UTC:
        its = f"CASE WHEN {pieces}['zone'] = '' THEN {text_sql(zone)} ELSE 'UTC' END"
    return f"timezone({its}, {local})"


def time(sql: str, conversion: Conversion) -> str:
    """The TIME that a text stands for; a date before it must be one."""

    def clock(pieces: str) -> str:
        days = " AND ".join(f"{pieces}['{name}'] = ''" for name in _DAYS)
        is_one = f"{pieces}['hour'] <> '' AND (({days}) OR {_day(pieces)} IS NOT NULL)"
        micros = f"(CASE WHEN {is_one} THEN {_micros(pieces)} END)"
        return f"(CAST('00:00:00' AS TIME) + to_microseconds({micros}))"

    value = apart(lambda x: once(clock, _pieces(x, _TIME)), sql)
    return _or_fault(sql, value, "time", conversion)
