"""Lines of text, record by record: with a delimiter, as CSV, or in columns of fixed width.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import BinaryIO, Final

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.convert import BLANKS
from sparkify_harness.redshift.copying.faults import Code, RecordFault
from sparkify_harness.redshift.copying.options import Csv, Delimited, FixedWidth
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.records import MAX_RECORD, TOO_LARGE, OpenReader, Record

MISSING_QUOTE: Final = "Delimited value missing end quote"
BAD_QUOTE: Final = "Invalid quote formatting for CSV"


class LineReader(ABC):
    """Reads records that begin and end with lines.

    Args:
        file: Stands at the beginning of a record.
        line: Number of that line.
        plan: The COPY.
    """

    def __init__(self, file: BinaryIO, line: int, plan: CopyPlan) -> None:
        self.offset = file.tell()
        self.line = line
        self._file = file
        self._columns: Sequence[Column] = plan.columns
        self._fill = plan.fill_record
        self._ignore_blank_lines = plan.ignore_blank_lines

    def records(self, until: int | None = None) -> Iterator[Record]:
        """Records that begin before byte ``until``."""
        while until is None or self.offset < until:
            line = self.line
            data = self._lines()
            if not data:
                return
            if len(data) > MAX_RECORD:
                yield Record(line, data[:1024].decode("utf-8", "surrogateescape"), (), TOO_LARGE)
                continue
            text = without_newline(data.decode("utf-8", "surrogateescape"))
            if text or not self._ignore_blank_lines:
                yield self._record(line, text)

    def _lines(self) -> bytes:
        """The lines of the next record; empty at the end of the file."""
        data = self._line()
        while data and len(data) <= MAX_RECORD and self._goes_on(data):
            more = self._line()
            if not more:
                break
            data += more
        return data

    def _line(self) -> bytes:
        data = self._file.readline(MAX_RECORD + 1)
        size = len(data)
        rest = data
        while len(rest) > MAX_RECORD and not rest.endswith(b"\n"):
            rest = self._file.readline(MAX_RECORD + 1)
            size += len(rest)
        self.offset += size
        self.line += rest.endswith(b"\n")
        return data

    def _goes_on(self, data: bytes) -> bool:  # noqa: ARG002  formats with one line use nothing
        """Whether the record needs another line."""
        return False

    @abstractmethod
    def _split(self, text: str) -> tuple[list[str | None], list[int]]:
        """Fields and their character offsets.

        Raises:
            _Broken: The line cannot be split.
        """

    def _record(self, line: int, text: str) -> Record:
        try:
            fields, starts = self._split(text)
        except _Broken as broken:
            index = min(broken.index, len(self._columns) - 1)
            return Record(
                line,
                text,
                (),
                RecordFault(
                    broken.code, broken.reason, self._columns[index], broken.start, broken.value
                ),
            )
        if len(fields) > len(self._columns):
            return Record(line, text, (), RecordFault(Code.EXTRA_COLUMNS, "Extra column(s) found"))
        if len(fields) < len(self._columns):
            if not self._fill:
                last = len(fields) - 1
                fault = RecordFault(
                    Code.DELIMITER,
                    "Delimiter not found",
                    self._columns[max(last, 0)],
                    starts[last] if starts else 0,
                    (fields[last] or "") if fields else "",
                )
                return Record(line, text, (), fault)
            missing = len(self._columns) - len(fields)
            fields += [""] * missing
            starts += [len(text)] * missing
        return Record(line, text, fields, None, starts)


class _Broken(Exception):
    """A line that cannot be split into fields."""

    def __init__(self, code: Code, reason: str, index: int, start: int, value: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.index = index
        self.start = start
        self.value = value


def without_newline(text: str) -> str:
    """The line without its line feed, or carriage return and line feed."""
    if text.endswith("\r\n"):
        return text[:-2]
    return text.removesuffix("\n")


class DelimitedReader(LineReader):
    """Fields with a delimiter between, ESCAPE and REMOVEQUOTES."""

    def __init__(self, file: BinaryIO, line: int, plan: CopyPlan, form: Delimited) -> None:
        super().__init__(file, line, plan)
        self._form = form
        self._null_string = plan.conversion.null_string

    def _goes_on(self, data: bytes) -> bool:
        """A backslash takes the line feed literally."""
        if not self._form.escape or not data.endswith(b"\n"):
            return False
        line = data[:-1]
        return (len(line) - len(line.rstrip(b"\\"))) % 2 == 1

    def _split(self, text: str) -> tuple[list[str | None], list[int]]:
        delimiter = self._form.delimiter
        fields: list[str | None]
        if self._form.escape or self._form.remove_quotes:
            fields, starts = self._split_slowly(text)
        else:
            parts = text.split(delimiter)
            step = len(delimiter)
            starts = list(accumulate((len(part) + step for part in parts[:-1]), initial=0))
            fields = list(parts)
        # One delimiter at the end of the line is tolerated.
        if len(fields) == len(self._columns) + 1 and fields[-1] == "":
            del fields[-1], starts[-1]
        return fields, starts

    def _split_slowly(self, text: str) -> tuple[list[str | None], list[int]]:
        fields: list[str | None] = []
        starts: list[int] = []
        at = 0
        while True:
            starts.append(at)
            field, end = self._next_field(text, at, len(fields))
            raw = text[at:end]
            fields.append(None if raw == self._null_string else field)
            if end >= len(text):
                return fields, starts
            at = end + len(self._form.delimiter)

    def _next_field(self, text: str, start: int, index: int) -> tuple[str, int]:
        """A field's contents, and where its delimiter stands."""
        quote = text[start : start + 1] if self._form.remove_quotes else ""
        quoted = quote in {'"', "'"} and quote != ""
        contents: list[str] = []
        at = start + quoted
        while at < len(text):
            character = text[at]
            if self._form.escape and character == "\\" and at + 1 < len(text):
                contents.append(text[at + 1])
                at += 2
                continue
            if quoted:
                if character == quote and self._ends_field(text, at + 1):
                    return "".join(contents), at + 1
            elif self._ends_field(text, at):
                return "".join(contents), at
            contents.append(character)
            at += 1
        if quoted:
            raise _Broken(Code.DELIMITER, MISSING_QUOTE, index, start, text[start:])
        return "".join(contents), at

    def _ends_field(self, text: str, at: int) -> bool:
        return at == len(text) or text.startswith(self._form.delimiter, at)


class CsvReader(LineReader):
    """Comma-separated values."""

    def __init__(self, file: BinaryIO, line: int, plan: CopyPlan, form: Csv) -> None:
        super().__init__(file, line, plan)
        self._delimiter = form.delimiter
        self._quote = form.quote
        self._quote_byte = form.quote.encode()
        self._null_terminates = plan.conversion.null_string != "\0"
        self._blanks = " \t" if form.delimiter.strip(BLANKS) else ""

    def _record(self, line: int, text: str) -> Record:
        """A NUL ends the record, also inside quotation marks, unless NULL AS means it.

        Redshift: https://docs.aws.amazon.com/redshift/latest/dg/tutorial-loading-run-copy.html
        Observed: https://github.com/transferwise/pipelinewise/issues/405
        """
        before, nul, after = text.partition("\0")
        if not (nul and after and self._null_terminates):
            return super()._record(line, text)
        place = len(before.encode("utf-8", "surrogateescape")) + 1
        unexpected = after[0].encode("utf-8", "surrogateescape")[0]
        reason = f"Missing newline: Unexpected character 0x{unexpected:x} found at location {place}"
        return Record(line, text, (), RecordFault(Code.LINE, reason))

    def _goes_on(self, data: bytes) -> bool:
        """A quotation is open. Only a field that begins with a quotation mark opens one."""
        if data.count(self._quote_byte) % 2 == 0:
            return False
        try:
            self._split(without_newline(data.decode("utf-8", "surrogateescape")))
        except _Broken as broken:
            return broken.reason == MISSING_QUOTE
        return False

    def _split(self, text: str) -> tuple[list[str | None], list[int]]:
        fields: list[str | None] = []
        starts: list[int] = []
        at = 0
        while True:
            starts.append(at)
            field, end = self._next_field(text, at, len(fields))
            fields.append(field)
            if end >= len(text):
                return fields, starts
            at = end + len(self._delimiter)

    def _next_field(self, text: str, start: int, index: int) -> tuple[str, int]:
        at = start
        while at < len(text) and text[at] in self._blanks:
            at += 1
        if text[at : at + 1] == self._quote:
            return self._quoted(text, start, at + 1, index)
        end = text.find(self._delimiter, start)
        end = len(text) if end < 0 else end
        field = text[start:end]
        if self._quote in field:
            before = field[: field.index(self._quote)]
            raise _Broken(Code.DELIMITER, BAD_QUOTE, index, start, before)
        return field, end

    def _quoted(self, text: str, start: int, at: int, index: int) -> tuple[str, int]:
        contents = ""
        while True:
            close = text.find(self._quote, at)
            if close < 0:
                raise _Broken(Code.DELIMITER, MISSING_QUOTE, index, start, contents + text[at:])
            contents += text[at:close]
            if text[close + 1 : close + 2] != self._quote:
                break
            contents += self._quote
            at = close + 2
        end = close + 1
        while end < len(text) and text[end] in self._blanks:
            end += 1
        if end < len(text) and not text.startswith(self._delimiter, end):
            raise _Broken(Code.DELIMITER, BAD_QUOTE, index, start, contents)
        return contents, end


class FixedWidthReader(LineReader):
    """Columns of so many characters each."""

    def __init__(self, file: BinaryIO, line: int, plan: CopyPlan, form: FixedWidth) -> None:
        super().__init__(file, line, plan)
        self._starts = list(accumulate(form.widths, initial=0))

    def _split(self, text: str) -> tuple[list[str | None], list[int]]:
        total = self._starts[-1]
        if len(text) > total:
            raise _Broken(
                Code.EXTRA_COLUMNS, "Extra column(s) found", len(self._columns), total, text[total:]
            )
        present = [start for start in self._starts[:-1] if start < len(text)]
        ends = self._starts[1:]
        fields: list[str | None] = [text[a:b] for a, b in zip(present, ends, strict=False)]
        return fields, present


def text_reader(plan: CopyPlan) -> OpenReader:
    """Opens readers of text files."""
    match plan.data_format:
        case Csv() as form:
            return lambda file, line: CsvReader(file, line, plan, form)
        case Delimited() as delimited:
            return lambda file, line: DelimitedReader(file, line, plan, delimited)
        case FixedWidth() as fixed:
            return lambda file, line: FixedWidthReader(file, line, plan, fixed)
        case other:
            raise AssertionError(f"{other} is not a text format")
