"""What UNLOAD alone is told.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from typing import Final

from sparkify_harness.redshift.sql.options.arguments import (
    Argument,
    Columns,
    Flag,
    Size,
    Switch,
    Text,
)
from sparkify_harness.redshift.sql.options.formats import CSV, PARQUET, TEXT
from sparkify_harness.redshift.sql.options.option import (
    Exclusion,
    Format,
    Option,
    Transfer,
    Use,
)

_PAGE: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"


def _option(
    name: str, argument: Argument, means: str, *, formats: frozenset[Format] | None = None
) -> Option:
    use = Use(argument=argument, means=means, source=_PAGE, formats=formats)
    return Option(name, {Transfer.UNLOAD: use})


ADDQUOTES: Final = _option(
    "ADDQUOTES", Flag(), "fields stand in quotation marks", formats=frozenset({TEXT})
)
ALLOWOVERWRITE: Final = _option(
    "ALLOWOVERWRITE", Flag(), "objects of the same names are written over"
)
CLEANPATH: Final = _option("CLEANPATH", Flag(), "objects below the target go before")
EXTENSION: Final = _option("EXTENSION", Text("extension"), "how the names of objects end")
HEADER: Final = _option(
    "HEADER", Flag(), "names of columns come first", formats=frozenset({TEXT, CSV})
)
MAXFILESIZE: Final = _option(
    "MAXFILESIZE", Size(), "the most that an object takes; 6.2 GB by default"
)
PARALLEL: Final = _option(
    "PARALLEL", Switch(), "whether slices write at the same time; ON by default"
)
PARTITION_BY: Final = _option("PARTITION BY", Columns(), "columns whose values become folders")
INCLUDE: Final = _option("INCLUDE", Flag(), "those columns stay in the objects as well")
ROWGROUPSIZE: Final = _option(
    "ROWGROUPSIZE", Size(), "the size of row groups; 32 MB by default", formats=frozenset({PARQUET})
)

EXCLUSIONS: Final = (
    Exclusion((ALLOWOVERWRITE, CLEANPATH), f"{ALLOWOVERWRITE} is not supported with {CLEANPATH}"),
)
