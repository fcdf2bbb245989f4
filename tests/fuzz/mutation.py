"""Seeded changes of a statement: well-formed nonsense mostly, as only that gets past the parser,
and one in eight that need not be.
"""

from random import Random

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.parse import parse
from tests.fuzz.breaking import piece_changed
from tests.fuzz.changes import CHANGES, Statement
from tests.fuzz.corpus import Subject, bare
from tests.fuzz.families import Columns, columns_of
from tests.fuzz.survey import Survey, survey

BROKEN = 0.125
"""Share of the mutants whose last change may be of any kind."""
TRIES = 8
"""To find a change after which the grammar still takes it."""
_FUNCTIONS, _WEIGHTS = zip(*CHANGES, strict=True)
_LENGTH = 20_000
"""Characters of the longest mutant: what is wrapped again and again grows fast."""


def mutant(dice: Random, subject: Subject) -> str:
    """A statement with one to six changes.

    Args:
        dice: Decides; the same dice give the same statement.
        subject: The statement, and what made its tables.
    """
    columns = columns_of(subject.setup)
    text = subject.sql
    for _ in range(dice.choice((1, 1, 2, 2, 3, 4, 6))):
        text = _changed(dice, text, columns)
    if dice.random() < BROKEN:
        text = piece_changed(dice, text)
    return text.replace("\0", "")


def is_read(sql: str) -> bool:
    """Whether the grammar takes a statement, or several."""
    try:
        parse(bare(sql))
    except (RedshiftError, RecursionError):
        return False
    return True


def _changed(dice: Random, sql: str, columns: Columns) -> str:
    """After the first change of several tries that leaves a statement."""
    found = survey(sql, columns)
    for _ in range(TRIES):
        made = _tried(dice, sql, found, columns)
        if made != sql and len(made) <= _LENGTH and is_read(made):
            return made
    return sql


def _tried(dice: Random, sql: str, found: Survey | None, columns: Columns) -> str:
    if found is None or not (found.parts or found.queries) or dice.random() < 0.1:
        return piece_changed(dice, sql)
    change = dice.choices(_FUNCTIONS, _WEIGHTS)[0]
    return change(Statement(sql, found, columns), dice) or sql
