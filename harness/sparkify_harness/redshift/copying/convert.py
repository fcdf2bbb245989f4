"""A field's text becomes a value of its column, by COPY's rules and no engine's.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
"""

import json
import math
import re
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Final

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.datetimes import (
    DATE_FORMAT,
    TIME_FORMAT,
    DateAndTime,
    DateTimeReader,
    reader,
)
from sparkify_harness.redshift.copying.faults import Code, ValueFault
from sparkify_harness.redshift.copying.options import Conversion
from sparkify_harness.redshift.types import Kind, RedshiftType

Converter = Callable[[str], object]
"""Text of a field (bytes that are not UTF-8 as lone surrogates) to its value; None is NULL."""

BLANKS: Final = " \t\n\r\f\v"

_TRUE = frozenset({"t", "true", "y", "yes", "1"})
_FALSE = frozenset({"f", "false", "n", "no", "0"})
_FLOAT = re.compile(
    r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|inf|infinity)", re.ASCII | re.IGNORECASE
)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_WIDE = Context(prec=200, Emax=999_999, Emin=-999_999)


def converter(column: Column, conversion: Conversion) -> Converter:
    """The reader of a column's fields.

    Raises (the converter):
        ValueFault: The text is no value of the column's type.
    """
    null_string = conversion.null_string
    read = CONVERTERS[column.type.kind](column.type, conversion)
    if not column.type.kind.is_text:
        read = _blank_is_null(read)
    if null_string is None:
        return read

    def convert(text: str) -> object:
        return None if text == null_string else read(text)

    return convert


def _blank_is_null(read: Converter) -> Converter:
    """Empty and blank fields are NULL in every type but CHAR and VARCHAR."""

    def convert(text: str) -> object:
        stripped = text.strip(BLANKS)
        return read(text) if stripped else None

    return convert


# --- characters -------------------------------------------------------------------------------


def _text(type_: RedshiftType, conversion: Conversion) -> Converter:
    is_char = type_.kind is Kind.CHAR
    limit = type_.limit
    too_long = "Char length exceeds DDL length" if is_char else "String length exceeds DDL length"

    def convert(text: str) -> object:
        if not text:
            return None if conversion.empty_as_null else ""
        if conversion.blanks_as_null and not text.strip(BLANKS):
            return None
        if is_char:
            text = text.rstrip(" ")
        elif conversion.trim_blanks:
            text = text.rstrip(BLANKS)
        if text.isascii():
            if "\0" in text:
                raise _null_byte(text)
            if len(text) <= limit:
                return text
            if conversion.truncate:
                return text[:limit]
            raise ValueFault(Code.TOO_LONG, too_long)
        if is_char:
            raise _multibyte(text)
        data = _utf8(text, conversion.replacement)
        if len(data) > limit:
            if not conversion.truncate:
                raise ValueFault(Code.TOO_LONG, too_long)
            data = data[:limit]
        return data.decode(errors="ignore")

    return convert


def _null_byte(text: str) -> ValueFault:
    """A NUL among the characters of a field.

    Observed: https://github.com/estuary/connectors/pull/839
    """
    if text.startswith("\0") and len(text) > 1:
        return ValueFault(Code.UTF8, "Invalid null byte - field longer than 1 byte")
    return _bad_utf8("00", 1)


def _multibyte(text: str) -> ValueFault:
    wrong = next(character for character in text if not character.isascii())
    data = wrong.encode("utf-8", "surrogateescape" if _escaped(wrong) else "surrogatepass")
    return ValueFault(
        Code.UTF8,
        "Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). "
        f"Invalid char: {data.hex(' ')}",
    )


NONCHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    chr((plane << 16) + low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
)
"""Inside of a character class: what is valid UTF-8, and is replaced by ACCEPTINVCHARS.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/multi-byte-character-load-errors.html
"""

_REPLACED: Final = re.compile(f"[\ud800-\udfff{NONCHARACTERS}]")


def _size(character: str) -> int:
    """Bytes of a character in the file."""
    return 1 if _escaped(character) else len(character.encode("utf-8", "surrogatepass"))


def _escaped(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _utf8(text: str, replacement: str | None) -> bytes:
    """The bytes of a text, each byte that is not UTF-8 replaced or refused.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/multi-byte-character-load-errors.html
    """
    if replacement is not None:
        text = _REPLACED.sub(lambda wrong: replacement * _size(wrong[0]), text)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise _invalid(text, error.start) from None
    if 0 in data:
        raise _null_byte(text)
    return data


def _invalid(text: str, start: int) -> ValueFault:
    """Redshift's code for what is wrong at a lone surrogate."""
    first = text[start]
    if not _escaped(first):
        return _bad_utf8(first.encode("utf-8", "surrogatepass").hex(), 5)
    byte = ord(first) - 0xDC00
    follow = ""
    while len(follow) < 3 and _escaped(text[start + 1 + len(follow) :][:1] or " "):
        follow += text[start + 1 + len(follow)]
    data = bytes([byte, *(ord(character) - 0xDC00 for character in follow)])
    if byte < 0xC2 or byte > 0xF4:
        return _bad_utf8(data[:1].hex(), 3)
    if start + len(data) == len(text):
        return _bad_utf8(data.hex(), 2)
    return _bad_utf8(data.hex(), 4)


def _bad_utf8(sequence: str, code: int) -> ValueFault:
    return ValueFault(
        Code.UTF8,
        "String contains invalid or unsupported UTF-8 codepoints. "
        f"Bad UTF-8 hex sequence: {sequence} (error {code})",
    )


# --- numbers ----------------------------------------------------------------------------------


def _invalid_digit(text: str, pattern: str, type_name: str, code: Code) -> ValueFault:
    """The first character that cannot stand where it does."""
    fit = re.match(pattern, text, re.ASCII)
    at = min(fit.end() if fit else 0, max(len(text) - 1, 0))
    return ValueFault(code, f"Invalid digit, Value '{text[at]}', Pos {at}, Type: {type_name}")


def _integer(type_: RedshiftType, _: Conversion) -> Converter:
    kind = type_.kind
    name = kind.facts.compute
    least, greatest = kind.bounds

    def convert(text: str) -> object:
        stripped = text.strip(BLANKS)
        if not re.fullmatch(r"[+-]?\d+", stripped, re.ASCII):
            raise _invalid_digit(text, r"\s*[+-]?\d*", name, Code.DIGIT)
        # Beyond 40 digits nothing fits, and int() refuses thousands of them.
        value = int(stripped) if len(stripped.lstrip("+-0")) <= 40 else greatest + 1
        if not least <= value <= greatest:
            raise ValueFault(Code.OVERFLOW, f"Overflow, Column type: {name}")
        return value

    return convert


def _decimal(type_: RedshiftType, conversion: Conversion) -> Converter:
    precision, scale = type_.precision or 18, type_.scale or 0
    step = Decimal(1).scaleb(-scale)
    # Up to 19 digits are kept in 64 bits.
    limit = Decimal(10) ** precision
    if precision == 19:
        limit = Decimal(1 << 63)
    rounding = ROUND_HALF_UP if conversion.round_decimals else ROUND_DOWN

    def convert(text: str) -> object:
        stripped = text.strip(BLANKS)
        if not _DECIMAL.fullmatch(stripped):
            raise _invalid_digit(
                text, r"\s*[+-]?\d*\.?\d*(?:(?<=\d)[eE][+-]?\d*)?", "Decimal", Code.DECIMAL
            )
        try:
            value = Decimal(stripped).quantize(step, rounding, _WIDE)
        except InvalidOperation:
            value = Decimal(limit)
        if value.scaleb(scale, _WIDE).copy_abs() >= limit:  # abs() rounds to 28 digits
            raise ValueFault(Code.DECIMAL, f"Overflow for NUMERIC({precision},{scale})")
        return value

    return convert


def _float(type_: RedshiftType, _: Conversion) -> Converter:
    kind, name = type_.kind, type_.kind.facts.compute

    def convert(text: str) -> object:
        stripped = text.strip(BLANKS)
        if not _FLOAT.fullmatch(stripped):
            raise _invalid_digit(
                text, r"\s*[+-]?\d*\.?\d*(?:(?<=\d)[eE][+-]?\d*)?", name, Code.FLOAT
            )
        value = float(stripped)
        if kind is Kind.REAL and math.isfinite(value):
            try:
                value = struct.unpack("f", struct.pack("f", value))[0]
            except OverflowError:
                value = math.inf
        if math.isinf(value) and "n" not in stripped.lower():
            raise ValueFault(Code.FLOAT, f"Overflow, Column type: {name}")
        return value

    return convert


def _boolean(text: str) -> object:
    word = text.strip(BLANKS).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueFault(Code.BOOLEAN, "Unknown boolean format")


# --- dates and times --------------------------------------------------------------------------


def _moment(
    read: DateTimeReader,
    conversion: Conversion,
    result: Callable[[DateAndTime], object],
    fault: Callable[[str, Conversion], ValueFault],
) -> Converter:
    def convert(text: str) -> object:
        moment = read(text.strip(BLANKS))
        if moment is not None:
            try:
                return result(moment)
            except OverflowError:
                pass
        if conversion.accept_any_date:
            return None
        raise fault(text.strip(BLANKS), conversion)

    return convert


def _date(_: RedshiftType, conversion: Conversion) -> Converter:
    read = _date_reader(conversion.date_format)
    return _moment(read, conversion, lambda moment: moment.local.date(), _date_fault)


def _timestamp(_: RedshiftType, conversion: Conversion) -> Converter:
    read = reader(conversion.time_format, TIME_FORMAT)
    return _moment(read, conversion, lambda moment: moment.local, _timestamp_fault)


def _timestamp_with_zone(_: RedshiftType, conversion: Conversion) -> Converter:
    return _moment(_with_zone(conversion.time_format), conversion, _instant, _instant_fault)


def _instant(moment: DateAndTime) -> datetime:
    return moment.utc.replace(tzinfo=UTC)


def _with_zone(format_: str | None) -> DateTimeReader:
    """TIMESTAMPTZ: the default format has an offset, which may be left out."""
    if format_ is not None:
        return reader(format_, TIME_FORMAT)
    with_offset, without = reader(TIME_FORMAT + "OF", ""), reader(None, TIME_FORMAT)
    return lambda text: with_offset(text) or without(text)


def _date_reader(format_: str | None) -> DateTimeReader:
    """DATE: the default format takes no ``2018-1-1``."""
    read = reader(format_, DATE_FORMAT)
    if format_ is not None:
        return read
    return lambda text: read(text) if len(text) >= len(DATE_FORMAT) else None


def _date_fault(text: str, conversion: Conversion) -> ValueFault:
    format_ = conversion.date_format or DATE_FORMAT
    if len(text) < len(DATE_FORMAT) and conversion.date_format is None:
        return ValueFault(Code.DATE, "Invalid Date Format - length must be 10 or more")
    return ValueFault(Code.DATE, f"Invalid date format or value [{format_}]")


def _timestamp_fault(_text: str, conversion: Conversion) -> ValueFault:
    format_ = conversion.time_format or TIME_FORMAT
    return ValueFault(Code.TIMESTAMP, f"Invalid timestamp format or value [{format_}]")


def _instant_fault(_text: str, conversion: Conversion) -> ValueFault:
    format_ = conversion.time_format or f"{TIME_FORMAT}OF"
    return ValueFault(Code.TIMESTAMP, f"Invalid timestamp format or value [{format_}]")


_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{1,2}(?::?\d{2})?)?")


def _clock(text: str) -> tuple[time, str]:
    fit = _CLOCK.fullmatch(text.strip(BLANKS))
    if fit:
        hour, minute, second, fraction, zone = fit.groups()
        microsecond = int((fraction or "0")[:6].ljust(6, "0"))
        try:
            return time(int(hour), int(minute), int(second or 0), microsecond), zone or ""
        except ValueError:
            pass
    raise ValueFault(Code.TIMESTAMP, "Invalid time format or value [HH24:MI:SS]")


def _time(text: str) -> object:
    return _clock(text)[0]


def _time_with_zone(text: str) -> object:
    """Text that the engine reads: ``12:00:00+02:00``."""
    clock, zone = _clock(text)
    if zone in {"", "Z"}:
        return f"{clock.isoformat()}+00:00"
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    if int(hours) > 15 or int(minutes) > 59:
        raise ValueFault(Code.TIMESTAMP, "Invalid time format or value [HH24:MI:SS]")
    return f"{clock.isoformat()}{zone[0]}{int(hours):02}:{minutes}"


# --- others -----------------------------------------------------------------------------------


def _refuse_constant(constant: str) -> object:
    raise ValueError(constant)


def _finite(number: str) -> str:
    if math.isinf(float(number)):
        raise ValueError(number)
    return number


_STRING_OR_BLANKS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[ \t\r\n]+')


def _super(text: str) -> object:
    """JSON text without the blanks between its parts, as JSON_PARSE stores it; numbers as written.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/ingest-super.html
    """
    try:
        json.loads(text, parse_int=str, parse_float=_finite, parse_constant=_refuse_constant)
        compact = _STRING_OR_BLANKS.sub(_compact, text)
        compact.encode()
    except (ValueError, RecursionError):
        raise ValueFault(Code.SUPER, "The JSON text is not well-formed") from None
    return compact


def _compact(token: re.Match[str]) -> str:
    """Nothing for blanks; a string without the escapes that it does not need."""
    if not token[0].startswith('"'):
        return ""
    return json.dumps(json.loads(token[0]), ensure_ascii=False) if "\\" in token[0] else token[0]


def _varbyte(type_: RedshiftType, _: Conversion) -> Converter:
    limit = type_.limit

    def convert(text: str) -> object:
        try:
            value = bytes.fromhex(text.strip(BLANKS))
        except ValueError:
            raise ValueFault(Code.DIGIT, "Invalid hexadecimal value") from None
        if len(value) > limit:
            raise ValueFault(Code.TOO_LONG, "String length exceeds DDL length")
        return value

    return convert


CONVERTERS: Final[Mapping[Kind, Callable[[RedshiftType, Conversion], Converter]]] = {
    Kind.BOOLEAN: lambda *_: _boolean,
    Kind.SMALLINT: _integer,
    Kind.INTEGER: _integer,
    Kind.BIGINT: _integer,
    Kind.NUMERIC: _decimal,
    Kind.REAL: _float,
    Kind.DOUBLE: _float,
    Kind.CHAR: _text,
    Kind.VARCHAR: _text,
    Kind.DATE: _date,
    Kind.TIME: lambda *_: _time,
    Kind.TIMETZ: lambda *_: _time_with_zone,
    Kind.TIMESTAMP: _timestamp,
    Kind.TIMESTAMPTZ: _timestamp_with_zone,
    Kind.SUPER: lambda *_: _super,
    Kind.VARBYTE: _varbyte,
}
"""The types of columns that COPY fills."""
