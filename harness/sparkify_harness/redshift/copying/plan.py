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
from sparkify_harness.redshift.copying.combinations import Given, judged, refusal, text_of
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
    Parquet,
)
from sparkify_harness.redshift.copying.parquet_schema import KINDS
from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    InvalidParameterValue,
    NotEmulated,
    NotNullViolation,
    RedshiftError,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.sql.options.compression import BZIP2, GZIP, ZSTD
from sparkify_harness.redshift.sql.options.conversion import (
    ACCEPTANYDATE,
    ACCEPTINVCHARS,
    BLANKSASNULL,
    DATEFORMAT,
    EMPTYASNULL,
    ENCODING,
    ENCODINGS,
    ESCAPE,
    EXPLICIT_IDS,
    FILLRECORD,
    IGNOREBLANKLINES,
    NULL_AS,
    REMOVEQUOTES,
    ROUNDEC,
    TIMEFORMAT,
    TRIMBLANKS,
    TRUNCATECOLUMNS,
)
from sparkify_harness.redshift.sql.options.formats import (
    CSV,
    DELIMITER,
    FIXEDWIDTH,
    JSON,
    PARQUET,
    QUOTE,
    SERIALIZETOJSON,
)
from sparkify_harness.redshift.sql.options.loading import (
    IGNOREALLERRORS,
    IGNOREHEADER,
    MAXERROR,
    NOLOAD,
)
from sparkify_harness.redshift.sql.options.objects import MANIFEST, REGION
from sparkify_harness.redshift.sql.options.option import Option, Transfer
from sparkify_harness.redshift.sql.statements import Copy
from sparkify_harness.redshift.types import Kind

DEFAULT_NULL: Final = r"\N"

COMPRESSIONS: Final[Mapping[Option, Compression]] = MappingProxyType(
    {GZIP: Compression.GZIP, BZIP2: Compression.BZIP2, ZSTD: Compression.ZSTD}
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
    given = judged(statement.options, Transfer.COPY)
    columns = _columns(statement, relation, explicit_ids=EXPLICIT_IDS in given)
    data_format = _data_format(given)
    _check_fit(data_format, columns)
    numbered = any(column.identity is not None for column in relation.columns)
    if isinstance(data_format, Parquet) and numbered and statement.columns is None:
        # What is left out is not clear: https://github.com/aws/aws-sdk-pandas/issues/2871
        raise NotEmulated(f"COPY {PARQUET} into a table with IDENTITY without a column list")
    return CopyPlan(
        relation=relation,
        columns=columns,
        bucket=bucket,
        prefix=prefix,
        manifest=MANIFEST in given,
        authorization=authorization(given),
        region=text_of(given, REGION),
        data_format=data_format,
        compression=next(
            (COMPRESSIONS[option] for option in given if option in COMPRESSIONS), Compression.NONE
        ),
        encoding=_encoding(given),
        conversion=_conversion(given, data_format),
        ignore_header=_number(given, IGNOREHEADER),
        ignore_blank_lines=IGNOREBLANKLINES in given,
        fill_record=FILLRECORD in given,
        max_errors=_max_errors(given),
        no_load=NOLOAD in given,
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
            hint=f"{EXPLICIT_IDS} takes values for identity columns.",
        )
    if explicit_ids and not any(column.identity for column in columns):
        raise RedshiftError(f"{EXPLICIT_IDS} needs the IDENTITY column in the column list")
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


def _data_format(given: Given) -> DataFormat:
    if PARQUET in given:
        return _parquet(given)
    if JSON in given:
        return _json(text_of(given, JSON) or "auto")
    delimiter = _delimiter(given) or ("," if CSV in given else "|")
    if CSV in given:
        quote = _character(given, QUOTE, '"')
        if quote == delimiter:
            raise InvalidParameterValue("COPY delimiter and quote must be different")
        return Csv(delimiter, quote)
    if FIXEDWIDTH in given:
        return FixedWidth(_widths(text_of(given, FIXEDWIDTH) or ""))
    return Delimited(delimiter, escape=ESCAPE in given, remove_quotes=REMOVEQUOTES in given)


def _parquet(given: Given) -> Parquet:
    """Parquet, without what Redshift refuses with it, or is not done here.

    Loaders send ``MAXERROR 0`` to real clusters, which is what goes without saying.
    """
    if _number(given, MAXERROR):
        raise refusal(MAXERROR, PARQUET, Transfer.COPY)
    if text_of(given, PARQUET):
        raise NotEmulated(f"COPY {PARQUET} {text_of(given, PARQUET)}")
    return Parquet()


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
            f"{FIXEDWIDTH} specifies {len(data_format.widths)} columns, "
            f"the target has {len(columns)}"
        )
    if isinstance(data_format, Parquet):
        _check_parquet(columns)
    if isinstance(data_format, Json) and data_format.no_shred:
        match columns:
            case [Column(type=type_)] if type_.kind is Kind.SUPER:
                return
        raise Unsupported(f"{JSON} 'noshred' requires exactly one column, of type SUPER")


def _check_parquet(columns: tuple[Column, ...]) -> None:
    for column in columns:
        if column.type.kind is Kind.SUPER:
            raise RedshiftError(
                f"{Kind.SUPER.name} column in COPY query requires {SERIALIZETOJSON} option"
            )
        if column.type.kind not in KINDS:
            raise NotEmulated(f"COPY {PARQUET} into a column of type {column.type}")


def _widths(specification: str) -> tuple[int, ...]:
    widths = []
    for part in specification.split(","):
        label = re.fullmatch(r"\s*[^:,]+:(\d{1,9})\s*", part)
        if not label or not int(label[1]):
            raise InvalidParameterValue(f"Invalid {FIXEDWIDTH} specification '{specification}'")
        widths.append(int(label[1]))
    return tuple(widths)


def _conversion(given: Given, data_format: DataFormat) -> Conversion:
    null_string = text_of(given, NULL_AS)
    if null_string is not None:
        null_string = unescape(null_string)
    elif not isinstance(data_format, Json):
        null_string = DEFAULT_NULL
    for option in (DATEFORMAT, TIMEFORMAT):
        format_ = text_of(given, option)
        if format_ is not None:
            check_format(option, format_)
    return Conversion(
        null_string=null_string,
        empty_as_null=EMPTYASNULL in given or null_string == "",
        blanks_as_null=BLANKSASNULL in given,
        trim_blanks=TRIMBLANKS in given,
        truncate=TRUNCATECOLUMNS in given,
        round_decimals=ROUNDEC in given,
        accept_any_date=ACCEPTANYDATE in given,
        replacement=_character(given, ACCEPTINVCHARS, "?") if ACCEPTINVCHARS in given else None,
        date_format=text_of(given, DATEFORMAT),
        time_format=text_of(given, TIMEFORMAT),
    )


def _encoding(given: Given) -> str:
    encoding = text_of(given, ENCODING)
    return "utf-8" if encoding is None else ENCODINGS[encoding]


def _max_errors(given: Given) -> int | None:
    return None if IGNOREALLERRORS in given else max(1, _number(given, MAXERROR))


def _number(given: Given, option: Option) -> int:
    return int(given.get(option, (0,))[0])


def _delimiter(given: Given) -> str | None:
    r"""Any characters, perhaps written as ``\t`` or as UTF-8 in octal; None where none are said.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-delimiter
    """
    written = text_of(given, DELIMITER)
    if written is None:
        return None
    try:
        text = _OCTALS.sub(_decoded, written)
    except UnicodeDecodeError:
        raise InvalidParameterValue(f"COPY {DELIMITER.key} is not valid UTF-8") from None
    if not text:
        raise InvalidParameterValue(f"COPY {DELIMITER.key} must be a single ASCII character")
    return unescape(text)


def _decoded(octals: re.Match[str]) -> str:
    return bytes(int(digits, 8) & 0xFF for digits in octals[0].split("\\")[1:]).decode()


def _character(given: Given, option: Option, default: str) -> str:
    r"""One ASCII character, perhaps written as ``\t`` or in octal."""
    written = text_of(given, option)
    text = default if written is None else unescape(written)
    if len(text) != 1 or not text.isascii():
        raise InvalidParameterValue(f"COPY {option.key} must be a single ASCII character")
    return text


_OCTALS: Final = re.compile(r"(?:\\[0-7]{3})+")
_ESCAPES = MappingProxyType({"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"})


def unescape(text: str) -> str:
    r"""``\t``, ``\001`` and ``\0`` as Redshift reads them in QUOTE, NULL AS and ACCEPTINVCHARS."""
    if octal := re.fullmatch(r"\\([0-7]{1,3})", text):
        return chr(int(octal[1], 8))
    if escape := re.fullmatch(r"\\([tnrbfv])", text):
        return _ESCAPES[escape[1]]
    return text
