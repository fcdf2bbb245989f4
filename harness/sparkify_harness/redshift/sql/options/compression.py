"""How objects are compressed."""

from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Flag
from sparkify_harness.redshift.sql.options.formats import CSV, FIXEDWIDTH, JSON, RECORDS, TEXT
from sparkify_harness.redshift.sql.options.option import Exclusion, Option, State, Transfer, Use

_COPY: Final = (
    "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-file-compression.html"
)
_UNLOAD: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"


def _in_both(name: str, program: str) -> Option:
    return Option(
        name,
        {
            Transfer.COPY: Use(
                argument=Flag(),
                means=f"all objects are compressed by {program}",
                source=_COPY,
                formats=RECORDS,
            ),
            Transfer.UNLOAD: Use(
                argument=Flag(),
                means=f"objects are to be compressed by {program}",
                source=_UNLOAD,
                formats=frozenset({TEXT, CSV, FIXEDWIDTH, JSON}),
            ),
        },
    )


GZIP: Final = _in_both("GZIP", "gzip")
BZIP2: Final = _in_both("BZIP2", "bzip2")
ZSTD: Final = _in_both("ZSTD", "zstd")
LZOP: Final = Option(
    "LZOP",
    {
        Transfer.COPY: Use(
            argument=Flag(),
            means="all objects are compressed by lzop",
            source=_COPY,
            formats=RECORDS,
            state=State.NOT_EMULATED,
        )
    },
)

EXCLUSIONS: Final = (
    Exclusion(
        (GZIP, BZIP2, LZOP, ZSTD),
        f"only one of {GZIP}, {BZIP2}, {LZOP} and {ZSTD} can be specified",
    ),
)
