"""Columns of a Parquet file become values of the target columns.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.convert import NONCHARACTERS
from sparkify_harness.redshift.copying.spectrum import Scan
from sparkify_harness.redshift.errors import NotEmulated, NotNullViolation
from sparkify_harness.redshift.sql.arrow_types import arrow_type
from sparkify_harness.redshift.types import Kind

_EPOCH: Final = date(1970, 1, 1)
_DAYS: Final = ((date.min - _EPOCH).days, (date.max - _EPOCH).days)
_DAY: Final = 86_400_000_000
_MICROSECONDS: Final = (_DAYS[0] * _DAY, (_DAYS[1] + 1) * _DAY - 1)
"""From the year 1 to 9999: what clients show alike."""


class ParquetColumn:
    """Converts the values of one column.

    Args:
        column: Target column.
        scan: Makes errors.
        replaces: ACCEPTINVCHARS is said.
    """

    def __init__(self, column: Column, scan: Scan, *, replaces: bool) -> None:
        self._column = column
        self._scan = scan
        self._kind = column.type.kind
        self._odd = f"[\\x00{NONCHARACTERS if replaces else ''}]"
        self._type = arrow_type(column.type)

    def values(self, array: pa.Array) -> pa.Array:
        """The values, of the target's Arrow type.

        Args:
            array: As the file has them; texts may be dictionaries.

        Raises:
            ScanFault: A text is too long.
            NotNullViolation: A value is null that must not be.
            NotEmulated: What Redshift does with a value is not known.
        """
        if array.null_count:
            self._check_nulls()
        match self._kind:
            case Kind.CHAR | Kind.VARCHAR | Kind.VARBYTE:
                return self._characters(array)
            case Kind.NUMERIC:
                return self._decimals(array)
            case Kind.DATE:
                return self._within(array.cast(pa.date32()).view(pa.int32()), _DAYS)
            case Kind.TIMESTAMP | Kind.TIMESTAMPTZ:
                return self._moments(array)
        return array.cast(self._type)

    def missing(self, rows: int) -> pa.Array:
        """NULLs, where FILLRECORD makes up for a column that a file lacks."""
        if rows:
            self._check_nulls()
        return pa.nulls(rows, self._type)

    def _check_nulls(self) -> None:
        if not self._column.not_null:
            return
        if self._column.default is not None:
            raise NotEmulated("COPY PARQUET of NULL into a NOT NULL column with a DEFAULT")
        raise NotNullViolation(self._column.name)

    def _characters(self, array: pa.Array) -> pa.Array:
        """Texts or bytes; the distinct ones are looked at, where the file has a dictionary."""
        if isinstance(array, pa.DictionaryArray) and len(array.dictionary) > len(array):
            array = array.dictionary_decode()
        texts = array.dictionary if isinstance(array, pa.DictionaryArray) else array
        lengths = pc.binary_length(texts)
        limit = self._column.type.limit
        longest = pc.max(lengths).as_py() or 0
        if longest > limit:
            raise self._scan.fault(
                f"The length of the data column {self._column.name} is longer than the length "
                f"defined in the table. Table: {limit}, Data: {longest}, "
                f"File name: {self._scan.url}",
                self._column,
            )
        if self._kind is not Kind.VARBYTE:
            texts = self._checked(texts.cast(pa.string()))
        if isinstance(array, pa.DictionaryArray):
            return texts.cast(self._type).take(array.indices)
        return texts.cast(self._type)

    def _checked(self, texts: pa.Array) -> pa.Array:
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            raise NotEmulated("COPY PARQUET of text that is not UTF-8") from None
        if pc.any(pc.match_substring_regex(texts, self._odd)).as_py():
            raise NotEmulated("COPY PARQUET of text with NUL or what ACCEPTINVCHARS replaces")
        if self._kind is Kind.VARCHAR:
            return texts
        if not pc.all(pc.string_is_ascii(texts)).as_py():
            raise NotEmulated("COPY PARQUET of multibyte characters into CHAR")
        return pc.utf8_rtrim(texts, characters=" ")

    def _decimals(self, array: pa.Array) -> pa.Array:
        decimals = array.cast(self._type)
        digits = self._column.type.precision
        try:
            decimals.validate(full=True)
        except pa.ArrowInvalid:
            raise NotEmulated(f"COPY PARQUET of decimals of more than {digits} digits") from None
        return decimals

    def _moments(self, array: pa.Array) -> pa.Array:
        zone = array.type.tz
        try:
            moments = array.cast(pa.timestamp("us", zone)).view(pa.int64())
        except pa.ArrowInvalid:
            raise self._out_of_range() from None
        return self._within(moments, _MICROSECONDS)

    def _within(self, numbers: pa.Array, bounds: tuple[int, int]) -> pa.Array:
        extremes = pc.min_max(numbers).as_py()
        if extremes["min"] is not None and not (
            bounds[0] <= extremes["min"] and extremes["max"] <= bounds[1]
        ):
            raise self._out_of_range()
        return numbers.view(self._type)

    def _out_of_range(self) -> NotEmulated:
        return NotEmulated("COPY PARQUET of moments before the year 1 or after 9999")
