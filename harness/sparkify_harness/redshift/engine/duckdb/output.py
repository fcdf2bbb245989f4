"""Text form of values, as PostgreSQL 8.0 prints them.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_datestyle.html
"""

from typing import Final

from sparkify_harness.redshift.engine.duckdb.conversions import Conversion
from sparkify_harness.redshift.engine.duckdb.faults import text_sql

UTC: Final = frozenset({"UTC", "GMT"})
"""Names of the zone in which nothing is shifted."""


def same(sql: str, _: Conversion) -> str:
    """What is kept as its text."""
    return sql


def cast(sql: str, _: Conversion) -> str:
    """What DuckDB prints as Redshift does."""
    return f"CAST({sql} AS VARCHAR)"


def boolean(sql: str, _: Conversion) -> str:
    """A BOOLEAN: ``t`` or ``f``."""
    return f"(CASE WHEN {sql} THEN 't' WHEN NOT {sql} THEN 'f' END)"


def floating(sql: str, conversion: Conversion) -> str:
    """A REAL or DOUBLE."""
    most = (conversion.type.kind.facts.digits or 0) + conversion.extra_digits
    printed = f"printf('%.{max(most, 1)}g', CAST({sql} AS DOUBLE))"
    return (
        f"(CASE WHEN isfinite({sql}) THEN {printed} WHEN isnan({sql}) THEN 'NaN' "
        f"WHEN {sql} > 0 THEN 'Infinity' WHEN {sql} < 0 THEN '-Infinity' END)"
    )


def exact(sql: str, conversion: Conversion) -> str:
    """A DECIMAL."""
    precision, scale = conversion.type.precision, conversion.type.scale
    if precision == scale:
        # Without a digit before the point DuckDB prints none: .5
        sql = f"CAST({sql} AS DECIMAL({(precision or 0) + 1}, {scale}))"
    return f"CAST({sql} AS VARCHAR)"


def padded(sql: str, conversion: Conversion) -> str:
    """A CHAR, which is stored without its trailing blanks."""
    length = conversion.type.length
    return sql if length is None else f"rpad({sql}, {length}, ' ')"


def hexadecimal(sql: str, _: Conversion) -> str:
    """A VARBYTE."""
    return f"lower(hex({sql}))"


def local(sql: str, _: Conversion) -> str:
    """A time or a timestamp without a zone."""
    return _clocked(_fraction(sql), f"CAST({sql} AS VARCHAR)")


def with_offset(sql: str, _: Conversion) -> str:
    """A time with its own zone."""
    return rf"regexp_replace(CAST({sql} AS VARCHAR), '(\.[0-9])([+-])', '\10\2')"


def _fraction(sql: str) -> str:
    """SQL for the microseconds of a time's minute."""
    return f"datepart('microseconds', {sql})"


def _clocked(microseconds: str, text: str) -> str:
    """The text of a time with two fractional digits or more where it has any: ``10.10``.

    PostgreSQL: ``TrimTrailingZeros`` of 8.0, src/backend/utils/adt/datetime.c
    Observed: https://github.com/dbt-labs/dbt-utils/issues/408
    """
    has_one = f"{microseconds} % 100000 = 0 AND {microseconds} % 1000000 <> 0"
    return f"(CASE WHEN {has_one} THEN {text} || '0' ELSE {text} END)"


def instant(sql: str, conversion: Conversion) -> str:
    """A timestamp in the session's zone."""
    timezone = conversion.timezone
    if timezone.upper() in UTC:
        return (
            f"({_clocked(_fraction(sql), f'CAST(CAST({sql} AS TIMESTAMP) AS VARCHAR)')} || '+00')"
        )
    local = f"timezone({text_sql(timezone)}, {sql})"
    seconds = f"CAST(epoch({local}) - epoch({sql}) AS BIGINT)"
    clock = _clocked(_fraction(sql), f"CAST({local} AS VARCHAR)")
    return (
        f"({clock} || CASE WHEN {seconds} < 0 THEN '-' ELSE '+' END"
        f" || lpad(CAST(abs({seconds}) // 3600 AS VARCHAR), 2, '0')"
        f" || CASE WHEN {seconds} % 3600 = 0 THEN '' ELSE"
        f" ':' || lpad(CAST(abs({seconds}) // 60 % 60 AS VARCHAR), 2, '0') END)"
    )


def interval_months(sql: str) -> str:
    """SQL for the months of an interval."""
    return f"(12 * datepart('year', {sql}) + datepart('month', {sql}))"


def interval_microseconds(sql: str) -> str:
    """SQL for the days and the time of an interval, in microseconds; a day has 24 hours."""
    return (
        f"(datepart('day', {sql}) * 86400000000 + datepart('hour', {sql}) * 3600000000"
        f" + datepart('minute', {sql}) * 60000000 + datepart('microseconds', {sql}))"
    )


def interval(sql: str, _: Conversion) -> str:
    """An INTERVAL."""
    months, total = interval_months(sql), interval_microseconds(sql)
    parts = [
        f"CASE {value} WHEN 0 THEN NULL WHEN 1 THEN '1 {unit}' "
        f"ELSE CAST({value} AS VARCHAR) || ' {unit}s' END"
        for value, unit in (
            (f"({months} // 12)", "year"),
            (f"({months} % 12)", "mon"),
            (f"({total} // 86400000000)", "day"),
        )
    ]
    rest = f"({total} % 86400000000)"
    time = f"(CAST('00:00:00' AS TIME) + to_microseconds(CAST(abs({rest}) AS BIGINT)))"
    clock = (
        f"CASE WHEN {rest} <> 0 OR ({months} = 0 AND {total} = 0) THEN "
        f"CASE WHEN {rest} < 0 THEN '-' ELSE '' END || "
        f"{_clocked(rest, f'CAST({time} AS VARCHAR)')} END"
    )
    return f"(CASE WHEN {sql} IS NOT NULL THEN concat_ws(' ', {', '.join(parts)}, {clock}) END)"
