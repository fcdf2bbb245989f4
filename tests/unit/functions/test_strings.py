"""Rows are the examples that AWS prints, unless marked otherwise by their place."""

import pytest

from sparkify_harness.redshift.errors import ComputeFault, InvalidParameterValue
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import TEXT, VARBYTE, char
from tests.unit.functions.evaluation import Engine, call, cast, column

CASES = {
    "ascii('amazon')": (call("ascii", "amazon"), "97", "integer"),
    "ascii('')": (call("ascii", ""), "0", "integer"),
    "bpcharcmp ignores blanks": (call("bpcharcmp", "a", "a  "), "0", "integer"),
    "bttext_pattern_cmp('Fr','Fz')": (call("bttext_pattern_cmp", "Fr", "Fz"), "-1", "integer"),
    "btrim blanks": (call("btrim", "     abc    "), "abc", "character varying"),
    "btrim characters": (
        call("btrim", "setuphistorycassettes", "tes"),
        "uphistoryca",
        "character varying",
    ),
    "charindex('fish','dogfish')": (call("charindex", "fish", "dogfish"), "4", "integer"),
    "charindex absent": (call("charindex", "dog", "cat"), "0", "integer"),
    "strpos('dogfish','fish')": (call("strpos", "dogfish", "fish"), "4", "integer"),
    "position('fish' in 'dogfish')": (call("position", "dogfish", "fish"), "4", "integer"),
    "chr(65)": (call("chr", 65), "A", "character varying"),
    "concat('December 25, ','2008')": (
        call("concat", "December 25, ", "2008"),
        "December 25, 2008",
        "character varying",
    ),
    "concat with NULL": (call("concat", "a", None), None, "character varying"),
    "concat of a number": (call("concat", 42, "a"), "42a", "character varying"),
    "difference('Amazon','+')": (call("difference", "Amazon", "+-*/%"), "0", "integer"),
    "difference('Amazon','AC/DC')": (call("difference", "Amazon", "AC/DC"), "1", "integer"),
    "initcap": (
        call("initcap", "Nibh.enim@egestas.ca"),
        "Nibh.Enim@Egestas.Ca",
        "character varying",
    ),
    "initcap lowers the rest": (call("initcap", "élan VITAL"), "Élan Vital", "character varying"),
    "left('Chicago',3)": (call("left", "Chicago", 3), "Chi", "character varying"),
    "right('Chicago',3)": (call("right", "Chicago", 3), "ago", "character varying"),
    "len counts characters": (call("len", "français"), "8", "integer"),
    "octet_length counts bytes": (call("octet_length", "français"), "9", "integer"),
    "len counts blanks of VARCHAR": (call("len", "cat   "), "6", "integer"),
    "len ignores blanks of CHAR": (call("len", cast("cat   ", char(6))), "3", "integer"),
    "length, char_length, character_length, textlen": (
        call(
            "||",
            call("||", call("length", "ab"), call("char_length", "abc")),
            call("||", call("character_length", "abcd"), call("textlen", "abcde")),
        ),
        "2345",
        "character varying",
    ),
    "lower": (call("lower", "Français"), "français", "character varying"),
    "upper": (call("upper", "français"), "FRANÇAIS", "character varying"),
    "lpad": (call("lpad", "Luminosity", 15, "x"), "xxxxxLuminosity", "character varying"),
    "lpad cuts": (call("lpad", "Mamma Mia!", 8), "Mamma Mi", "character varying"),
    "lpad repeats": (call("lpad", "ab", 7, "xyz"), "xyzxyab", "character varying"),
    "rpad": (call("rpad", "ab", 7, "0123456789"), "ab01234", "character varying"),
    "rpad with blanks": (call("rpad", "ab", 4), "ab  ", "character varying"),
    "ltrim characters": (
        call("ltrim", "2008-01-24 06:43:29", "2008-"),
        "1-24 06:43:29",
        "character varying",
    ),
    "rtrim characters": (
        call("rtrim", "Minskoff Theatre", "Theatre"),
        "Minskoff ",
        "character varying",
    ),
    "trim": (call("trim", "  dog  "), "dog", "character varying"),
    "trim characters": (call("trim", '"dog"', '"'), "dog", "character varying"),
    "octetindex('q','Amazon Redshift')": (
        call("octetindex", "q", "Amazon Redshift"),
        "0",
        "integer",
    ),
    "octetindex in bytes": (
        call("octetindex", "Redshift", "Άμαζον Amazon Redshift"),
        "21",
        "integer",
    ),
    "quote_ident plain": (call("quote_ident", "catid"), "catid", "character varying"),
    "quote_ident quoted": (call("quote_ident", '"CAT"'), '"""CAT"""', "character varying"),
    "quote_literal": (call("quote_literal", "'CAT'"), "'''CAT'''", "character varying"),
    "repeat": (call("repeat", "L", 3), "LLL", "character varying"),
    "replicate": (call("replicate", "ab", 2), "abab", "character varying"),
    "replace": (
        call("replace", "Shows and Shows", "Shows", "Theatre"),
        "Theatre and Theatre",
        "character varying",
    ),
    "reverse": (call("reverse", "alphabet"), "tebahpla", "character varying"),
    "soundex('Amazon')": (call("soundex", "Amazon"), "A525", "character varying"),
    "soundex('+')": (call("soundex", "+-*/%"), "", "character varying"),
    "soundex takes H as nothing": (call("soundex", "Ashcraft"), "A261", "character varying"),
    "split_part('abc$def$ghi','$',2)": (
        call("split_part", "abc$def$ghi", "$", 2),
        "def",
        "character varying",
    ),
    "split_part beyond": (call("split_part", "abc$def$ghi", "$", 4), "", "character varying"),
    "split_part without delimiter": (call("split_part", "abc", "#", 1), "abc", "character varying"),
    "substring('caterpillar',6,4)": (
        call("substring", "caterpillar", 6, 4),
        "pill",
        "character varying",
    ),
    "substring beyond the end": (
        call("substring", "caterpillar", 6, 8),
        "pillar",
        "character varying",
    ),
    "substring before the start": (
        call("substring", "caterpillar", -2, 5),
        "ca",
        "character varying",
    ),
    "substring without length": (call("substr", "caterpillar", 6), "pillar", "character varying"),
    "substring of bytes that ends before the start": (
        call("substring", cast("abcdef", VARBYTE), -5, 3),
        "",
        "binary varying(64000)",
    ),
    "substring of bytes": (
        call("substring", cast("abcdef", VARBYTE), 2, 3),
        "626364",
        "binary varying(64000)",
    ),
    "translate": (call("translate", "mint tea", "inea", "osin"), "most tin", "character varying"),
    "translate takes away": (call("translate", "a1b2", "12", ""), "ab", "character varying"),
    "strtol('0xf',16)": (call("strtol", "0xf", 16), "15", "bigint"),
    "strtol('abcd1234',16)": (call("strtol", "abcd1234", 16), "2882343476", "bigint"),
    "strtol('1234567',10)": (call("strtol", "1234567", 10), "1234567", "bigint"),
    "strtol('-110101',2)": (call("strtol", "-110101", 2), "-53", "bigint"),
}


@pytest.mark.parametrize(("expression", "text", "type_name"), CASES.values(), ids=CASES)
def test_value_and_type(
    engine: Engine, expression: Expression, text: str | None, type_name: str
) -> None:
    assert (engine.text(expression), str(expression.type)) == (text, type_name)


FAULTS = {
    "split_part position 0": (
        call("split_part", column("x", TEXT), "-", 0),
        ComputeFault,
        "field position must be greater than zero",
    ),
    "substring of bytes of negative length": (
        call("substring", cast(column("x", TEXT), VARBYTE), 2, -1),
        InvalidParameterValue,
        "negative substring length not allowed",
    ),
    "substring of negative length": (
        call("substring", column("x", TEXT), 2, -1),
        InvalidParameterValue,
        "negative substring length not allowed",
    ),
    "strtol of no number": (
        call("strtol", column("x", TEXT), 16),
        ComputeFault,
        "The input xyz is not valid to be converted to base 16",
    ),
}


@pytest.mark.parametrize(("expression", "error", "message"), FAULTS.values(), ids=FAULTS)
def test_refused(
    engine: Engine, expression: Expression, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        engine.text(expression, "FROM (SELECT 'xyz' AS x) t")
    assert str(caught.value) == message
