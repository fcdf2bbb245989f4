"""Numbers and BOOLEANs out of text that is not a constant: columns, parameters, results."""

from collections.abc import Callable

from sparkify_harness.redshift.engine.duckdb.conversions import Conversion
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.operands import apart
from sparkify_harness.redshift.errors import ComputeFault

_INTEGER_TEXT = r"[ \t\n\r]*[+-]?[0-9]+[ \t\n\r]*"
_NUMBER_TEXT = r"[ \t\n\r]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r]*"
_NO_NUMBER_TEXT = r"(?i)[ \t]*(nan|[+-]?infinity)[ \t]*"


def _checked(sql: str, condition: str, value: str, fault: str, *, lax: bool) -> str:
    if lax:
        return f"(CASE WHEN {condition} THEN {value} END)"
    return f"(CASE WHEN {sql} IS NULL THEN NULL WHEN {condition} THEN {value} ELSE {fault} END)"


def _finite(sql: str, value: str, conversion: Conversion) -> str:
    """A float out of digits, which is never infinite."""
    message = f"'\"' || {sql} || '\" is out of range for type {conversion.type.kind.value}'"
    fault = "NULL" if conversion.lax else fault_sql(ComputeFault, message)
    return f"(CASE WHEN isinf({value}) THEN {fault} ELSE {value} END)"


def _plain_integer(sql: str, stored: str, otherwise: Callable[[str], str]) -> str:
    """A short way past the pattern for what an integer is printed as, which every reader reads."""
    value = f"TRY_CAST({sql} AS {stored})"
    printed = f"CAST({value} AS VARCHAR) = {sql}"
    return f"coalesce(CASE WHEN {printed} THEN {value} END, {apart(otherwise, sql)})"


def number(sql: str, conversion: Conversion) -> str:
    """The number that a text stands for."""
    facts, lax = conversion.type.kind.facts, conversion.lax
    is_float = facts.digits is not None
    pattern = _NUMBER_TEXT if facts.bounds is None else _INTEGER_TEXT
    valid = r"^[ \t]*[+-]?[0-9]*" if pattern is _INTEGER_TEXT else r"^[ \t]*[+-]?[0-9.]*"

    def fault(text: str) -> str:
        good = f"length(regexp_extract({text}, {text_sql(valid)}))"
        message = (
            f"'Invalid digit, Value ''' || substr({text}, 1 + {good}, 1) || ''', Pos ' || {good}"
            f" || ', Type: {facts.compute}'"
        )
        return fault_sql(ComputeFault, message)

    def checked(text: str) -> str:
        value = f"{'TRY_CAST' if lax else 'CAST'}({text} AS {conversion.stored})"
        otherwise = "NULL" if lax else apart(fault, text)
        if is_float:
            word = f"regexp_full_match({text}, {text_sql(_NO_NUMBER_TEXT)})"
            otherwise = f"(CASE WHEN {word} THEN {value} ELSE {otherwise} END)"
            value = _finite(text, value, conversion)
        matches = f"regexp_full_match({text}, {text_sql(pattern)})"
        return _checked(text, matches, value, otherwise, lax=lax and not is_float)

    if pattern is _NUMBER_TEXT:
        return checked(sql)
    return _plain_integer(sql, conversion.stored, checked)


def boolean(sql: str, conversion: Conversion) -> str:
    """The BOOLEAN that a text stands for."""
    word = f"lower(trim({sql}, E' \\t\\n\\r'))"
    yes = "('t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', '1')"
    no = "('f', 'fa', 'fal', 'fals', 'false', 'n', 'no', '0')"
    message = "'invalid input syntax for type boolean: \"' || " + sql + " || '\"'"
    fault = fault_sql(ComputeFault, message)
    known = f"{word} IN {yes} OR {word} IN {no}"
    return _checked(sql, known, f"{word} IN {yes}", fault, lax=conversion.lax)
