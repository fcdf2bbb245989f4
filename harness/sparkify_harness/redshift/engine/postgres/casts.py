"""Changes of type in PostgreSQL's SQL: its own casts, but for what Redshift reads otherwise.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#r_Type_conversion
"""

from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart, text_sql
from sparkify_harness.redshift.engine.postgres.types import TYPES, storage_type, text_output
from sparkify_harness.redshift.sql.decimals import WORD_PRECISION
from sparkify_harness.redshift.sql.tree import Cast, CastContext
from sparkify_harness.redshift.types import Kind, RedshiftType


def cast_sql(sql: str, cast: Cast) -> str:
    """SQL of PostgreSQL for a cast; the session's time zone is the one of the statement."""
    value = _cast(sql, cast)
    if cast.type.precision == WORD_PRECISION and cast.operand.type.signed_size is None:
        lax = "true" if cast.context is CastContext.TRY else "false"
        checked = f"redshift.word({value}, {cast.type.scale or 0}, {lax})"
        return f"CAST({checked} AS {storage_type(cast.type)})"
    return value


def _cast(sql: str, cast: Cast) -> str:
    source, target = cast.operand.type, cast.type
    if Kind.SUPER in {source.kind, target.kind}:
        return _of_super(sql, source, target)
    if target.kind.is_text:
        return _to_text(sql, source, cast)
    if target.kind is Kind.VARBYTE:
        return _to_bytes(sql, cast)
    if _is_text(source):
        return _from_text(sql, target, lax=cast.context is CastContext.TRY)
    if source.kind is Kind.VARBYTE:
        raise NoCounterpart(f"a cast of binary varying to {target}")
    if target.kind is Kind.BOOLEAN and source.kind.is_number:
        return f"({sql} <> 0)"
    stored = storage_type(target)
    if cast.context is CastContext.TRY and source.kind.is_number:
        return f"redshift.try_cast(CAST({sql} AS text), '{stored}', CAST(NULL AS {stored}))"
    if source.kind is Kind.BOOLEAN:
        sql = f"CAST({sql} AS integer)"
    return f"CAST({sql} AS {stored})"


def _is_text(source: RedshiftType) -> bool:
    return source.kind.is_text or source.kind is Kind.UNKNOWN


def _of_super(sql: str, source: RedshiftType, target: RedshiftType) -> str:
    if source.kind is target.kind:
        return sql
    raise NoCounterpart("a cast from or to SUPER")


def _to_bytes(sql: str, cast: Cast) -> str:
    """The bytes of a text, of a CHAR with its blanks, or of an integer, the highest first."""
    source, limit = cast.operand.type, cast.type.length
    width = source.signed_size
    if width is not None:
        digits = f"right(to_hex(CAST({sql} AS bigint)), {2 * width})"
        sql = f"decode(lpad({digits}, {2 * width}, '0'), 'hex')"
    elif source.kind is not Kind.VARBYTE:
        sql = f"convert_to({text_output(sql, source)}, 'UTF8')"
    if limit is None or cast.context is not CastContext.ASSIGNMENT:
        return sql if limit is None else f"substring({sql}, 1, {limit})"
    fits = f"length({sql}) <= {limit}"
    message = "'Value too long for character type'"
    fault = f"redshift.fault('ComputeFault', {message}, CAST(NULL AS bytea))"
    return f"(CASE WHEN {sql} IS NULL OR {fits} THEN {sql} ELSE {fault} END)"


def _to_text(sql: str, source: RedshiftType, cast: Cast) -> str:
    target, limit = cast.type, cast.type.length
    if source.kind is Kind.VARBYTE:
        sql = f"convert_from({sql}, 'UTF8')"
    elif not _is_text(source):
        sql = text_output(sql, source)
    if limit is not None and target.kind is not Kind.NAME:
        fit = "fitted" if cast.context is CastContext.ASSIGNMENT else "cut"
        sql = f"redshift.{fit}({sql}, {limit})"
    if target.kind is Kind.CHAR and source.kind is not Kind.CHAR:
        return f"redshift.ascii_only({sql})"
    return sql


def _from_text(sql: str, target: RedshiftType, *, lax: bool) -> str:
    stored, form = storage_type(target), TYPES[target.kind].form
    if lax:
        known = sql if form is None else f"(CASE WHEN {sql} ~ {text_sql(form)} THEN {sql} END)"
        return f"redshift.try_cast({known}, '{stored}', CAST(NULL AS {stored}))"
    if form is None:
        return f"CAST({sql} AS {stored})"
    message = text_sql(f"invalid input syntax for {target}")
    return f"CAST(redshift.checked({sql}, {text_sql(form)}, {message}) AS {stored})"
