"""Changes of type, by Redshift's rules and with its errors; DuckDB's casts never decide validity.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#r_Type_conversion
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.duckdb.types import storage_type, text_input, text_output
from sparkify_harness.redshift.errors import ComputeFault, NotEmulated
from sparkify_harness.redshift.sql.decimals import WORD, WORD_PRECISION
from sparkify_harness.redshift.sql.tree import Cast, CastContext
from sparkify_harness.redshift.types import Kind, RedshiftType, varchar


def cast_sql(sql: str, cast: Cast, *, timezone: str = "UTC", extra_digits: int = 0) -> str:
    """SQL of DuckDB for a cast.

    Args:
        sql: The operand.
        cast: Types and context.
        timezone: Session zone, by which TIMESTAMP and TIMESTAMPTZ turn into each other.
        extra_digits: The session's ``extra_float_digits``, for floats as text.
    """
    value = once(lambda operand: _cast(operand, cast, timezone, extra_digits), sql)
    if cast.type.precision == WORD_PRECISION and cast.operand.type.signed_size is None:
        return once(lambda number: _word(number, cast), value)
    return value


def _word(sql: str, cast: Cast) -> str:
    """A DECIMAL of 19 digits, which has to fit 64 bits."""
    scale = cast.type.scale or 0
    most = f"CAST('{Decimal(WORD).scaleb(-scale):f}' AS {storage_type(cast.type)})"
    message = "'Numeric data overflow (result precision)'"
    fault = fault_sql(ComputeFault, message, "64 bit overflow")
    if cast.context is CastContext.TRY:
        fault = "NULL"
    return f"(CASE WHEN abs({sql}) > {most} THEN {fault} ELSE {sql} END)"


def _cast(sql: str, cast: Cast, timezone: str, extra_digits: int) -> str:
    source, target = cast.operand.type, cast.type
    lax = cast.context is CastContext.TRY
    if target.kind is Kind.SUPER:
        return sql if source.kind is Kind.SUPER else f"CAST(to_json({sql}) AS VARCHAR)"
    if source.kind is Kind.SUPER:
        return _from_super(sql, target, timezone)
    if target.kind.is_text:
        if source.kind.facts.digits is not None:
            text = text_output(sql, source, extra_digits=extra_digits)
            sql, source = text, varchar(source.width)
        return _to_text(sql, source, cast, timezone)
    if target.kind is Kind.VARBYTE:
        return once(lambda value: _limited_bytes(value, cast), _bytes(sql, source))
    if source.kind.is_text or source.kind is Kind.UNKNOWN:
        return text_input(sql, target, timezone=timezone, lax=lax)
    zoned = _ZONES.get((source.kind, target.kind))
    if zoned is not None:
        return zoned(sql, text_sql(timezone))
    if source.kind is Kind.VARBYTE:
        raise NotEmulated(f"cast of binary varying to {target}")
    digits = source.kind.facts.digits
    if target.kind is Kind.NUMERIC and digits is not None:
        # A float becomes the DECIMAL that it is printed as, as in PostgreSQL: 1.005 becomes 1.01.
        sql = f"printf('%.{digits}g', CAST({sql} AS DOUBLE))"
    return f"{'TRY_CAST' if lax else 'CAST'}({sql} AS {storage_type(target)})"


_ZONES: Final[dict[tuple[Kind, Kind], Callable[[str, str], str]]] = {
    (Kind.TIMESTAMP, Kind.TIMESTAMPTZ): "timezone({1}, {0})".format,
    (Kind.DATE, Kind.TIMESTAMPTZ): "timezone({1}, CAST({0} AS TIMESTAMP))".format,
    (Kind.TIMESTAMPTZ, Kind.TIMESTAMP): "timezone({1}, {0})".format,
    (Kind.TIMESTAMPTZ, Kind.DATE): "CAST(timezone({1}, {0}) AS DATE)".format,
    (Kind.TIMESTAMPTZ, Kind.TIME): "CAST(timezone({1}, {0}) AS TIME)".format,
    (Kind.TIME, Kind.INTERVAL): "to_microseconds(epoch_us({0}))".format,
}


def _bytes(sql: str, source: RedshiftType) -> str:
    """The bytes of a text, of a CHAR with its blanks, or of an integer, the highest first.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html
    """
    if source.kind is Kind.VARBYTE:
        return sql
    width = source.signed_size
    if width is None:
        return f"encode({text_output(sql, source)})"
    unsigned = f"CAST(CAST({sql} AS HUGEINT) & {256**width - 1} AS UBIGINT)"
    return f"unhex(lpad(hex({unsigned}), {2 * width}, '0'))"


def _limited_bytes(sql: str, cast: Cast) -> str:
    """Cut off by a cast, refused by an assignment: as strings are.

    Deviates: AWS does not say what becomes of bytes beyond the length.
    """
    source, target = cast.operand.type, cast.type
    known, limit = source.signed_size or source.length, target.length
    if limit is None or (known is not None and known <= limit):
        return sql
    otherwise = f"array_slice({sql}, 1, {limit})"
    if cast.context is CastContext.ASSIGNMENT:
        otherwise = _too_long(target)
    fits = f"{sql} IS NULL OR octet_length({sql}) <= {limit}"
    return f"(CASE WHEN {fits} THEN {sql} ELSE {otherwise} END)"


# --- strings ---------------------------------------------------------------------------------


def cut_sql(sql: str, limit: int) -> str:
    """The longest beginning of a string that has no more bytes than the limit."""
    tries = ", ".join(
        f"TRY(decode(array_slice(encode({sql}), 1, {max(limit - back, 0)})))" for back in range(4)
    )
    return (
        f"(CASE WHEN strlen({sql}) <= {limit} THEN {sql} "
        f"WHEN strlen(left({sql}, {limit})) <= {limit} THEN left({sql}, {limit}) "
        f"ELSE coalesce({tries}) END)"
    )


def _too_long(target: RedshiftType) -> str:
    message = "'Value too long for character type'"
    return fault_sql(ComputeFault, message, f"Value too long for type {target}")


def _to_text(sql: str, source: RedshiftType, cast: Cast, timezone: str) -> str:
    target = cast.type
    if source.kind is Kind.VARBYTE:
        sql, known = f"decode({sql})", None
    elif source.kind.is_text or source.kind is Kind.UNKNOWN:
        known = source.length
    else:
        sql, known = text_output(sql, source, timezone=timezone), source.width
    limit, whole = target.length, sql
    if limit is not None and target.kind is not Kind.NAME and (known is None or known > limit):
        if cast.context is CastContext.ASSIGNMENT:
            sql = (
                f"(CASE WHEN {sql} IS NULL OR strlen({sql}) <= {limit} THEN {sql} "
                f"WHEN strlen(rtrim({sql}, ' ')) <= {limit} THEN {cut_sql(sql, limit)} "
                f"ELSE {_too_long(target)} END)"
            )
        else:
            sql = cut_sql(sql, limit)
    if target.kind is Kind.CHAR and source.kind is not Kind.CHAR:
        fault = fault_sql(ComputeFault, "'CHAR string contains invalid ASCII character'")
        sql = f"(CASE WHEN strlen({sql}) > length({sql}) THEN {fault} ELSE rtrim({sql}, ' ') END)"
        if limit:
            # A short way for what is of one byte each, which need not be cut between them.
            fits, kept = f"strlen({whole}) = length({whole})", f"left({whole}, {limit})"
            if cast.context is CastContext.ASSIGNMENT:
                fits, kept = f"{fits} AND strlen({whole}) <= {limit}", whole
            sql = f"(CASE WHEN {fits} THEN rtrim({kept}, ' ') ELSE {sql} END)"
    return sql


# --- SUPER -----------------------------------------------------------------------------------


def _from_super(sql: str, target: RedshiftType, timezone: str) -> str:
    """Lax: what is of another type becomes NULL.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
    """
    kind = f"json_type({sql})"
    scalar = (
        f"(CASE WHEN {kind} NOT IN ('ARRAY', 'OBJECT') THEN json_extract_string({sql}, '$') END)"
    )
    if target.kind.is_text:
        return scalar if target.length is None else cut_sql(scalar, target.length)
    if target.kind is Kind.BOOLEAN:
        whole = f"WHEN {kind} IN ('BIGINT', 'UBIGINT') THEN CAST({sql} AS HUGEINT) <> 0"
        return f"(CASE WHEN {kind} = 'BOOLEAN' THEN {sql} = 'true' {whole} END)"
    if target.kind.is_number:
        numbers = "('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')"
        return f"(CASE WHEN {kind} IN {numbers} THEN TRY_CAST({sql} AS {storage_type(target)}) END)"
    return text_input(scalar, target, timezone=timezone, lax=True)
