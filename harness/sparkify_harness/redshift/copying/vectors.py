"""Whole columns of fields become values at once, where that provably gives what ``convert`` gives.

Every rule here names the texts that it reads itself; a text that fits none goes through the
column's converter. So the two can only differ if a rule here is wrong, never by what it leaves out.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.convert import NONCHARACTERS, Converter, converter
from sparkify_harness.redshift.copying.datetimes import AUTO, EPOCH_UNITS
from sparkify_harness.redshift.copying.faults import ValueFault
from sparkify_harness.redshift.copying.json_records import EXACT_DOUBLE
from sparkify_harness.redshift.copying.options import Conversion
from sparkify_harness.redshift.sql.arrow_types import arrow_type
from sparkify_harness.redshift.types import Kind

_DIGITS = {kind: len(str(kind.bounds[1])) - 1 for kind in Kind if kind.is_integer}
"""So many fit whatever they are."""
_PLAIN_FLOAT = r"^-?[0-9]{1,17}(\.[0-9]{1,17})?$"
_DAY = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_PLAIN_DATE = rf"^{_DAY}$"
_PLAIN_TIMESTAMP = rf"^{_DAY} {_CLOCK}$"
_PLAIN_INSTANT = rf"^{_DAY}[T ]{_CLOCK}Z?$"
"""Among what ``auto`` recognizes."""

Vector = Callable[[pa.Array], pa.Array]


class Doubt(Exception):
    """These fields must be read record by record."""


class ColumnVector:
    """Converts a column's fields.

    Args:
        column: Target column.
        conversion: The statement's conversion options.
    """

    def __init__(self, column: Column, conversion: Conversion) -> None:
        self.column = column
        self.type = arrow_type(column.type)
        self._conversion = conversion
        self._convert: Converter = converter(column, conversion)
        self._kind = column.type.kind

    def from_text(self, array: pa.Array) -> pa.Array:
        """Values of an array of strings.

        Raises:
            Doubt: Some field cannot be read, or is NULL where it must not be.
        """
        if array.null_count == len(array):
            return self._checked(pa.nulls(len(array), self.type))
        if self._kind in {Kind.CHAR, Kind.VARCHAR}:
            return self._checked(self._characters(array))
        good, cast = self._plain()
        if good is None:
            mask = pc.is_valid(array)
            plain = pa.nulls(len(array), self.type)
        else:
            fits = pc.match_substring_regex(array, good)
            mask = pc.fill_null(pc.invert(fits), fill_value=False)
            if not pc.any(mask).as_py():
                return self._checked(cast(array))
            plain = cast(pc.if_else(mask, pa.scalar(None, array.type), array))
        return self._checked(self._repair(array, mask, plain))

    def from_numbers(self, array: pa.Array) -> pa.Array:
        """Values of unquoted JSON numbers, read as int64, float64 or decimal128.

        Raises:
            Doubt: As in ``from_text``.
        """
        if pa.types.is_floating(array.type):
            return self._checked(self._from_doubles(array))
        if pa.types.is_decimal(array.type):
            return self._checked(self._from_decimals(array))
        return self._checked(self._from_integers(array))

    def from_booleans(self, array: pa.Array) -> pa.Array:
        """Values of JSON's true and false."""
        if self._kind is Kind.BOOLEAN:
            return self._checked(array)
        return self.from_text(array.cast(pa.string()))

    def _checked(self, array: pa.Array) -> pa.Array:
        if self.column.not_null and array.null_count:
            raise Doubt
        return array

    def _repair(self, array: pa.Array, mask: pa.Array, plain: pa.Array) -> pa.Array:
        """Read the fields under the mask one by one, each distinct one once."""
        odd = array.filter(mask).dictionary_encode()
        try:
            values = [self._convert(text) for text in odd.dictionary.to_pylist()]
            fixed = pa.array(values, self.type).take(odd.indices)
        except (ValueFault, pa.ArrowInvalid) as fault:
            raise Doubt from fault
        return pc.replace_with_mask(plain, mask, fixed)

    # --- characters -----------------------------------------------------------------------

    def _characters(self, array: pa.Array) -> pa.Array:
        """Fields that stay as they are need no look; the others go through the converter."""
        options = self._conversion
        length = self.column.type.limit
        odd = [pc.greater(pc.binary_length(array), length)]
        if options.null_string:
            odd.append(pc.equal(array, options.null_string))
        if options.empty_as_null:
            odd.append(pc.equal(array, ""))
        if options.blanks_as_null:
            odd.append(pc.match_substring_regex(array, r"^[ \t\n\r\f\v]"))
        if self._kind is Kind.CHAR:
            odd.append(pc.ends_with(array, " "))
            odd.append(pc.invert(pc.string_is_ascii(array)))
        elif options.trim_blanks:
            odd.append(pc.match_substring_regex(array, r"[ \t\n\r\f\v]\z"))
        if options.replacement is not None:
            odd.append(pc.match_substring_regex(array, f"[{NONCHARACTERS}]"))
        mask = odd[0]
        for other in odd[1:]:
            mask = pc.or_(mask, other)
        mask = pc.fill_null(mask, fill_value=False)
        return self._repair(array, mask, array) if pc.any(mask).as_py() else array

    # --- other types ----------------------------------------------------------------------

    def _plain(self) -> tuple[str | None, Vector]:
        """The texts that Arrow reads as COPY does, as a pattern, and Arrow's reading of them."""
        kind = self._kind
        if kind in _DIGITS:
            return rf"^-?[0-9]{{1,{_DIGITS[kind]}}}$", self._cast
        if kind is Kind.DOUBLE:
            return _PLAIN_FLOAT, self._cast
        if kind is Kind.NUMERIC and not self._conversion.round_decimals:
            return self._plain_decimal()
        if kind is Kind.DATE and self._conversion.date_format is None:
            return _PLAIN_DATE, self._cast
        if kind in {Kind.TIMESTAMP, Kind.TIMESTAMPTZ}:
            return self._plain_timestamp()
        return None, self._cast

    def _plain_timestamp(self) -> tuple[str | None, Vector]:
        format_ = self._conversion.time_format
        if format_ is None:
            return _PLAIN_TIMESTAMP, self._utc
        if format_ == AUTO:
            return _PLAIN_INSTANT, lambda array: self._utc(pc.utf8_rtrim(array, characters="Z"))
        if format_ in EPOCH_UNITS:
            return r"^-?[0-9]{1,14}$", lambda array: self._epoch(array.cast(pa.int64()))
        return None, self._cast

    def _utc(self, array: pa.Array) -> pa.Array:
        """Without a zone a time is UTC already."""
        return array.cast(pa.timestamp("us")).cast(self.type)

    def _plain_decimal(self) -> tuple[str | None, Vector]:
        precision, scale = self.column.type.precision or 18, self.column.type.scale or 0
        whole = precision - scale
        if not whole:
            return None, self._cast
        fraction = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
        return rf"^-?[0-9]{{1,{whole}}}{fraction}$", self._cast

    def _cast(self, array: pa.Array) -> pa.Array:
        try:
            return array.cast(self.type)
        except pa.ArrowInvalid as error:
            raise Doubt from error

    def _epoch(self, array: pa.Array) -> pa.Array:
        unit = EPOCH_UNITS[self._conversion.time_format or ""]
        limit = 250_000_000_000_000_000 // unit
        if len(array) > array.null_count:
            extremes = pc.min_max(array).as_py()
            if extremes["min"] < -60_000_000_000_000_000 // unit or extremes["max"] > limit:
                raise Doubt
        return pc.multiply(array, unit).cast(self.type)

    def _from_integers(self, array: pa.Array) -> pa.Array:
        if self._kind in _DIGITS:
            return self._cast(array)
        if self._reads_epochs:
            return self._epoch(array)
        return self.from_text(array.cast(pa.string()))

    @property
    def _reads_epochs(self) -> bool:
        return (
            self._kind in {Kind.TIMESTAMP, Kind.TIMESTAMPTZ}
            and self._conversion.time_format in EPOCH_UNITS
        )

    def _from_doubles(self, array: pa.Array) -> pa.Array:
        if array.null_count < len(array) and not pc.all(pc.is_finite(array)).as_py():
            raise Doubt
        kind = self._kind
        if kind is Kind.DOUBLE:
            return array
        if kind is Kind.REAL:
            real = array.cast(pa.float32())
            if array.null_count < len(array) and not pc.all(pc.is_finite(real)).as_py():
                raise Doubt
            return real
        values = array.drop_null().to_numpy(zero_copy_only=False)
        whole = np.abs(values) < EXACT_DOUBLE
        if not (whole & (np.floor(values) == values)).all():
            raise Doubt
        if self._kind in _DIGITS or self._reads_epochs:
            return self._from_integers(array.cast(pa.int64()))
        raise Doubt

    def _from_decimals(self, array: pa.Array) -> pa.Array:
        """Truncated to the column's scale; ROUNDEC is left to the converter."""
        if array.null_count == len(array):
            return pa.nulls(len(array), self.type)
        if self._conversion.round_decimals:
            raise Doubt
        scale = self.column.type.scale or 0
        try:
            return pc.round(array, ndigits=scale, round_mode="towards_zero").cast(self.type)
        except pa.ArrowInvalid as error:
            raise Doubt from error
