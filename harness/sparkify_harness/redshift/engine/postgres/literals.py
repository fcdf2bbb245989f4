"""Constants as PostgreSQL's SQL, and the values of parameters."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa

from sparkify_harness.redshift.engine.postgres.faults import text_sql
from sparkify_harness.redshift.engine.postgres.types import storage_type
from sparkify_harness.redshift.sql.tree import Interval, Literal
from sparkify_harness.redshift.types import Kind


def literal_sql(literal: Literal) -> str:
    """The constant, of exactly its storage type."""
    return f"CAST({_written(literal)} AS {storage_type(literal.type)})"


def _written(literal: Literal) -> str:
    match literal.value:
        case None:
            return "NULL"
        case bool() as value:
            return "true" if value else "false"
        case int() as value:
            return f"'{value}'" if value < 0 else str(value)
        case Decimal() as value:
            return f"'{value:f}'"
        case float() as value:
            return f"'{value!r}'"
        case bytes() as value:
            return f"'\\x{value.hex()}'"
        case datetime() as value:
            zone = "+00" if literal.type.kind is Kind.TIMESTAMPTZ else ""
            return f"'{value.replace(tzinfo=None).isoformat(sep=' ')}{zone}'"
        case date() | time() as value:
            return f"'{value.isoformat()}'"
        case Interval() as value:
            return f"'{_interval(value.months, value.days, value.microseconds)}'"
        case str() as value:
            return text_sql(value)
    raise TypeError(f"no literal for {literal.value!r}")


def _interval(months: int, days: int, microseconds: int) -> str:
    return f"{months} months {days} days {microseconds} microseconds"


def argument(value: object) -> object:
    """The value of a parameter as a text that PostgreSQL reads, for a cast to its type."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case bytes():
            return f"\\x{value.hex()}"
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case Interval(months=months, days=days, microseconds=microseconds):
            return _interval(months, days, microseconds)
        case timedelta():
            return _interval(0, value.days, value.seconds * 1_000_000 + value.microseconds)
        case pa.MonthDayNano():
            return _interval(value.months, value.days, value.nanoseconds // 1000)
    return str(value)
