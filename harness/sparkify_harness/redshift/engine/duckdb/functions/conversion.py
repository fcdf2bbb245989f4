"""TO_CHAR in DuckDB's SQL. Templates have to be constants.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_TO_CHAR.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.functions.parsing import (
    to_date,
    to_number,
    to_timestamp,
)
from sparkify_harness.redshift.engine.duckdb.operands import once
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql.functions import conversion
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.templates import (
    DateField,
    NumberTemplate,
    date_template,
    number_template,
)
from sparkify_harness.redshift.types import Kind

_ROMAN: Final = (
    ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),
    ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"),
    ("", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"),
    ("", "M", "MM", "MMM"),
)


def _part(name: str, stamp: str) -> str:
    return f"CAST(datepart('{name}', {stamp}) AS BIGINT)"


def _numbers(stamp: str) -> dict[str, tuple[str, int]]:
    """Fields that are numbers: their SQL and their width."""
    year, iso = _part("year", stamp), _part("isoyear", stamp)
    day_of_year = _part("doy", stamp)
    day = f"CAST(CAST({stamp} AS DATE) - DATE '0001-01-01' AS BIGINT)"
    micros = _part("microseconds", stamp)
    hour = _part("hour", stamp)
    return {
        "HH24": (hour, 2),
        "HH12": (f"(({hour} + 11) % 12 + 1)", 2),
        "HH": (f"(({hour} + 11) % 12 + 1)", 2),
        "MI": (_part("minute", stamp), 2),
        "SS": (_part("second", stamp), 2),
        "SSSS": (f"({hour} * 3600 + {_part('minute', stamp)} * 60 + {_part('second', stamp)})", 0),
        "MS": (f"({micros} % 1000000 // 1000)", 3),
        "US": (f"({micros} % 1000000)", 6),
        "YYYY": (year, 4),
        "YYY": (f"({year} % 1000)", 3),
        "YY": (f"({year} % 100)", 2),
        "Y": (f"({year} % 10)", 1),
        "IYYY": (iso, 4),
        "IYY": (f"({iso} % 1000)", 3),
        "IY": (f"({iso} % 100)", 2),
        "MM": (_part("month", stamp), 2),
        "DDD": (day_of_year, 3),
        "DD": (_part("day", stamp), 2),
        "D": (f"({_part('dow', stamp)} + 1)", 1),
        "ID": (_part("isodow", stamp), 1),
        "IDDD": (f"(({_part('week', stamp)} - 1) * 7 + {_part('isodow', stamp)})", 3),
        "IW": (_part("week", stamp), 2),
        "WW": (f"(({day_of_year} - 1) // 7 + 1)", 2),
        "W": (f"(({_part('day', stamp)} - 1) // 7 + 1)", 1),
        "CC": (f"(({year} + 99) // 100)", 2),
        "J": (f"({day} + 1721426)", 0),
        "Q": (_part("quarter", stamp), 1),
    }


def _cased(sql: str, written: str) -> str:
    if written.isupper():
        return f"upper({sql})"
    return sql if written[0].isupper() else f"lower({sql})"


def _padded(sql: str, width: int, field: DateField) -> str:
    return sql if field.fill else f"rpad({sql}, {width}, ' ')"


def _ordinal(text: str, number: str, suffix: str) -> str:
    th = (
        f"CASE WHEN {number} % 100 BETWEEN 11 AND 13 THEN 'th' WHEN {number} % 10 = 1 THEN 'st' "
        f"WHEN {number} % 10 = 2 THEN 'nd' WHEN {number} % 10 = 3 THEN 'rd' ELSE 'th' END"
    )
    return f"{text} || {'upper' if suffix.isupper() else 'lower'}({th})"


def _date_field(field: DateField, stamp: str, zone: str) -> str:
    if not field.name:
        return text_sql(field.text)
    found = _numbers(stamp).get(field.name)
    if found is not None:
        number, width = found
        text = f"CAST({number} AS VARCHAR)"
        if not field.fill and width:
            text = f"lpad({text}, CAST(greatest({width}, length({text})) AS INTEGER), '0')"
        return _ordinal(text, number, field.ordinal) if field.ordinal else text
    match field.name:
        case "MONTH":
            return _padded(_cased(f"monthname({stamp})", field.text), 9, field)
        case "MON":
            return _cased(f"left(monthname({stamp}), 3)", field.text)
        case "DAY":
            return _padded(_cased(f"dayname({stamp})", field.text), 9, field)
        case "DY":
            return _cased(f"left(dayname({stamp}), 3)", field.text)
        case "AM" | "PM" | "A.M." | "P.M.":
            dots = "." in field.text
            am, pm = ("A.M.", "P.M.") if dots else ("AM", "PM")
            half = f"CASE WHEN datepart('hour', {stamp}) < 12 THEN '{am}' ELSE '{pm}' END"
            return half if field.text.isupper() else f"lower({half})"
        case "AD" | "BC" | "A.D." | "B.C.":
            era = "A.D." if "." in field.text else "AD"
            return text_sql(era if field.text.isupper() else era.lower())
        case "Y,YYY":
            year = f"lpad(CAST(datepart('year', {stamp}) AS VARCHAR), 4, '0')"
            return f"left({year}, 1) || ',' || right({year}, 3)"
        case "RM":
            numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
            names = ", ".join(text_sql(item) for item in numerals)
            text = f"rpad([{names}][datepart('month', {stamp})], 4, ' ')"
            return text if field.text.isupper() else f"lower({text})"
        case "TZ":
            return text_sql(zone.upper() if field.text.isupper() else zone.lower())
        case "OF" if zone.upper() == "UTC":
            return text_sql("+00")
    raise NotEmulated(f"template field {field.text}")


def _char_of_date(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    template = constant(node, 1)
    zone = context.settings.get("timezone", "UTC")
    stamp = arguments[0]
    if node.arguments[0].type.kind is Kind.TIMESTAMPTZ:
        stamp = f"timezone({text_sql(zone)}, {stamp})"
    pieces = [_date_field(field, stamp, zone) for field in date_template(str(template))]
    return "(" + " || ".join(pieces or ["''"]) + f" || left(CAST({stamp} AS VARCHAR), 0))"


def _char_of_number(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del context
    template = constant(node, 1)
    shape = number_template(str(template))
    text = _roman(arguments[0], shape) if shape.roman else _number(arguments[0], shape)
    return f"(CASE WHEN {arguments[0]} IS NOT NULL THEN {text} END)"


def _roman(value: str, shape: NumberTemplate) -> str:
    whole = f"CAST(round({value}) AS BIGINT)"
    places = [
        f"[{', '.join(text_sql(item) for item in numerals)}]"
        f"[CAST({whole} // {10**power} % 10 AS BIGINT) + 1]"
        for power, numerals in enumerate(_ROMAN)
    ]
    text = " || ".join(reversed(places))
    text = text if shape.roman.isupper() else f"lower({text})"
    text = f"CASE WHEN {whole} BETWEEN 1 AND 3999 THEN {text} ELSE '###############' END"
    return f"({text})" if shape.fill else f"lpad({text}, 15, ' ')"


def _number(value: str, shape: NumberTemplate) -> str:
    scale, places = len(shape.fraction), shape.digits
    rounded = f"CAST(CAST(abs({value}) AS DECIMAL(38, {min(scale, 37)})) AS VARCHAR)"
    whole = f"string_split({rounded}, '.')[1]"
    digits = whole
    if scale:
        digits = f"CASE WHEN {whole} = '0' THEN '' ELSE {whole} END"
    zeros = places - _leading_nines(shape)
    size = f"CAST(greatest({zeros}, length({digits})) AS INTEGER)"
    field = f"lpad(lpad({digits}, {size}, '0'), {places}, ' ')"
    text = once(lambda digits: f"ltrim({_spread(digits, shape)}, ' ')", field)
    hashes = text_sql("".join("#" if item in {"9", "0"} else item for item in shape.whole))
    fits = f"length({whole}) <= {places} OR {whole} = '0'"
    text = f"CASE WHEN {fits} THEN {text} ELSE {hashes} END"
    fraction = f"coalesce(string_split({rounded}, '.')[2], '')"
    if shape.fill:
        kept = max((i + 1 for i, item in enumerate(shape.fraction) if item == "0"), default=0)
        fraction = f"left({fraction}, {kept}) || rtrim(substr({fraction}, {kept + 1}), '0')"
    tail = f" || '.' || {fraction}" if shape.point else ""
    return _signed(value, f"({text})", tail, shape)


def _spread(field: str, shape: NumberTemplate) -> str:
    """The digits before the point, with what the template has between them."""
    body, place = [], 0
    for element in shape.whole:
        if element in {"9", "0"}:
            place += 1
            body.append(f"substr({field}, {place}, 1)")
        else:
            shown = f"substr({field}, {max(place, 1)}, 1)"
            body.append(f"CASE WHEN {shown} IN (' ', '') THEN ' ' ELSE {text_sql(element)} END")
    return " || ".join(body) or "''"


def _leading_nines(shape: NumberTemplate) -> int:
    digits = [item for item in shape.whole if item in {"9", "0"}]
    return digits.index("0") if "0" in digits else len(digits)


def _signed(value: str, text: str, tail: str, shape: NumberTemplate) -> str:
    width = len(shape.whole)
    negative = f"{value} < 0"
    minus = {"PL": ("' '", "'+'"), "SG": ("'-'", "'+'"), "S": ("'-'", "'+'")}.get(
        shape.sign, ("'-'", "' '")
    )
    mark = f"CASE WHEN {negative} THEN {minus[0]} ELSE {minus[1]} END"
    if shape.fill:
        mark = f"trim({mark})"
    money = "'$' || " if shape.currency else ""
    blank = "''" if shape.fill else "' '"
    plain = f"CASE WHEN {negative} THEN '-' ELSE {blank} END"

    def padded(sql: str, size: int) -> str:
        if shape.fill:
            return sql
        return once(
            lambda text: f"lpad({text}, CAST(greatest({size}, length({text})) AS INTEGER), ' ')",
            sql,
        )

    if not shape.sign or (shape.sign == "S" and shape.sign_first):
        front = plain if not shape.sign else mark
        return f"({money}{padded(f'({front} || {text})', width + 1)}{tail})"
    if shape.sign == "PR":
        front = f"CASE WHEN {negative} THEN '<' ELSE {blank} END"
        back = f"CASE WHEN {negative} THEN '>' ELSE {blank} END"
        return f"({money}{padded(f'({front} || {text})', width + 1)}{tail} || {back})"
    number = f"{padded(text, width)}{tail}"
    return f"({money}{mark} || {number})" if shape.sign_first else f"({money}{number} || {mark})"


def _refused(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    del arguments, context
    raise NotEmulated(f"{node.overload.name} of an interval")


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **{conversion.TO_CHAR[kind]: _char_of_date for kind in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ)},
    **{
        conversion.TO_CHAR[kind]: _char_of_number
        for kind in (Kind.BIGINT, Kind.NUMERIC, Kind.DOUBLE)
    },
    conversion.TO_CHAR[Kind.INTERVAL]: _refused,
    conversion.TO_DATE: to_date,
    conversion.TO_TIMESTAMP: to_timestamp,
    conversion.TO_NUMBER: to_number,
}
