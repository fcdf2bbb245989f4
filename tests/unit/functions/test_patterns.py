import pytest

from sparkify_harness.redshift.engine.duckdb.functions import pcre
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated, Unsupported
from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import TEXT
from tests.unit.functions.evaluation import Engine, call, column

EMAIL = "Etiam.laoreet.libero@sodalesMaurisblandit.edu"
HIDDEN = "(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+"
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
    "~*": (call("~*", "St. Paul", "paul"), "t"),
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
    "regexp_replace, PCRE": (
        call(
            "regexp_replace",
            "passwd7 plain A1234",
            "(?=[^ ]*[a-z])(?=[^ ]*[0-9])[^ ]+",
            "x",
            1,
            "p",
        ),
        "x plain A1234",
    ),
    "regexp_replace, PCRE, of sub-expressions": (
        call("regexp_replace", "abcabd", "(a)(b)(?=d)", "$2$1\\", 2, "p"),
        "abcba\\d",
    ),
    "regexp_substr, PCRE": (
        call("regexp_substr", "passwd7 A1234 a1234", HIDDEN, 1, 2, "p"),
        "a1234",
    ),
    "regexp_substr, PCRE, ignoring case": (
        call("regexp_substr", "passwd7 A1234 a1234", HIDDEN, 1, 2, "ip"),
        "A1234",
    ),
    "regexp_substr, PCRE, of a sub-expression": (
        call("regexp_substr", "äb äc", "ä(?=c)(.)", 1, 1, "ep"),
        "c",
    ),
    "regexp_substr, PCRE, without match": (call("regexp_substr", "a", "a(?=b)", 1, 1, "p"), ""),
    "regexp_substr, PCRE, of NULL": (call("regexp_substr", None, "a(?=b)", 1, 1, "p"), None),
    "regexp_count, PCRE": (call("regexp_count", "ab ac ab", "a(?!c)", 1, "p"), "2"),
    "regexp_count, PCRE, back-reference": (call("regexp_count", "aabbc", r"(.)\1", 2, "p"), "1"),
    "regexp_instr, PCRE": (call("regexp_instr", "ac ab ab", "a(?=b)", 2, 2, 0, "p"), "7"),
    "regexp_instr, PCRE, after the match": (
        call("regexp_instr", "ac ab", "a(?=b)", 1, 1, 1, "p"),
        "5",
    ),
    "regexp_instr, PCRE, without match": (
        call("regexp_instr", "ac", "a(?=b)", 1, 1, 0, "p"),
        "0",
    ),
    "regexp_instr from a position": (call("regexp_instr", "fox fox", "fox", 2), "5"),
}


@pytest.mark.parametrize(("expression", "text"), CASES.values(), ids=CASES)
def test_value(engine: Engine, expression: Expression, text: str | None) -> None:
    assert engine.text(expression) == text


REFUSED = {
    "back-reference": call("~", "aa", r"(a)\1"),
    "back-reference in the replacement": call("regexp_replace", "ab", "(a)", r"\1\1"),
    "pattern from a column": call("~", "aa", column("x", TEXT)),
}


@pytest.mark.parametrize("expression", REFUSED.values(), ids=REFUSED)
def test_what_the_engine_cannot_match_is_refused(engine: Engine, expression: Expression) -> None:
    with pytest.raises(NotEmulated):
        engine.text(expression)


@pytest.mark.medium
def test_an_expression_that_takes_for_ever_ends(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcre, "_SECONDS", 0.05)
    with pytest.raises(Unsupported, match="not emulated: a regular expression that takes"):
        engine.text(call("regexp_count", "a" * 3000, "(?=a)(?:a|aa)+c", 1, "p"))


def test_a_broken_expression_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidParameterValue, match="Invalid regular expression"):
        engine.text(call("regexp_count", "a", "(?=a", 1, "p"))
