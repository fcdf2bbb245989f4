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
from sparkify_harness.redshift.copying.options import Authorization, Compression
from sparkify_harness.redshift.copying.plan import split_url, unescape
from sparkify_harness.redshift.errors import (
    InvalidParameterValue,
    NotEmulated,
    SyntaxFault,
    UndefinedColumn,
    Unsupported,
)
from sparkify_harness.redshift.sql.statements import Unload
from sparkify_harness.redshift.types import Kind, RedshiftType

Options = Mapping[str, tuple[str | int, ...]]

_MB: Final = 1 << 20
_UNITS: Final = MappingProxyType({"MB": _MB, "GB": _MB << 10})
_SIZES: Final = MappingProxyType(
    {
        "MAXFILESIZE": (5 * _MB, int(Decimal("6.2") * (_MB << 10)), "5 MB and 6.2 GB"),
        "ROWGROUPSIZE": (32 * _MB, 128 * _MB, "32 MB and 128 MB"),
    }
)
_FORMATS: Final = ("CSV", "JSON", "PARQUET", "FIXEDWIDTH")
_COMPRESSIONS: Final = ("GZIP", "BZIP2", "ZSTD")
_NOT_EMULATED: Final = ("FIXEDWIDTH", "ENCRYPTED", "KMS_KEY_ID", "MASTER_SYMMETRIC_KEY")
_LAYOUT: Final = frozenset({"DELIMITER", "FIXEDWIDTH", "ADDQUOTES", "ESCAPE", "NULL AS", "HEADER"})
_EXCLUDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "CSV": frozenset({"FIXEDWIDTH", "ADDQUOTES", "ESCAPE", "ROWGROUPSIZE"}),
        "JSON": _LAYOUT | {"ROWGROUPSIZE"},
        "PARQUET": _LAYOUT | {"GZIP", "BZIP2", "ZSTD"},
        "FIXEDWIDTH": frozenset({"DELIMITER", "ADDQUOTES", "HEADER", "ROWGROUPSIZE"}),
        "delimited text": frozenset({"ROWGROUPSIZE"}),
    }
)
"""Options that a format refuses."""
_TEXT_ONLY: Final = frozenset({Kind.VARBYTE})
"""What goes to text and CSV alone, in hexadecimal digits."""
_NOT_IN_PARQUET: Final = frozenset({Kind.TIME, Kind.TIMETZ, Kind.INTERVAL})


class FileFormat(Enum):
    """How rows stand in a file; the value is what the logs call it."""

    TEXT = "Text"
    CSV = "CSV"
    JSON = "JSON"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True)
class UnloadPlan:
    r"""A checked UNLOAD.

    Args:
        bucket, prefix: Target: what all keys begin with.
        authorization: Keys or role; keys never show in a repr.
        region: REGION, or None for the cluster's own.
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
    options: Options = {option.name: option.arguments for option in statement.options}
    _check_combinations(options)
    file_format = next((one for one in FileFormat if one.name in options), FileFormat.TEXT)
    partition = tuple(map(str, options.get("PARTITION BY", ())))
    if partition and not prefix.endswith("/"):
        prefix += "/"
    return UnloadPlan(
        bucket=bucket,
        prefix=prefix,
        authorization=authorization(
            {name: str(given[0]) for name, given in options.items() if given}
        ),
        region=_text(options, "REGION"),
        file_format=file_format,
        compression=next(
            (Compression(name) for name in _COMPRESSIONS if name in options), Compression.NONE
        ),
        delimiter=_delimiter(options, "," if file_format is FileFormat.CSV else "|"),
        null_string=unescape(_text(options, "NULL AS") or ""),
        add_quotes="ADDQUOTES" in options,
        escape="ESCAPE" in options,
        header="HEADER" in options,
        parallel=options.get("PARALLEL") != ("OFF",),
        max_file_size=_size(options, "MAXFILESIZE"),
        row_group_size=_size(options, "ROWGROUPSIZE"),
        extension=_text(options, "EXTENSION"),
        manifest="MANIFEST" in options,
        verbose=options.get("MANIFEST") == ("VERBOSE",),
        overwrite="ALLOWOVERWRITE" in options,
        clean="CLEANPATH" in options,
        partition=partition,
        include="INCLUDE" in options,
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
        if file_format is FileFormat.PARQUET and type_.kind in _NOT_IN_PARQUET:
            raise NotEmulated(f"UNLOAD PARQUET of {type_}")


def _check_combinations(options: Options) -> None:
    formats = [name for name in _FORMATS if name in options]
    if len(formats) > 1:
        raise _incompatible(formats[0], formats[1])
    chosen = formats[0] if formats else "delimited text"
    for name in sorted(_EXCLUDED[chosen]):
        if name in options:
            raise _incompatible(chosen, name)
    if len([name for name in _COMPRESSIONS if name in options]) > 1:
        raise SyntaxFault("only one of GZIP, BZIP2 and ZSTD can be specified")
    if "ALLOWOVERWRITE" in options and "CLEANPATH" in options:
        raise SyntaxFault("CLEANPATH is not supported with ALLOWOVERWRITE")
    if "INCLUDE" in options and "PARTITION BY" not in options:
        raise SyntaxFault('syntax error at or near "include"')
    for name in _NOT_EMULATED:
        if name in options:
            raise NotEmulated(f"UNLOAD {name}")


def _incompatible(chosen: str, option: str) -> SyntaxFault:
    return SyntaxFault(f"{option} is not supported for UNLOAD to {chosen}")


def _text(options: Options, name: str) -> str | None:
    arguments = options.get(name, ())
    return str(arguments[0]) if arguments else None


def _delimiter(options: Options, default: str) -> str:
    given = _text(options, "DELIMITER")
    text = default if given is None else unescape(given)
    if len(text) != 1 or not text.isascii():
        raise InvalidParameterValue("UNLOAD delimiter must be a single ASCII character")
    return text


def _size(options: Options, name: str) -> int:
    low, high, bounds = _SIZES[name]
    arguments = options.get(name)
    if arguments is None:
        return high
    number, unit = arguments
    size = int(Decimal(str(number)) * _UNITS[str(unit)])
    if not low <= size <= high:
        raise InvalidParameterValue(f"{name} must be between {bounds}")
    return size
