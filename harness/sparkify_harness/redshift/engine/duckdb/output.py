"""Text form of values, as PostgreSQL 8.0 prints them.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_datestyle.html
"""

from typing import Final

from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.types import Kind, RedshiftType

UTC: Final = frozenset({"UTC", "GMT"})
"""Names of the zone in which nothing is shifted."""
_DIGITS: Final = {Kind.DOUBLE: 15, Kind.REAL: 6}


def text_output(
    sql: str,
    type: RedshiftType,  # noqa: A002 - the word of the domain
    *,
    timezone: str = "UTC",
    extra_digits: int = 0,
) -> str:
    """SQL of DuckDB that gives a value's text form.

    Args:
        sql: The value.
        type: Its type.
        timezone: Session zone, in which a TIMESTAMPTZ is shown.
        extra_digits: The session's ``extra_float_digits``.
    """
    match type.kind:
        case Kind.VARCHAR | Kind.NAME | Kind.UNKNOWN | Kind.SUPER | Kind.VOID:
            return sql
        case Kind.BOOLEAN:
            return f"(CASE WHEN {sql} THEN 't' WHEN NOT {sql} THEN 'f' END)"
        case Kind.DOUBLE | Kind.REAL:
            return _float(sql, max(_DIGITS[type.kind] + extra_digits, 1))
        case Kind.CHAR:
            return sql if type.length is None else f"rpad({sql}, {type.length}, ' ')"
        case Kind.TIMESTAMP | Kind.TIME:
            return _clocked(_fraction(sql), f"CAST({sql} AS VARCHAR)")
        case Kind.TIMETZ:
            return rf"regexp_replace(CAST({sql} AS VARCHAR), '(\.[0-9])([+-])', '\10\2')"
        case Kind.TIMESTAMPTZ:
            return _zoned(sql, timezone)
        case Kind.INTERVAL:
            return _interval(sql)
        case Kind.VARBYTE:
            return f"lower(hex({sql}))"
        case Kind.NUMERIC if type.precision == type.scale:
            # Without a digit before the point DuckDB prints none: .5
            wider = f"DECIMAL({(type.precision or 0) + 1}, {type.scale})"
            return f"CAST(CAST({sql} AS {wider}) AS VARCHAR)"
        case _:
            return f"CAST({sql} AS VARCHAR)"


def _float(sql: str, digits: int) -> str:
    printed = f"printf('%.{digits}g', CAST({sql} AS DOUBLE))"
    return (
        f"(CASE WHEN isfinite({sql}) THEN {printed} WHEN isnan({sql}) THEN 'NaN' "
        f"WHEN {sql} > 0 THEN 'Infinity' WHEN {sql} < 0 THEN '-Infinity' END)"
    )


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


def _zoned(sql: str, timezone: str) -> str:
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


def _interval(sql: str) -> str:
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
