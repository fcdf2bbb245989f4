"""String functions and hashes in DuckDB's SQL."""

import sys
from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.functions.comparison import COMPARED
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue
from sparkify_harness.redshift.sql.functions import operators, strings
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_LETTERS = "[\\p{{L}}\\p{{N}}]+|[^\\p{{L}}\\p{{N}}]+"
_NEGATIVE = fault_sql(InvalidParameterValue, "'negative substring length not allowed'")
_LONGEST: Final = 16_000_000
"""Bytes of a string while a statement computes it. Arguments are limited besides being checked:
DuckDB folds constants in every branch.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
"""
_TOO_LONG = fault_sql(ComputeFault, f"'Value too long for character type: {_LONGEST} bytes'")
_NO_CHARACTER = fault_sql(
    ComputeFault, "'requested character not valid for encoding: ' || CAST({0} AS VARCHAR)"
)
_FIELD = fault_sql(ComputeFault, "'field position must be greater than zero'")


def at_least(number: str, bound: int) -> str:
    """The number, or the bound where it is below; DuckDB's `greatest` would pass over a NULL."""
    return f"(CASE WHEN {number} < {bound} THEN {bound} ELSE {number} END)"


def _at_most(number: str, bound: int) -> str:
    return f"(CASE WHEN {number} > {bound} THEN {bound} ELSE {number} END)"


def _trim(function: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        characters = arguments[1] if len(arguments) > 1 else "' '"
        return f"{function}({arguments[0]}, {characters})"

    return lower


def _pad(function: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        text, size, fill = (*arguments, "' '")[:3]
        whole = f"left({text}, {at_least(size, 0)})"
        return (
            f"(CASE WHEN {fill} IS NULL THEN NULL "
            f"WHEN {size} <= length({text}) OR {fill} = '' THEN {whole} "
            f"WHEN {size} > {_LONGEST} THEN {_TOO_LONG} "
            f"ELSE {function}({text}, {_at_most(size, _LONGEST)}, {fill}) END)"
        )

    return lower


def _substring(function: str) -> Lowering:
    """Characters from a position that may lie before the string."""

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        text, start = arguments[0], arguments[1]
        begin = at_least(start, 1)
        if len(arguments) == 2:
            return f"{function}({text}, {begin})"
        size = arguments[2]
        kept = at_least(f"(CAST({start} AS BIGINT) + {size} - {begin})", 0)
        checked = f"(CASE WHEN {size} < 0 THEN {_NEGATIVE} ELSE {kept} END)"
        return f"{function}({text}, {begin}, {checked})"

    return lower


def _bytes(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node, context
    value, start = arguments[0], arguments[1]
    begin = at_least(start, 1)
    if len(arguments) == 2:
        end = f"CAST(octet_length({value}) AS BIGINT)"
        return f"(CASE WHEN {start} IS NOT NULL THEN array_slice({value}, {begin}, {end}) END)"
    size = arguments[2]
    end = f"(CAST({start} AS BIGINT) + {size} - 1)"
    # To `array_slice`, NULL is no end, and what is below 0 counts from the other one.
    return (
        f"(CASE WHEN {size} < 0 THEN {_NEGATIVE} "
        f"WHEN {end} IS NOT NULL THEN array_slice({value}, {begin}, {at_least(end, 0)}) END)"
    )


def _position(whole: str, part: str) -> str:
    return f"CAST(instr({whole}, {part}) AS INTEGER)"


_QUOTED = "'\"' || replace({0}, '\"', '\"\"') || '\"'"

LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(strings.LENGTHS, "CAST(length({0}) AS INTEGER)"),
    **dict.fromkeys(strings.BYTE_LENGTHS, "CAST(octet_length({0}) AS INTEGER)"),
    strings.OCTET_LENGTH[Kind.VARCHAR]: "CAST(strlen({0}) AS INTEGER)",
    strings.ASCII: "ascii({0})",
    strings.CHR: f"(CASE WHEN {{0}} < 0 OR {{0}} > {sys.maxunicode} "
    f"OR {{0}} BETWEEN 55296 AND 57343 THEN {_NO_CHARACTER} ELSE chr({{0}}) END)",
    strings.UPPER: "upper({0})",
    strings.LOWER: "lower({0})",
    strings.INITCAP: (
        "(CASE WHEN {0} IS NOT NULL THEN coalesce(list_aggregate(list_transform("
        f"regexp_extract_all({{0}}, '{_LETTERS}'), "
        "lambda word: upper(word[1]) || lower(word[2:])), 'string_agg', ''), '') END)"
    ),
    strings.REVERSE: "reverse({0})",
    **{
        overload: "({0} || {1})"
        for kind in (Kind.VARCHAR, Kind.VARBYTE)
        for overload in (
            operators.CONCATENATE[kind],
            operators.ADD[kind, kind],
            strings.CONCAT[kind],
        )
    },
    strings.BTRIM: _trim("trim"),
    strings.TRIM: _trim("trim"),
    strings.LTRIM: _trim("ltrim"),
    strings.RTRIM: _trim("rtrim"),
    strings.LPAD: _pad("lpad"),
    strings.RPAD: _pad("rpad"),
    strings.LEFT: f"left({{0}}, {at_least('{1}', 0)})",
    strings.RIGHT: f"right({{0}}, {at_least('{1}', 0)})",
    strings.SUBSTRING[Kind.VARCHAR]: _substring("substring"),
    strings.SUBSTR: _substring("substring"),
    strings.SUBSTRING[Kind.VARBYTE]: _bytes,
    strings.CHARINDEX: _position("{1}", "{0}"),
    strings.POSITION: _position("{0}", "{1}"),
    strings.STRPOS: _position("{0}", "{1}"),
    strings.OCTETINDEX: (
        "CAST(CASE WHEN instr({1}, {0}) = 0 THEN 0 "
        "ELSE strlen(left({1}, instr({1}, {0}) - 1)) + 1 END AS INTEGER)"
    ),
    **dict.fromkeys(
        (strings.REPEAT, strings.REPLICATE),
        f"(CASE WHEN strlen({{0}}) * CAST({{1}} AS BIGINT) > {_LONGEST} "
        f"THEN {_TOO_LONG} ELSE repeat({{0}}, {_at_most(at_least('{1}', 0), _LONGEST)}) END)",
    ),
    strings.REPLACE: "replace({0}, {1}, {2})",
    strings.TRANSLATE: "translate({0}, {1}, {2})",
    strings.SPLIT_PART: (
        f"(CASE WHEN {{2}} <= 0 THEN {_FIELD} "
        "WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL "
        "ELSE coalesce(string_split({0}, {1})[{2}], '') END)"
    ),
    strings.QUOTE_IDENT: (
        "(CASE WHEN regexp_full_match({0}, '[a-z_][a-z0-9_]*') THEN {0} ELSE " + _QUOTED + " END)"
    ),
    strings.QUOTE_LITERAL: ("('''' || replace(replace({0}, '\\', '\\\\'), '''', '''''') || '''')"),
    strings.BPCHARCMP: COMPARED.replace("{0}", "rtrim({0}, ' ')").replace("{1}", "rtrim({1}, ' ')"),
    strings.BTTEXT_PATTERN_CMP: COMPARED,
}
