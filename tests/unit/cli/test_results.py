"""Rows as table, CSV and JSON."""

import csv
import io
import json

import pytest
from rich.console import Console

from sparkify_harness.commands.query import Column, Result
from sparkify_harness.commands.results import Format, write

RESULT = Result(
    "SELECT",
    (Column("level", "varchar"), Column("count", "int8")),
    (("free", "74"), (None, "22"), ('a "b", [c]', "1")),
)


def written(result: Result, how: Format, *, terminal: bool = False, width: int = 80) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=terminal, highlight=False, no_color=True
    )
    write(result, how, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def test_a_table_shows_null_and_counts_rows() -> None:
    assert lines(written(RESULT, Format.TABLE)) == [
        " level        count",
        " ──────────────────",
        " free            74",
        " NULL            22",
        ' a "b", [c]       1',
        "(3 rows)",
    ]


def test_the_count_of_a_narrow_table_stays_in_one_line() -> None:
    narrow = Result("SELECT", (Column("a", "int4"),), (("1",), ("2",)))
    assert lines(written(narrow, Format.TABLE, terminal=True))[-1] == "(2 rows)"


def test_a_table_is_folded_to_a_terminal_and_whole_in_a_file() -> None:
    wide = Result("SELECT", (Column("wide", "varchar"),), (("x" * 200,),))
    assert "x" * 200 in written(wide, Format.TABLE, width=40)
    on_terminal = written(wide, Format.TABLE, terminal=True, width=40)
    assert "x" * 200 not in on_terminal
    assert on_terminal.count("x") == 200


def test_csv_quotes_where_need_be_and_leaves_null_empty() -> None:
    text = written(RESULT, Format.CSV)
    assert text == 'level,count\nfree,74\n,22\n"a ""b"", [c]",1\n'
    assert list(csv.reader(io.StringIO(text)))[3] == ['a "b", [c]', "1"]


def test_json_is_one_array_of_objects() -> None:
    assert json.loads(written(RESULT, Format.JSON)) == [
        {"level": "free", "count": 74},
        {"level": None, "count": 22},
        {"level": 'a "b", [c]', "count": 1},
    ]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param("bool", "t", True, id="true"),
        pytest.param("bool", "f", False, id="false"),
        pytest.param("int8", "9007199254740993", 9007199254740993, id="beyond a double"),
        pytest.param("float8", "1.5", 1.5, id="double"),
        pytest.param("float8", "NaN", "NaN", id="JSON has no NaN"),
        pytest.param("float8", "-Infinity", "-Infinity", id="nor infinity"),
        pytest.param("numeric", "0.10", "0.10", id="numeric keeps its digits"),
        pytest.param("timestamp", "2018-11-01 00:00:00", "2018-11-01 00:00:00", id="timestamp"),
        pytest.param("varchar", "", "", id="empty text is not null"),
    ],
)
def test_json_value(kind: str, text: str, value: object) -> None:
    result = Result("SELECT", (Column("a", kind),), ((text,),))
    (row,) = json.loads(written(result, Format.JSON))
    assert (row["a"], type(row["a"])) == (value, type(value))


def test_json_loses_no_column_of_the_same_name() -> None:
    columns = tuple(Column(name, "int4") for name in ("n", "n", "n_2", "n"))
    (row,) = json.loads(written(Result("SELECT", columns, (tuple("1234"),)), Format.JSON))
    assert row == {"n": 1, "n_3": 2, "n_2": 3, "n_4": 4}


@pytest.mark.parametrize("how", list(Format))
def test_a_statement_without_rows_writes_nothing(how: Format) -> None:
    assert written(Result("DELETE 5", None), how) == ""


@pytest.mark.parametrize(
    ("how", "text"), [(Format.CSV, "level,count\n"), (Format.JSON, "[]\n")], ids=str
)
def test_no_rows(how: Format, text: str) -> None:
    assert written(Result("SELECT", RESULT.columns), how) == text
