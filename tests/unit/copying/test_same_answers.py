"""Both readers give the same rows and the same load errors, whatever stands in the file."""

import json
import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.copying.convert import converter
from sparkify_harness.redshift.copying.faults import ValueFault
from sparkify_harness.redshift.copying.plan import prepare

from .conftest import copy_statement, read_bytes, relation

pytestmark = pytest.mark.medium

NUMBERS = (
    "0", "-0", "1", "-7", "8", "12.0", "0.10", "1.5", "-1.25", "1e3", "1E+2", "1.0e1", "20.259",
    "2147483647", "2147483648", "-32769", "9223372036854775807", "9223372036854775808",
    "1541106106796", "1541106106796.0", "123456789012345678901234567890", "1e400", "-1e-400",
    "0.30000000000000004", "1.0000000000000000000001", "9007199254740993.0", "01", "+1", ".5",
    "5.", "1_000", "0x1F", "NaN", "Infinity", "-Infinity", "1e39", "3.4028236e38",
)  # fmt: skip
TEXTS = (
    "", " ", "  ", "a", " a ", "a  ", "abc", "abcdef", "é", "éé", "日本語", "\t", "a\tb", "\u00a0",
    "true", "T", "no", "null", "\\N", "fred", "2018-11-01", "2018-02-29", "2018-11-01 21:01:46",
    "2018-11-01 21:01:46.796", "2018-11-01T21:01:46Z", "2018-11-31 00:00:00", "0000-00-00",
    "1899-01-01 00:00:00", "2018-11-01 24:00:00", "2018-11-01 21:01:46.1234567", " 8 ", "8 ",
)  # fmt: skip
COLUMNS = (
    "varchar(3)", "varchar(40)", "char(3)", "smallint", "int", "bigint", "decimal(5,2)",
    "decimal(18,0)", "decimal(38,20)", "decimal(19,4)", "real", "double precision", "boolean",
    "date", "timestamp", "timestamptz",
)  # fmt: skip
CONVERSIONS = (
    "EMPTYASNULL", "BLANKSASNULL", "TRUNCATECOLUMNS", "TRIMBLANKS", "ROUNDEC", "ACCEPTINVCHARS",
    "TIMEFORMAT 'auto'", "TIMEFORMAT 'epochmillisecs'", "ACCEPTANYDATE",
)  # fmt: skip
KEYS = ("a", "b", "c")

Types = list[tuple[str, str]]
"""Of each column its type, and what else stands in its definition."""
Parts = tuple[list[tuple[list[str], str]], str]
"""Lines, each its fields and its end, and what stands after the last one."""

columns = st.lists(
    st.tuples(st.sampled_from(COLUMNS), st.sampled_from(["", "", "", " not null"])),
    min_size=1,
    max_size=3,
)


def _options(names: Iterable[str], fixed: str) -> str:
    chosen = dict.fromkeys(names)
    if sum(name.startswith("TIMEFORMAT") for name in chosen) > 1:
        chosen.pop("TIMEFORMAT 'auto'")
    return " ".join([fixed, "MAXERROR 1000", *chosen])


def _same(value: object) -> object:
    """NaN is one value here, and -0.0 is not 0.0."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else (value, math.copysign(1, value))
    return value


def _check(types: Types, options: str, data: bytes, stretch: int) -> None:
    table = ", ".join(
        f"{key} {type_}{null}" for key, (type_, null) in zip(KEYS, types, strict=False)
    )
    plan = prepare(copy_statement(options), relation(table))
    with TemporaryDirectory() as folder:
        slow = read_bytes(plan, data, Path(folder) / "slow", quick=False)
        quick = read_bytes(plan, data, Path(folder) / "quick", quick=True, stretch=stretch)
    assert [[_same(value) for value in row] for row in quick.rows] == [
        [_same(value) for value in row] for row in slow.rows
    ]
    assert quick.errors == slow.errors
    assert quick.lines == slow.lines


JSON_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?"


def _accepted(types: Types, options: str) -> list[list[str]]:
    """For each column the texts that it takes."""
    table = ", ".join(f"{key} {type_}" for key, (type_, _) in zip(KEYS, types, strict=False))
    plan = prepare(copy_statement(options), relation(table))
    return [
        [text for text in (*NUMBERS, *TEXTS) if _takes(converter(column, plan.conversion), text)]
        for column in plan.columns
    ]


def _takes(convert: Callable[[str], object], text: str) -> bool:
    try:
        convert(text)
    except ValueFault:
        return False
    return True


def _rows(choices: list[list[str]]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(
        st.tuples(*(st.sampled_from(choice or [""]) for choice in choices)), min_size=1, max_size=40
    )


def _csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",\r\n ') else text


settings.register_profile(
    "copying",
    deadline=None,
    database=None,
    print_blob=False,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
profile = settings.get_profile("copying")

# --- JSON -------------------------------------------------------------------------------------

json_strings = st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.text(max_size=5))
json_values = st.one_of(
    st.sampled_from(NUMBERS),
    json_strings.map(json.dumps),
    json_strings.map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(
        ["null", "true", "false", "{}", "[1]", '{"x": null}', r'"\u0000"', r'"\ud800"']
    ),
)
json_members = st.lists(
    st.tuples(st.sampled_from([*KEYS, *KEYS, "A", "z"]), json_values), max_size=4
)
json_objects = st.tuples(json_members, st.sampled_from([",", " ,\n", ", "])).map(
    lambda parts: "{" + parts[1].join(f'"{key}": {value}' for key, value in parts[0]) + "}"
)
json_pieces = st.one_of(
    json_objects, json_objects, json_objects, st.sampled_from(["null", "[]", "x", "{", "}", '"'])
)
separators = st.sampled_from(["\n", "\n", "\n", "\r\n", "", " ", ",", "\n\n", "\n \t", "\x0b"])
json_files = st.lists(st.tuples(json_pieces, separators), max_size=8).map(
    lambda parts: "".join(piece + separator for piece, separator in parts)
)


@settings(profile)
@given(
    columns,
    st.lists(st.sampled_from(CONVERSIONS), max_size=3),
    json_files,
    st.integers(16, 200),
    st.sampled_from(["auto", "auto ignorecase"]),
)
def test_json(types: Types, names: list[str], text: str, stretch: int, form: str) -> None:
    _check(types, _options(names, f"JSON '{form}'"), text.encode("utf-8", "replace"), stretch)


@settings(profile)
@given(
    st.data(),
    st.lists(st.tuples(st.sampled_from(COLUMNS), st.just("")), min_size=1, max_size=3),
    st.lists(st.sampled_from(CONVERSIONS), max_size=3),
    st.sampled_from(["auto", "auto ignorecase"]),
)
def test_json_that_is_mostly_clean(
    data: st.DataObject, types: Types, names: list[str], form: str
) -> None:
    """Files as they are: the same kinds of values in every line, and perhaps a bad one."""
    options = _options(names, f"JSON '{form}'")
    choices = []
    for accepted in _accepted(types, options):
        numbers = [text for text in accepted if re.fullmatch(JSON_NUMBER, text)]
        quoted = [json.dumps(text) for text in accepted]
        choices.append([*data.draw(st.sampled_from([numbers or quoted, quoted])), "null"])
    spelled = data.draw(st.sampled_from([KEYS, KEYS, ("A", "b", "C")]))
    lines = [
        "{" + ", ".join(f'"{key}": {value}' for key, value in zip(spelled, row, strict=False)) + "}"
        for row in data.draw(_rows(choices))
    ]
    if data.draw(st.booleans()):
        lines.insert(len(lines) // 2, data.draw(json_pieces))
    between = data.draw(st.sampled_from(["\n", "\n", " ", ""]))
    if data.draw(st.booleans()):
        lines = [line.replace(", ", ",\n  ") for line in lines]
    _check(types, options, between.join(lines).encode("utf-8", "replace"), 400)


@settings(profile)
@given(columns, json_files, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255))))
def test_json_with_damaged_bytes(types: Types, text: str, damages: list[tuple[int, int]]) -> None:
    data = bytearray(text.encode("utf-8", "replace"))
    for at, byte in damages:
        if data:
            data[at % len(data)] = byte
    _check(types, _options([], "JSON 'auto'"), bytes(data), 100)


# --- text -------------------------------------------------------------------------------------

fields = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from(
        ['"', '""', '"a"', '"a""b"', 'a"b', '"a,b"', '"a\nb"', '"a"b', "\\", "\r", "\0"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=4),
)
line_ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", ",\n", "|\n", "\r"])
text_files = st.tuples(
    st.lists(
        st.tuples(
            st.one_of(
                st.lists(fields, min_size=1, max_size=4), st.lists(fields, min_size=2, max_size=2)
            ),
            line_ends,
        ),
        max_size=8,
    ),
    st.sampled_from(["", "1", "1,2", '"']),
)
text_options = st.sampled_from(
    ["", "IGNOREBLANKLINES", "FILLRECORD", "IGNOREHEADER 1", "NULL AS 'fred'", "NULL AS ''"]
)


def _lines(parts: Parts, delimiter: str) -> str:
    lines, tail = parts
    return "".join(delimiter.join(line) + end for line, end in lines) + tail


@settings(profile)
@given(
    columns,
    st.lists(st.sampled_from(CONVERSIONS), max_size=3),
    text_options,
    text_files,
    st.integers(4, 100),
)
def test_csv(types: Types, names: list[str], option: str, parts: Parts, stretch: int) -> None:
    data = _lines(parts, ",").encode("utf-8", "replace")
    _check(types, _options(names, f"CSV {option}"), data, stretch)


@settings(profile)
@given(
    columns,
    st.lists(st.sampled_from(CONVERSIONS), max_size=3),
    text_options,
    text_files,
    st.integers(4, 100),
)
def test_delimited(types: Types, names: list[str], option: str, parts: Parts, stretch: int) -> None:
    data = _lines(parts, "|").encode("utf-8", "replace")
    _check(types, _options(names, option), data, stretch)


@settings(profile)
@given(
    st.data(),
    st.lists(st.tuples(st.sampled_from(COLUMNS), st.just("")), min_size=1, max_size=3),
    st.lists(st.sampled_from(CONVERSIONS), max_size=3),
    st.sampled_from(["", "CSV"]),
)
def test_text_that_is_mostly_clean(
    data: st.DataObject, types: Types, names: list[str], form: str
) -> None:
    options = _options(names, form)
    choices = [
        [_csv(text) if form else text for text in accepted if form or not set(text) & set("|\r")]
        for accepted in _accepted(types, options)
    ]
    delimiter, end = ("," if form else "|"), data.draw(st.sampled_from(["\n", "\r\n"]))
    lines = [delimiter.join(row) for row in data.draw(_rows(choices))]
    if data.draw(st.booleans()):
        lines.insert(len(lines) // 2, data.draw(fields))
    _check(types, options, (end.join(lines) + end).encode("utf-8", "replace"), 300)
