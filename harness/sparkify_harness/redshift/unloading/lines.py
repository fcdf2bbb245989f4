"""Rows as lines of text: delimited, CSV, JSON.

All columns come in the text form that a client would read.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sparkify_harness.redshift.types import Kind, RedshiftType
from sparkify_harness.redshift.unloading.plan import FileFormat, UnloadPlan

_TEXT: Final = pa.large_string()
_CONTROLS: Final = r"[\x00-\x1f]"
_NUMBERS: Final = frozenset({Kind.REAL, Kind.DOUBLE})


class Lines:
    """Makes lines of rows.

    Args:
        plan: How.
        names: Of the columns that are written.
        types: Theirs.
    """

    def __init__(
        self, plan: UnloadPlan, names: Sequence[str], types: Sequence[RedshiftType]
    ) -> None:
        self._plan = plan
        self._types = types
        field = self._field
        if plan.file_format is FileFormat.JSON:
            keys = [json.dumps(name, ensure_ascii=False) for name in names]
            self._between = [f"{',' if place else '{'}{key}:" for place, key in enumerate(keys)]
            self._end = "}\n"
            self.header = b""
        else:
            self._between = ["", *[plan.delimiter] * (len(names) - 1)]
            self._end = "\n"
            labels = [field(pa.array([name], _TEXT))[0].as_py() for name in names]
            line = plan.delimiter.join(labels) + "\n"
            self.header = line.encode() if plan.header else b""

    def __call__(self, columns: Sequence[pa.Array]) -> pa.Array:
        """The lines of some rows, a line feed at the end of each.

        Args:
            columns: Arrow strings, all of one length.
        """
        pieces: list[Any] = []
        for between, column, type_ in zip(self._between, columns, self._types, strict=True):
            text = column.cast(_TEXT)
            pieces += [pa.scalar(between, _TEXT), self._value(text, type_)]
        pieces.append(pa.scalar(self._end, _TEXT))
        return pc.binary_join_element_wise(*pieces, pa.scalar("", _TEXT))

    def _value(self, text: pa.Array, type_: RedshiftType) -> pa.Array:
        if self._plan.file_format is FileFormat.JSON:
            return _json_value(text, type_).fill_null("null")
        return self._field(text.fill_null(self._plan.null_string))

    def _field(self, text: pa.Array) -> pa.Array:
        """A field of delimited text or CSV."""
        if self._plan.file_format is FileFormat.CSV:
            return _quoted_where_needed(text, self._plan.delimiter)
        if self._plan.escape and _any_of(text, "\\\n\r\"'" + self._plan.delimiter) is not None:
            special = ["\\", "\n", "\r", self._plan.delimiter]
            special += ['"', "'"] if self._plan.add_quotes else []
            for character in dict.fromkeys(special):
                text = pc.replace_substring(text, character, f"\\{character}")
        return _joined('"', text, '"') if self._plan.add_quotes else text


def _joined(*pieces: "str | pa.Array") -> pa.Array:
    scalars = [pa.scalar(one, _TEXT) if isinstance(one, str) else one for one in pieces]
    return pc.binary_join_element_wise(*scalars, pa.scalar("", _TEXT))


def _any_of(text: pa.Array, characters: str) -> pa.Array | None:
    """Where one of these characters is; None where none is anywhere, as in most columns."""
    found = pc.match_substring_regex(text, f"[{re.escape(characters)}]")
    return found if pc.any(found).as_py() else None


def _quoted_where_needed(text: pa.Array, delimiter: str) -> pa.Array:
    needed = _any_of(text, f'{delimiter}"\n\r')
    if needed is None:
        return text
    quoted = _joined('"', pc.replace_substring(text, '"', '""'), '"')
    return pc.if_else(needed, quoted, text)


def _json_value(text: pa.Array, type_: RedshiftType) -> pa.Array:
    """A value of a JSON object; NULL stays NULL.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    Deviates: What becomes of NaN and of infinity is not documented; here they are strings, as JSON
    has no such numbers.
    """
    kind = type_.kind
    if kind is Kind.SUPER or (kind.is_number and kind not in _NUMBERS):
        return text
    if kind in _NUMBERS:
        return pc.if_else(pc.match_substring_regex(text, "[0-9]"), text, _joined('"', text, '"'))
    if _any_of(text, '\\"') is None:
        escaped = text
    else:
        escaped = pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), '"', '\\"')
    whole = _joined('"', escaped, '"')
    controls = pc.match_substring_regex(text, _CONTROLS).fill_null(fill_value=False)
    if pc.any(controls).as_py():
        slow = [
            json.dumps(value, ensure_ascii=False) for value in text.filter(controls).to_pylist()
        ]
        whole = pc.replace_with_mask(whole, controls, pa.array(slow, _TEXT))
    return whole


class Block:
    """Lines one after the other, to be written in pieces.

    Args:
        lines: As ``Lines`` gives them.
    """

    def __init__(self, lines: pa.Array) -> None:
        _, offsets, data = lines.buffers()
        self._offsets = np.frombuffer(offsets, np.int64)[lines.offset :][: len(lines) + 1]
        self._data = memoryview(data or b"")
        self._first = 0

    @property
    def left(self) -> int:
        """Lines that were not taken yet."""
        return len(self._offsets) - 1 - self._first

    def take(self, room: int, *, least: int) -> tuple[memoryview, int]:
        """The next lines that fit.

        Args:
            room: Bytes that they may have together.
            least: Lines that are taken even where they do not fit.

        Returns:
            Their bytes, and how many they are.
        """
        begin = self._offsets[self._first]
        fitting = int(np.searchsorted(self._offsets, begin + room, side="right")) - 1
        last = min(max(fitting, self._first + least), len(self._offsets) - 1)
        taken = last - self._first
        self._first = last
        return self._data[begin : self._offsets[last]], taken
