"""Identifiers and literals survive Redshift's own reading of them, whatever they contain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify.quoting import identifier, identifiers, literal, qualified

NO_NUL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def read_literal(text: str) -> str:
    """Reads a literal as Redshift does: `''` is a quote, a backslash escapes what follows."""
    assert text[0] == text[-1] == "'"
    read, rest = "", text[1:-1]
    while rest:
        if rest[0] in "'\\":
            assert len(rest) > 1, "the literal ends early"
            assert rest[1] == rest[0], "an escape of another kind"
            rest = rest[1:]
        read, rest = read + rest[0], rest[1:]
    return read


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        pytest.param("users", '"users"', id="plain"),
        pytest.param("time", '"time"', id="a-type's-name"),
        pytest.param("Mixed Case", '"Mixed Case"', id="blank-and-capitals"),
        pytest.param('a"; DROP TABLE x; --', '"a""; DROP TABLE x; --"', id="hostile"),
        pytest.param("ä" * 63, f'"{"ä" * 63}"', id="126-bytes"),
    ],
)
def test_an_identifier_is_quoted(name: str, quoted: str) -> None:
    assert identifier(name) == quoted


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("", "must not be empty", id="empty"),
        pytest.param("a\0b", "must not contain NUL", id="nul"),
        pytest.param("a" * 128, "at most 127 bytes", id="128-bytes"),
        pytest.param("ä" * 64, "at most 127 bytes", id="64-characters-of-two-bytes"),
    ],
)
def test_what_redshift_would_cut_or_misread_is_no_identifier(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        identifier(name)


def test_lists_and_schemas_are_quoted_part_by_part() -> None:
    assert identifiers(["a", 'b"']) == '"a", "b"""'
    assert qualified("public", "users") == '"public"."users"'
    assert qualified(None, "users") == '"users"'
    assert qualified("", "users") == '"users"'


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param("", "''", id="empty"),
        pytest.param("it's", "'it''s'", id="quote"),
        pytest.param("a\\", "'a\\\\'", id="backslash-at-the-end"),
        pytest.param("\\' OR 1=1 --", "'\\\\'' OR 1=1 --'", id="backslash-before-quote"),
        pytest.param("zwölf\n", "'zwölf\n'", id="newline-and-umlaut"),
    ],
)
def test_a_literal_is_quoted(text: str, quoted: str) -> None:
    assert literal(text) == quoted


@given(NO_NUL)
def test_a_literal_is_read_back_as_it_was(text: str) -> None:
    assert read_literal(literal(text)) == text


@given(NO_NUL)
def test_the_driver_sees_where_a_literal_ends(text: str) -> None:
    from redshift_connector.core import convert_paramstyle

    statement, _ = convert_paramstyle("format", f"COPY {literal(text)} %s")
    assert statement == f"COPY {literal(text)} $1"


@given(NO_NUL, NO_NUL)
def test_nul_is_refused_without_repeating_the_text(before: str, after: str) -> None:
    with pytest.raises(ValueError, match=r"^a string literal must not contain NUL$"):
        literal(f"{before}\0{after}")
