import pytest

from harness.redshift.errors import NotEmulated
from harness.redshift.sql.tree import Expression
from harness.redshift.types import TEXT
from tests.unit.functions.evaluation import Engine, call, column

EMAIL = "Etiam.laoreet.libero@sodalesMaurisblandit.edu"
CASES = {
    "like %": (call("like", "Ballston", "%lls%"), "t"),
    "like is case-sensitive": (call("like", "Ballston", "b%"), "f"),
    "like sees trailing blanks": (call("like", "abc", "abc   "), "f"),
    "like with the backslash as escape": (call("like", "start_", r"%start\_%"), "t"),
    "like: the escaped character stands for itself": (call("like", "startX", r"%start\_%"), "f"),
    "like escape": (call("like", "start_", "%start^_%", "^"), "t"),
    "ilike": (call("ilike", "Ballston", "b%"), "t"),
    "similar to alternatives": (call("similar to", "Enid", "%E%|%H%"), "t"),
    "similar to is the whole string": (call("similar to", "abc", "b"), "f"),
    "similar to _": (call("similar to", "abc", "a_c"), "t"),
    "similar to takes a point for a point": (call("similar to", "abc", "a.c"), "f"),
    "~": (call("~", "St. Paul", ".*aul$"), "t"),
    "!~": (call("!~", "St. Paul", "paul"), "t"),
    "~*": (call("~*", "St. Paul", "paul"), "t"),
    "!~*": (call("!~*", "St. Paul", "paul"), "f"),
    "regexp_replace takes away": (
        call("regexp_replace", EMAIL, "@.*\\.(org|gov|com|edu|ca)$"),
        "Etiam.laoreet.libero",
    ),
    "regexp_replace with a POSIX class": (
        call("regexp_replace", EMAIL, "@.*\\.[[:alpha:]]{2,3}", "@internal.company.com"),
        "Etiam.laoreet.libero@internal.company.com",
    ),
    "regexp_replace ignoring case": (
        call("regexp_replace", "the fox", "FOX", "quick brown fox", 1, "i"),
        "the quick brown fox",
    ),
    "regexp_replace replaces all": (call("regexp_replace", "a1b2c3", "[0-9]", "-"), "a-b-c-"),
    "regexp_replace from a position": (call("regexp_replace", "aaa", "a", "b", 2), "abb"),
    "regexp_replace from beyond the end": (call("regexp_replace", "aaa", "a", "b", 9), "aaa"),
    "regexp_replace with $1": (call("regexp_replace", "ab", "(a)(b)", "$2$1"), "ba"),
    "regexp_replace with $2 of one": (call("regexp_replace", "ab", "(a)", "<$1$2>"), "<a>b"),
    "regexp_replace with $0": (call("regexp_replace", "ab", "a", "<$0>"), "<a>b"),
    "regexp_substr": (call("regexp_substr", EMAIL, "@[^.]*"), "@sodalesMaurisblandit"),
    "regexp_substr ignoring case": (call("regexp_substr", "the fox", "FOX", 1, 1, "i"), "fox"),
    "regexp_substr of a sub-expression": (
        call(
            "regexp_substr",
            "This is a cat, this is a dog. This is a mouse.",
            "this is a (\\w+)",
            1,
            2,
            "ie",
        ),
        "dog",
    ),
    "regexp_substr without match": (call("regexp_substr", "abc", "x"), ""),
    "regexp_substr of NULL": (call("regexp_substr", None, "x"), None),
    "regexp_count": (call("regexp_count", "abcdefghijklmnopqrstuvwxyz", "[a-z]{3}"), "8"),
    "regexp_count ignoring case": (call("regexp_count", "the fox", "FOX", 1, "i"), "1"),
    "regexp_instr": (call("regexp_instr", "Cum@accumsan.com", "@[^.]*"), "4"),
    "regexp_instr at the end": (call("regexp_instr", "Air Canada Centre", "[cC]ent(er|re)$"), "12"),
    "regexp_instr without match": (call("regexp_instr", "abc", "x"), "0"),
    "regexp_instr second, ignoring case": (
        call("regexp_instr", "the fox the FOX", "FOX", 1, 2, 0, "i"),
        "13",
    ),
    "regexp_instr after the match": (call("regexp_instr", "a fox", "fox", 1, 1, 1), "6"),
    "regexp_instr from a position": (call("regexp_instr", "fox fox", "fox", 2), "5"),
}


@pytest.mark.parametrize(("expression", "text"), CASES.values(), ids=CASES)
def test_value(engine: Engine, expression: Expression, text: str | None) -> None:
    assert engine.text(expression) == text


REFUSED = {
    "look-ahead": call("regexp_replace", "passwd7", "(?=[^ ]*[a-z])[^ ]+", "x", 1, "p"),
    "back-reference": call("~", "aa", r"(a)\1"),
    "back-reference in the replacement": call("regexp_replace", "ab", "(a)", r"\1\1"),
    "pattern from a column": call("~", "aa", column("x", TEXT)),
}


@pytest.mark.parametrize("expression", REFUSED.values(), ids=REFUSED)
def test_what_the_engine_cannot_match_is_refused(engine: Engine, expression: Expression) -> None:
    with pytest.raises(NotEmulated):
        engine.text(expression)
