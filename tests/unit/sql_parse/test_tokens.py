"""What strings of characters are which tokens."""

import pytest

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.tokens import TokenKind, fold, tokenize

VALUES = [
    ("doubled quote", "'it''s'", "it's"),
    ("backslash", r"'a\\b'", r"a\b"),
    ("escaped quote", r"'it\'s'", "it's"),
    ("control characters", r"'\b\f\n\r\t'", "\b\f\n\r\t"),
    ("octal", r"'\101\7z'", "A\x07z"),
    ("octal bytes of UTF-8", r"'caf\303\251'", "café"),
    ("NUL, for COPY", r"'\0'", "\0"),
    ("unknown escape", r"'\d\x41'", "dx41"),
    ("E string", r"E'\t'", "\t"),
    ("continued on the next line", "'a' -- first\n  'b'\n'c'", "abc"),
    ("dollar quotes", "$$it's \\ $1$$", "it's \\ $1"),
    ("tagged dollar quotes", "$q$a$$b$q$", "a$$b"),
    ("characters beyond ASCII", "'é€😀'", "é€😀"),
    ("a line break inside", "'a\nb'", "a\nb"),
]


@pytest.mark.parametrize(
    ("sql", "value"), [case[1:] for case in VALUES], ids=[c[0] for c in VALUES]
)
def test_string_holds(sql: str, value: str) -> None:
    token, end = tokenize(sql)
    assert (token.kind, token.value, token.end) == (TokenKind.STRING, value, len(sql))
    assert end.kind is TokenKind.END


IDENTIFIERS = [
    ("upper case", "MyCol", "mycol"),
    ("quoted", '"MyCol"', "mycol"),
    ("quotes inside", '"a""B"', 'a"b'),
    ("dollar inside", "a$1", "a$1"),
    ("temporary table", "#Stage", "#stage"),
    ("only ASCII is folded", "ÉCOLE", "École".replace("cole", "cole")),
    ("127 bytes", "a" * 200, "a" * 127),
    ("127 bytes in whole characters", "é" * 100, "é" * 63),
]


@pytest.mark.parametrize(
    ("sql", "name"), [case[1:] for case in IDENTIFIERS], ids=[c[0] for c in IDENTIFIERS]
)
def test_identifier_is_folded(sql: str, name: str) -> None:
    assert [token.value for token in tokenize(sql)] == [name, ""]


SYMBOLS = [
    ("a<>b", ["a", "<>", "b"]),
    ("a!=b", ["a", "<>", "b"]),
    ("a=-1", ["a", "=", "-", ""]),
    ("a||-1", ["a", "||-", ""]),
    ("a<-1", ["a", "<", "-", ""]),
    ("a*-1", ["a", "*", "-", ""]),
    ("a::int", ["a", "::", "int"]),
    ("a--b\n+c", ["a", "+", "c"]),
    ("a+/*x*/b", ["a", "+", "b"]),
    ("a/**/b", ["a", "b"]),
    ("/* a /* b */ c */ d", ["d"]),
    ("a=#b", ["a", "=", "#b"]),
    ("a=#b.c", ["a", "=", "#b", ".", "c"]),
    ("a#1", ["a", "#", ""]),
    ("||/ 2", ["||/", ""]),
    ("1.e5.5", ["", ""]),
    ("a.5", ["a", ""]),
]


@pytest.mark.parametrize(("sql", "keys"), SYMBOLS, ids=[sql for sql, _ in SYMBOLS])
def test_symbols_are_cut_as_postgresql_cuts_them(sql: str, keys: list[str]) -> None:
    assert [token.key for token in tokenize(sql)[:-1]] == keys


REFUSED = [
    ("select 'a", 'unterminated quoted string at or near "\'a"', 8),
    ("select 'a\\'", "unterminated quoted string at or near \"'a\\'\"", 8),
    ('select "a', 'unterminated quoted identifier at or near ""a"', 8),
    ("select /* a /* b */", 'unterminated /* comment at or near "/* a /* b */"', 8),
    ("select $x$ a $y$", 'unterminated dollar-quoted string at or near "$x$ a $y$"', 8),
    ('select ""', 'zero-length delimited identifier at or near """"', 8),
    ("select {a}", 'syntax error at or near "{"', 8),
    ("select a\x00", 'syntax error at or near "\x00"', 9),
    ("select \\a", 'syntax error at or near "\\"', 8),
    ("select 0x1F", 'syntax error at or near "x1F"', 9),
    ("select 1_000", 'syntax error at or near "_000"', 9),
    ("select 1e", 'syntax error at or near "e"', 9),
    ("select $1a", 'syntax error at or near "a"', 10),
    ("select '\\303'", 'invalid byte sequence for encoding "UTF8"', None),
    ("é 'a", 'unterminated quoted string at or near "\'a"', 3),
]


@pytest.mark.parametrize(
    ("sql", "message", "position"), REFUSED, ids=[ascii(case[0]) for case in REFUSED]
)
def test_character_is_refused(sql: str, message: str, position: int | None) -> None:
    with pytest.raises(SyntaxFault) as raised:
        tokenize(sql)
    assert (raised.value.message, raised.value.position) == (message, position)


def test_fold_keeps_what_fits() -> None:
    assert fold("Ab" * 63) == "ab" * 63


def test_a_key_word_may_follow_a_number_at_once() -> None:
    words = [str(token.value) or token.key for token in tokenize("case -4when")]
    assert words[:4] == ["case", "-", "4", "when"]
