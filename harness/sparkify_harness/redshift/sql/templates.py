"""Format strings of TO_CHAR, TO_DATE, TO_TIMESTAMP and TO_NUMBER, taken apart.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_FORMAT_strings.html
Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_formating.html
"""

import re
from dataclasses import dataclass
from typing import Final

from sparkify_harness.redshift.errors import NotEmulated

_FIELDS: Final = (
    "HH24", "HH12", "HH", "MI", "SSSS", "SS", "MS", "US", "A.M.", "P.M.", "AM", "PM", "Y,YYY",
    "IYYY", "IYY", "IY", "YYYY", "YYY", "YY", "Y", "B.C.", "A.D.", "BC", "AD", "MONTH", "MON",
    "MM", "IDDD", "DDD", "DD", "DAY", "DY", "ID", "D", "IW", "WW", "W", "CC", "J", "Q", "RM", "TZ",
    "OF",
)  # fmt: skip
_FIELD = re.compile(
    r'"(?P<quoted>[^"]*)"?|(?P<fill>FM)?(?P<field>'
    + "|".join(re.escape(field) for field in _FIELDS)
    + r")(?P<ordinal>TH)?|(?P<exact>FX)",
    re.IGNORECASE,
)


_LONGEST: Final = 200
"""Characters of a template."""


def _refuse_long(template: str) -> None:
    if len(template) > _LONGEST:
        raise NotEmulated(f"a template of more than {_LONGEST} characters")


@dataclass(frozen=True, slots=True)
class DateField:
    """A piece of a date template.

    Args:
        name: Field in upper case; empty for literal text.
        text: The piece as it was written.
        fill: Whether FM takes blanks and leading zeros away.
        ordinal: ``TH``, ``th`` or empty.
    """

    name: str
    text: str
    fill: bool = False
    ordinal: str = ""


def date_template(template: str) -> tuple[DateField, ...]:
    """The fields and the literal text of a date template, in order.

    Raises:
        NotEmulated: It is longer than a statement for the engine can be deep.
    """
    _refuse_long(template)
    pieces: list[DateField] = []
    position = 0
    while position < len(template):
        match = _FIELD.match(template, position)
        if match is None:
            pieces.append(DateField("", template[position]))
            position += 1
            continue
        position = match.end()
        if match["field"]:
            pieces.append(
                DateField(
                    match["field"].upper(),
                    match["field"],
                    fill=bool(match["fill"]),
                    ordinal=match["ordinal"] or "",
                )
            )
        elif match["exact"]:
            continue
        else:
            pieces.extend(DateField("", character) for character in match["quoted"] or "")
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class NumberTemplate:
    """A number template.

    Args:
        whole: Elements before the point, from the left: ``9``, ``0``, ``,`` or a literal.
        fraction: Elements after the point: ``9`` and ``0``.
        point: Whether there is a point.
        sign: ``S``, ``MI``, ``PL``, ``SG``, ``PR``, or empty for a minus in front.
        sign_first: Whether the sign stands before the digits.
        currency: Whether a currency symbol is wanted.
        fill: Whether FM takes blanks and trailing zeros away.
        roman: ``RN``, ``rn`` or empty.
    """

    whole: tuple[str, ...]
    fraction: tuple[str, ...]
    point: bool
    sign: str
    sign_first: bool
    currency: bool
    fill: bool
    roman: str

    @property
    def digits(self) -> int:
        """Places for digits before the point."""
        return sum(item in {"9", "0"} for item in self.whole)


_NUMBER = re.compile(r"FM|EEEE|MI|PL|SG|PR|RN|TH|[SLVDG$9,.0]|.", re.IGNORECASE | re.DOTALL)


def number_template(template: str) -> NumberTemplate:
    """The elements of a number template.

    Raises:
        NotEmulated: It has V, TH or EEEE, or is longer than a statement for the engine can be deep.
    """
    _refuse_long(template)
    whole: list[str] = []
    fraction: list[str] = []
    point, sign, first, currency, fill, roman = False, "", True, False, False, ""
    for match in _NUMBER.finditer(template):
        written, element = match[0], match[0].upper()
        if element in {"V", "TH", "EEEE"}:
            raise NotEmulated(f"number template {element}")
        if element == "FM":
            fill = True
        elif element == "RN":
            roman = written
        elif element in {"S", "MI", "PL", "SG", "PR"}:
            sign, first = element, not (whole or fraction)
        elif element in {"L", "$"}:
            currency = True
        elif element in {".", "D"}:
            point = True
        elif element in {"9", "0"}:
            (fraction if point else whole).append(element)
        else:
            whole.append("," if element in {",", "G"} else written)
    return NumberTemplate(tuple(whole), tuple(fraction), point, sign, first, currency, fill, roman)
