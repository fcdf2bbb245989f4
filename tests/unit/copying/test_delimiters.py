"""Whatever the delimiter is, and whatever stands in fields that are written as the format wants."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkify_harness.redshift.copying.plan import prepare
from tests.unit.copying.conftest import copy_statement, read_bytes, relation

DELIMITERS = ("|", ",", "\t", "\x01", "§", "€", "||", "|~|", "~|~", "€§", ",,", "::=", "日本")
CHARACTERS = "".join(sorted({*"ab1 é\"'\\", *"".join(DELIMITERS)}))


def _plain(text: str, delimiter: str) -> str:
    return "".join(character for character in text if character not in {*delimiter, "\\"})


def _quoted(text: str, _: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _escaped(text: str, delimiter: str) -> str:
    return "".join(f"\\{each}" if each in {*delimiter, "\\"} else each for each in text)


def _in_quotes(text: str, delimiter: str) -> str:
    return f'"{_unquoted(text, delimiter)}"'


def _unquoted(text: str, _: str) -> str:
    return text.replace('"', "'").replace("\\", "/")


def _same(text: str, _: str) -> str:
    return text


Change = Callable[[str, str], str]


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        pytest.param("", (_plain, _plain), id="text"),
        pytest.param("CSV", (_quoted, _same), id="CSV"),
        pytest.param("ESCAPE", (_escaped, _same), id="ESCAPE"),
        pytest.param("REMOVEQUOTES", (_in_quotes, _unquoted), id="REMOVEQUOTES"),
    ],
)
@settings(deadline=None, database=None, print_blob=False)
@given(
    delimiter=st.sampled_from(DELIMITERS),
    rows=st.lists(st.tuples(*[st.text(CHARACTERS, max_size=8)] * 3), min_size=1, max_size=5),
    quick=st.booleans(),
)
def test_fields_come_back(
    options: str,
    changes: tuple[Change, Change],
    delimiter: str,
    rows: list[tuple[str, ...]],
    quick: bool,
) -> None:
    written, value = changes
    lines = (delimiter.join(written(text, delimiter) for text in row) for row in rows)
    plan = prepare(
        copy_statement(f"{options} DELIMITER '{delimiter}' NULL AS 'no such'"),
        relation("a varchar(99), b varchar(99), c varchar(99)"),
    )
    data = "".join(f"{line}\n" for line in lines).encode()
    with TemporaryDirectory() as folder:
        outcome = read_bytes(plan, data, Path(folder) / "object", quick=quick)
    assert outcome.errors == []
    assert outcome.rows == [tuple(value(text, delimiter) for text in row) for row in rows]
