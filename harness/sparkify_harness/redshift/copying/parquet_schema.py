"""Whether the columns of a Parquet file fit those of the table, place by place.

A value of Parquet has a physical type and an annotation, which says what it stands for. Another
physical type than the column's is refused by Redshift, also where the value would fit: INT64 into
INTEGER, INT32 into BIGINT, DOUBLE into NUMERIC. What it does with the right physical type and
another annotation is not known, so that is not emulated.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
Parquet: https://parquet.apache.org/docs/file-format/types/logicaltypes/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyarrow.parquet as pq

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.spectrum import Scan
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.types import Kind, RedshiftType

DECIMAL: Final = "DECIMAL"
STRING: Final = "STRING"

_FITTING: Final[Mapping[Kind, frozenset[tuple[str, str]]]] = MappingProxyType(
    {
        Kind.BOOLEAN: frozenset({("BOOLEAN", "NONE")}),
        Kind.SMALLINT: frozenset({("INT32", "INT(8)"), ("INT32", "INT(16)")}),
        Kind.INTEGER: frozenset({("INT32", "NONE"), ("INT32", "INT(32)")}),
        Kind.BIGINT: frozenset({("INT64", "NONE"), ("INT64", "INT(64)")}),
        Kind.NUMERIC: frozenset(
            {("INT32", DECIMAL), ("INT64", DECIMAL), ("FIXED_LEN_BYTE_ARRAY", DECIMAL)}
        ),
        Kind.REAL: frozenset({("FLOAT", "NONE")}),
        Kind.DOUBLE: frozenset({("DOUBLE", "NONE")}),
        Kind.CHAR: frozenset({("BYTE_ARRAY", STRING)}),
        Kind.VARCHAR: frozenset({("BYTE_ARRAY", STRING)}),
        Kind.VARBYTE: frozenset({("BYTE_ARRAY", "NONE")}),
        Kind.DATE: frozenset({("INT32", "DATE")}),
        Kind.TIMESTAMP: frozenset(
            {
                ("INT96", "NONE"),
                ("INT64", "TIMESTAMP(milliseconds)"),
                ("INT64", "TIMESTAMP(microseconds)"),
            }
        ),
        Kind.TIMESTAMPTZ: frozenset(
            {
                ("INT96", "NONE"),
                ("INT64", "TIMESTAMP(milliseconds)"),
                ("INT64", "TIMESTAMP(microseconds)"),
            }
        ),
    }
)
"""What fills columns of each type: physical types and annotations.

Redshift: a zone is not kept, instants are those of UTC:
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

KINDS: Final = frozenset(_FITTING)
"""The types of columns that Parquet fills."""

_MISFITS: Final = frozenset({(Kind.SMALLINT, "NONE"), (Kind.SMALLINT, "INT(32)")})
"""Refused though the physical type is right: INT32 that is not said to be a small one."""

_HIVE: Final = MappingProxyType(
    {Kind.INTEGER: "INT", Kind.REAL: "FLOAT", Kind.DOUBLE: "DOUBLE", Kind.NUMERIC: "DECIMAL"}
)

_CODECS: Final = frozenset({"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
_ENCODINGS: Final = frozenset({"PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"})
"""What Parquet 1.0 has. Redshift tells of no others."""
_LARGE: Final = 256 << 20
"""Bytes of a row group, decompressed, below which nothing is a bomb."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column of a file.

    Args:
        place: Its place, from 0.
        name: As the file has it.
        physical: Physical type.
        annotation: What values stand for; NONE where nothing says so.
        required: Whether no value is null.
        length: Bytes of FIXED_LEN_BYTE_ARRAY.
        precision, scale: Of DECIMAL.
    """

    place: int
    name: str
    physical: str
    annotation: str
    required: bool
    length: int
    precision: int
    scale: int

    def __str__(self) -> str:
        """The column as Redshift prints it."""
        physical = self.physical.lower()
        if self.physical == "FIXED_LEN_BYTE_ARRAY":
            physical += f"({self.length})"
        definition = 0 if self.required else 1
        return (
            f"{'required' if self.required else 'optional'} {physical} {self.name} "
            f"[i:{self.place} d:{definition} r:0]"
        )


def leaves(
    file: pq.ParquetFile, expected: Sequence[Column], scan: Scan, *, fill: bool
) -> list[Leaf]:
    """The columns of a file, once there are as many as the statement fills.

    Args:
        file: The file.
        expected: Target columns.
        scan: Makes errors.
        fill: FILLRECORD: columns may be missing at the end.

    Raises:
        ScanFault: There are more of them, or fewer.
        NotEmulated: One of them is nested.
    """
    found = len(file.schema_arrow)
    if found > len(expected) or (found < len(expected) and not fill):
        raise scan.fault(
            "Unmatched number of columns between table and file. "
            f"Table columns: {len(expected)}, Data columns: {found}, File name: {scan.url}"
        )
    columns = [file.schema.column(place) for place in range(file.metadata.num_columns)]
    if len(columns) != found or any(
        column.max_repetition_level or column.path != column.name for column in columns
    ):
        raise NotEmulated("COPY PARQUET with nested columns")
    return [
        Leaf(
            place,
            column.name,
            column.physical_type,
            _annotation(column.logical_type),
            not column.max_definition_level,
            column.length,
            column.precision,
            column.scale,
        )
        for place, column in enumerate(columns)
    ]


def _annotation(logical: pq.ParquetLogicalType) -> str:
    match json.loads(logical.to_json()):
        case {"Type": "Int", "bitWidth": width, "isSigned": signed}:
            return f"{'INT' if signed else 'UINT'}({width})"
        case {"Type": "Timestamp", "timeUnit": unit}:
            return f"TIMESTAMP({unit})"
    return str(logical.type)


def check_fit(leaf: Leaf, column: Column, scan: Scan, table: str) -> None:
    """Refuse what does not fit the column.

    Args:
        leaf: Column of the file.
        column: Target column.
        scan: Makes errors.
        table: How errors name what is read: ``s3://bucket/prefix``.

    Raises:
        ScanFault: Redshift refuses it.
        NotEmulated: What Redshift does with it is not known.
    """
    kind, found = column.type.kind, (leaf.physical, leaf.annotation)
    fitting = _FITTING[kind]
    if leaf.physical not in {physical for physical, _ in fitting} or (
        (kind, leaf.annotation) in _MISFITS
    ):
        raise scan.fault(
            f"File '{scan.url}' has an incompatible Parquet schema for column "
            f"'{table}.{column.name}'. Column type: {_hive_type(column.type)}, "
            f"Parquet schema:\n{leaf}",
            column,
        )
    if found not in fitting:
        raise NotEmulated(
            f"COPY PARQUET of {leaf.physical} with annotation {leaf.annotation} into {column.type}"
        )
    if kind is Kind.NUMERIC:
        _check_decimal(leaf, column, scan)


def _check_decimal(leaf: Leaf, column: Column, scan: Scan) -> None:
    """Refuse decimals of another size.

    Observed: https://github.com/G-Research/ParquetSharp/issues/252
    """
    precision, scale = column.type.precision or 0, column.type.scale or 0
    size = decimal_size(precision)
    if leaf.physical == "FIXED_LEN_BYTE_ARRAY" and leaf.length != size:
        raise scan.fault(
            f"File '{scan.url}' column '{leaf.name}' has an invalid type length. "
            f"Expecting: {size} len in file: {leaf.length}",
            column,
        )
    if (leaf.precision, leaf.scale) != (precision, scale):
        raise NotEmulated(
            f"COPY PARQUET of DECIMAL({leaf.precision}, {leaf.scale}) into {column.type}"
        )


def decimal_size(precision: int) -> int:
    """The least number of bytes, with a sign, for so many digits."""
    greatest: int = 10**precision - 1
    return (greatest.bit_length() + 8) // 8


def _hive_type(type_: RedshiftType) -> str:
    name = _HIVE.get(type_.kind, type_.kind.name)
    if type_.kind is Kind.NUMERIC:
        return f"{name}({type_.precision}, {type_.scale})"
    return name


def check_sizes(metadata: pq.FileMetaData, stored: int) -> None:
    """Refuse bombs: a page is decompressed at once, which may take all memory.

    Args:
        metadata: Of the file.
        stored: Bytes of the file.

    Raises:
        NotEmulated: There is one.
    """
    for number in range(metadata.num_row_groups):
        size: int = metadata.row_group(number).total_byte_size
        if size > _LARGE and size > 1000 * stored:
            raise NotEmulated("COPY PARQUET of data that grows a thousandfold")


def check_storage(metadata: pq.FileMetaData) -> None:
    """Refuse codecs and encodings that Redshift does not tell of.

    To be asked once all is read. Of broken columns pyarrow's metadata cannot be asked without the
    process coming to its end, while its reader raises an error; it reads row groups that have rows.

    Raises:
        NotEmulated: There is one.
    """
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(metadata.num_columns if group.num_rows > 0 else 0):
            chunk = group.column(place)
            if chunk.compression not in _CODECS:
                raise NotEmulated(f"COPY PARQUET compressed by {chunk.compression}")
            odd = next((each for each in chunk.encodings if each not in _ENCODINGS), None)
            if odd:
                raise NotEmulated(f"COPY PARQUET with the encoding {odd}")
