from decimal import Decimal

import pytest

from sparkify_harness.redshift.errors import (
    AmbiguousFunction,
    DatatypeMismatch,
    InvalidTextRepresentation,
    NotEmulated,
    UndefinedFunction,
)
from sparkify_harness.redshift.sql.bind.resolve import resolve
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import DATE, INTEGER, TEXT, TIMESTAMP, char, numeric, varchar
from tests.unit.functions.evaluation import Engine, call, cast, column, literal

CASES = {
    "nvl": (call("nvl", None, None, "a"), "a", "character varying(1)"),
    "nvl keeps the empty string": (call("nvl", "", "x"), "", "character varying(1)"),
    "coalesce of decimals": (
        call("coalesce", cast(1, numeric(10, 2)), cast(2, numeric(8, 4))),
        "1.0000",
        "numeric(12,4)",
    ),
    "coalesce of integer and decimal": (
        call("coalesce", None, 1, Decimal("2.5")),
        "1.0",
        "numeric(11,1)",
    ),
    "coalesce of date and timestamp": (
        call("coalesce", cast("2020-01-01", DATE), cast("2020-01-02", TIMESTAMP)),
        "2020-01-01 00:00:00",
        "timestamp without time zone",
    ),
    "coalesce of char and varchar": (
        call("coalesce", cast("ab", char(4)), cast("abc", varchar(3))),
        "ab",
        "character varying(4)",
    ),
    "nvl2": (call("nvl2", None, 1, 2), "2", "integer"),
    "nullif ignores trailing blanks": (call("nullif", "a", "a  "), None, "character varying(3)"),
    "nullif": (call("nullif", 1, 2), "1", "integer"),
    "greatest ignores NULL": (call("greatest", 1, None, 3), "3", "integer"),
    "least": (call("least", "b", "a"), "a", "character varying(1)"),
    "decode": (call("decode", 1, 1, "one", 2, "two", "many"), "one", "character varying(4)"),
    "decode without match": (call("decode", 3, 1, "one", 2, "two"), None, "character varying(3)"),
    "decode: NULL is NULL": (call("decode", None, None, "eq", "ne"), "eq", "character varying(2)"),
    "'abc' = 'abc   '": (call("=", "abc", "abc   "), "t", "boolean"),
    "a text next to an integer is compared as text": (
        call("=", cast("01", varchar(2)), 1),
        "f",
        "boolean",
    ),
    "a literal next to an integer is an integer": (call("=", "01", 1), "t", "boolean"),
    "a date next to a literal": (call(">", cast("2008-02-01", DATE), "2008-01-31"), "t", "boolean"),
    "1 || 'a'": (call("||", 1, "a"), "1a", "character varying"),
    "|| with NULL": (call("||", "a", None), None, "character varying"),
    "|| with a timestamp": (
        call("||", 5, cast("2018-11-01 21:01:46.7", TIMESTAMP)),
        "52018-11-01 21:01:46.70",
        "character varying",
    ),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(
    engine: Engine, expression: Expression, text: str | None, type_name: str
) -> None:
    assert (engine.text(expression), str(expression.type)) == (text, type_name)


REFUSED = {
    "coalesce of a word and a number": (
        "coalesce",
        ("Amazon Redshift", 12),
        InvalidTextRepresentation,
        'invalid input syntax for integer: "Amazon Redshift"',
    ),
    "coalesce of text and integer": (
        "coalesce",
        (column("x", TEXT), 12),
        DatatypeMismatch,
        "COALESCE types character varying and integer cannot be matched",
    ),
    "boolean = integer": (
        "=",
        (True, column("n", INTEGER)),
        UndefinedFunction,
        "operator does not exist: boolean = integer",
    ),
    "boolean < integer": (
        "<",
        (True, 1),
        UndefinedFunction,
        "operator does not exist: boolean < integer",
    ),
    "integer ~ integer": (
        "~",
        (column("n", DATE), True),
        UndefinedFunction,
        "operator does not exist: date ~ boolean",
    ),
    "concat takes two": (
        "concat",
        ("a", "b", "c"),
        UndefinedFunction,
        'function concat("unknown", "unknown", "unknown") does not exist',
    ),
    "an unknown function": (
        "string_agg",
        (column("x", TEXT), ","),
        UndefinedFunction,
        'function string_agg(character varying, "unknown") does not exist',
    ),
    "text - integer": (
        "-",
        (cast("1", TEXT), column("n", INTEGER)),
        UndefinedFunction,
        "operator does not exist: character varying - integer",
    ),
    "sum of a literal": (
        "sum",
        ("5",),
        AmbiguousFunction,
        'function sum("unknown") is not unique',
    ),
    "one that Redshift has and we have not": (
        "checksum",
        (1,),
        NotEmulated,
        "not emulated: function checksum",
    ),
}


@pytest.mark.parametrize(("name", "arguments", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(
    name: str, arguments: tuple[object, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        resolve(name, [literal(item) for item in arguments])
    assert str(caught.value) == message
