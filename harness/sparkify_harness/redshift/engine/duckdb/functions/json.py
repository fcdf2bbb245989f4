"""JSON functions in DuckDB's SQL.

DuckDB tells a fraction in its shortest form (``1.1`` for ``1.10``): the text that was written is
looked up.

Deviates: JSON_PARSE does not keep the text of numbers: ``1.10`` becomes ``1.1``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/json-functions.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql, text_sql
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue
from sparkify_harness.redshift.sql.functions import json
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.input import read
from sparkify_harness.redshift.sql.tree import Expression, Literal
from sparkify_harness.redshift.types import SUPER, Kind

_BROKEN = fault_sql(ComputeFault, "'JSON parsing error'", "invalid json object")
_PARAMETER: Final = re.compile(r"\$\d")
"""What parameters have in them; and some constants, for which it does no harm."""
_LITERAL: Final = re.compile(r"'((?:[^']|'')*)'")


def _valid(text: str) -> str:
    """Whether a text is JSON; DuckDB takes a comma before a bracket, and NaN, for JSON as well."""
    bare = rf"""regexp_replace({text}, '"([^"\\]|\\.)*"', '""', 'g')"""
    beyond = rf"regexp_matches({bare}, ',\s*[\]}}]|(?i)nan|inf')"
    return f"(json_valid({text}) AND NOT {beyond})"


def _guarded(node: Invocation, text: str, value: str, lax: str | None, shape: str) -> str:
    """A value of valid JSON; an error, or NULL where the last argument says so, for other text.

    Args:
        node: The call.
        text: SQL of the JSON. A constant, an answer of the session's among them, is judged here:
            DuckDB would compute the value before it asks whether it may.
        value: SQL of the value.
        lax: SQL of the last argument, if there is one.
        shape: Type of JSON that it has to be; empty for any.
    """
    argument = node.arguments[0]
    nothing = f"CAST(NULL AS {storage_type(node.type)})"
    if isinstance(argument, Literal) and not _is_json(argument.value):
        text = "CAST(NULL AS VARCHAR)" if argument.value is None else "'?'"
        value = nothing
    elif (said := _LITERAL.fullmatch(text)) and not _is_json(said[1].replace("''", "'")):
        text, value = "'?'", nothing
    otherwise = _BROKEN if lax is None else f"CASE WHEN {lax} THEN NULL ELSE {_BROKEN} END"
    valid = _valid(text)
    if shape:
        valid = f"({valid} AND json_type({text}) = '{shape}')"
    missing = f"{text} IS NULL" if lax is None else f"{text} IS NULL OR {lax} IS NULL"
    return f"(CASE WHEN {missing} THEN NULL WHEN {valid} THEN {value} ELSE {otherwise} END)"


def _judged(text: str) -> str:
    """SQL of the JSON that a value is computed of: DuckDB computes those of parameters first, too.

    Args:
        text: SQL of the JSON.
    """
    if _PARAMETER.search(text):
        return f"(CASE WHEN {_valid(text)} THEN {text} ELSE '{{}}' END)"
    return text


def _is_json(value: object) -> bool:
    try:
        return read(str(value), SUPER) is not None
    except InvalidParameterValue:
        return False


def _as_written(text: str, path: str, before: str) -> str:
    """The text at a path; of a fraction the digits that stand in the JSON.

    Args:
        text: The JSON.
        path: SQL for the path.
        before: SQL for a pattern of what stands in front of the value.
    """
    value = f"json_extract_string({text}, {path})"
    numbers = f"regexp_extract_all({text}, {before} || '(-?[0-9][0-9.eE+-]*)', 1)"
    same = f"list_filter({numbers}, lambda n: TRY_CAST(n AS DOUBLE) = CAST({value} AS DOUBLE))"
    fraction = f"json_type({text}, {path}) = 'DOUBLE'"
    return f"(CASE WHEN {fraction} THEN coalesce({same}[1], {value}) ELSE {value} END)"


_STRANGE: Final = re.compile(r"\*?|.*\\.*", re.DOTALL)
"""Keys that DuckDB's ``$."key"`` does not mean as they are; its pointers do, but they take the key
``0`` for a place in an array."""


def _steps(keys: Sequence[str], nodes: Sequence[Expression]) -> str:
    """SQL of the path in DuckDB's words."""
    path = "'$' || " + " || ".join(f"'.\"' || replace({key}, '\"', '\\\"') || '\"'" for key in keys)
    pointer = " || ".join(f"'/' || replace(replace({key}, '~', '~0'), '/', '~1')" for key in keys)
    strange = []
    for key, node in zip(keys, nodes, strict=False):
        if not isinstance(node, Literal):
            strange.append(f"regexp_full_match({key}, {text_sql(_STRANGE.pattern)}, 's')")
        elif _STRANGE.fullmatch(str(node.value)):
            return pointer
    return f"CASE WHEN {' OR '.join(strange)} THEN {pointer} ELSE {path} END" if strange else path


def _path(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    keys, lax = list(arguments[1:]), None
    if node.arguments[-1].type.kind is Kind.BOOLEAN:
        lax = keys.pop()
    key = f"""'"' || regexp_escape({keys[-1]}) || '"\\s*:\\s*'"""
    value = _as_written(_judged(arguments[0]), _steps(keys, node.arguments[1:]), key)
    return _guarded(node, arguments[0], value, lax, "")


def _element(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    lax = arguments[2] if len(arguments) > 2 else None
    text = _judged(arguments[0])
    size = f"json_array_length({text})"
    place, before = f"'$[' || {arguments[1]} || ']'", "'[\\[,]\\s*'"
    value = (
        f"(CASE WHEN {arguments[1]} >= 0 AND {arguments[1]} < {size} "
        f"THEN {_as_written(text, place, before)} END)"
    )
    return _guarded(node, arguments[0], value, lax, "ARRAY")


def _length(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    lax = arguments[1] if len(arguments) > 1 else None
    value = f"CAST(json_array_length({_judged(arguments[0])}) AS INTEGER)"
    return _guarded(node, arguments[0], value, lax, "ARRAY")


def _of_shape(shape: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        [text] = arguments
        valid = f"{_valid(text)} AND coalesce(TRY(json_type({text})), '') = '{shape}'"
        return f"(CASE WHEN {text} IS NOT NULL THEN {valid} END)"

    return lower


def _parse(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node, context
    [text] = arguments
    value = f"CAST(json({text}) AS VARCHAR)"
    return (
        f"(CASE WHEN {text} IS NULL THEN NULL WHEN {_valid(text)} THEN {value} ELSE {_BROKEN} END)"
    )


def _is(*types: str) -> str:
    names = ", ".join(f"'{name}'" for name in types)
    return f"(json_type({{0}}) IN ({names}))"


_WHOLE = ("BIGINT", "UBIGINT")


def _within(low: int, high: int) -> str:
    return f"({_is(*_WHOLE)} AND TRY_CAST({{0}} AS HUGEINT) BETWEEN {low} AND {high})"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(json.JSON_EXTRACT_PATH_TEXT.values(), _path),
    json.JSON_EXTRACT_ARRAY_ELEMENT_TEXT: _element,
    json.JSON_ARRAY_LENGTH: _length,
    json.IS_VALID_JSON: _of_shape("OBJECT"),
    json.IS_VALID_JSON_ARRAY: _of_shape("ARRAY"),
    json.CAN_JSON_PARSE: lambda arguments, node, context: _valid(arguments[0]),  # noqa: ARG005 - as every lowering
    json.JSON_PARSE: _parse,
    json.JSON_SERIALIZE: "{0}",
    json.JSON_SIZE: "CAST(strlen({0}) AS INTEGER)",
    json.JSON_TYPEOF: (
        "(CASE json_type({0}) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' "
        "WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' "
        "ELSE CASE WHEN {0} IS NOT NULL THEN 'number' END END)"
    ),
    json.GET_ARRAY_LENGTH: (
        "(CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS INTEGER) END)"
    ),
    json.IS_ARRAY: _is("ARRAY"),
    json.IS_OBJECT: _is("OBJECT"),
    json.IS_SCALAR: "(json_type({0}) NOT IN ('ARRAY', 'OBJECT', 'NULL'))",
    json.IS_VARCHAR: _is("VARCHAR"),
    json.IS_BOOLEAN: _is("BOOLEAN"),
    json.IS_INTEGER: _within(-(2**31), 2**31 - 1),
    json.IS_BIGINT: _within(-(2**63), 2**63 - 1),
    json.IS_SMALLINT: _within(-(2**15), 2**15 - 1),
    json.IS_DECIMAL: _is(*_WHOLE, "DOUBLE"),
    json.IS_FLOAT: _is("DOUBLE"),
}
