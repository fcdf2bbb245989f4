import pytest

from sparkify_harness.redshift.errors import ComputeFault, NotEmulated
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import BOOLEAN, INTEGER, SUPER, TEXT
from tests.unit.functions.evaluation import Engine, call, cast, column

TREE = '{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}'


def parsed(text: str) -> Expression:
    return call("json_parse", text)


CASES = {
    "a path": (call("json_extract_path_text", TREE, "f4", "f6"), "star"),
    "an object": (call("json_extract_path_text", TREE, "f2"), '{"f3":1}'),
    "a missing path": (call("json_extract_path_text", TREE, "f9"), None),
    "keys are case-sensitive": (call("json_extract_path_text", '{"A":1}', "a"), None),
    "a key with a point": (call("json_extract_path_text", '{"a.b":1}', "a.b"), "1"),
    "an empty key": (call("json_extract_path_text", '{"":{"b":1}}', "", "b"), "1"),
    "a key of a star": (call("json_extract_path_text", '{"a":1,"*":2}', "*"), "2"),
    "a key with a backslash": (call("json_extract_path_text", '{"a\\\\b":3}', "a\\b"), "3"),
    "no key by its place": (call("json_extract_path_text", "[1,2]", "0"), None),
    "a fraction keeps its digits": (
        call("json_extract_path_text", '{"a":1.1,"b":{"c.d" : 1.10}}', "b", "c.d"),
        "1.10",
    ),
    "an exponent keeps its form": (call("json_extract_path_text", '{"a":1E3}', "a"), "1E3"),
    "a fraction in an array": (
        call("json_extract_array_element_text", "[1.0, 2.50, 3]", 1),
        "2.50",
    ),
    "null": (call("json_extract_path_text", '{"a":null}', "a"), None),
    "broken JSON, lax": (call("json_extract_path_text", '{"a":', "a", True), None),
    "an element": (call("json_extract_array_element_text", "[111,112,113]", 2), "113"),
    "an element beyond": (call("json_extract_array_element_text", "[111]", 1), None),
    "length of an array": (
        call("json_array_length", '[11,12,13,{"f1":21,"f2":[25,26]},14]'),
        "5",
    ),
    "length of no array, lax": (call("json_array_length", "[11,12", True), None),
    "is_valid_json of an object": (call("is_valid_json", '{"a":2}'), "t"),
    "is_valid_json of an array": (call("is_valid_json", "[1,2,3]"), "f"),
    "is_valid_json of broken text": (call("is_valid_json", "{a:2}"), "f"),
    "is_valid_json_array": (call("is_valid_json_array", "[]"), "t"),
    "is_valid_json_array of an object": (call("is_valid_json_array", '{"a":4}'), "f"),
    "json_parse": (parsed('[10001,10002,"abc"]'), '[10001,10002,"abc"]'),
    "can_json_parse": (call("can_json_parse", '["abc",3.14'), "f"),
    "json_serialize": (call("json_serialize", parsed("[1]")), "[1]"),
    "json_typeof": (call("json_typeof", parsed('{"a":1}')), "object"),
    "json_typeof of a number": (call("json_typeof", parsed("1.5")), "number"),
    "get_array_length": (call("get_array_length", parsed("[1,2,3]")), "3"),
    "get_array_length of an object": (call("get_array_length", parsed("{}")), None),
    "is_array": (call("is_array", parsed("[1]")), "t"),
    "is_object": (call("is_object", parsed("[1]")), "f"),
    "is_varchar": (call("is_varchar", parsed('"abc"')), "t"),
    "is_integer": (call("is_integer", parsed("5")), "t"),
    "is_smallint of a large number": (call("is_smallint", parsed("50000")), "f"),
    "a SUPER string as text has no quotes": (cast(parsed('"abc"'), TEXT), "abc"),
    "a SUPER array as text is NULL": (cast(parsed("[1]"), TEXT), None),
    "a SUPER number as integer": (cast(parsed("5"), INTEGER), "5"),
    "a SUPER string as integer is NULL": (cast(parsed('"x"'), INTEGER), None),
    "a SUPER boolean": (cast(parsed("true"), BOOLEAN), "t"),
    "a text as SUPER is a string": (cast("a", SUPER), '"a"'),
}


@pytest.mark.parametrize(("expression", "text"), CASES.values(), ids=CASES)
def test_value(engine: Engine, expression: Expression, text: str | None) -> None:
    assert engine.text(expression) == text


@pytest.mark.parametrize("name", ["=", "+", "||", "upper"])
def test_dynamic_typing_is_not_emulated(name: str) -> None:
    arguments = [parsed("1")] if name == "upper" else [parsed("1"), 1]
    with pytest.raises(NotEmulated, match="dynamic typing of SUPER"):
        call(name, *arguments)


BROKEN = {
    "json_extract_path_text": call("json_extract_path_text", column("x", TEXT), "a"),
    "json_array_length": call("json_array_length", column("x", TEXT)),
    "json_extract_array_element_text": call(
        "json_extract_array_element_text", column("x", TEXT), 0
    ),
    "json_parse": call("json_parse", column("x", TEXT)),
}


@pytest.mark.parametrize("expression", BROKEN.values(), ids=BROKEN)
def test_broken_json_is_an_error(engine: Engine, expression: Expression) -> None:
    with pytest.raises(ComputeFault, match="JSON parsing error"):
        engine.text(expression, "FROM (SELECT '{\"a\":' AS x) t")
