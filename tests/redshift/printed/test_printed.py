"""The answers that AWS's pages print, from the substitute: nothing there is our own opinion."""

import re
from pathlib import Path

import pytest

from sparkify_harness.redshift.errors import NotEmulated, RedshiftError
from tests.redshift.printed.transcripts import Example, Page, pages
from tests.unit.engine.sessions import Client, TextRows, open_client

_ERROR = r"ERROR( (?P<sqlstate>\w{5}))?(: )?(?P<message>.*)"
Seen = RedshiftError | tuple[tuple[str, ...], TextRows]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_answers_are_those_of_the_page(page: Page, tmp_path: Path) -> None:
    with open_client(tmp_path) as client:
        wrong = [text for example in page.examples if (text := _compare(client, example))]
    assert not wrong, "\n\n".join([page.address, *wrong])


def test_examples_are_many_and_mostly_answered() -> None:
    """A page that is not read any more would pass without a word."""
    asked = [example for page in pages() for example in page.examples if example.answer]
    answered = [each for each in asked if each.answer != ("not emulated",) and not each.misprint]
    assert len(asked) > 350
    assert len(answered) > 0.85 * len(asked)


def _compare(client: Client, example: Example) -> str:
    """What differs from the page; empty where nothing does."""
    seen = _answer(client, example)
    matches = _matches(example, seen)
    if matches != bool(example.misprint):
        return ""
    printed = "\n".join(example.answer) or "(no error)"
    head = f"line {example.line}: {example.sql}"
    if example.misprint:
        return f"{head}\nis answered as printed, so it is no misprint:\n{printed}"
    return f"{head}\nprinted:\n{printed}\nseen:\n{seen}"


def _answer(client: Client, example: Example) -> Seen:
    try:
        return client.text(example.sql.removesuffix(";"))
    except RedshiftError as error:
        return error


def _matches(example: Example, seen: Seen) -> bool:
    if isinstance(seen, RedshiftError):
        return _matches_error(example, seen)
    labels, rows = seen
    if not example.answer:
        return True
    if example.labels not in (None, labels):
        return False
    stripped = [tuple(None if cell is None else cell.strip() for cell in row) for row in rows]
    if example.in_any_order:
        return sorted(map(repr, stripped)) == sorted(map(repr, example.rows))
    return stripped == example.rows


def _matches_error(example: Example, seen: RedshiftError) -> bool:
    if example.answer == ("not emulated",):
        return isinstance(seen, NotEmulated)
    error = re.fullmatch(
        r"ERROR( (?P<sqlstate>\w{5}))?(: )?(?P<message>.*)", "".join(example.answer)
    )
    return (
        error is not None
        and error["sqlstate"] in (None, seen.sqlstate)
        and seen.message.startswith(error["message"])
    )
