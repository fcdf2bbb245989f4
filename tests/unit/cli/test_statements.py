"""Where one statement ends and the next begins."""

import pytest

from sparkify_harness.commands.statements import split


@pytest.mark.parametrize(
    ("text", "complete", "rest"),
    [
        pytest.param("", (), "", id="nothing"),
        pytest.param("select 1", (), "select 1", id="no semicolon yet"),
        pytest.param("select 1;", ("select 1",), "", id="one"),
        pytest.param("select 1; select 2;", ("select 1", "select 2"), "", id="two"),
        pytest.param("select 1; select", ("select 1",), "select", id="one and a beginning"),
        pytest.param(";; ;", (), "", id="empty ones are left out"),
        pytest.param("select ';';", ("select ';'",), "", id="in a string"),
        pytest.param("select 'it''s; ' ;", ("select 'it''s; '",), "", id="after a doubled quote"),
        pytest.param('select 1 as "a;b";', ('select 1 as "a;b"',), "", id="in a quoted name"),
        pytest.param("select 1 -- a; b\n;", ("select 1 -- a; b",), "", id="in a line comment"),
        pytest.param("select /* ; */ 1;", ("select /* ; */ 1",), "", id="in a block comment"),
        pytest.param("select $$a;b$$;", ("select $$a;b$$",), "", id="in a dollar-quoted string"),
        pytest.param("select 'a;", (), "select 'a;", id="a string is open"),
        pytest.param("select 1; -- done", ("select 1",), "", id="a comment is no statement"),
        pytest.param(
            "select 1; select 'a;", ("select 1",), "select 'a;", id="then a string is open"
        ),
        pytest.param("select /* a;", (), "select /* a;", id="a comment is open"),
        pytest.param("/* a /* b */ ; */ x;", ("/* a /* b */ ; */ x",), "", id="nested comments"),
        pytest.param("select 'a\\';b';", ("select 'a\\';b'",), "", id="after an escaped quote"),
        pytest.param("select 1; x {; y", ("select 1", "x {; y"), "", id="what nobody can read"),
        pytest.param("select ü; x", ("select ü",), "x", id="beyond ASCII"),
    ],
)
def test_split(text: str, complete: tuple[str, ...], rest: str) -> None:
    found = split(text)
    assert (found.complete, found.rest) == (complete, rest)
