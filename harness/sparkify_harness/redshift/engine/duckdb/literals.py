"""Constants as DuckDB's SQL, and the values of parameters."""

import math
from datetime import date, datetime, time
from decimal import Decimal

import duckdb
import pyarrow as pa

from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.sql.tree import Interval, Literal
from sparkify_harness.redshift.types import Kind, RedshiftType


def literal_sql(literal: Literal) -> str:
    """The constant, of exactly its storage type."""
    target = storage_type(literal.type)
    value = literal.value
    match value:
        case None:
            return f"CAST(NULL AS {target})"
        case bool():
            return "true" if value else "false"
        case int():
            return (
                str(value) if target == "INTEGER" and value >= 0 else f"CAST({value} AS {target})"
            )
        case Decimal():
            return f"CAST('{value:f}' AS {target})"
        case float():
            text = repr(value) if math.isfinite(value) else str(value)
            return f"CAST('{text}' AS {target})"
        case bytes():
            return f"unhex('{value.hex()}')"
        case date() | time():
            return f"CAST('{_moment(literal.type, value)}' AS {target})"
        case Interval():
            return (
                f"(to_months({value.months}) + to_days({value.days}) "
                f"+ to_microseconds({value.microseconds}))"
            )
        case str():
            return text_sql(value)
    raise TypeError(f"no literal for {value!r}")


def _moment(type_: RedshiftType, value: date | time) -> str:
    """Text of which a cast to its storage type makes the value."""
    if isinstance(value, datetime):
        zone = "+00" if type_.kind is Kind.TIMESTAMPTZ else ""
        return f"{value.replace(tzinfo=None).isoformat(sep=' ')}{zone}"
    return value.isoformat()


def answer(type_: RedshiftType, value: object) -> object:
    """What a parameter takes for the constant of that value, and casts to its storage type."""
    return _moment(type_, value) if isinstance(value, date | time) else argument(value)


def argument(value: object) -> object:
    """The value of a parameter, in a form that the engine takes."""
    match value:
        case Interval(months=months, days=days, microseconds=microseconds):
            return _interval(months, days, microseconds)
        case pa.MonthDayNano():
            return _interval(value.months, value.days, value.nanoseconds // 1000)
    return value


def _interval(months: int, days: int, microseconds: int) -> duckdb.Value:
    text = f"{months} months {days} days {microseconds} microseconds"
    return duckdb.Value(text, duckdb.sqltype("INTERVAL"))
