"""How records are written, and how such a format is varied."""

from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Flag, Text, Tolerance, Word
from sparkify_harness.redshift.sql.options.option import Format, Option, State, Transfer, Use

_COPY_PAGE: Final = (
    "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"
)
_UNLOAD_PAGE: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"
_INTO: Final = frozenset({"format", "as"})
_OUT: Final = frozenset({"format"})

SERIALIZETOJSON: Final = "SERIALIZETOJSON"
"""The word that nested values, and columns of type SUPER, need."""

TEXT: Final = Format("delimited text")
"""What is read and written where no option says otherwise."""

JSON: Final = Format(
    "JSON",
    {
        Transfer.COPY: Use(
            argument=Text("auto | auto ignorecase | noshred | s3://jsonpaths", optional=True),
            means="JSON objects, or arrays with a jsonpaths file",
            source=_COPY_PAGE,
            prefixes=_INTO,
        ),
        Transfer.UNLOAD: Use(
            argument=Flag(),
            means="JSON objects, one in a line",
            source=_UNLOAD_PAGE,
            prefixes=_OUT,
        ),
    },
)
CSV: Final = Format(
    "CSV",
    {
        Transfer.COPY: Use(
            argument=Flag(),
            means="fields between commas, which may stand in quotation marks",
            source=_COPY_PAGE,
            prefixes=_INTO,
        ),
        Transfer.UNLOAD: Use(
            argument=Flag(),
            means="fields between commas, in quotation marks where that is needed",
            source=_UNLOAD_PAGE,
            prefixes=_OUT,
        ),
    },
)
FIXEDWIDTH: Final = Format(
    "FIXEDWIDTH",
    {
        Transfer.COPY: Use(
            argument=Text("label:width[, ...]"),
            means="fields of so many characters",
            source=_COPY_PAGE,
            prefixes=_INTO,
        ),
        Transfer.UNLOAD: Use(
            argument=Text("label:width[, ...]"),
            means="fields of so many characters",
            source=_UNLOAD_PAGE,
            state=State.NOT_EMULATED,
        ),
    },
)
AVRO: Final = Format(
    "AVRO",
    {
        Transfer.COPY: Use(
            argument=Text("auto | auto ignorecase | s3://jsonpaths", optional=True),
            means="Avro records",
            source=_COPY_PAGE,
            prefixes=_INTO,
            state=State.NOT_EMULATED,
        )
    },
)
PARQUET: Final = Format(
    "PARQUET",
    {
        Transfer.COPY: Use(
            argument=Word(SERIALIZETOJSON),
            means="Parquet, by the places of columns",
            source=_COPY_PAGE,
            prefixes=_INTO,
            note=f"{SERIALIZETOJSON} and nested columns are not emulated",
        ),
        Transfer.UNLOAD: Use(argument=Flag(), means="Parquet", source=_UNLOAD_PAGE, prefixes=_OUT),
    },
)
ORC: Final = Format(
    "ORC",
    {
        Transfer.COPY: Use(
            argument=Word(SERIALIZETOJSON),
            means="ORC, by the places of columns",
            source=_COPY_PAGE,
            prefixes=_INTO,
            state=State.NOT_EMULATED,
        )
    },
)
SHAPEFILE: Final = Format(
    "SHAPEFILE",
    {
        Transfer.COPY: Use(
            argument=Tolerance(),
            means="shapes of ESRI",
            source=_COPY_PAGE,
            prefixes=_INTO,
            state=State.NOT_EMULATED,
        )
    },
)

LINES: Final = frozenset({TEXT, CSV, FIXEDWIDTH})
"""Formats whose records are lines of text."""
RECORDS: Final = LINES | {JSON, AVRO, SHAPEFILE}
"""Formats whose records COPY converts one by one."""
COLUMNAR: Final = frozenset({PARQUET, ORC})

DELIMITER: Final = Option(
    "DELIMITER",
    {
        Transfer.COPY: Use(
            argument=Text("characters"),
            means="what stands between fields; `,` with CSV, else `|`, by default",
            source=_COPY_PAGE,
            formats=frozenset({TEXT, CSV}),
            prefixes=_INTO,
        ),
        Transfer.UNLOAD: Use(
            argument=Text("character"),
            means="the character between fields; `,` with CSV, else `|`, by default",
            source=_UNLOAD_PAGE,
            formats=frozenset({TEXT, CSV}),
        ),
    },
)
QUOTE: Final = Option(
    "QUOTE",
    {
        Transfer.COPY: Use(
            argument=Text("character"),
            means='the quotation mark; `"` by default',
            source=_COPY_PAGE,
            formats=frozenset({CSV}),
        )
    },
)
