"""What a COPY is to do: every option judged, nothing read yet.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.catalog.relations import Column, Relation
from sparkify_harness.redshift.copying.authorization import authorization
from sparkify_harness.redshift.copying.datetimes import check_format
from sparkify_harness.redshift.copying.options import (
    Authorization,
    Compression,
    Conversion,
    Csv,
    DataFormat,
    Delimited,
    FixedWidth,
    Json,
)
from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    InvalidParameterValue,
    NotEmulated,
    NotNullViolation,
    RedshiftError,
    SyntaxFault,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.sql.statements import Copy
from sparkify_harness.redshift.types import Kind

MAX_ERRORS: Final = 100_000
DEFAULT_NULL: Final = r"\N"

_FORMATS = ("JSON", "CSV", "FIXEDWIDTH", "AVRO", "PARQUET", "ORC", "SHAPEFILE")
NOT_EMULATED = ("AVRO", "PARQUET", "ORC", "SHAPEFILE", "ENCRYPTED", "MASTER_SYMMETRIC_KEY", "LZOP")
NOT_FOR_S3 = ("SSH", "READRATIO")
"""Options of sources other than S3, none of which is emulated."""
_COMPRESSIONS = ("GZIP", "BZIP2", "LZOP", "ZSTD")
_EXCLUDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "JSON": frozenset(
            (
                *("DELIMITER", "ESCAPE", "FILLRECORD", "IGNOREBLANKLINES"),
                *("NULL AS", "QUOTE", "REMOVEQUOTES"),
            )
        ),
        "CSV": frozenset({"FIXEDWIDTH", "REMOVEQUOTES", "ESCAPE"}),
        "FIXEDWIDTH": frozenset({"DELIMITER", "QUOTE", "ESCAPE", "REMOVEQUOTES"}),
        "delimited text": frozenset({"QUOTE"}),
    }
)
"""Options that a format refuses.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""

_ENCODINGS = MappingProxyType(
    {
        "UTF8": "utf-8",
        "UTF16": "utf-16",
        "UTF16LE": "utf-16-le",
        "UTF16BE": "utf-16-be",
        "ISO88591": "iso-8859-1",
    }
)


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """A checked COPY.

    Args:
        relation: Target table.
        columns: Columns that get fields, in the order of fields, paths or the column list.
        bucket, prefix: Source; a key prefix, or the whole key of a manifest.
        manifest: Whether the source is a manifest.
        authorization: Keys or role; keys never show in a repr.
        region: REGION, or None for the cluster's own.
        data_format: How records are written.
        compression: How objects are compressed.
        encoding: Python's name of the file encoding.
        conversion: How fields become values.
        ignore_header: Lines to skip in every file.
        ignore_blank_lines: IGNOREBLANKLINES.
        fill_record: FILLRECORD.
        max_errors: The load fails when this many records are bad; None never (IGNOREALLERRORS).
        no_load: NOLOAD: check only.
    """

    relation: Relation
    columns: tuple[Column, ...]
    bucket: str
    prefix: str
    manifest: bool
    authorization: Authorization
    region: str | None
    data_format: DataFormat
    compression: Compression
    encoding: str
    conversion: Conversion
    ignore_header: int
    ignore_blank_lines: bool
    fill_record: bool
    max_errors: int | None
    no_load: bool


def prepare(statement: Copy, relation: Relation) -> CopyPlan:
    """Check a COPY without reading anything.

    Args:
        statement: As parsed.
        relation: The table that its name means.

    Raises:
        RedshiftError: What Redshift refuses before it reads the first object.
        NotEmulated: Formats and encryption that this substitute lacks.
    """
    bucket, prefix = split_url(statement.source)
    options = {option.name: option.arguments for option in statement.options}
    _check_combinations(options)
    columns = _columns(statement, relation, explicit_ids="EXPLICIT_IDS" in options)
    data_format = _data_format(options)
    _check_fit(data_format, columns)
    return CopyPlan(
        relation=relation,
        columns=columns,
        bucket=bucket,
        prefix=prefix,
        manifest="MANIFEST" in options,
        authorization=authorization(
            {name: str(given[0]) for name, given in options.items() if given}
        ),
        region=_text(options, "REGION"),
        data_format=data_format,
        compression=next(
            (Compression(name) for name in _COMPRESSIONS if name in options), Compression.NONE
        ),
        encoding=_encoding(options),
        conversion=_conversion(options, data_format),
        ignore_header=_number(options, "IGNOREHEADER", 0, low=0),
        ignore_blank_lines="IGNOREBLANKLINES" in options,
        fill_record="FILLRECORD" in options,
        max_errors=_max_errors(options),
        no_load="NOLOAD" in options,
    )


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key of ``s3://bucket/key``.

    Raises:
        NotEmulated: Another of Redshift's sources.
        RedshiftError: Not a source at all.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() in {"emr", "dynamodb", "ssh"}:
        raise NotEmulated(f"COPY FROM '{scheme.lower()}://'")
    bucket, _, key = rest.partition("/")
    if scheme.lower() != "s3" or not bucket:
        raise RedshiftError(
            f"Invalid S3 path '{url}'", hint="The source must be of the form s3://bucket/prefix."
        )
    return bucket, key


Options = Mapping[str, tuple[str | int, ...]]


def _check_combinations(options: Options) -> None:
    for name in NOT_FOR_S3:
        if name in options:
            raise Unsupported(f"{name} is not supported for COPY from S3")
    formats = [name for name in _FORMATS if name in options]
    if len(formats) > 1:
        raise _incompatible(formats[0], formats[1])
    chosen = formats[0] if formats else "delimited text"
    for name in sorted(_EXCLUDED.get(chosen, frozenset())):
        if name in options:
            raise _incompatible(chosen, name)
    if len([name for name in _COMPRESSIONS if name in options]) > 1:
        raise SyntaxFault("only one of GZIP, BZIP2, LZOP and ZSTD can be specified")
    if "IGNOREALLERRORS" in options and "MAXERROR" in options:
        raise SyntaxFault("IGNOREALLERRORS is not supported with MAXERROR")
    if chosen in {"PARQUET", "ORC"} and "REGION" in options:
        raise Unsupported(f"REGION argument is not supported for {chosen} based COPY")
    for name in NOT_EMULATED:
        if name in options:
            raise NotEmulated(f"COPY {name}")


def _incompatible(chosen: str, option: str) -> SyntaxFault:
    """An option that a format refuses.

    Observed for CSV: https://github.com/awslabs/aws-lambda-redshift-loader/issues/51
    """
    if chosen == "CSV":
        return SyntaxFault(f"{chosen} is not compatible with {option}")
    return SyntaxFault(f"{option} is not supported with {chosen}")


def _columns(statement: Copy, relation: Relation, *, explicit_ids: bool) -> tuple[Column, ...]:
    """The target columns. https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-column-mapping.html"""
    if statement.columns is None:
        columns = tuple(
            column
            for column in relation.columns
            if column.identity is None or column.identity.by_default or explicit_ids
        )
    else:
        columns = tuple(_named(relation, name) for name in statement.columns)
        twice = next((c.name for i, c in enumerate(columns) if c in columns[:i]), None)
        if twice:
            raise DuplicateColumn(f'column "{twice}" specified more than once')
    identities = [c for c in columns if c.identity is not None and not c.identity.by_default]
    if identities and not explicit_ids:
        raise RedshiftError(
            f'cannot set an identity column to a value: column "{identities[0].name}"',
            hint="EXPLICIT_IDS takes values for identity columns.",
        )
    if explicit_ids and not any(column.identity for column in columns):
        raise RedshiftError("EXPLICIT_IDS needs the IDENTITY column in the column list")
    for column in relation.columns:
        if column.not_null and not (column in columns or column.default or column.identity):
            raise NotNullViolation(column.name)
    for column in columns:
        if column.type.kind.facts.arrow is None:
            raise NotEmulated(f"COPY into a column of type {column.type}")
    return columns


def _named(relation: Relation, name: str) -> Column:
    column = relation.column(name)
    if column is None:
        raise UndefinedColumn(f'column "{name}" of relation "{relation.name}" does not exist')
    return column


def _data_format(options: Options) -> DataFormat:
    if "JSON" in options:
        return _json(_text(options, "JSON") or "auto")
    delimiter = _character(options, "DELIMITER", "," if "CSV" in options else "|")
    if "CSV" in options:
        quote = _character(options, "QUOTE", '"')
        if quote == delimiter:
            raise InvalidParameterValue("COPY delimiter and quote must be different")
        return Csv(delimiter, quote)
    if "FIXEDWIDTH" in options:
        return FixedWidth(_widths(_text(options, "FIXEDWIDTH") or ""))
    return Delimited(delimiter, escape="ESCAPE" in options, remove_quotes="REMOVEQUOTES" in options)


def _json(argument: str) -> Json:
    match argument.lower():
        case "auto":
            return Json()
        case "auto ignorecase":
            return Json(ignore_case=True)
        case "noshred":
            return Json(no_shred=True)
    split_url(argument)
    return Json(paths=argument)


def _check_fit(data_format: DataFormat, columns: tuple[Column, ...]) -> None:
    """Whether the format can feed these columns.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/ingest-super.html
    """
    if isinstance(data_format, FixedWidth) and len(data_format.widths) != len(columns):
        raise InvalidParameterValue(
            f"FIXEDWIDTH specifies {len(data_format.widths)} columns, the target has {len(columns)}"
        )
    if isinstance(data_format, Json) and data_format.no_shred:
        match columns:
            case [Column(type=type_)] if type_.kind is Kind.SUPER:
                return
        raise Unsupported("JSON 'noshred' requires exactly one column, of type SUPER")


def _widths(specification: str) -> tuple[int, ...]:
    widths = []
    for part in specification.split(","):
        label = re.fullmatch(r"\s*[^:,]+:(\d{1,9})\s*", part)
        if not label or not int(label[1]):
            raise InvalidParameterValue(f"Invalid FIXEDWIDTH specification '{specification}'")
        widths.append(int(label[1]))
    return tuple(widths)


def _conversion(options: Options, data_format: DataFormat) -> Conversion:
    null_string = _unescape(_text(options, "NULL AS") or "") if "NULL AS" in options else None
    replacement = None
    if "ACCEPTINVCHARS" in options:
        replacement = _character(options, "ACCEPTINVCHARS", "?")
    formats = {}
    for name in ("DATEFORMAT", "TIMEFORMAT"):
        text = _text(options, name)
        if text is not None:
            check_format(name, text)
        formats[name] = text
    if null_string is None and not isinstance(data_format, Json):
        null_string = DEFAULT_NULL
    return Conversion(
        null_string=null_string,
        empty_as_null="EMPTYASNULL" in options or null_string == "",
        blanks_as_null="BLANKSASNULL" in options,
        trim_blanks="TRIMBLANKS" in options,
        truncate="TRUNCATECOLUMNS" in options,
        round_decimals="ROUNDEC" in options,
        accept_any_date="ACCEPTANYDATE" in options,
        replacement=replacement,
        date_format=formats["DATEFORMAT"],
        time_format=formats["TIMEFORMAT"],
    )


def _encoding(options: Options) -> str:
    return _ENCODINGS[(_text(options, "ENCODING") or "UTF8").upper()]


def _max_errors(options: Options) -> int | None:
    if "IGNOREALLERRORS" in options:
        return None
    return max(1, _number(options, "MAXERROR", 0, low=0, high=MAX_ERRORS))


def _text(options: Options, name: str) -> str | None:
    arguments = options.get(name, ())
    return str(arguments[0]) if arguments else None


def _number(options: Options, name: str, default: int, *, low: int, high: int = 2**31 - 1) -> int:
    arguments = options.get(name, ())
    value = int(arguments[0]) if arguments else default
    if not low <= value <= high:
        raise InvalidParameterValue(f"{name} must be between {low} and {high}")
    return value


def _character(options: Options, name: str, default: str) -> str:
    r"""One ASCII character, perhaps written as ``\t`` or in octal."""
    given = _text(options, name)
    text = default if given is None else _unescape(given)
    if len(text) != 1 or not text.isascii():
        raise InvalidParameterValue(f"COPY {name.lower()} must be a single ASCII character")
    return text


_ESCAPES = MappingProxyType({"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"})


def _unescape(text: str) -> str:
    r"""``\t``, ``\001`` and ``\0`` as Redshift reads them in DELIMITER, QUOTE and NULL AS."""
    if octal := re.fullmatch(r"\\([0-7]{1,3})", text):
        return chr(int(octal[1], 8))
    if escape := re.fullmatch(r"\\([tnrbfv])", text):
        return _ESCAPES[escape[1]]
    return text
