r"""COPY of JSON by a jsonpaths file: what its paths find, and files that are none.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
"""

import json

import pytest

from tests.redshift.copies import CAT, Copy, Loader, copies

PATHS = "JSON '$FOLDERpaths.json'"
NO_ELEMENT = "Invalid JSONPath format: Not an array or index out of range."


def with_paths(data: str, *paths: str) -> dict[str, str]:
    return {"data": data, "paths.json": json.dumps({"jsonpaths": paths})}


ROW = '{"one": 1, "Two": {"x": "deep", "l": ["e0", "e1"]}, "three.3": "3"}'


@copies(
    Copy(
        "the nth path feeds the nth column",
        CAT,
        with_paths(
            '{"id": 1, "n": "MLB", "g": "Sports", "d": "x"}',
            "$['id']",
            "$['g']",
            "$['n']",
            "$['d']",
        ),
        PATHS,
        rows=[(1, "Sports", "MLB", "x")],
    ),
    Copy(
        "names of the data and names of the columns have nothing in common",
        "a varchar(5), b varchar(5)",
        with_paths('{"a": "x", "b": "y"}', "$.b", "$.a"),
        PATHS,
        rows=[("y", "x")],
    ),
    Copy(
        "the column list gives the order",
        CAT,
        with_paths('{"n": "MLB", "i": 1}', "$.n", "$.i"),
        PATHS,
        columns="(catname, catid)",
        rows=[(1, None, "MLB", None)],
    ),
    Copy(
        "bracket notation",
        "a int, b varchar(9), c varchar(9), d varchar(9)",
        with_paths(ROW, "$['one']", "$['Two']['x']", "$['Two']['l'][1]", "$['three.3']"),
        PATHS,
        rows=[(1, "deep", "e1", "3")],
    ),
    Copy(
        "double quotation marks in brackets",
        "a int",
        with_paths(ROW, '$["one"]'),
        PATHS,
        rows=[(1,)],
    ),
    Copy(
        "dot notation",
        "a int, b varchar(9), c varchar(9)",
        with_paths(ROW, "$.one", "$.Two.x", "$.Two.l[0]"),
        PATHS,
        rows=[(1, "deep", "e0")],
    ),
    Copy(
        "paths are case-sensitive",
        "a int, b varchar(9)",
        with_paths(ROW, "$.One", "$.two.x"),
        PATHS,
        rows=[(None, None)],
    ),
    Copy(
        "a path to a structure gives its text",
        "a varchar(20)",
        with_paths(ROW, "$.Two.l"),
        PATHS,
        rows=[('["e0", "e1"]',)],
    ),
    Copy(
        "a missing member is NULL",
        "a int, b int",
        with_paths(ROW, "$.none", "$.Two.none"),
        PATHS,
        rows=[(None, None)],
    ),
    Copy(
        "a missing member of a missing member is NULL",
        "a int",
        with_paths(ROW, "$.none.none"),
        PATHS,
        rows=[(None,)],
    ),
    Copy(
        "a missing element is an error",
        "a varchar(9)",
        with_paths(ROW, "$.Two.l[2]"),
        PATHS,
        faults=[(1, "", 1216, NO_ELEMENT)],
    ),
    Copy(
        "an element of what is no array is an error",
        "a varchar(9)",
        with_paths(ROW, "$.Two[0]"),
        PATHS,
        faults=[(1, "", 1216, NO_ELEMENT)],
    ),
    Copy(
        "root arrays",
        CAT,
        with_paths(
            '[1, "Sports", "MLB", "x"]\n[2, "Sports", "NHL", null]', "$[0]", "$[1]", "$[2]", "$[3]"
        ),
        PATHS,
        rows=[(1, "Sports", "MLB", "x"), (2, "Sports", "NHL", None)],
    ),
    Copy(
        "the same path twice",
        "a int, b int",
        with_paths(ROW, "$.one", "$.one"),
        PATHS,
        rows=[(1, 1)],
    ),
    Copy(
        "fewer paths than columns",
        "a int, b int",
        with_paths(ROW, "$.one"),
        PATHS,
        error=(
            "XX000",
            "Number of jsonpaths and the number of columns should match. JSONPath "
            "size: 1, Number of columns in table or column list: 2",
        ),
    ),
    Copy(
        "more paths than columns",
        "a int",
        with_paths(ROW, "$.one", "$.one"),
        PATHS,
        error=(
            "XX000",
            "Number of jsonpaths and the number of columns should match. JSONPath "
            "size: 2, Number of columns in table or column list: 1",
        ),
    ),
    Copy(
        "more paths than listed columns",
        "a int, b int",
        with_paths(ROW, "$.one", "$.one"),
        PATHS,
        columns="(b)",
        error=("XX000", "Number of jsonpaths and the number of columns"),
    ),
    Copy(
        "an IDENTITY column needs no path",
        "i int identity(0,1), a int",
        with_paths(ROW, "$.one"),
        PATHS,
        rows=[(0, 1)],
    ),
    Copy(
        "without the key jsonpaths the file is ignored",
        "one int",
        {"data": ROW, "paths.json": '{"jsonPaths": ["$.two"]}'},
        PATHS,
        rows=[(1,)],
    ),
    Copy(
        "GZIP is for the data alone",
        "a int",
        {
            "data": __import__("gzip").compress(ROW.encode()),
            "paths.json": '{"jsonpaths": ["$.one"]}',
        },
        PATHS + " GZIP",
        rows=[(1,)],
    ),
)
def test_jsonpaths(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    case.check(loader)


@pytest.mark.parametrize(
    ("paths", "reason"),
    [
        pytest.param("", "", id="empty file"),
        pytest.param('{"jsonpaths": ["$.one"', "", id="malformed"),
        pytest.param('{"jsonpaths": ["$.one"]}{"jsonpaths": ["$.one"]}', "", id="two objects"),
        pytest.param('{"jsonpaths": ["$.one"]} x', "", id="characters after the object"),
        pytest.param('["$.one"]', "", id="an array"),
        pytest.param('{"jsonpaths": "$.one"}', "", id="no array of paths"),
        pytest.param('{"jsonpaths": [""]}', "", id="an empty path"),
        pytest.param('{"jsonpaths": [1]}', "", id="a number"),
        pytest.param('{"jsonpaths": [null]}', "", id="null"),
        pytest.param('{"jsonpaths": ["one"]}', "", id="no dollar sign"),
        pytest.param('{"jsonpaths": ["$.*"]}', "", id="a wildcard"),
        pytest.param('{"jsonpaths": ["$..one"]}', "", id="two dots"),
        pytest.param('{"jsonpaths": ["$.one[*]"]}', "", id="a wildcard element"),
        pytest.param('{"jsonpaths": ["$[?(@.one)]"]}', "", id="a filter"),
        pytest.param('{"jsonpaths": ["$.Two[\'x\']"]}', "", id="both notations in a path"),
    ],
)
def test_jsonpaths_files_that_fail(loader: Loader, paths: str, reason: str) -> None:
    """MAXERROR does not help."""
    Copy(
        "",
        "one int",
        {"data": ROW, "paths.json": paths},
        PATHS + " MAXERROR 100",
        error=("XX000", reason),
    ).check(loader)


def test_both_notations_in_one_file_fail(loader: Loader) -> None:
    Copy(
        "",
        "a int, b varchar(9)",
        with_paths(ROW, "$.one", "$['Two']['x']"),
        PATHS,
        error=("XX000", ""),
    ).check(loader)


@pytest.mark.parametrize("paths", ["none.json", "path"], ids=["missing", "a prefix"])
def test_the_jsonpaths_file_is_one_whole_key(loader: Loader, paths: str) -> None:
    Copy(
        "",
        "a int",
        with_paths(ROW, "$.one"),
        f"JSON '$FOLDER{paths}'",
        error=(
            "XX000",
            "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,",
        ),
    ).check(loader)


def test_a_jsonpaths_file_under_the_prefix_is_data_as_well(loader: Loader) -> None:
    Copy(
        "",
        "a varchar(9)",
        with_paths('{"l": ["x"]}', "$.l[0]"),
        PATHS,
        source="",
        rows=[("x",), (None,)],
    ).check(loader)
    Copy(
        "",
        "a varchar(9)",
        with_paths('["x"]', "$[0]"),
        PATHS,
        source="",
        faults=[(1, "", 1216, NO_ELEMENT)],
    ).check(loader)
