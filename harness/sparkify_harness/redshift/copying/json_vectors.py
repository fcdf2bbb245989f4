"""JSON, a stretch of lines at a time, through Arrow's strict reader.

Arrow is told which JSON kind (string, number, boolean) each key has, as a sample shows; a value of
another kind is an error there and raises Doubt here: nothing is coerced. Arrow's parser also
refuses trailing commas, comments, duplicate keys, stray control characters and root arrays. What
it lets through and COPY does not is looked for in the bytes beforehand.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.json_layout import one_a_line
from sparkify_harness.redshift.copying.json_records import JsonValue, structure
from sparkify_harness.redshift.copying.jsonpaths import Path
from sparkify_harness.redshift.copying.options import Conversion, Json
from sparkify_harness.redshift.copying.records import MAX_RECORD
from sparkify_harness.redshift.copying.text_vectors import screen
from sparkify_harness.redshift.copying.vectors import ColumnVector, Doubt
from sparkify_harness.redshift.types import Kind

_SAMPLE = 40
_SUSPECT: Final = (
    # Arrow 26 crashes on a root null. Inside a value null never follows a brace or begins a text.
    r"(?:\A|[}\]])[ \t\r\n]*null"
    # Arrow takes NaN and Infinity for numbers.
    r"|[:,\[][ \t\r\n]*(?:-?(?:NaN|Inf)"
    # int64 has no -0, which a VARCHAR column keeps.
    r"|-0[ \t\r\n,}])"
)


@dataclass(frozen=True, slots=True)
class _Key:
    """A key that feeds a column."""

    name: str
    vector: ColumnVector


class JsonVectors:
    """Reads stretches of newline-separated JSON objects.

    Args:
        columns: Target columns.
        form: What the statement says.
        paths: Paths of the jsonpaths file; None maps by name.
        conversion: The statement's conversion options.

    Raises:
        Doubt: The mapping is not of the kind that this reader knows.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        form: Json,
        paths: Sequence[Path] | None,
        conversion: Conversion,
    ) -> None:
        names: list[str] = []
        for path in paths if paths is not None else [(column.name,) for column in columns]:
            if len(path) != 1 or not isinstance(path[0], str):
                raise Doubt
            names.append(path[0])
        if form.no_shred or len(set(names)) != len(names):
            raise Doubt
        if any(column.type.kind is Kind.SUPER for column in columns):
            raise Doubt
        self._keys = [
            _Key(name, ColumnVector(column, conversion))
            for name, column in zip(names, columns, strict=True)
        ]
        self._ignore_case = form.ignore_case
        # What fitted the last stretch will mostly fit the next one.
        self._schema: pa.Schema | None = None

    relaid = staticmethod(one_a_line)

    def read(self, data: bytes) -> list[pa.Array]:
        """The values of each column.

        Args:
            data: Whole lines that begin at a boundary between records.

        Raises:
            Doubt: The stretch must be read record by record. Nothing is wrong with it yet.
        """
        _screen(data)
        last = self._schema
        table = None if last is None else self._parse(data, last)
        if table is None:
            schema = self._sampled(data)
            table = None if schema == last else self._parse(data, schema)
            if table is None:
                raise Doubt
            self._schema = schema
        return [
            _convert(key.vector, table.column(index).combine_chunks())
            for index, key in enumerate(self._keys)
        ]

    def _sampled(self, data: bytes) -> pa.Schema:
        """The Arrow type in which to read each key, as some of the records show."""
        seen: dict[str, set[str]] = {key.name: set() for key in self._keys}
        spellings = {key.name: key.name for key in self._keys}
        for text, root in _sample(data):
            for written, value in root.items():
                name = written.lower() if self._ignore_case else written
                if name in seen:
                    seen[name].add(_kind(text, value))
                    spellings[name] = written
        return pa.schema(
            [
                (spellings[key.name], _arrow_type(key.vector.column, seen[key.name] - {"null"}))
                for key in self._keys
            ]
        )

    def _parse(self, data: bytes, schema: pa.Schema) -> pa.Table | None:
        """What Arrow reads; None where it finds anything that is not of the schema."""
        try:
            table = pyarrow.json.read_json(
                pa.BufferReader(data),
                read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=MAX_RECORD),
                parse_options=pyarrow.json.ParseOptions(
                    explicit_schema=schema,
                    # Keys in another spelling must come to light.
                    unexpected_field_behavior="infer" if self._ignore_case else "ignore",
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        others = {name.lower() for name in table.column_names[len(schema) :]}
        if not others.isdisjoint(key.name for key in self._keys):
            return None
        return table


def _screen(data: bytes) -> None:
    """Look for what Arrow's reader lets through."""
    screen(data)
    if b"\\u0000" in data:
        raise Doubt
    suspect = pc.match_substring_regex(pa.array([data], pa.large_binary()), _SUSPECT)
    if suspect[0].as_py():
        raise Doubt


def _sample(data: bytes) -> list[tuple[str, dict[str, JsonValue]]]:
    """Some records from the beginning, and from places further on."""
    sample: list[tuple[str, dict[str, JsonValue]]] = []
    step = max(1, len(data) // 4)
    for place in range(0, len(data), step):
        stretch = io.BytesIO(data)
        stretch.seek(place)
        if place:
            stretch.readline()
        for _ in range(_SAMPLE // 4):
            line = stretch.readline().decode().strip(" \t\r\n")
            if not line:
                continue
            try:
                root, _ = structure(line, 0)
            except ValueError as error:
                raise Doubt from error
            if not isinstance(root, dict):
                raise Doubt
            sample.append((line, root))
    return sample


def _kind(text: str, value: JsonValue) -> str:
    if value.string is not None:
        return "string"
    match text[value.start]:
        case "n":
            return "null"
        case "t" | "f":
            return "boolean"
        case "{" | "[":
            return "nested"
    return "integer" if re.fullmatch(r"-?\d+", text[value.start : value.end]) else "number"


def _arrow_type(column: Column, kinds: set[str]) -> pa.DataType:
    kind = column.type.kind
    if kinds == {"string"}:
        return pa.string()
    if kinds == {"boolean"}:
        return pa.bool_()
    if not kinds:
        return _likely_type(kind, column)
    if not kinds <= {"integer", "number"}:
        raise Doubt
    if kind in {Kind.DOUBLE, Kind.REAL}:
        return pa.float64()
    if kind is Kind.NUMERIC:
        return pa.decimal128(38, min(37, max(18, column.type.scale or 0)))
    return pa.float64() if "number" in kinds else pa.int64()


def _likely_type(kind: Kind, column: Column) -> pa.DataType:
    """For a key that is null, or missing, in the whole sample."""
    if kind is Kind.BOOLEAN:
        return pa.bool_()
    if kind.is_number:
        return _arrow_type(column, {"integer"})
    return pa.string()


def _convert(vector: ColumnVector, array: pa.Array) -> pa.Array:
    if pa.types.is_string(array.type):
        return vector.from_text(array)
    if pa.types.is_boolean(array.type):
        return vector.from_booleans(array)
    return vector.from_numbers(array)
