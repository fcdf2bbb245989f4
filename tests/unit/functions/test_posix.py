"""What POSIX operators and functions refuse without 'p', and how they take lines.

https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html
"""

import pytest

from sparkify_harness.redshift.engine import posix
from sparkify_harness.redshift.errors import ComputeFault
from sparkify_harness.redshift.sql.tree import Expression
from tests.unit.functions.evaluation import Engine, call, context

NOTHING = "Invalid preceding regular expression prior to repetition operator."

REFUSED = {
    # as reported: https://github.com/sodadata/soda-core/issues/2269
    "^(?!DELIVERED|PENDING|CANCELLED).*$": (NOTHING, " fragment: '^(?>>>HERE>>>!DELIVERED'."),
    "(?i)a": (NOTHING, ": '(?>>>HERE>>>i)a'."),
    "a(?:b)": (NOTHING, ": 'a(?>>>HERE>>>:b)'."),
    "(?<=//)b": (NOTHING, ": '(?>>>HERE>>><=//)b'."),
    "(?P<n>b)": (NOTHING, ": '(?>>>HERE>>>P<n>b)'."),
    "a.*?b": (NOTHING, ": 'a.*?>>>HERE>>>b'."),
    "a+?": (NOTHING, ": 'a+?>>>HERE>>>'."),
    "a??": (NOTHING, ": 'a??>>>HERE>>>'."),
    "a{2}?": (NOTHING, ": 'a{2}?>>>HERE>>>'."),
    "a++": (NOTHING, ": 'a++>>>HERE>>>'."),
    "a**": (NOTHING, ": 'a**>>>HERE>>>'."),
    "^*a": (NOTHING, ": '^*>>>HERE>>>a'."),
    "a$+": (NOTHING, ": 'a$+>>>HERE>>>'."),
    r"\b*a": (NOTHING, r": '\b*>>>HERE>>>a'."),
    "a|*b": (NOTHING, ": 'a|*>>>HERE>>>b'."),
    "(+)": (NOTHING, ": '(+>>>HERE>>>)'."),
    "*a": ('The repeat operator "*" cannot start a regular expression.', ": '>>>HERE>>>*a'."),
    "{2}a": ("Nothing to repeat.", ": '{2}>>>HERE>>>a'."),
    "a{x": ("Missing } in quantified repetition.", ": 'a{>>>HERE>>>x'."),
    "a{,3}": ("Missing } in quantified repetition.", ": 'a{>>>HERE>>>,3}'."),
    "a}": ("Found a closing repetition operator } with no corresponding {.", ": 'a>>>HERE>>>}'."),
    "a{1x}": (
        "Found a closing repetition operator } with no corresponding {.",
        ": 'a{1x>>>HERE>>>}'.",
    ),
    "a{3,2}": ("Invalid content of repeat range.", ": 'a{3,>>>HERE>>>2}'."),
}
refused = pytest.mark.parametrize(("pattern", "words"), REFUSED.items(), ids=REFUSED)


def calls(pattern: str) -> dict[str, Expression]:
    """Everything that takes an expression without 'p'."""
    return {
        "~": call("~", "ab", pattern),
        "~*": call("~*", "ab", pattern),
        "regexp_replace": call("regexp_replace", "ab", pattern, "x", 1, "i"),
        "regexp_substr": call("regexp_substr", "ab", pattern, 1, 1, "e"),
        "regexp_count": call("regexp_count", "ab", pattern),
        "regexp_instr": call("regexp_instr", "ab", pattern),
    }


@refused
@pytest.mark.parametrize("name", calls("a"))
def test_refused(engine: Engine, name: str, pattern: str, words: tuple[str, str]) -> None:
    with pytest.raises(ComputeFault) as caught:
        engine.text(calls(pattern)[name])
    message = f"{words[0]}  The error occurred while parsing the regular expression{words[1]}"
    assert caught.value.message == message
    assert "code:      8002" in (caught.value.detail or "")
    assert "context:   setup_regex_init" in (caught.value.detail or "")


@pytest.mark.parametrize("pattern", ["(?:a)", "a*?", "(?i)a", "a+*", "{2}"])
def test_similar_to_refuses_as_well(engine: Engine, pattern: str) -> None:
    with pytest.raises(ComputeFault):
        engine.text(call("similar to", "a", pattern))


ACCEPTED = {
    r"\d\w\s": ("1a ", "t"),
    r"\D\W\S": ("a-a", "t"),
    r"^\w+@[\w.]+$": ("a@b.c", "t"),
    r"\(?\?\*\+\{2\}": ("(?*+{2}", "t"),
    r"\\+": ("\\\\", "t"),
    "[(?*+{2}]": ("}", "t"),
    "[]?*]": ("]", "t"),
    "[^]?*]": ("]", "f"),
    "[[:digit:]?]+": ("?", "t"),
    "(a|b)*c{1}d{0,}": ("abc", "t"),
    "(ab)+": ("ab", "t"),
    r"\bab\b": ("ab", "t"),
    r"\Qa*?\E": ("a*?", "t"),
}


@pytest.mark.parametrize(("pattern", "answer"), ACCEPTED.items(), ids=ACCEPTED)
def test_accepted(engine: Engine, pattern: str, answer: tuple[str, str]) -> None:
    posix.check(pattern, context())
    text, expected = answer
    assert engine.text(call("~", text, pattern)) == expected


LINES = {
    # as reported: https://docs.snowconvert.com/sc/translation-references/redshift/conditions/
    "^ after a line feed": (call("~", "123abc\nanother\nabc123", "^abc"), "t", "f"),
    "$ before a line feed": (call("~", "abc123\nhello", "123$"), "t", "f"),
    "a point is a line feed": (call("~", "a\nb", "a.b"), "t", "t"),
    "similar to: a line is enough": (call("similar to", "abc\ncccc", "abc+"), "t", "f"),
    "similar to: % over lines": (call("similar to", "abc\ncccc", "a%c"), "t", "t"),
    "similar to: alternatives": (call("similar to", "apple", "a|b%"), "f", "f"),
}


@pytest.mark.parametrize(("expression", "compute", "leader"), LINES.values(), ids=LINES)
def test_lines(engine: Engine, expression: Expression, compute: str, leader: str) -> None:
    assert engine.text(expression) == compute
    assert engine.text(expression, on_leader=True) == leader


FUNCTIONS = {
    "replace": (call("regexp_replace", "a\nb", "^", "-"), "-a\n-b"),
    "substr": (call("regexp_substr", "a\nbc", "^b.$"), "bc"),
    "count": (call("regexp_count", "a\nb\nc", "^.$"), "3"),
    "instr": (call("regexp_instr", "a\nb", "^b"), "3"),
    "instr after the second": (call("regexp_instr", "a\nb", "^.", 1, 2, 1), "4"),
}


@pytest.mark.parametrize(("expression", "text"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions_take_lines_as_well(engine: Engine, expression: Expression, text: str) -> None:
    assert engine.text(expression) == text


@pytest.mark.parametrize("pattern", ["(?i)AB", "a.*?b", "(?:ab)", "a(?=b)"])
def test_with_p_they_are_taken(engine: Engine, pattern: str) -> None:
    assert engine.text(call("regexp_count", "ab", pattern, 1, "p")) == "1"


@pytest.mark.parametrize("pattern", ["(?i)AB", "a.*?b", "(?:ab)"])
def test_they_are_refused_on_the_leader_node_as_well(engine: Engine, pattern: str) -> None:
    for operator in ("~", "~*", "similar to"):
        with pytest.raises(ComputeFault):
            engine.text(call(operator, "ab", pattern), on_leader=True)
    with pytest.raises(ComputeFault):
        engine.text(call("regexp_count", "ab", pattern), on_leader=True)


SIMILAR = {
    "a class in brackets, and what follows it": (("a_b", "[[:alpha:]_]+"), "t"),
    "brackets with a bracket": (("]_", "[]_]+"), "t"),
    "% in brackets": (("x", "[%]"), "f"),
    r"\d": (("12", r"\d+"), "t"),
    r"\%": (("%", r"\%"), "t"),
    "an escape of another kind": (("%", "#%", "#"), "t"),
    "no escape": (("\\a", "\\a", ""), "t"),
}


@pytest.mark.parametrize(("arguments", "text"), SIMILAR.values(), ids=SIMILAR)
def test_similar_to(engine: Engine, arguments: tuple[str, ...], text: str) -> None:
    assert engine.text(call("similar to", *arguments)) == text
