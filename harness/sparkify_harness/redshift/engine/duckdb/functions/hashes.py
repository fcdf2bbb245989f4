"""Hashes and codes of strings in DuckDB's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/hash-functions.html
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import fault_sql
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue
from sparkify_harness.redshift.sql.functions import hashes, strings
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_PRIME = 1_099_511_628_211
_SHA2 = "sha2_digest"
_CASTAGNOLI = 0x82F6_3B78
_ONES = 0xFFFF_FFFF
_BASIS = 14_695_981_039_346_656_037
_WIDTHS: Final = {Kind.SMALLINT: 2, Kind.INTEGER: 4, Kind.BIGINT: 8}


def _sha2(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """SHA2; other lengths than the documented ones give an empty string.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SHA2.html
    """
    del context
    bits = constant(node, 1)
    if bits in {0, 256}:
        return f"sha256({arguments[0]})"
    if bits in {224, 384, 512}:
        is_text = node.arguments[0].type.kind.is_text
        return f"{_SHA2}({f'encode({arguments[0]})' if is_text else arguments[0]}, {bits})"
    return f"CASE WHEN {arguments[0]} IS NOT NULL THEN '' END"


def _digest(data: bytes, bits: int) -> str:
    return hashlib.new(f"sha{bits}", data).hexdigest()


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a database the hashes that DuckDB lacks."""
    connection.create_function(_SHA2, _digest, ["BLOB", "INTEGER"], "VARCHAR")


def _fnv(hexadecimal: str) -> Lowering:
    """FNV-1a of 64 bits over the bytes of a value.

    Args:
        hexadecimal: Template for the bytes as hexadecimal digits.
    """

    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        digits = hexadecimal.format(arguments[0])
        start = f"CAST({_BASIS} AS UHUGEINT)"
        if len(arguments) > 1:
            start = f"(CAST({arguments[1]} AS HUGEINT) & 18446744073709551615)::UHUGEINT"
        # To count to a place in a string takes as long as the place is far.
        pairs = f"regexp_extract_all({digits}, '..')"
        bytes_ = f"list_transform({pairs}, lambda p: CAST('0x' || p AS UHUGEINT))"
        mixed = "xor(CAST(h AS UBIGINT), CAST(b AS UBIGINT))"
        folded = (
            f"list_reduce(list_prepend({start}, {bytes_}), "
            f"lambda h, b: CAST({mixed} AS UHUGEINT) * {_PRIME} % 18446744073709551616)"
        )
        signed = f"CAST(CAST(CAST({folded} AS UBIGINT) AS BIT) AS BIGINT)"
        return f"(CASE WHEN {arguments[0]} IS NOT NULL THEN {signed} END)"

    return lower


def _little_endian(width: int) -> str:
    """Hexadecimal digits of an integer's bytes, the lowest first."""
    unsigned = "(CAST({0} AS HUGEINT) & " + str(2 ** (8 * width) - 1) + ")"
    return (
        "("
        + " || ".join(
            f"printf('%02x', CAST({unsigned} // {256**place} % 256 AS INTEGER))"
            for place in range(width)
        )
        + ")"
    )


def _crc_table() -> tuple[int, ...]:
    """CRC-32C of each byte."""
    table = []
    for byte in range(256):
        rest = byte
        for _ in range(8):
            rest = rest >> 1 ^ (_CASTAGNOLI if rest & 1 else 0)
        table.append(rest)
    return tuple(table)


def _crc32() -> str:
    """CRC-32C over the bytes of a text, as eight hexadecimal digits.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/crc32-function.html
    """
    table = f"CAST([{', '.join(map(str, _crc_table()))}] AS UBIGINT[])"
    digits = "hex(encode({0}))"
    byte = f"CAST('0x' || substr({digits}, CAST(2 * i - 1 AS BIGINT), 2) AS UBIGINT)"
    bytes_ = f"list_transform(range(1, length({digits}) // 2 + 1), lambda i: {byte})"
    folded = (
        f"list_reduce(list_prepend(CAST({_ONES} AS UBIGINT), {bytes_}), "
        f"lambda c, b: xor(c >> 8, {table}[CAST(xor(c & 255, b) AS BIGINT) + 1]))"
    )
    return (
        "(CASE WHEN {0} IS NOT NULL THEN "
        f"lpad(lower(hex(xor({folded}, CAST({_ONES} AS UBIGINT)))), 8, '0') END)"
    )


def _strtol(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """An integer written to a base."""
    del context
    base = constant(node, 1)
    if not isinstance(base, int) or not 2 <= base <= 36:
        raise InvalidParameterValue("The input base must be between 2 and 36")
    text = f"lower(trim({arguments[0]}, ' '))"
    digits = f"regexp_replace({text}, '^[+-]?{'(0x)?' if base == 16 else ''}', '')"
    known = "0123456789abcdefghijklmnopqrstuvwxyz"[:base]
    value = (
        f"list_reduce(list_transform(string_split({digits}, ''), "
        f"lambda c: CAST(instr('{known}', c) - 1 AS HUGEINT)), lambda a, d: a * {base} + d)"
    )
    fault = fault_sql(
        ComputeFault,
        f"'The input ' || {arguments[0]} || ' is not valid to be converted to base {base}'",
    )
    return (
        f"(CASE WHEN {arguments[0]} IS NULL THEN NULL "
        f"WHEN regexp_full_match({digits}, '[{known}]+') "
        f"THEN CAST(CASE WHEN starts_with({text}, '-') THEN -1 ELSE 1 END * {value} AS BIGINT) "
        f"ELSE {fault} END)"
    )


def _soundex(text: str) -> str:
    return once(_code_of_letters, f"regexp_replace(upper({text}), '[^A-Z]', '', 'g')")


def _code_of_letters(letters: str) -> str:
    rest = f"translate(substr({letters}, 2), 'HW', '')"
    alphabet, codes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230120022455012623010202"
    coded = f"translate(left({letters}, 1) || {rest}, '{alphabet}', '{codes}')"
    for digit in "123456":
        coded = f"regexp_replace({coded}, '{digit}+', '{digit}', 'g')"
    tail = f"rpad(left(replace(substr({coded}, 2), '0', ''), 3), 3, '0')"
    return f"(CASE WHEN {letters} = '' THEN '' ELSE left({letters}, 1) || {tail} END)"


def _difference(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del node, context
    return once(_same_places, _soundex(arguments[0]), _soundex(arguments[1]))


def _same_places(left: str, right: str) -> str:
    same = (
        f"CASE WHEN substr({left}, {place}, 1) = substr({right}, {place}, 1) THEN 1 ELSE 0 END"
        for place in range(1, 5)
    )
    return f"(CASE WHEN {left} || {right} IS NOT NULL THEN {' + '.join(same)} END)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(hashes.MD5.values(), "md5({0})"),
    **dict.fromkeys(
        (*hashes.SHA.values(), *hashes.SHA1.values(), *hashes.FUNC_SHA1.values()), "sha1({0})"
    ),
    hashes.SHA2[Kind.VARCHAR]: _sha2,
    hashes.SHA2[Kind.VARBYTE]: _sha2,
    hashes.FNV_HASH[Kind.VARCHAR]: _fnv("hex(encode({0}))"),
    hashes.FNV_HASH[Kind.VARBYTE]: _fnv("hex({0})"),
    **{hashes.FNV_HASH[kind]: _fnv(_little_endian(width)) for kind, width in _WIDTHS.items()},
    hashes.CRC32: _crc32(),
    strings.STRTOL: _strtol,
    strings.SOUNDEX: lambda arguments, node, context: _soundex(arguments[0]),  # noqa: ARG005 - as every lowering
    strings.DIFFERENCE: _difference,
}
