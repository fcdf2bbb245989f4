"""VARBYTE in PostgreSQL's SQL, whose bytes are no numbers to calculate with.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/varbyte-functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions import conversion
from sparkify_harness.redshift.sql.functions.registry import Overload

_TO: Final = {
    "hex": "decode(repeat('0', length({0}) % 2) || {0}, 'hex')",
    "utf8": "convert_to({0}, 'UTF8')",
    "base64": "decode({0}, 'base64')",
}
_FROM: Final = {
    "hex": "encode({0}, 'hex')",
    "utf8": "convert_from({0}, 'UTF8')",
    "base64": "encode({0}, 'base64')",
}
_NAMES: Final = {"hexadecimal": "hex", "utf-8": "utf8"}


def _coded(templates: dict[str, str]) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        encoding = str(constant(node, 1)).lower()
        if encoding == "binary":
            raise NoCounterpart("VARBYTE in binary digits")
        template = templates.get(_NAMES.get(encoding, encoding))
        if template is None:
            raise InvalidParameterValue(f"Unsupported format: {encoding}")
        return template.format(arguments[0])

    return lower


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    conversion.TO_VARBYTE: _coded(_TO),
    conversion.FROM_VARBYTE: _coded(_FROM),
    conversion.FROM_HEX: "decode({0}, 'hex')",
    conversion.TO_HEX: "encode({0}, 'hex')",
    # PostgreSQL counts the bytes from the first one, and the bits of each from the lowest.
    conversion.GETBIT: (
        "get_bit({0}, CAST((length({0}) - 1 - div({1}, 8)) * 8 + {1} % 8 AS integer))"
    ),
}
