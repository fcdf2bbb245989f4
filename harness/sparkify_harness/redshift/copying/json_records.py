"""JSON, record by record: a sequence of root objects or arrays, however they are broken in lines.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.faults import Code, RecordFault
from sparkify_harness.redshift.copying.jsonpaths import Path
from sparkify_harness.redshift.copying.options import Json
from sparkify_harness.redshift.copying.records import MAX_RECORD, TOO_LARGE, OpenReader, Record
from sparkify_harness.redshift.types import Kind

_BLOCK = 1 << 20
_skip: Final = re.compile(r"[ \t\n\r]*").match
_not_opener: Final = re.compile(r"[^{\[\n]*").match
_OPENER_LINE = re.compile(r"^([ \t]*)[{\[]", re.MULTILINE)

NOT_AN_OBJECT: Final = "Invalid JSONPath format: Member is not an object."
NOT_AN_ELEMENT: Final = "Invalid JSONPath format: Not an array or index out of range."
INVALID: Final = RecordFault(Code.LINE, "Invalid value.")

WHOLE_NUMBERS: Final = frozenset(
    {Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT, Kind.TIMESTAMP, Kind.TIMESTAMPTZ}
)
"""Columns that take an unquoted ``1541016707796.0``."""

EXACT_DOUBLE: Final = 1 << 53


def _refuse(constant: str) -> object:
    raise ValueError(constant)


_decode: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse).raw_decode


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A JSON value in a text.

    Args:
        start, end: Where it stands.
        string: Contents, for a string.
    """

    start: int
    end: int
    string: str | None = None


class _Path(Exception):
    """A path leads nowhere."""


Structure = dict[str, JsonValue] | list[JsonValue]


def structure(text: str, at: int) -> tuple[Structure, int]:
    """The members of the object, or elements of the array, that begins at ``at``; and its end.

    Raises:
        ValueError: It is malformed, or the text ends before it does.
    """
    return _object(text, at) if text[at] == "{" else _array(text, at)


def _value(text: str, at: int) -> JsonValue:
    try:
        value, end = _decode(text, at)
    except RecursionError:
        raise json.JSONDecodeError("Nested too deeply", text, at) from None
    return JsonValue(at, end, value if text[at] == '"' else None)


def _object(text: str, at: int) -> tuple[dict[str, JsonValue], int]:
    members: dict[str, JsonValue] = {}
    at = _after_blanks(text, at + 1)
    if text[at : at + 1] == "}":
        return members, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name", text, at)
        key, at = _decode(text, at)
        at = _after_blanks(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':'", text, at)
        value = _value(text, _after_blanks(text, at + 1))
        members[key] = value
        at = _after_blanks(text, value.end)
        if text[at : at + 1] == "}":
            return members, at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ','", text, at)
        at = _after_blanks(text, at + 1)


def _array(text: str, at: int) -> tuple[list[JsonValue], int]:
    elements: list[JsonValue] = []
    at = _after_blanks(text, at + 1)
    if text[at : at + 1] == "]":
        return elements, at + 1
    while True:
        value = _value(text, at)
        elements.append(value)
        at = _after_blanks(text, value.end)
        if text[at : at + 1] == "]":
            return elements, at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ','", text, at)
        at = _after_blanks(text, at + 1)


def _after_blanks(text: str, at: int) -> int:
    blanks = _skip(text, at)
    return blanks.end() if blanks else at


# --- fields -----------------------------------------------------------------------------------

Mapper = Callable[[str, int, Structure, int], list[str | None]]
"""Text, start, structure and end of a root value to the field of each column.

Raises _Path where a path leads nowhere."""


def mapper(columns: Sequence[Column], form: Json, paths: Sequence[Path] | None) -> Mapper:
    """How a root value feeds the columns.

    Args:
        columns: Target columns.
        form: What the statement says.
        paths: Paths of the jsonpaths file, one for each column; None maps by name.
    """
    if form.no_shred:
        return lambda text, start, _root, end: [text[start:end]]
    kinds = [column.type.kind for column in columns]
    if paths is not None:
        steps = list(zip(kinds, paths, strict=True))
        return lambda text, _start, root, _end: [
            _field(text, _follow(text, root, path), kind) for kind, path in steps
        ]
    names = [(column.name, column.type.kind) for column in columns]

    def by_name(text: str, _start: int, root: Structure, _end: int) -> list[str | None]:
        if isinstance(root, list):
            raise _Path(NOT_AN_OBJECT)
        if form.ignore_case:
            root = {key.lower(): value for key, value in root.items()}
        return [_field(text, root.get(name), kind) for name, kind in names]

    return by_name


def _follow(text: str, root: Structure, path: Path) -> JsonValue | None:
    """The value at the end of a path; None where an object lacks the member."""
    here: Structure = root
    value: JsonValue | None = None
    for step in path:
        if value is not None:
            if text.startswith("null", value.start):
                return None
            if text[value.start] not in "{[":
                raise _Path(NOT_AN_OBJECT if isinstance(step, str) else NOT_AN_ELEMENT)
            here, _ = structure(text, value.start)
        if isinstance(step, int):
            if not isinstance(here, list) or step >= len(here):
                raise _Path(NOT_AN_ELEMENT)
            value = here[step]
        else:
            if not isinstance(here, dict):
                raise _Path(NOT_AN_OBJECT)
            value = here.get(step)
            if value is None:
                return None
    return value


def _field(text: str, value: JsonValue | None, kind: Kind) -> str | None:
    """A value's text: strings unescaped, numbers and nested structures as written."""
    if value is None:
        return None
    if kind is Kind.SUPER:
        raw = text[value.start : value.end]
        return None if raw == "null" else raw
    if value.string is not None:
        return value.string
    raw = text[value.start : value.end]
    if raw == "null":
        return None
    if kind in WHOLE_NUMBERS and raw[0] in "-0123456789":
        return _whole(raw)
    return raw


def _whole(raw: str) -> str:
    """An unquoted number without its fraction, where that is zero.

    COPY takes ``1541016707796.0`` for a BIGINT, as public pipelines over such data show.
    """
    if raw.lstrip("-").isdigit():
        return raw
    number = float(raw)
    return str(int(number)) if number.is_integer() and abs(number) < EXACT_DOUBLE else raw


# --- reading ----------------------------------------------------------------------------------


class JsonReader:
    """Reads root values one after the other.

    Args:
        file: Stands where a root value may begin.
        line: Number of that line.
        fields: How a root value feeds the columns.
    """

    def __init__(self, file: BinaryIO, line: int, fields: Mapper) -> None:
        self.offset = file.tell()
        self.line = line
        self._file = file
        self._fields = fields
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._ended = False
        self._indent = 0
        self._begins_line = _begins_line(file)

    def records(self, until: int | None = None) -> Iterator[Record]:
        """Root values that begin before byte ``until``."""
        while True:
            start = _after_blanks(self._text, self._at)
            line = self._text.rfind("\n", self._at, start) + 1
            if line:
                self._pass(line)
                self._begins_line = True
            if start == len(self._text):
                if not self._more():
                    self._pass(start)
                    return
                continue
            if until is not None and self.offset + (start - self._at) >= until:
                return
            self._indent = start - self._at if self._begins_line else 0
            self._begins_line = False
            self._pass(start)
            yield self._next()

    def _next(self) -> Record:
        while True:
            start = self._at
            try:
                if self._text[start] not in "{[":
                    raise json.JSONDecodeError("Expecting a root value", self._text, start)
                root, end = structure(self._text, start)
            except ValueError as error:
                if self._is_cut(error) and self._more():
                    continue
                return self._broken()
            if end - start > MAX_RECORD // 4 and (
                len(self._text[start:end].encode("utf-8", "surrogateescape")) > MAX_RECORD
            ):
                return self._record(end, fault=TOO_LARGE)
            try:
                fields = self._fields(self._text, start, root, end)
            except _Path as lost:
                return self._record(end, fault=RecordFault(Code.LINE, str(lost)))
            return self._record(end, fields=fields)

    def _is_cut(self, error: ValueError) -> bool:
        """Whether the value may only look broken because the rest of it is not read yet."""
        if len(self._text) - self._at > MAX_RECORD or not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith(("Unterminated", "Invalid \\")) or (
            error.pos >= len(self._text) - 16
        )

    def _broken(self) -> Record:
        """Skip what is malformed: one error, up to where a root value may begin again."""
        start = self._at
        if self._text[start] not in "{[":
            while True:
                run = _not_opener(self._text, start)
                end = run.end() if run else start
                if end < len(self._text) or not self._more():
                    return self._record(end, fault=INVALID)
                start = self._at
        searched = 1
        while True:
            for line in _OPENER_LINE.finditer(self._text, self._at + searched):
                if len(line[1]) <= self._indent:
                    self._begins_line = True
                    return self._record(line.start(), fault=INVALID)
            # The last line may go on in the next block.
            searched = max(1, self._text.rfind("\n", self._at) + 1 - self._at)
            if not self._more():
                return self._record(len(self._text), fault=INVALID)

    def _record(
        self,
        end: int,
        *,
        fields: Sequence[str | None] = (),
        fault: RecordFault | None = None,
    ) -> Record:
        raw = self._text[self._at : end]
        self._pass(end)
        trailing = raw[len(raw.rstrip(" \t\r\n")) :]
        return Record(self.line - trailing.count("\n"), raw.strip(" \t\r\n"), fields, fault)

    def _pass(self, end: int) -> None:
        passed = self._text[self._at : end]
        self.offset += (
            len(passed) if passed.isascii() else len(passed.encode("utf-8", "surrogateescape"))
        )
        self.line += passed.count("\n")
        self._at = end

    def _more(self) -> bool:
        """Read another block; False at the end of the file."""
        if self._ended:
            return False
        data = self._file.read(_BLOCK)
        self._ended = not data
        text = self._decoder.decode(data, final=self._ended)
        self._text = self._text[self._at :] + text
        self._at = 0
        return bool(text) or self._more()


def _begins_line(file: BinaryIO) -> bool:
    """Whether the file stands at the beginning of a line."""
    at = file.tell()
    if not at:
        return True
    file.seek(at - 1)
    return file.read(1) == b"\n"


def json_reader(columns: Sequence[Column], form: Json, paths: Sequence[Path] | None) -> OpenReader:
    """Opens readers of JSON files."""
    fields = mapper(columns, form, paths)
    return lambda file, line: JsonReader(file, line, fields)
