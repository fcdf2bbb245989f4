"""What an UNLOAD is to do: every option judged, nothing written yet.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.copying.authorization import authorization
from sparkify_harness.redshift.copying.combinations import Given, judged, text_of
from sparkify_harness.redshift.copying.options import Authorization, Compression
from sparkify_harness.redshift.copying.plan import COMPRESSIONS, split_url, unescape
from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    NotEmulated,
    SyntaxFault,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.sql.options.conversion import ESCAPE, NULL_AS
from sparkify_harness.redshift.sql.options.formats import CSV, DELIMITER, JSON, PARQUET
from sparkify_harness.redshift.sql.options.objects import ENCRYPTED, KMS_KEY_ID, MANIFEST, REGION
from sparkify_harness.redshift.sql.options.option import Option, Transfer
from sparkify_harness.redshift.sql.options.unloading import (
    ADDQUOTES,
    ALLOWOVERWRITE,
    CLEANPATH,
    EXTENSION,
    HEADER,
    INCLUDE,
    MAXFILESIZE,
    PARALLEL,
    PARTITION_BY,
    ROWGROUPSIZE,
)
from sparkify_harness.redshift.sql.statements import Unload
from sparkify_harness.redshift.types import Kind, RedshiftType

_MB: Final = 1 << 20
_UNITS: Final = MappingProxyType({"MB": _MB, "GB": _MB << 10})
_TEXT_ONLY: Final = frozenset({Kind.VARBYTE})
"""What goes to text and CSV alone, in hexadecimal digits."""
_DATED: Final = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPTZ})
"""The temporal types that Parquet takes."""


class FileFormat(Enum):
    """How rows stand in a file; the value is what the logs call it."""

    TEXT = "Text"
    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "Parquet"


_FORMATS: Final[Mapping[Option, FileFormat]] = MappingProxyType(
    {CSV: FileFormat.CSV, JSON: FileFormat.JSON, PARQUET: FileFormat.PARQUET}
)


@dataclass(frozen=True, slots=True)
class UnloadPlan:
    r"""A checked UNLOAD.

    Args:
        bucket, prefix: Target: what all keys begin with.
        authorization: Keys or role; keys never show in a repr.
        region: REGION, or None for the cluster's own.
        kms_key: KMS_KEY_ID, or None: the store encrypts as it does by itself.
        file_format: How rows stand in a file.
        compression: How objects are compressed.
        delimiter: Between fields of text and CSV.
        null_string: NULL in text and CSV.
        add_quotes, escape, header: Options of text.
        parallel: Whether every slice writes files of its own.
        max_file_size: Bytes of an object, at most.
        row_group_size: Bytes of a row group of Parquet, at most.
        extension: EXTENSION, or None.
        manifest: MANIFEST.
        verbose: MANIFEST VERBOSE.
        overwrite: ALLOWOVERWRITE.
        clean: CLEANPATH.
        partition: Columns of PARTITION BY.
        include: Whether those stand in the files, too.
    """

    bucket: str
    prefix: str
    authorization: Authorization
    region: str | None
    kms_key: str | None
    file_format: FileFormat
    compression: Compression
    delimiter: str
    null_string: str
    add_quotes: bool
    escape: bool
    header: bool
    parallel: bool
    max_file_size: int
    row_group_size: int
    extension: str | None
    manifest: bool
    verbose: bool
    overwrite: bool
    clean: bool
    partition: tuple[str, ...]
    include: bool


def plan(statement: Unload) -> UnloadPlan:
    """Check the options of an UNLOAD.

    Raises:
        RedshiftError: What Redshift refuses before it runs the query.
        NotEmulated: Encryption with keys, and fixed width.
    """
    bucket, prefix = split_url(statement.target)
    given = judged(statement.options, Transfer.UNLOAD)
    chosen = next((_FORMATS[option] for option in given if option in _FORMATS), FileFormat.TEXT)
    if chosen is FileFormat.CSV and ESCAPE in given:
        raise NotEmulated(f"UNLOAD {CSV} {ESCAPE}")
    if INCLUDE in given and PARTITION_BY not in given:
        raise SyntaxFault(f'syntax error at or near "{INCLUDE.key}"')
    partition = tuple(map(str, given.get(PARTITION_BY, ())))
    if partition and not prefix.endswith("/"):
        prefix += "/"
    return UnloadPlan(
        bucket=bucket,
        prefix=prefix,
        authorization=authorization(given),
        region=text_of(given, REGION),
        kms_key=_kms_key(given),
        file_format=chosen,
        compression=next(
            (COMPRESSIONS[option] for option in given if option in COMPRESSIONS), Compression.NONE
        ),
        delimiter=_delimiter(given, "," if chosen is FileFormat.CSV else "|"),
        null_string=unescape(text_of(given, NULL_AS) or ""),
        add_quotes=ADDQUOTES in given,
        escape=ESCAPE in given,
        header=HEADER in given,
        parallel=text_of(given, PARALLEL) != "OFF",
        max_file_size=_size(given, MAXFILESIZE, 5 * _MB, int(Decimal("6.2") * (_MB << 10))),
        row_group_size=_size(given, ROWGROUPSIZE, 32 * _MB, 128 * _MB, default=32 * _MB),
        extension=text_of(given, EXTENSION),
        manifest=MANIFEST in given,
        verbose=text_of(given, MANIFEST) is not None,
        overwrite=ALLOWOVERWRITE in given,
        clean=CLEANPATH in given,
        partition=partition,
        include=INCLUDE in given,
    )


def check_columns(chosen: UnloadPlan, names: Sequence[str], types: Sequence[RedshiftType]) -> None:
    """Refuse a query whose columns the format or the partition does not take.

    Raises:
        RedshiftError: A name stands twice where names are keys, a type has no form, or PARTITION BY
            names no column of the query, or leaves none.
    """
    file_format = chosen.file_format
    if file_format in {FileFormat.JSON, FileFormat.PARQUET} and len({*names}) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise Unsupported(f'UNLOAD {file_format.name}: column name "{twice}" is not unique')
    for name in chosen.partition:
        if name not in names:
            raise UndefinedColumn(f'column "{name}" of PARTITION BY is not in the query')
    if not chosen.include and {*chosen.partition} >= {*names}:
        raise Unsupported("UNLOAD: at least one column must not be a partition column")
    if file_format in {FileFormat.TEXT, FileFormat.CSV}:
        return
    for name, type_ in zip(names, types, strict=True):
        if type_.kind in _TEXT_ONLY:
            raise Unsupported(
                f'UNLOAD {file_format.name} does not support column "{name}" of type {type_}'
            )
        undated = type_.kind.is_temporal and type_.kind not in _DATED
        unknown = undated or type_.kind in {Kind.INTERVAL, Kind.OID}
        if file_format is FileFormat.PARQUET and unknown:
            raise NotEmulated(f"UNLOAD PARQUET of {type_}")
        if file_format is FileFormat.PARQUET and name in chosen.partition and chosen.include:
            _check_included(type_)


def _check_included(type_: RedshiftType) -> None:
    """A value of a folder's name is to be read back from it; of most types it can be."""
    kind = type_.kind
    if not (kind.is_integer or kind.is_text or kind in {Kind.DATE, Kind.TIMESTAMP, Kind.NUMERIC}):
        raise NotEmulated(f"UNLOAD {PARQUET} {PARTITION_BY} of {type_} with {INCLUDE}")


def _kms_key(given: Given) -> str | None:
    """The key of KMS; ENCRYPTED alone is what is done in any case.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/t_unloading_encrypted_files.html
    """
    key = text_of(given, KMS_KEY_ID)
    if text_of(given, ENCRYPTED) is not None:
        raise NotEmulated(f"UNLOAD {ENCRYPTED} AUTO")
    if key is not None and ENCRYPTED not in given:
        raise NotEmulated(f"UNLOAD {KMS_KEY_ID} without {ENCRYPTED}")
    return key


def _delimiter(given: Given, default: str) -> str:
    written = text_of(given, DELIMITER)
    text = default if written is None else unescape(written)
    if len(text) != 1 or not text.isascii():
        raise InvalidParameterValue(f"UNLOAD {DELIMITER.key} must be a single ASCII character")
    return text


def _size(given: Given, option: Option, low: int, high: int, default: int | None = None) -> int:
    """Bytes.

    Args:
        given: All options.
        option: Which of them.
        low: The fewest bytes that it may be.
        high: The most.
        default: Bytes where it is not there; the most that it may be if none are said.
    """
    if option not in given:
        return high if default is None else default
    number, unit = map(str, given[option])
    size = int(Decimal(number) * _UNITS[unit])
    if not low <= size <= high:
        bounds = f"{low // _MB} MB and {Decimal(high) / _MB:.0f} MB"
        raise InvalidParameterValue(f"{option} must be between {bounds}")
    return size
