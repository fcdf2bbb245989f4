"""What is loaded, and when a load fails."""

from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Argument, Flag, Number, Switch
from sparkify_harness.redshift.sql.options.formats import RECORDS
from sparkify_harness.redshift.sql.options.option import (
    Exclusion,
    Format,
    Option,
    Transfer,
    Use,
)

_LOAD: Final = "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html"
_CONVERSION: Final = (
    "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"
)
_UNSEEN: Final = "no effect that a client sees"

MAX_ERRORS: Final = 100_000


def _option(
    name: str,
    argument: Argument,
    means: str,
    *,
    source: str = _LOAD,
    formats: frozenset[Format] | None = None,
    note: str = "",
) -> Option:
    use = Use(argument=argument, means=means, source=source, formats=formats, note=note)
    return Option(name, {Transfer.COPY: use})


COMPROWS: Final = _option(
    "COMPROWS", Number(), "rows by which compression is chosen", formats=RECORDS, note=_UNSEEN
)
COMPUPDATE: Final = _option(
    "COMPUPDATE", Switch(("PRESET",)), "whether compression is chosen", note=_UNSEEN
)
IGNOREALLERRORS: Final = _option(
    "IGNOREALLERRORS", Flag(), "no bad record fails the load", formats=RECORDS
)
IGNOREHEADER: Final = _option(
    "IGNOREHEADER",
    Number(),
    "lines that are left out at the beginning of each object",
    source=_CONVERSION,
    formats=RECORDS,
)
MAXERROR: Final = _option(
    "MAXERROR", Number(MAX_ERRORS), "so many bad records fail the load; 1 by default"
)
NOLOAD: Final = _option(
    "NOLOAD", Flag(), "records are checked, and none is loaded", formats=RECORDS
)
STATUPDATE: Final = _option("STATUPDATE", Switch(), "whether statistics are gathered", note=_UNSEEN)

EXCLUSIONS: Final = (
    Exclusion((IGNOREALLERRORS, MAXERROR), f"{IGNOREALLERRORS} is not supported with {MAXERROR}"),
)
