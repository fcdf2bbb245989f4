r"""COPY of JSON: 'auto', 'auto ignorecase', 'noshred', and what is malformed.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
"""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from tests.redshift.clients import Client
from tests.redshift.copies import (
    CAT,
    Copy,
    Lake,
    Loader,
    copies,
    ordered,
)

AUTO = "JSON 'auto'"
INVALID = "Invalid value."
NOT_OBJECT = "Invalid JSONPath format: Member is not an object."


@copies(
    Copy(
        "keys come in any order",
        CAT,
        '{"catname": "MLB", "catdesc": "Baseball", "catid": 1, "catgroup": "Sports"}',
        AUTO,
        rows=[(1, "Sports", "MLB", "Baseball")],
    ),
    Copy(
        "unknown keys are ignored, missing ones are NULL",
        CAT,
        '{"catid": 1, "more": {"catname": "x"}, "list": [1, {"catgroup": 2}]}\n{"other": 1}\n{}',
        AUTO,
        rows=[(1, None, None, None), (None,) * 4, (None,) * 4],
    ),
    Copy(
        "keys are case-sensitive and columns have lower case",
        CAT,
        '{"CatID": 1, "catname": "MLB", "CATDESC": "x"}',
        AUTO,
        rows=[(None, None, "MLB", None)],
    ),
    Copy(
        "a quoted column name in mixed case is a name in lower case all the same",
        '"userId" int, "firstName" varchar(10)',
        '{"userId": 8, "firstName": "Kaylee"}\n{"userid": 9, "firstname": "Ryan"}',
        AUTO,
        rows=[(None, None), (9, "Ryan")],
    ),
    Copy(
        "'auto ignorecase' takes keys in any case",
        CAT,
        '{"CatID": 1, "CatName": "MLB", "CATDESC": "x", "catGroup": "y"}',
        "JSON 'auto ignorecase'",
        rows=[(1, "y", "MLB", "x")],
    ),
    Copy(
        "'auto ignorecase' ignores unknown keys",
        CAT,
        '{"CatID": 1, "cat_name": "MLB"}',
        "JSON 'auto ignorecase'",
        rows=[(1, None, None, None)],
    ),
    Copy("JSON alone is 'auto'", CAT, '{"catid": 1}', "JSON", rows=[(1, None, None, None)]),
    Copy(
        "a column list takes the listed columns only, in any order",
        CAT,
        '{"catid": 1, "catgroup": "g", "catname": "n"}',
        AUTO,
        columns="(catname, catid)",
        rows=[(1, None, "n", None)],
    ),
    Copy(
        "a missing key is NULL, not the DEFAULT",
        "a int, b int default 7, c int default 8",
        '{"a": 1}',
        AUTO,
        columns="(a, b)",
        rows=[(1, None, 8)],
    ),
)
def test_keys(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    case.check(loader)


ONE_TWO = [(1,), (2,)]


@copies(
    Copy("an object in each line", "a int", '{"a": 1}\n{"a": 2}\n', AUTO, rows=ONE_TWO),
    Copy("lines end with CR LF", "a int", '{"a": 1}\r\n{"a": 2}\r\n', AUTO, rows=ONE_TWO),
    Copy("objects over several lines", "a int", '{\n"a":\n1\n}\n{\n "a": 2}', AUTO, rows=ONE_TWO),
    Copy("objects on one line", "a int", '{"a": 1}{"a": 2}', AUTO, rows=ONE_TWO),
    Copy(
        "objects on one line, blanks between", "a int", '{"a": 1} \t{"a": 2} ', AUTO, rows=ONE_TWO
    ),
    Copy("blank lines", "a int", '\n\n{"a": 1}\n  \n\n{"a": 2}\n\n', AUTO, rows=ONE_TWO),
    Copy("nothing but blanks", "a int", " \n\n ", AUTO, rows=[]),
    Copy(
        "one object over many lines, then }{",
        CAT,
        '{\n  "catid": 1,\n  "catname": "MLB"\n}{\n  "catid": 2,\n  "catname": "NHL"\n}',
        AUTO,
        rows=[(1, None, "MLB", None), (2, None, "NHL", None)],
    ),
    Copy(
        "braces and quotes inside strings",
        "a varchar(20), b varchar(20)",
        '{"a": "}{", "b": "\\"]["}{"a": "\\\\", "b": "{"}',
        AUTO,
        rows=[("}{", '"]['), ("\\", "{")],
    ),
    Copy(
        "IGNOREHEADER skips lines",
        "a int",
        '{"a":\n 1}\n{"a": 2}',
        AUTO + " IGNOREHEADER 2",
        rows=[(2,)],
    ),
    Copy(
        "one big array is refused",
        "a int",
        '[{"a": 1}, {"a": 2}]',
        AUTO,
        faults=[(1, "", 1216, NOT_OBJECT)],
    ),
    Copy(
        "one big array over several lines is refused at its last line",
        "a int",
        '[\n{"a": 1},\n{"a": 2}\n]\n',
        AUTO,
        faults=[(4, "", 1216, NOT_OBJECT)],
    ),
    Copy(
        "an array in each line is refused",
        "a int",
        "[1]\n[2]\n",
        AUTO + " MAXERROR 3",
        rows=[],
        faults=[(1, "", 1216, NOT_OBJECT), (2, "", 1216, NOT_OBJECT)],
    ),
    Copy(
        "each comma between objects is an error",
        "a int",
        '{"a": 1},\n{"a": 2},\n{"a": 3}',
        AUTO + " MAXERROR 3",
        rows=[(1,), (2,), (3,)],
        faults=[(1, "", 1216, INVALID), (2, "", 1216, INVALID)],
    ),
    Copy(
        "characters before the first object are an error",
        "a int",
        'garbage {"a": 1}',
        AUTO + " MAXERROR 2",
        rows=[(1,)],
        faults=[(1, "", 1216, INVALID)],
    ),
    Copy(
        "a malformed object is an error, and the next ones load",
        "a int",
        '{"a": 1}\n{"a": \n{"a": 3}\n',
        AUTO + " MAXERROR 2",
        rows=[(1,), (3,)],
        faults=[(2, "", 1216, INVALID)],
    ),
    Copy(
        "the line of an error is the last one of its object",
        "a int",
        '{"a": 1}\n{\n"a": "x"\n}\n{"a": 3}\n',
        AUTO,
        faults=[(4, "a", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer")],
    ),
    Copy(
        "a file that ends inside an object",
        "a int",
        '{"a": 1}\n{"a": 2',
        AUTO,
        faults=[(2, "", 1216, INVALID)],
    ),
    Copy("single quotes", "a int", "{'a': 1}", AUTO, faults=[(1, "", 1216, INVALID)]),
    Copy("a trailing comma", "a int", '{"a": 1,}', AUTO, faults=[(1, "", 1216, INVALID)]),
    Copy("a bare word", "a int", "true", AUTO, faults=[(1, "", 1216, INVALID)]),
    Copy("NaN is no JSON", "a float", '{"a": NaN}', AUTO, faults=[(1, "", 1216, INVALID)]),
    Copy("a leading zero is no JSON", "a int", '{"a": 01}', AUTO, faults=[(1, "", 1216, INVALID)]),
    Copy(
        "a comment is no JSON", "a int", '{"a": 1 /* x */}', AUTO, faults=[(1, "", 1216, INVALID)]
    ),
    Copy("CSV read as JSON", "a int", "1,2\n", AUTO, faults=[(1, "", 1216, INVALID)]),
)
def test_sequences_of_objects(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    case.check(loader)


@copies(
    Copy(
        "a nested object or array goes into VARCHAR as its text",
        "a varchar(40), b varchar(40)",
        '{"a": {"id": 1,"name": "Renaldo"}, "b": [1, "x", null]}',
        AUTO,
        rows=[('{"id": 1,"name": "Renaldo"}', '[1, "x", null]')],
    ),
    Copy(
        "nested text that is too long",
        "a varchar(10)",
        '{"a": {"id": 1,"name": "Renaldo"}}',
        AUTO,
        faults=[(1, "a", 1204, "String length exceeds DDL length")],
    ),
    Copy(
        "a nested object goes into no number",
        "a int",
        '{"a": {"id": 1}}',
        AUTO,
        faults=[(1, "a", 1207, "Invalid digit, Value '{', Pos 0, Type: Integer")],
    ),
    Copy(
        "an empty string stays one in VARCHAR and CHAR",
        "a varchar(5), b char(5)",
        '{"a": "", "b": ""}',
        AUTO,
        rows=[("", "     ")],
    ),
    Copy(
        "an empty string is NULL in every other type",
        "a int, b float, c decimal(8,2), d date, e timestamp, f boolean, g bigint",
        '{"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": ""}',
        AUTO,
        rows=[(None,) * 7],
    ),
    Copy(
        "EMPTYASNULL",
        "a varchar(5), b char(5), c varchar(5)",
        '{"a": "", "b": "", "c": " "}',
        AUTO + " EMPTYASNULL",
        rows=[(None, None, " ")],
    ),
    Copy(
        "BLANKSASNULL",
        "a varchar(5), b char(5), c varchar(5)",
        '{"a": "  ", "b": " ", "c": "x "}',
        AUTO + " BLANKSASNULL",
        rows=[(None, None, "x ")],
    ),
    Copy(
        "null is NULL, the string null is not",
        "a int, b varchar(5), c varchar(5)",
        '{"a": null, "b": null, "c": "null"}',
        AUTO,
        rows=[(None, None, "null")],
    ),
    Copy(
        "scalars go into VARCHAR as they are written",
        "a varchar(9), b varchar(9), c varchar(9), d varchar(9)",
        '{"a": 1.50, "b": true, "c": -1E3, "d": 7}',
        AUTO,
        rows=[("1.50", "true", "-1E3", "7")],
    ),
    Copy(
        "numbers may stand in quotation marks",
        "a int, b decimal(8,2), c float",
        '{"a": "8", "b": "1.50", "c": "2.5"}\n{"a": " 9 ", "b": 1.5, "c": 2.5}',
        AUTO,
        rows=[(8, Decimal("1.50"), 2.5), (9, Decimal("1.50"), 2.5)],
    ),
    Copy(
        "booleans",
        "a boolean, b boolean, c boolean, d boolean",
        '{"a": true, "b": false, "c": "t", "d": 0}',
        AUTO,
        rows=[(True, False, True, False)],
    ),
    Copy(
        "an unquoted decimal is cut",
        "a decimal(8,2), b decimal(8,2)",
        '{"a": 20.259, "b": -20.259}',
        AUTO,
        rows=[(Decimal("20.25"), Decimal("-20.25"))],
    ),
    Copy(
        "ROUNDEC rounds",
        "a decimal(8,2), b decimal(8,2)",
        '{"a": 20.259, "b": -20.255}',
        AUTO + " ROUNDEC",
        rows=[(Decimal("20.26"), Decimal("-20.26"))],
    ),
    Copy(
        "a fraction in an integer column",
        "a int",
        '{"a": 1.5}',
        AUTO,
        faults=[(1, "a", 1207, "Invalid digit, Value '.', Pos 1, Type: Integer")],
    ),
    Copy(
        "escapes",
        "a varchar(20), b varchar(20)",
        r'{"a": "1\n2\t3\\4\/5", "b": "\u00e9\ud83c\udfb5\"\r"}',
        AUTO,
        rows=[("1\n2\t3\\4/5", 'é🎵"\r')],
    ),
    Copy(
        "epochmillisecs",
        "ts timestamp",
        '{"ts": 1541106106796}',
        AUTO + " TIMEFORMAT 'epochmillisecs'",
        rows=[(datetime.fromisoformat("2018-11-01 21:01:46.796"),)],
    ),
    Copy(
        "an epoch is no time of 'auto'",
        "ts timestamp",
        '{"ts": 1541106106796}',
        AUTO + " TIMEFORMAT 'auto'",
        faults=[(1, "ts", 1206, "Invalid timestamp format or value [auto]")],
    ),
    Copy(
        "SUPER keeps the structure",
        "a super, b super, c super",
        '{"a": {"x": [1, 2.5]}, "b": "text", "c": null}',
        AUTO,
        rows=[('{"x":[1,2.5]}', '"text"', None)],
    ),
    Copy(
        "'noshred' makes an object one SUPER value",
        "a super",
        '{"a": 1}\n{"b": [1]}',
        "JSON 'noshred'",
        rows=[('{"a":1}',), ('{"b":[1]}',)],
    ),
    Copy(
        "'noshred' into several columns",
        "a super, b int",
        '{"a": 1}',
        "JSON 'noshred'",
        error=("0A000", "JSON 'noshred' requires"),
    ),
    Copy(
        "NOT NULL and a missing key",
        "a int, b int not null",
        '{"a": 1}',
        AUTO,
        faults=[(1, "b", 1213, "Missing data for not-null field")],
    ),
    Copy(
        "bytes that are not UTF-8",
        "a varchar(9)",
        b'{"a": "x\xa4"}',
        AUTO,
        faults=[
            (
                1,
                "a",
                1220,
                "String contains invalid or unsupported UTF-8 codepoints. "
                "Bad UTF-8 hex sequence: a4 (error 3)",
            )
        ],
    ),
    Copy(
        "ACCEPTINVCHARS",
        "a varchar(9)",
        b'{"a": "x\xa4y", "b": "\xff"}',
        AUTO + " ACCEPTINVCHARS '^'",
        rows=[("x^y",)],
    ),
    Copy(
        "TRUNCATECOLUMNS",
        "a varchar(5), b varchar(3)",
        '{"a": {"id": 1}, "b": "é日"}',
        AUTO + " TRUNCATECOLUMNS",
        rows=[('{"id"', "é")],
    ),
    Copy(
        "an object beyond 4 MB",
        "a int",
        '{"a": 1, "b": "' + "x" * (4 << 20) + '"}',
        AUTO,
        error=("XX000", "Load into table"),
    ),
)
def test_values(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html"""
    case.check(loader)


@pytest.mark.parametrize(
    "option",
    [
        "CSV",
        "DELIMITER ','",
        "ESCAPE",
        "FILLRECORD",
        "FIXEDWIDTH 'a:1'",
        "IGNOREBLANKLINES",
        "NULL AS 'x'",
        "READRATIO 50",
        "REMOVEQUOTES",
    ],
)
@pytest.mark.parametrize("order", ["{1} {0}", "{0} {1}"], ids=["after", "before"])
def test_options_that_json_refuses(loader: Loader, option: str, order: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    loader.client.run("CREATE TABLE IF NOT EXISTS json_options (a int)")
    refusal = loader.refused("json_options", "s3://none/at/all", order.format(option, AUTO))
    assert not refusal.message.startswith(("internal", "S3ServiceException", "Load into"))
    assert option.split(maxsplit=1)[0] in refusal.message


LOG = {"artist": "Harmonia", "ts": 1541106106796, "userId": "39", "firstName": "Walter"}
SONG = {
    "num_songs": 1,
    "artist_latitude": None,
    "artist_location": "  ",
    "year": 0,
    "title": "x" * 300,
    "duration": 218.93179,
}


def test_the_tutorial_pattern(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    folder = lake.put({
        "log_data/2018/11/1.json": json.dumps(LOG),
        "log_json_path.json": json.dumps({"jsonpaths": [f"$['{key}']" for key in LOG]}),
        "song_data/A/A/1.json": json.dumps(SONG),
    })  # fmt: skip
    client.run(
        "CREATE TABLE staging_events (artist text, ts timestamp, user_id int, first_name text)",
        "CREATE TABLE staging_songs (num_songs int, artist_latitude float, artist_location text, "
        "year int, title varchar, duration float)",
        f"""
        COPY staging_events FROM '{folder}log_data'
        {lake.keys}
        REGION 'us-west-2' TIMEFORMAT AS 'epochmillisecs'
        FORMAT AS JSON '{folder}log_json_path.json';
        """,
        f"COPY staging_songs FROM '{folder}song_data' {lake.keys} REGION AS 'us-west-2' "
        "JSON 'auto' TRUNCATECOLUMNS BLANKSASNULL EMPTYASNULL",
    )
    assert client.rows("SELECT * FROM staging_events") == [
        ("Harmonia", datetime.fromisoformat("2018-11-01 21:01:46.796"), 39, "Walter")
    ]
    assert ordered(client.rows("SELECT * FROM staging_songs")) == [
        (1, None, None, 0, "x" * 256, 218.93179)
    ]
