"""COPY of delimited text, CSV and fixed width.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""
# ruff: noqa: E501  one case, one line

import pytest

from tests.unit.copying.conftest import Read

VENUE = "id int, name varchar(20), city varchar(20)"
PIPE = ""
CSV = "CSV"


@pytest.mark.parametrize(
    ("options", "data", "rows"),
    [
        pytest.param(
            PIPE,
            "1|Toyota Park|Bridgeview\n2|x|y",
            [(1, "Toyota Park", "Bridgeview"), (2, "x", "y")],
            id="the pipe is the default",
        ),
        pytest.param(
            PIPE, "1|a|b|\n2|c|d|\n", [(1, "a", "b"), (2, "c", "d")], id="one trailing delimiter"
        ),
        pytest.param(
            PIPE,
            "1|a|b|\n2|c|d\n",
            [(1, "a", "b"), (2, "c", "d")],
            id="a trailing delimiter on some lines",
        ),
        pytest.param("DELIMITER ','", "1,a,b\r\n2,c,d\r\n", [(1, "a", "b"), (2, "c", "d")], id="CRLF"),
        pytest.param(r"DELIMITER '\t'", "1\ta\tb\n", [(1, "a", "b")], id="tab"),
        pytest.param(r"DELIMITER '\001'", "1\x01a\x01b\n", [(1, "a", "b")], id="octal"),
        pytest.param(PIPE, "||\n", [(None, "", "")], id="empty fields"),
        pytest.param("EMPTYASNULL", "1||b\n", [(1, None, "b")], id="EMPTYASNULL"),
        pytest.param("NULL AS ''", "1||b\n", [(1, None, "b")], id="NULL AS ''"),
        pytest.param("BLANKSASNULL", " |  |b \n", [(None, None, "b ")], id="BLANKSASNULL"),
        pytest.param("", "  |  |b \n", [(None, "  ", "b ")], id="blanks stay in VARCHAR"),
        pytest.param("TRIMBLANKS", "1| a |b  \n", [(1, " a", "b")], id="TRIMBLANKS"),
        pytest.param(PIPE, "\\N|\\N|N\n", [(None, None, "N")], id=r"\N is NULL"),
        pytest.param("NULL AS 'fred'", "fred|fred|\\N\n", [(None, None, "\\N")], id="NULL AS"),
        pytest.param(
            "FILLRECORD", "1|a\n2\n", [(1, "a", ""), (2, "", "")], id="FILLRECORD fills with ''"
        ),
        pytest.param(
            "FILLRECORD EMPTYASNULL", "1\n", [(1, None, None)], id="FILLRECORD EMPTYASNULL"
        ),
        pytest.param(
            "IGNOREBLANKLINES", "\n1|a|b\n\n\r\n2|c|d\n\n", [(1, "a", "b"), (2, "c", "d")], id="IGNOREBLANKLINES"
        ),
        pytest.param("IGNOREHEADER 1", "id|n|c\n1|a|b", [(1, "a", "b")], id="IGNOREHEADER"),
        pytest.param("IGNOREHEADER 5", "id|n|c\n1|a|b", [], id="a header longer than the file"),
        pytest.param("TRUNCATECOLUMNS", f"1|{'é' * 11}|b", [(1, "é" * 10, "b")], id="TRUNCATECOLUMNS"),
        pytest.param(
            "TRUNCATECOLUMNS",
            f"1|{'x' * 19}é|b",
            [(1, "x" * 19, "b")],
            id="TRUNCATECOLUMNS leaves no half character",
        ),
        pytest.param("ESCAPE", "1|a\\|b\\\\|c\\\nd\n", [(1, "a|b\\", "c\nd")], id="ESCAPE"),
        pytest.param("ESCAPE", "\\N|\\012|\\n\n", [(None, "012", "n")], id="ESCAPE reads no codes"),
        pytest.param(
            "REMOVEQUOTES",
            "\"1\"|'Black'|\"a (|) b\"\n2|Blue'|\n",
            [(1, "Black", "a (|) b"), (2, "Blue'", "")],
            id="REMOVEQUOTES",
        ),
        pytest.param(CSV, '1,"a,""b""",c\n', [(1, 'a,"b"', "c")], id="CSV"),
        pytest.param(CSV, '1,"a\nb","c\r\nd"\n2,,""\n', [(1, "a\nb", "c\r\nd"), (2, "", "")], id="CSV lines"),
        pytest.param("CSV QUOTE '%'", '1,%a,"%,"b\n', [(1, 'a,"', '"b')], id="CSV QUOTE"),
        pytest.param("CSV DELIMITER ';'", '1;"a;b";c,d\n', [(1, "a;b", "c,d")], id="CSV DELIMITER"),
        pytest.param(CSV, '1, "a" ,b \n', [(1, "a", "b ")], id="blanks around quotes"),
        pytest.param(
            r"CSV DELIMITER '\t'", '1\t"a"\tb\n', [(1, "a", "b")], id="CSV with tabs"
        ),
        pytest.param("CSV EMPTYASNULL", "1,,b\n", [(1, None, "b")], id="CSV EMPTYASNULL"),
        pytest.param("CSV FILLRECORD", "1\n", [(1, "", "")], id="CSV FILLRECORD"),
        pytest.param(
            "FIXEDWIDTH 'id:3,name:5,city:4'",
            " 12abcdewxyz\n  3é    éé  \n",
            [(12, "abcde", "wxyz"), (3, "é    ", "éé  ")],
            id="FIXEDWIDTH counts characters",
        ),
        pytest.param(
            "FIXEDWIDTH 'a:3,b:5,c:4' TRIMBLANKS BLANKSASNULL",
            "   a        \n",
            [(None, "a", None)],
            id="FIXEDWIDTH blanks",
        ),
    ],
)  # fmt: skip
def test_rows(read: Read, options: str, data: str, rows: list[tuple[object, ...]]) -> None:
    outcome = read(VENUE, data, options)
    assert outcome.errors == []
    assert outcome.rows == rows


@pytest.mark.parametrize(
    ("options", "data", "errors"),
    [
        pytest.param(
            PIPE, "1|a|b|c\n", [(1, 1202, "", "Extra column(s) found")], id="too many fields"
        ),
        pytest.param(
            PIPE, "1|a|b||\n", [(1, 1202, "", "Extra column(s) found")], id="two trailing"
        ),
        pytest.param(CSV, "1,a,b,\n", [(1, 1202, "", "Extra column(s) found")], id="CSV trailing"),
        pytest.param(
            PIPE, "1|a\n", [(1, 1214, "name", "Delimiter not found")], id="too few fields"
        ),
        pytest.param(
            PIPE, "1|a|b\n\n2|c|d", [(2, 1214, "id", "Delimiter not found")], id="a blank line"
        ),
        pytest.param(
            PIPE,
            "1|public\\|event|x\n",
            [(1, 1202, "", "Extra column(s) found")],
            id="a backslash without ESCAPE",
        ),
        pytest.param(
            "REMOVEQUOTES",
            "1|'Blue|x\n",
            [(1, 1214, "name", "Delimited value missing end quote")],
            id="REMOVEQUOTES without an end",
        ),
        pytest.param(
            CSV,
            '1,"/etc/passwd\0http",x\n2,c,d\n',
            [(1, 1216, "", "Missing newline: Unexpected character 0x68 found at location 15")],
            id="CSV: NUL inside quotation marks",
        ),
        pytest.param(
            "CSV ACCEPTINVCHARS",
            "1,é\0next,x\n",
            [(1, 1216, "", "Missing newline: Unexpected character 0x6e found at location 5")],
            id="CSV: NUL inside a field",
        ),
        pytest.param(
            r"CSV NULL AS '\0'",
            "1,a\0b,x\n\0,c,d\n",
            [
                (
                    1,
                    1220,
                    "name",
                    "String contains invalid or unsupported UTF-8 codepoints. "
                    "Bad UTF-8 hex sequence: 00 (error 1)",
                )
            ],
            id="CSV: NUL inside a field beside NULL AS NUL",
        ),
        pytest.param(
            PIPE,
            "1|\0ab|x\n",
            [(1, 1220, "name", "Invalid null byte - field longer than 1 byte")],
            id="NUL at the beginning of a field",
        ),
        pytest.param(
            CSV,
            '1,"a,b\n2,c,d\n',
            [(1, 1214, "name", "Delimited value missing end quote")],
            id="CSV without an end quote",
        ),
        pytest.param(
            CSV,
            '1,"a"x,b\n2,a"b,c\n3,x,y\n',
            [
                (1, 1214, "name", "Invalid quote formatting for CSV"),
                (2, 1214, "name", "Invalid quote formatting for CSV"),
            ],
            id="CSV quotes out of place",
        ),
        pytest.param(
            "FIXEDWIDTH 'a:3,b:5,c:4'",
            "123abcdewxyz!\n123abc\n",
            [
                (1, 1202, "city", "Extra column(s) found"),
                (2, 1214, "name", "Delimiter not found"),
            ],
            id="FIXEDWIDTH",
        ),
        pytest.param(
            PIPE,
            f"1|{'é' * 11}|b\n",
            [(1, 1204, "name", "String length exceeds DDL length")],
            id="length is in bytes",
        ),
    ],
)
def test_errors(
    read: Read, options: str, data: str, errors: list[tuple[int, int, str, str]]
) -> None:
    assert read(VENUE, data, options).reasons == errors


def test_an_error_tells_where_its_field_stands(read: Read) -> None:
    (error,) = read("a varchar(5), b int", "12345|x6\n").errors
    assert (error.position, error.raw_line, error.raw_field_value) == (6, "12345|x6", "x6")
    assert (error.type, error.col_length) == ("int4", "0")


def test_a_column_list_orders_fields(read: Read) -> None:
    assert read("a int, b int, c int", "1|2\n", fields="(c, a)").rows == [(1, 2)]


def test_a_null_into_not_null_is_an_error(read: Read) -> None:
    outcome = read("a int not null, b int", "1|1\n|2\n")
    assert outcome.rows == [(1, 1)]
    assert outcome.reasons == [(2, 1213, "a", "Missing data for not-null field")]


def test_a_null_into_not_null_takes_its_default(read: Read) -> None:
    outcome = read("a int not null default 1000, b int default 7", "|\n", defaults={"a": 1000})
    assert outcome.rows == [(1000, None)]


def test_quoted_lines_that_straddle_stretches(read: Read) -> None:
    data = "".join(f'{number},"{"x" * 9}\n{"y" * 9}",z\n' for number in range(50))
    outcome = read(VENUE, data, CSV, stretch=64)
    assert outcome.rows == [(number, "x" * 9 + "\n" + "y" * 9, "z") for number in range(50)]
    assert outcome.lines == 100


def test_a_line_over_4_mb_is_refused(read: Read) -> None:
    outcome = read("a varchar(65535)", "x" * (4 << 20) + "y\nok\n")
    assert outcome.rows == [("ok",)]
    assert [(e.line_number, e.err_code) for e in outcome.errors] == [(1, 1216)]


def test_a_byte_order_mark_is_data(read: Read) -> None:
    outcome = read("a int, b int", b"\xef\xbb\xbf1|2\n")
    assert outcome.errors[0].err_code == 1207


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ("", "1|Toyota Park|Bridgeview\n"),
        ("", "1|Toyota Park||\n"),
        ("CSV TRUNCATECOLUMNS", '1,"Park, ""Toyota"", Bridgeview and some more",\n'),
        ("JSON 'auto' BLANKSASNULL", '{"id":"1","name":" ","city":null}\n'),
        ("JSON 'auto ignorecase'", '{"Id":1.0,"NAME":"x","other":{}}\n'),
    ],
)
def test_clean_files_are_read_by_whole_columns(
    read: Read, request: pytest.FixtureRequest, options: str, line: str
) -> None:
    outcome = read(VENUE, line * 1000, options, stretch=4096)
    assert len(outcome.rows) == 1000
    if "whole columns" in request.node.callspec.id:
        assert outcome.slow == 0
        assert outcome.quick > 3
