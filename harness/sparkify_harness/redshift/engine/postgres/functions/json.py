"""JSON functions in PostgreSQL's SQL, on its type ``json``, which keeps the text.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.sql.functions import json
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_JSON = "CAST({0} AS json)"


def _guarded(text: str, value: str, lax: str | None) -> str:
    """A value of JSON; NULL of what is none where the last argument says so."""
    if lax is None:
        return value
    valid = f"{lax} AND NOT redshift.is_json({text})"
    return f"(CASE WHEN {lax} IS NULL OR {valid} THEN NULL ELSE {value} END)"


def _path(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    keys, lax = list(arguments[1:]), None
    if node.arguments[-1].type.kind is Kind.BOOLEAN:
        lax = keys.pop()
    value = f"json_extract_path_text(CAST({arguments[0]} AS json), {', '.join(keys)})"
    missing = " OR ".join(f"{each} IS NULL" for each in (arguments[0], *keys))
    return _guarded(arguments[0], f"(CASE WHEN NOT ({missing}) THEN {value} END)", lax)


def _element(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """PostgreSQL counts a negative place from the end."""
    del node, context
    lax = arguments[2] if len(arguments) > 2 else None
    array = f"CAST({arguments[0]} AS json)"
    # That it is an array is asked of every place.
    size = f"json_array_length({array})"
    inside = f"{arguments[1]} >= 0 AND {arguments[1]} < {size}"
    value = f"(CASE WHEN {size} >= 0 AND {inside} THEN {array} ->> {arguments[1]} END)"
    return _guarded(arguments[0], value, lax)


def _length(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node, context
    lax = arguments[1] if len(arguments) > 1 else None
    return _guarded(arguments[0], f"json_array_length(CAST({arguments[0]} AS json))", lax)


def _of_shape(shape: str) -> str:
    typed = f"(json_typeof({_JSON}) = '{shape}')"
    return f"(CASE WHEN redshift.is_json({{0}}) THEN {typed} ELSE redshift.is_json({{0}}) END)"


def _is(*names: str) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    return f"(json_typeof({_JSON}) IN ({listed}))"


_NUMBER = f"CASE WHEN {_is('number')} THEN CAST({_JSON} #>> '{{{{}}}}' AS numeric) END"
_WHOLE = f"(CAST({_JSON} AS text) !~ '[.eE]')"


def _whole(bits: int) -> str:
    inside = f"{_NUMBER} BETWEEN {-(2 ** (bits - 1))} AND {2 ** (bits - 1) - 1}"
    return f"(CASE WHEN {{0}} IS NOT NULL THEN {_is('number')} AND {_WHOLE} AND ({inside}) END)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(json.JSON_EXTRACT_PATH_TEXT.values(), _path),
    json.JSON_EXTRACT_ARRAY_ELEMENT_TEXT: _element,
    json.JSON_ARRAY_LENGTH: _length,
    json.IS_VALID_JSON: _of_shape("object"),
    json.IS_VALID_JSON_ARRAY: _of_shape("array"),
    json.CAN_JSON_PARSE: "redshift.is_json({0})",
    json.JSON_SERIALIZE: "{0}",
    json.JSON_SIZE: "octet_length({0})",
    json.JSON_TYPEOF: f"json_typeof({_JSON})",
    json.GET_ARRAY_LENGTH: (f"(CASE WHEN {_is('array')} THEN json_array_length({_JSON}) END)"),
    json.IS_ARRAY: _is("array"),
    json.IS_OBJECT: _is("object"),
    json.IS_SCALAR: _is("string", "number", "boolean"),
    json.IS_VARCHAR: _is("string"),
    json.IS_BOOLEAN: _is("boolean"),
    json.IS_INTEGER: _whole(32),
    json.IS_BIGINT: _whole(64),
    json.IS_SMALLINT: _whole(16),
    json.IS_DECIMAL: _is("number"),
    json.IS_FLOAT: f"({_is('number')} AND NOT {_WHOLE})",
}
