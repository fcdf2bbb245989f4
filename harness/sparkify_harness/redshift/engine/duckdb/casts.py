"""Changes of type, by Redshift's rules and with its errors; DuckDB's casts never decide validity.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#r_Type_conversion
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.operands import apart, once
from sparkify_harness.redshift.engine.duckdb.output import text_output
from sparkify_harness.redshift.engine.duckdb.storage import storage_type
from sparkify_harness.redshift.engine.duckdb.text_input import date_sql, time_sql, timestamp_sql
from sparkify_harness.redshift.errors import ComputeFault, NotEmulated
from sparkify_harness.redshift.sql.decimals import WORD, WORD_PRECISION
from sparkify_harness.redshift.sql.tree import Cast, CastContext
from sparkify_harness.redshift.types import Kind, RedshiftType, varchar

_DIGITS: Final = {
    Kind.SMALLINT: "Short",
    Kind.INTEGER: "Integer",
    Kind.BIGINT: "Long",
    Kind.OID: "Long",
    Kind.NUMERIC: "Decimal",
    Kind.REAL: "Float",
    Kind.DOUBLE: "Double",
}
_INTEGER_TEXT = r"[ \t\n\r]*[+-]?[0-9]+[ \t\n\r]*"
_NUMBER_TEXT = r"[ \t\n\r]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r]*"
_NO_NUMBER_TEXT = r"(?i)[ \t]*(nan|[+-]?infinity)[ \t]*"


def cast_sql(sql: str, cast: Cast, *, timezone: str = "UTC", extra_digits: int = 0) -> str:
    """SQL of DuckDB for a cast.

    Args:
        sql: The operand.
        cast: Types and context.
        timezone: Session zone, by which TIMESTAMP and TIMESTAMPTZ turn into each other.
        extra_digits: The session's ``extra_float_digits``, for floats as text.
    """
    value = once(lambda operand: _cast(operand, cast, timezone, extra_digits), sql)
    if cast.type.precision == WORD_PRECISION and cast.operand.type.kind not in _BYTES:
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
        if source.kind in _PRINTED_DIGITS:
            width = _width(source)
            sql, source = text_output(sql, source, extra_digits=extra_digits), varchar(width)
        return _to_text(sql, source, cast, timezone)
    if target.kind is Kind.VARBYTE:
        return once(lambda value: _limited_bytes(value, cast), _bytes(sql, source))
    if source.kind.is_text or source.kind is Kind.UNKNOWN:
        return _from_text(sql, target, lax=lax, timezone=timezone)
    zoned = _ZONES.get((source.kind, target.kind))
    if zoned is not None:
        return zoned(sql, text_sql(timezone))
    if source.kind is Kind.VARBYTE:
        raise NotEmulated(f"cast of binary varying to {target}")
    if target.kind is Kind.NUMERIC and source.kind in _PRINTED_DIGITS:
        sql = f"printf('%.{_PRINTED_DIGITS[source.kind]}g', CAST({sql} AS DOUBLE))"
    return f"{'TRY_CAST' if lax else 'CAST'}({sql} AS {storage_type(target)})"


_PRINTED_DIGITS: Final = {Kind.DOUBLE: 15, Kind.REAL: 6}
"""A float becomes the DECIMAL that it is printed as, as in PostgreSQL: 1.005 is rounded to 1.01."""

_ZONES: Final[dict[tuple[Kind, Kind], Callable[[str, str], str]]] = {
    (Kind.TIMESTAMP, Kind.TIMESTAMPTZ): "timezone({1}, {0})".format,
    (Kind.DATE, Kind.TIMESTAMPTZ): "timezone({1}, CAST({0} AS TIMESTAMP))".format,
    (Kind.TIMESTAMPTZ, Kind.TIMESTAMP): "timezone({1}, {0})".format,
    (Kind.TIMESTAMPTZ, Kind.DATE): "CAST(timezone({1}, {0}) AS DATE)".format,
    (Kind.TIMESTAMPTZ, Kind.TIME): "CAST(timezone({1}, {0}) AS TIME)".format,
    (Kind.TIME, Kind.INTERVAL): "to_microseconds(epoch_us({0}))".format,
}


_BYTES: Final = {Kind.SMALLINT: 2, Kind.INTEGER: 4, Kind.BIGINT: 8}


def _bytes(sql: str, source: RedshiftType) -> str:
    """The bytes of a text, of a CHAR with its blanks, or of an integer, the highest first.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_VARBYTE_type.html
    """
    if source.kind is Kind.VARBYTE:
        return sql
    width = _BYTES.get(source.kind)
    if width is None:
        return f"encode({text_output(sql, source)})"
    unsigned = f"CAST(CAST({sql} AS HUGEINT) & {256**width - 1} AS UBIGINT)"
    return f"unhex(lpad(hex({unsigned}), {2 * width}, '0'))"


def _limited_bytes(sql: str, cast: Cast) -> str:
    """Cut off by a cast, refused by an assignment: as strings are.

    Deviates: AWS does not say what becomes of bytes beyond the length.
    """
    source, target = cast.operand.type, cast.type
    known, limit = _BYTES.get(source.kind, source.length), target.length
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


_WIDTHS: Final = {
    Kind.BOOLEAN: len("false"),
    Kind.SMALLINT: len("-32768"),
    Kind.INTEGER: len("-2147483648"),
    Kind.BIGINT: len("-9223372036854775808"),
    Kind.OID: len("4294967295"),
    Kind.REAL: len("-1.2345678901234567e-308"),
    Kind.DOUBLE: len("-1.2345678901234567e-308"),
    Kind.DATE: len("2020-02-29"),
    Kind.TIME: len("10:11:12.123456"),
    Kind.TIMETZ: len("10:11:12.123456+14:59:59"),
    Kind.TIMESTAMP: len("2020-02-29 10:11:12.123456"),
    Kind.TIMESTAMPTZ: len("2020-02-29 10:11:12.123456+14:59:59"),
}
"""Characters that a type is printed with at most."""


def _width(source: RedshiftType) -> int | None:
    if source.kind is Kind.NUMERIC:
        return (source.precision or 0) + len("-0.")
    return _WIDTHS.get(source.kind)


def _to_text(sql: str, source: RedshiftType, cast: Cast, timezone: str) -> str:
    target = cast.type
    if source.kind is Kind.VARBYTE:
        sql, known = f"decode({sql})", None
    elif source.kind.is_text or source.kind is Kind.UNKNOWN:
        known = source.length
    else:
        sql, known = text_output(sql, source, timezone=timezone), _width(source)
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


# --- text into other types -------------------------------------------------------------------


def _checked(sql: str, condition: str, value: str, fault: str, *, lax: bool) -> str:
    if lax:
        return f"(CASE WHEN {condition} THEN {value} END)"
    return f"(CASE WHEN {sql} IS NULL THEN NULL WHEN {condition} THEN {value} ELSE {fault} END)"


def _finite(sql: str, value: str, target: RedshiftType, *, lax: bool) -> str:
    """A float out of digits, which is never infinite."""
    message = f"'\"' || {sql} || '\" is out of range for type {target.kind.value}'"
    fault = "NULL" if lax else fault_sql(ComputeFault, message)
    return f"(CASE WHEN isinf({value}) THEN {fault} ELSE {value} END)"


def _plain_integer(sql: str, target: RedshiftType, otherwise: Callable[[str], str]) -> str:
    """A short way past the pattern for what an integer is printed as, which every reader reads."""
    value = f"TRY_CAST({sql} AS {storage_type(target)})"
    printed = f"CAST({value} AS VARCHAR) = {sql}"
    return f"coalesce(CASE WHEN {printed} THEN {value} END, {apart(otherwise, sql)})"


def _number(sql: str, target: RedshiftType, *, lax: bool) -> str:
    kind = target.kind
    is_float = kind in {Kind.REAL, Kind.DOUBLE}
    pattern = _NUMBER_TEXT if is_float or kind is Kind.NUMERIC else _INTEGER_TEXT
    valid = r"^[ \t]*[+-]?[0-9]*" if pattern is _INTEGER_TEXT else r"^[ \t]*[+-]?[0-9.]*"

    def fault(text: str) -> str:
        good = f"length(regexp_extract({text}, {text_sql(valid)}))"
        message = (
            f"'Invalid digit, Value ''' || substr({text}, 1 + {good}, 1) || ''', Pos ' || {good}"
            f" || ', Type: {_DIGITS[kind]}'"
        )
        return fault_sql(ComputeFault, message)

    def checked(text: str) -> str:
        value = f"{'TRY_CAST' if lax else 'CAST'}({text} AS {storage_type(target)})"
        otherwise = "NULL" if lax else apart(fault, text)
        if is_float:
            word = f"regexp_full_match({text}, {text_sql(_NO_NUMBER_TEXT)})"
            otherwise = f"(CASE WHEN {word} THEN {value} ELSE {otherwise} END)"
            value = _finite(text, value, target, lax=lax)
        matches = f"regexp_full_match({text}, {text_sql(pattern)})"
        return _checked(text, matches, value, otherwise, lax=lax and not is_float)

    return checked(sql) if pattern is not _INTEGER_TEXT else _plain_integer(sql, target, checked)


def _from_text(sql: str, target: RedshiftType, *, lax: bool, timezone: str) -> str:
    kind = target.kind
    if kind in _DIGITS:
        return _number(sql, target, lax=lax)
    match kind:
        case Kind.BOOLEAN:
            word = f"lower(trim({sql}, E' \\t\\n\\r'))"
            yes = "('t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', '1')"
            no = "('f', 'fa', 'fal', 'fals', 'false', 'n', 'no', '0')"
            message = "'invalid input syntax for type boolean: \"' || " + sql + " || '\"'"
            return _checked(
                sql,
                f"{word} IN {yes} OR {word} IN {no}",
                f"{word} IN {yes}",
                fault_sql(ComputeFault, message),
                lax=lax,
            )
        case Kind.DATE:
            return date_sql(sql, lax=lax)
        case Kind.TIMESTAMP | Kind.TIMESTAMPTZ:
            return timestamp_sql(sql, zone=timezone if kind is Kind.TIMESTAMPTZ else None, lax=lax)
        case Kind.TIME:
            return time_sql(sql, lax=lax)
    raise NotEmulated(f"cast of a text that is not a constant to {target}")


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
    if target.kind is Kind.DATE:
        return date_sql(scalar, lax=True)
    if target.kind is Kind.TIME:
        return time_sql(scalar, lax=True)
    return timestamp_sql(
        scalar, zone=timezone if target.kind is Kind.TIMESTAMPTZ else None, lax=True
    )
