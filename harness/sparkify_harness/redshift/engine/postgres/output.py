"""Text form of values, as PostgreSQL 8.0 printed them, by a PostgreSQL of today.

The session has ``DateStyle`` ISO, ``IntervalStyle`` postgres and Redshift's
``extra_float_digits``: see ``database``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_datestyle.html
"""

from sparkify_harness.redshift.types import Kind, RedshiftType


def text_output(sql: str, type: RedshiftType) -> str:  # noqa: A002 - the word of the domain
    """SQL that gives a value's text form."""
    match type.kind:
        case Kind.VARCHAR | Kind.NAME | Kind.UNKNOWN | Kind.SUPER | Kind.VOID:
            return sql
        case Kind.BOOLEAN:
            return f"left(CAST({sql} AS text), 1)"
        case Kind.CHAR:
            return sql if type.length is None else f"rpad({sql}, {type.length}, ' ')"
        case Kind.TIME | Kind.TIMETZ | Kind.TIMESTAMP | Kind.TIMESTAMPTZ:
            return f"redshift.clocked(CAST({sql} AS text))"
        case Kind.INTERVAL:
            return f"redshift.clocked(CAST(justify_hours({sql}) AS text))"
        case Kind.VARBYTE:
            return f"encode({sql}, 'hex')"
    return f"CAST({sql} AS text)"
