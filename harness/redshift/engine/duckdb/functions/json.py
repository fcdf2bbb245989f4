"""JSON functions in DuckDB's SQL.

Deviates: the text of a number that DuckDB reads as a float is its shortest form (``1.10`` gives
``1.1``).

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

from collections.abc import Sequence
from typing import Final

from harness.redshift.context import ExecutionContext
from harness.redshift.engine.duckdb.faults import fault_sql
from harness.redshift.engine.duckdb.functions.lowering import Lowering, Node
from harness.redshift.errors import ComputeFault
from harness.redshift.types import Kind

_BROKEN = fault_sql(ComputeFault, "'JSON parsing error'", "invalid json object")


def _guarded(text: str, value: str, lax: str | None, shape: str) -> str:
    """A value of valid JSON; an error, or NULL where the last argument says so, for other text."""
    otherwise = _BROKEN if lax is None else f"CASE WHEN {lax} THEN NULL ELSE {_BROKEN} END"
    valid = f"coalesce(TRY(json_type({text})), '') = '{shape}'" if shape else f"json_valid({text})"
    return f"(CASE WHEN {text} IS NULL THEN NULL WHEN {valid} THEN {value} ELSE {otherwise} END)"


def _path(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del context
    keys, lax = list(arguments[1:]), None
    if node.arguments[-1].type.kind is Kind.BOOLEAN:
        lax = keys.pop()
    steps = " || ".join(f"'.\"' || replace({key}, '\"', '\\\"') || '\"'" for key in keys)
    value = f"json_extract_string({arguments[0]}, '$' || {steps})"
    return _guarded(arguments[0], value, lax, "")


def _element(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del node, context
    lax = arguments[2] if len(arguments) > 2 else None
    size = f"json_array_length({arguments[0]})"
    value = (
        f"(CASE WHEN {arguments[1]} >= 0 AND {arguments[1]} < {size} "
        f"THEN json_extract_string({arguments[0]}, '$[' || {arguments[1]} || ']') END)"
    )
    return _guarded(arguments[0], value, lax, "ARRAY")


def _length(arguments: Sequence[str], node: Node, context: ExecutionContext) -> str:
    del node, context
    lax = arguments[1] if len(arguments) > 1 else None
    value = f"CAST(json_array_length({arguments[0]}) AS INTEGER)"
    return _guarded(arguments[0], value, lax, "ARRAY")


def _is(*types: str) -> str:
    names = ", ".join(f"'{name}'" for name in types)
    return f"(json_type({{0}}) IN ({names}))"


_WHOLE = ("BIGINT", "UBIGINT")


def _within(low: int, high: int) -> str:
    return f"({_is(*_WHOLE)} AND TRY_CAST({{0}} AS HUGEINT) BETWEEN {low} AND {high})"


LOWERINGS: Final[dict[str, Lowering]] = {
    **{
        f"json_extract_path_text:varchar,{','.join(['varchar'] * depth)}{flag}": _path
        for depth in range(1, 6)
        for flag in ("", ",boolean")
    },
    "json_extract_array_element_text:varchar,integer,boolean": _element,
    "json_array_length:varchar,boolean": _length,
    "is_valid_json:varchar": "(json_valid({0}) AND coalesce(TRY(json_type({0})), '') = 'OBJECT')",
    "is_valid_json_array:varchar": (
        "(json_valid({0}) AND coalesce(TRY(json_type({0})), '') = 'ARRAY')"
    ),
    "can_json_parse:varchar": "json_valid({0})",
    "json_parse:varchar": (
        f"(CASE WHEN {{0}} IS NULL THEN NULL WHEN json_valid({{0}}) "
        f"THEN CAST(json({{0}}) AS VARCHAR) ELSE {_BROKEN} END)"
    ),
    "json_serialize:super": "{0}",
    "json_size:super": "CAST(strlen({0}) AS INTEGER)",
    "json_typeof:super": (
        "(CASE json_type({0}) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' "
        "WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' "
        "ELSE CASE WHEN {0} IS NOT NULL THEN 'number' END END)"
    ),
    "get_array_length:super": (
        "(CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS BIGINT) END)"
    ),
    "||:super,super": "CAST(to_json(list_concat({0}::JSON[], {1}::JSON[])) AS VARCHAR)",
    "is_array:super": _is("ARRAY"),
    "is_object:super": _is("OBJECT"),
    "is_scalar:super": "(json_type({0}) NOT IN ('ARRAY', 'OBJECT', 'NULL'))",
    "is_varchar:super": _is("VARCHAR"),
    "is_boolean:super": _is("BOOLEAN"),
    "is_integer:super": _within(-(2**31), 2**31 - 1),
    "is_bigint:super": _within(-(2**63), 2**63 - 1),
    "is_smallint:super": _within(-(2**15), 2**15 - 1),
    "is_decimal:super": _is(*_WHOLE, "DOUBLE"),
    "is_float:super": _is("DOUBLE"),
}
