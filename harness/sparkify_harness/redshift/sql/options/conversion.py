"""How fields become values."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Argument, Choice, Flag, Text
from sparkify_harness.redshift.sql.options.formats import (
    COLUMNAR,
    CSV,
    LINES,
    RECORDS,
    TEXT,
)
from sparkify_harness.redshift.sql.options.option import Format, Option, Transfer, Use

_COPY: Final = "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"
_UNLOAD: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"

ENCODINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UTF8": "utf-8",
        "UTF16": "utf-16",
        "UTF16LE": "utf-16-le",
        "UTF16BE": "utf-16-be",
        "ISO88591": "iso-8859-1",
    }
)
"""Python's name of each encoding."""


def _of_copy(
    name: str, argument: Argument, means: str, *, formats: frozenset[Format] = RECORDS
) -> Option:
    use = Use(argument=argument, means=means, source=_COPY, formats=formats)
    return Option(name, {Transfer.COPY: use})


ACCEPTANYDATE: Final = _of_copy("ACCEPTANYDATE", Flag(), "what is no date becomes NULL")
ACCEPTINVCHARS: Final = _of_copy(
    "ACCEPTINVCHARS",
    Text("character", optional=True),
    "bytes that are not UTF-8 become this character; `?` by default",
    formats=RECORDS | COLUMNAR,
)
BLANKSASNULL: Final = _of_copy("BLANKSASNULL", Flag(), "fields of white space become NULL")
DATEFORMAT: Final = _of_copy("DATEFORMAT", Text("format | auto"), "how dates are written")
EMPTYASNULL: Final = _of_copy("EMPTYASNULL", Flag(), "empty fields become NULL")
ENCODING: Final = _of_copy("ENCODING", Choice(tuple(ENCODINGS)), "how objects are encoded")
EXPLICIT_IDS: Final = _of_copy(
    "EXPLICIT_IDS",
    Flag(),
    "values for IDENTITY columns come from the objects",
    formats=RECORDS | COLUMNAR,
)
FILLRECORD: Final = _of_copy(
    "FILLRECORD",
    Flag(),
    "columns that are missing at the end become NULL or empty",
    formats=LINES | COLUMNAR,
)
IGNOREBLANKLINES: Final = _of_copy(
    "IGNOREBLANKLINES", Flag(), "lines with nothing in them are left out", formats=LINES
)
NULL_AS: Final = Option(
    "NULL AS",
    {
        Transfer.COPY: Use(
            argument=Text("string"),
            means=r"fields like this become NULL; `\N` by default",
            source=_COPY,
            formats=LINES,
            prefixes=frozenset({"with"}),
        ),
        Transfer.UNLOAD: Use(
            argument=Text("string"),
            means="what is written for NULL",
            source=_UNLOAD,
            formats=LINES,
            prefixes=frozenset({"with"}),
        ),
    },
)
REMOVEQUOTES: Final = _of_copy(
    "REMOVEQUOTES",
    Flag(),
    "quotation marks around fields are taken off",
    formats=frozenset({TEXT}),
)
ESCAPE: Final = Option(
    "ESCAPE",
    {
        Transfer.COPY: Use(
            argument=Flag(),
            means="a backslash takes the next character as it is",
            source=_COPY,
            formats=frozenset({TEXT}),
        ),
        Transfer.UNLOAD: Use(
            argument=Flag(),
            means="a backslash is put before what would end a field",
            source=_UNLOAD,
            formats=frozenset({TEXT, CSV}),
            note="with CSV: not emulated",
        ),
    },
)
ROUNDEC: Final = _of_copy("ROUNDEC", Flag(), "decimals are rounded, not cut off")
TIMEFORMAT: Final = _of_copy(
    "TIMEFORMAT",
    Text("format | auto | epochsecs | epochmillisecs"),
    "how timestamps are written",
)
TRIMBLANKS: Final = _of_copy("TRIMBLANKS", Flag(), "white space at the end is taken off VARCHARs")
TRUNCATECOLUMNS: Final = _of_copy(
    "TRUNCATECOLUMNS", Flag(), "texts that are too long for a column are cut off"
)
