"""What every reader of records gives, whatever the format: fields as text, before conversion."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from sparkify_harness.redshift.catalog.logs import LoadError
from sparkify_harness.redshift.copying.convert import Converter, converter
from sparkify_harness.redshift.copying.faults import Code, RecordFault, ValueFault, load_error
from sparkify_harness.redshift.copying.plan import CopyPlan

MAX_RECORD: Final = 4 << 20
"""Bytes of a record, at most: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html"""

TOO_LARGE: Final = RecordFault(Code.LINE, "Record exceeds the maximum size of 4194304 bytes")

DefaultOf = Callable[[str], object]
"""Value of a column's DEFAULT, by the column's name; evaluated once for each COPY."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file.

    Args:
        line: Its line number from 1; the last one of a JSON object.
        raw: Its text; bytes that are not UTF-8 as lone surrogates.
        fields: Text for each target column; None is NULL.
        fault: Set where the record as a whole is broken; ``fields`` is empty then.
        starts: Byte offset of each field; empty for JSON, where it is not told.
    """

    line: int
    raw: str
    fields: Sequence[str | None] = ()
    fault: RecordFault | None = None
    starts: Sequence[int] = ()


class RecordReader(Protocol):
    """Reads a file record by record, from one boundary between records to another.

    Attributes:
        offset: Bytes read so far that belong to records that were given.
        line: Number of the line at ``offset``, from 1.
    """

    offset: int
    line: int

    def records(self, until: int | None = None) -> Iterator[Record]:
        """Records that begin before byte ``until``; all of the rest without it."""


OpenReader = Callable[[BinaryIO, int], RecordReader]
"""Makes a reader of a file that stands at a boundary between records, given that line's number."""


class RowReader:
    """Records become rows of values, or load errors.

    Args:
        plan: The COPY.
        default_of: Value of a column's DEFAULT.
    """

    def __init__(self, plan: CopyPlan, default_of: DefaultOf) -> None:
        self._columns = plan.columns
        self._converters: tuple[Converter, ...] = tuple(
            converter(column, plan.conversion) for column in plan.columns
        )
        self._default_of = default_of

    def row(self, record: Record) -> list[object]:
        """The values of a record, one for each target column.

        Raises:
            BadRecord: It cannot be loaded.
        """
        if record.fault:
            raise BadRecord(record.fault)
        values: list[object] = []
        for index, field in enumerate(record.fields):
            value: object = None
            if field is not None:
                try:
                    value = self._converters[index](field)
                except ValueFault as fault:
                    raise self._bad(record, index, fault.code, fault.reason) from None
            if value is None and self._columns[index].not_null:
                value = self._instead_of_null(record, index)
            values.append(value)
        return values

    def _instead_of_null(self, record: Record, index: int) -> object:
        """A NOT NULL column takes its DEFAULT where the field is null.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
        """
        column = self._columns[index]
        value = self._default_of(column.name) if column.default else None
        if value is None:
            raise self._bad(record, index, Code.NOT_NULL, "Missing data for not-null field")
        return value

    def _bad(self, record: Record, index: int, code: Code, reason: str) -> "BadRecord":
        return BadRecord(
            RecordFault(
                code,
                reason,
                self._columns[index],
                record.starts[index] if record.starts else 0,
                record.fields[index] or "",
            )
        )


class BadRecord(Exception):
    """A record that cannot be loaded.

    Args:
        fault: Why.
    """

    def __init__(self, fault: RecordFault) -> None:
        super().__init__(fault.reason)
        self.fault = fault

    def load_error(self, filename: str, record: Record) -> LoadError:
        """The row of stl_load_errors."""
        return load_error(self.fault, filename=filename, line=record.line, raw=record.raw)
