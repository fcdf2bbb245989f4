"""VARBYTE: functions and operators in DuckDB's SQL, which knows bits of strings that are not empty.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/varbyte-functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue, Unsupported
from sparkify_harness.redshift.sql.functions import conversion, operators
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_BASE64: Final = "([0-9A-Za-z+/]{4})*([0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?"


def _bits(value: str) -> str:
    return f"CAST({value} AS BIT)"


def _to_varbyte(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Bytes of a text; digits in front that are missing are zeros.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TO_VARBYTE.html
    """
    del context
    text, encoding = arguments[0], str(constant(node, 1)).lower()
    if encoding in {"hex", "hexadecimal"}:
        fault = fault_sql(ComputeFault, "'invalid hexadecimal data'")
        whole = f"CASE WHEN length({text}) % 2 = 0 THEN {text} ELSE '0' || {text} END"
        return _digits(text, "[0-9A-Fa-f]*", f"unhex({whole})", fault)
    if encoding == "binary":
        fault = fault_sql(ComputeFault, "'invalid binary data'")
        missing = f"CAST((8 - length({text}) % 8) % 8 AS BIGINT)"
        whole = f"(repeat('0', {missing}) || {text})"
        value = f"CASE WHEN {text} = '' THEN ''::BLOB ELSE CAST({_bits(whole)} AS BLOB) END"
        return _digits(text, "[01]*", value, fault)
    if encoding in {"utf8", "utf-8"}:
        return f"encode({text})"
    if encoding == "base64":
        fault = fault_sql(ComputeFault, "'invalid base64 data'")
        return _digits(text, _BASE64, f"from_base64({text})", fault)
    raise InvalidParameterValue(f"Unsupported format: {encoding}")


def _from_hex(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node, context
    text, fault = arguments[0], fault_sql(ComputeFault, "'invalid hexadecimal data'")
    return _digits(text, "([0-9A-Fa-f]{2})*", f"unhex({text})", fault)


def _digits(text: str, pattern: str, value: str, fault: str) -> str:
    return (
        f"(CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN regexp_full_match({text}, '{pattern}') THEN {value} ELSE {fault} END)"
    )


def _from_varbyte(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    encoding = str(constant(node, 1)).lower()
    printed = f"CAST({_bits('{0}')} AS VARCHAR)"
    templates = {
        "hex": "lower(hex({0}))",
        "binary": f"(CASE WHEN octet_length({{0}}) = 0 THEN '' ELSE {printed} END)",
        "utf8": "decode({0})",
        "utf-8": "decode({0})",
        "base64": "to_base64({0})",
    }
    if encoding not in templates:
        raise InvalidParameterValue(f"Unsupported format: {encoding}")
    return templates[encoding].format(*arguments)


def _bitwise(template: str) -> str:
    """An operator on the bits of two values, which have to be of one length."""
    fault = fault_sql(Unsupported, "'not emulated: bits of VARBYTE values of different lengths'")
    computed = template.format(_bits("{0}"), _bits("{1}"))
    return (
        "(CASE WHEN octet_length({0}) <> octet_length({1}) "
        f"THEN {fault} WHEN octet_length({{0}}) = 0 THEN {{0}} ELSE CAST({computed} AS BLOB) END)"
    )


_OUTSIDE = fault_sql(Unsupported, "'not emulated: GETBIT of a bit that the value does not have'")
_GETBIT = (
    f"(CASE WHEN {{1}} < 0 OR {{1}} >= 8 * octet_length({{0}}) THEN {_OUTSIDE} "
    f"ELSE get_bit({_bits('{0}')}, CAST(8 * octet_length({{0}}) - 1 - {{1}} AS INTEGER)) END)"
)
"""Bits are counted from the last one."""

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    conversion.TO_VARBYTE: _to_varbyte,
    conversion.FROM_VARBYTE: _from_varbyte,
    conversion.FROM_HEX: _from_hex,
    conversion.TO_HEX: "lower(hex({0}))",
    conversion.GETBIT: _GETBIT,
    operators.BITWISE_AND[Kind.VARBYTE]: _bitwise("{0} & {1}"),
    operators.BITWISE_OR[Kind.VARBYTE]: _bitwise("{0} | {1}"),
    operators.BITWISE_XOR[Kind.VARBYTE]: _bitwise("xor({0}, {1})"),
    operators.BITWISE_NOT[Kind.VARBYTE]: (
        f"(CASE WHEN octet_length({{0}}) = 0 THEN {{0}} ELSE CAST(~ {_bits('{0}')} AS BLOB) END)"
    ),
}
