"""Delimited text and CSV, a stretch of lines at a time, through Arrow's reader.

Arrow reads every field as text here, so nothing is coerced. It is more liberal than COPY with
quotation marks and with carriage returns; stretches with such are left to the other reader.
"""

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.options import Csv, DataFormat, Delimited
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.records import MAX_RECORD
from sparkify_harness.redshift.copying.vectors import ColumnVector, Doubt

_BLANK_LINE: Final = re.compile(rb"(?:\A|\n)\r?\n")
_WINDOW: Final = MAX_RECORD // 2


def screen(data: bytes) -> None:
    """Leave to the other reader what no reader of Arrow's treats as COPY does.

    Raises:
        Doubt: NUL, a byte order mark, bytes that are not UTF-8, or a line that may be too long.
    """
    if data.startswith(b"\xef\xbb\xbf") or b"\0" in data:
        raise Doubt
    if any(data.find(b"\n", at, at + _WINDOW) < 0 for at in range(0, len(data) - _WINDOW, _WINDOW)):
        raise Doubt
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            raise Doubt from error


class TextVectors:
    """Reads stretches of lines.

    Args:
        plan: The COPY.
        form: Its format.

    Raises:
        Doubt: The format is not one that Arrow knows.
    """

    def __init__(self, plan: CopyPlan, form: DataFormat) -> None:
        match form:
            case Csv(delimiter, quote):
                self._quote: str | None = quote
            case Delimited(delimiter, escape=False, remove_quotes=False):
                self._quote = None
            case _:
                raise Doubt
        if len(delimiter) > 1 or not delimiter.isascii():
            raise Doubt
        if delimiter in "\r\n" or self._quote in {"\r", "\n"}:
            raise Doubt
        self._delimiter = delimiter
        self._ignore_blank_lines = plan.ignore_blank_lines
        self._columns: Sequence[Column] = plan.columns
        self._vectors = [ColumnVector(column, plan.conversion) for column in plan.columns]
        self._well_formed = "" if self._quote is None else _well_formed(delimiter, self._quote)

    relaid = None

    def read(self, data: bytes) -> list[pa.Array]:
        """The values of each column.

        Args:
            data: Whole lines that begin at a boundary between records.

        Raises:
            Doubt: The stretch must be read record by record.
        """
        screen(data)
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            raise Doubt
        if self._quote is not None and self._quote.encode() in data:
            fits = pc.match_substring_regex(pa.array([data], pa.large_binary()), self._well_formed)
            if not fits[0].as_py():
                raise Doubt
        width = len(self._vectors)
        if width > 1 and not self._ignore_blank_lines and _BLANK_LINE.search(data):
            raise Doubt  # Arrow makes a row of empty fields of it
        table = self._parse(data, width)
        if table is None and self._quote is None:
            # One delimiter at the end of the line is tolerated.
            table = self._parse(data, width + 1)
            if table is not None and not pc.all(pc.equal(table.column(width), "")).as_py():
                raise Doubt
        if table is None:
            raise Doubt
        return [
            vector.from_text(table.column(index).combine_chunks())
            for index, vector in enumerate(self._vectors)
        ]

    def _parse(self, data: bytes, width: int) -> pa.Table | None:
        """What Arrow reads; None where some line has another number of fields."""
        names = [str(index) for index in range(width)]
        try:
            return pyarrow.csv.read_csv(
                pa.BufferReader(data),
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, block_size=len(data) + 1, column_names=names
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=self._delimiter,
                    quote_char=self._quote or False,
                    double_quote=True,
                    escape_char=False,
                    newlines_in_values=self._quote is not None,
                    ignore_empty_lines=self._ignore_blank_lines,
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            return None


def _well_formed(delimiter: str, quote: str) -> str:
    """Matches text whose quotation marks stand only around whole fields, or doubled in them."""
    d, q = (rf"\x{ord(character):02x}" for character in (delimiter, quote))
    field = rf"(?:{q}(?:[^{q}]|{q}{q})*{q}|[^{q}{d}\n]*)"
    line = rf"{field}(?:{d}{field})*"
    return rf"(?s)\A(?:{line}\r?\n)*(?:{line})?\z"
