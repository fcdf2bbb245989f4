"""COPY FORMAT JSON: which key feeds which column, and what is malformed.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
"""

import json
from decimal import Decimal

import pytest

from tests.unit.copying.conftest import Read

CATEGORY = "catid int, catgroup varchar(10), catname varchar(10), catdesc varchar(60)"
AUTO = "JSON 'auto'"
NOT_OBJECT = "Invalid JSONPath format: Member is not an object."
OUT_OF_RANGE = "Invalid JSONPath format: Not an array or index out of range."


@pytest.mark.parametrize(
    ("options", "data", "rows"),
    [
        pytest.param(
            AUTO,
            '{"catname":"MLB","catid":1,"other":[1,{}],"catgroup":"Sports","catdesc":"Baseball"}',
            [(1, "Sports", "MLB", "Baseball")],
            id="keys in any order, unknown ones ignored",
        ),
        pytest.param(AUTO, '{"catid":1}', [(1, None, None, None)], id="absent keys are NULL"),
        pytest.param(
            AUTO,
            '{"CatID":1,"catname":"MLB"}',
            [(None, None, "MLB", None)],
            id="auto is case-sensitive",
        ),
        pytest.param(
            "JSON 'auto ignorecase'",
            '{"CatID":1,"CatName":"MLB"}',
            [(1, None, "MLB", None)],
            id="auto ignorecase is not",
        ),
        pytest.param(
            AUTO,
            '{"catid":1}{"catid":2} {"catid":\n3}\n\n\t{"catid":4}',
            [(number, None, None, None) for number in (1, 2, 3, 4)],
            id="objects need nothing or white space between them",
        ),
        pytest.param(
            AUTO,
            '{"catid":1,"catdesc":{"id": 1,"name": "Renaldo"}}{"catdesc":[1, 2 ]}',
            [(1, None, None, '{"id": 1,"name": "Renaldo"}'), (None, None, None, "[1, 2 ]")],
            id="nested values into VARCHAR are their text",
        ),
        pytest.param(
            AUTO,
            '{"catid":"","catgroup":"","catname":null}',
            [(None, "", None, None)],
            id="empty string is NULL but in characters",
        ),
        pytest.param(
            AUTO + " EMPTYASNULL",
            '{"catid":"","catgroup":"","catname":" "}',
            [(None, None, " ", None)],
            id="EMPTYASNULL",
        ),
        pytest.param(
            AUTO + " BLANKSASNULL",
            '{"catid":" ","catgroup":"","catname":" \\t ","catdesc":" x "}',
            [(None, "", None, " x ")],
            id="BLANKSASNULL takes blanks, not the empty string",
        ),
        pytest.param(
            AUTO,
            r'{"catgroup":"a\nb","catname":"\t\\","catdesc":"\u00e9\/\ud83d\ude00\""}',
            [(None, "a\nb", "\t\\", 'é/😀"')],
            id="escapes",
        ),
        pytest.param(
            AUTO,
            '{"catid":"8","catgroup":0.10,"catname":1e3,"catdesc":true}',
            [(8, "0.10", "1e3", "true")],
            id="strings into numbers, and the text of numbers into VARCHAR",
        ),
        pytest.param(
            AUTO,
            '{"catid":12.0,"catgroup":12.0}\n{"catid":1e2}\n{"catid":-0}',
            [(12, "12.0", None, None), (100, None, None, None), (0, None, None, None)],
            id="an unquoted whole number with a fraction of zero is an integer",
        ),
        pytest.param(
            AUTO + " IGNOREHEADER 1",
            'a header\n{"catid":1}\n{"catid":2}\n',
            [(1, None, None, None), (2, None, None, None)],
            id="IGNOREHEADER",
        ),
        pytest.param(AUTO, "", [], id="an empty file"),
        pytest.param(AUTO, " \n\t\r\n", [], id="nothing but white space"),
        pytest.param(AUTO, "{}", [(None,) * 4], id="an empty object is a row of NULLs"),
    ],
)
def test_rows(read: Read, options: str, data: str, rows: list[tuple[object, ...]]) -> None:
    outcome = read(CATEGORY, data, options)
    assert outcome.rows == rows
    assert outcome.errors == []


@pytest.mark.parametrize(
    ("data", "rows", "errors"),
    [
        pytest.param(
            '[{"catid":1},{"catid":2}]',
            [],
            [(1, 1216, "", NOT_OBJECT)],
            id="one big array",
        ),
        pytest.param(
            '{"catid":1},{"catid":2}',
            [1, 2],
            [(1, 1216, "", "Invalid value.")],
            id="commas between objects",
        ),
        pytest.param(
            '{"catid":1}\n{"catid":}\n{"catid":3}\n',
            [1, 3],
            [(2, 1216, "", "Invalid value.")],
            id="a malformed line",
        ),
        pytest.param(
            '{"catid":1}\n{\n  "catid": 2,\n  "catname": x\n}\n{"catid":3}\n',
            [1, 3],
            [(5, 1216, "", "Invalid value.")],
            id="the line of an error is the last one of the object",
        ),
        pytest.param(
            '{"catid":1}\n{"catid":2\n',
            [1],
            [(2, 1216, "", "Invalid value.")],
            id="cut off at the end",
        ),
        pytest.param(
            'nonsense {"catid":1}\nnull\n{"catid":2}',
            [1, 2],
            [(1, 1216, "", "Invalid value."), (2, 1216, "", "Invalid value.")],
            id="text between objects, and a root null",
        ),
        pytest.param('null\n{"catid":1}', [1], [(1, 1216, "", "Invalid value.")], id="null first"),
        pytest.param(
            '{"catid":1,}\n{"catid":2}',
            [2],
            [(1, 1216, "", "Invalid value.")],
            id="a trailing comma",
        ),
        pytest.param(
            '{"catid":NaN}\n{"other":-Infinity}\n{"catid":2}',
            [2],
            [(1, 1216, "", "Invalid value."), (2, 1216, "", "Invalid value.")],
            id="NaN and Infinity are not JSON",
        ),
        pytest.param(
            '{"catid":01}\n{\'catid\':1}\n{"catid":2}//x\n',
            [2],
            [(number, 1216, "", "Invalid value.") for number in (1, 2, 3)],
            id="leading zeros, single quotes, comments",
        ),
        pytest.param(
            '{"catid":1}\n{"catid":"x"}\n{"catid":2147483648}\n{"catid":1.5}\n{"catid":"1.0"}\n',
            [1],
            [
                (2, 1207, "catid", "Invalid digit, Value 'x', Pos 0, Type: Integer"),
                (3, 1222, "catid", "Overflow, Column type: Integer"),
                (4, 1207, "catid", "Invalid digit, Value '.', Pos 1, Type: Integer"),
                (5, 1207, "catid", "Invalid digit, Value '.', Pos 1, Type: Integer"),
            ],
            id="what is no integer",
        ),
        pytest.param(
            '{"catid":1}\n{"catid":2,"catname":"12345678901"}',
            [1],
            [(2, 1204, "catname", "String length exceeds DDL length")],
            id="too long",
        ),
        pytest.param(
            '{"catid":1,"catname":"\\u0000abc"}\n{"catid":2,"catname":"a\\u0000"}',
            [],
            [
                (1, 1220, "catname", "Invalid null byte - field longer than 1 byte"),
                (
                    2,
                    1220,
                    "catname",
                    "String contains invalid or unsupported UTF-8 codepoints. "
                    "Bad UTF-8 hex sequence: 00 (error 1)",
                ),
            ],
            id="NUL",
        ),
        pytest.param(
            '{"catid":true}\n{"catid":[1]}\n',
            [],
            [
                (1, 1207, "catid", "Invalid digit, Value 't', Pos 0, Type: Integer"),
                (2, 1207, "catid", "Invalid digit, Value '[', Pos 0, Type: Integer"),
            ],
            id="other kinds of values",
        ),
    ],
)
def test_errors(
    read: Read, data: str, rows: list[int], errors: list[tuple[int, int, str, str]]
) -> None:
    outcome = read(CATEGORY, data, AUTO)
    assert [row[0] for row in outcome.rows] == rows
    assert outcome.reasons == errors


def test_ignoreheader_skips_lines_also_within_an_object(read: Read) -> None:
    outcome = read("a int", '{"a":1}\n{"a":\n3}{"a":4}', AUTO + " IGNOREHEADER 2")
    assert outcome.rows == [(4,)]
    assert outcome.reasons == [(3, 1216, "", "Invalid value.")]


def test_an_error_tells_all_that_stl_load_errors_holds(read: Read) -> None:
    data = '{"catid":1}\n{"catid": 2, "catname": "much too long for it"}\n'
    (error,) = read(CATEGORY, data, AUTO).errors
    assert error.filename == "s3://bucket/key"
    assert (error.line_number, error.colname, error.type) == (2, "catname", "varchar")
    assert (error.col_length, error.position) == ("10", 0)
    assert error.raw_line == '{"catid": 2, "catname": "much too long for it"}'
    assert error.raw_field_value == "much too long for it"
    assert (error.err_code, error.err_reason) == (1204, "String length exceeds DDL length")


def test_strings_of_an_error_fit_the_columns_of_stl_load_errors(read: Read) -> None:
    data = json.dumps({"a": "é" * 2000}, ensure_ascii=False)
    (error,) = read("a varchar(10)", data, AUTO).errors
    assert len(error.raw_line.encode()) in {1023, 1024}
    assert len(error.raw_field_value.encode()) == 1024


@pytest.mark.parametrize(
    ("paths", "data", "rows"),
    [
        pytest.param(
            ["$['firstName']", "$['userId']"],
            '{"userId":"39","firstName":"Walter"}\n{"userId":"","firstName":null}',
            [("Walter", 39), (None, None)],
            id="nth path feeds nth column",
        ),
        pytest.param(
            ["$.a.title", "$.location[0]"],
            '{"a":{"title":"x"},"location":[7,8]}\n{"location":[9]}\n{"a":null,"location":[1]}',
            [("x", 7), (None, 9), (None, 1)],
            id="dots and indexes; an absent member is NULL",
        ),
        pytest.param(
            ["$['a b']['c.d']", "$['n']"], '{"a b":{"c.d":"x"},"n":1}', [("x", 1)], id="brackets"
        ),
        pytest.param(["$[1]", "$[0]"], '[1,"x"][2,"y"]', [("x", 1), ("y", 2)], id="root arrays"),
        pytest.param(["$.n", "$.n"], '{"n":"5"}', [("5", 5)], id="one value for two columns"),
    ],
)
def test_jsonpaths(read: Read, paths: list[str], data: str, rows: list[tuple[object, ...]]) -> None:
    outcome = read("s varchar(10), n int", data, AUTO, jsonpaths=json.dumps({"jsonpaths": paths}))
    assert (outcome.rows, outcome.errors) == (rows, [])


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        pytest.param("$.a[1]", '{"a":[1]}', OUT_OF_RANGE, id="an absent element"),
        pytest.param("$.a[0]", '{"a":{"b":1}}', OUT_OF_RANGE, id="an index into an object"),
        pytest.param("$.a.b", '{"a":"text"}', NOT_OBJECT, id="a member of a string"),
        pytest.param("$.a", "[1]", NOT_OBJECT, id="a member of a root array"),
        pytest.param("$[0]", '{"a":1}', OUT_OF_RANGE, id="an element of a root object"),
    ],
)
def test_paths_that_lead_nowhere(read: Read, path: str, data: str, reason: str) -> None:
    outcome = read("a int", data, AUTO, jsonpaths=json.dumps({"jsonpaths": [path]}))
    assert outcome.reasons == [(1, 1216, "", reason)]


def test_a_jsonpaths_file_without_the_key_means_auto(read: Read) -> None:
    outcome = read("a int", '{"a":1}', AUTO, jsonpaths='{"JSONPaths":["$.b"]}')
    assert outcome.rows == [(1,)]


def test_a_column_list_limits_auto_and_orders_paths(read: Read) -> None:
    data = '{"a":1,"b":2,"c":3}'
    assert read("a int, b int, c int", data, AUTO, fields="(c, a)").rows == [(3, 1)]
    paths = '{"jsonpaths":["$.a","$.b"]}'
    rows = read("a int, b int, c int", data, AUTO, fields="(c, a)", jsonpaths=paths).rows
    assert rows == [(1, 2)]


@pytest.mark.parametrize(
    ("options", "data", "row"),
    [
        pytest.param(AUTO, '{"v":{"a": [1.10,\n2e3]}}', '{"a":[1.10,2e3]}', id="nested"),
        pytest.param(AUTO, r'{"v":" \u00e9\n\""}', r'" é\n\""', id="escapes of a string"),
        pytest.param(AUTO, '{"v":"text"}', '"text"', id="a string stays JSON"),
        pytest.param(AUTO, '{"v":null}', None, id="null"),
        pytest.param("JSON 'noshred'", '{"v": 1}', '{"v":1}', id="noshred takes the object"),
    ],
)
def test_super(read: Read, options: str, data: str, row: str | None) -> None:
    assert read("v super", data, options).rows == [(row,)]


def test_numbers_into_decimal_are_truncated(read: Read) -> None:
    data = '{"d":20.259}\n{"d":"20.259"}\n{"d":-20.259}\n{"d":20}\n{"d":1e1}\n'
    expected = ["20.25", "20.25", "-20.25", "20.00", "10.00"]
    assert read("d decimal(8,2)", data, AUTO).rows == [(Decimal(text),) for text in expected]
    assert read("d decimal(8,2)", data, AUTO + " ROUNDEC").rows[0] == (Decimal("20.26"),)


def test_one_bad_line_does_not_slow_the_rest(read: Read, request: pytest.FixtureRequest) -> None:
    lines = [f'{{"a":{number}}}' for number in range(1000)]
    lines[500] = '{"a":"bad"}'
    outcome = read("a int", "\n".join(lines), AUTO, stretch=200)
    assert len(outcome.rows) == 999
    assert outcome.reasons[0][0] == 501
    assert outcome.lines == 1000
    if "columns" in request.node.callspec.id:
        assert outcome.slow == 2, "the stretch with the bad line: as lines, then in any layout"
        assert outcome.quick > 30


@pytest.mark.parametrize(
    ("record", "between"),
    [
        pytest.param('{\n  "a": %d,\n  "b": "{[\\"%d"\n}', "\n", id="pretty-printed"),
        pytest.param('{"a": %d, "b": "{[\\"%d"}', " ", id="all in one line"),
        pytest.param('{"a": %d, "b": "{[\\"%d"}', "", id="with nothing between them"),
    ],
)
def test_records_in_any_layout_are_read_quickly(
    read: Read, request: pytest.FixtureRequest, record: str, between: str
) -> None:
    text = between.join(record % (number, number) for number in range(1000))
    outcome = read("a int, b varchar(20)", text, AUTO, stretch=400)
    assert outcome.rows == [(number, f'{{["{number}') for number in range(1000)]
    assert outcome.lines == text.count("\n") + 1
    if "columns" in request.node.callspec.id:
        assert outcome.slow <= 3, "as lines, once; at most twice where a record is cut off"
        assert outcome.quick > 0


def test_objects_that_straddle_stretches(read: Read) -> None:
    data = "".join(json.dumps({"a": number, "b": "x" * 30}, indent=1) for number in range(100))
    outcome = read("a int, b varchar(30)", data, AUTO, stretch=100)
    assert outcome.rows == [(number, "x" * 30) for number in range(100)]


def test_an_object_over_4_mb_is_refused(read: Read) -> None:
    data = json.dumps({"a": 1, "b": "x" * (4 << 20)}) + '\n{"a":2}'
    outcome = read("a int", data, AUTO)
    assert outcome.rows == [(2,)]
    assert outcome.errors[0].err_code == 1216


def test_numbers_into_varchar_keep_their_text_also_with_an_epoch_format(read: Read) -> None:
    outcome = read("v varchar(9)", '{"v":12.0}\n', AUTO + " TIMEFORMAT 'epochmillisecs'")
    assert outcome.rows == [("12.0",)]


def test_where_a_stretch_ends_does_not_change_what_a_broken_object_swallows(read: Read) -> None:
    data = '{"a": 0,\n"a": 0,\n"a": 1}\n \t{"a": NaN}\n \t{}\n{"a": 2}\n'
    outcome = read("a int", data, AUTO, stretch=20)
    assert outcome.rows == [(1,), (None,), (2,)]
    assert outcome.reasons == [(4, 1216, "", "Invalid value.")]
