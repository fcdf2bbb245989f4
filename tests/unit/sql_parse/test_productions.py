"""What AWS's grammar accepts is accepted here, or is not emulated: never a syntax error.

``productions.txt`` has a statement for every production of the syntax boxes of AWS's command
reference, under the name of its page.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html
"""

import contextlib
from pathlib import Path

import pytest

from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.execute.configuration import SETTINGS
from sparkify_harness.redshift.sql.parameters import UNAVAILABLE
from sparkify_harness.redshift.sql.parse import parse
from sparkify_harness.redshift.sql.statements import ShowParameter

PRODUCTIONS = [
    line
    for line in Path(__file__).with_name("productions.txt").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("sql", PRODUCTIONS)
def test_is_in_the_grammar(sql: str) -> None:
    with contextlib.suppress(NotEmulated):
        [statement] = parse(sql)
        if isinstance(statement, ShowParameter):
            assert statement.name in {"all", "a.b", *SETTINGS, *UNAVAILABLE}


def test_productions_are_of_every_command() -> None:
    """A file that is not read any more would pass without a word."""
    assert len(PRODUCTIONS) > 400
    assert len({sql.split()[0] for sql in PRODUCTIONS}) > 35
