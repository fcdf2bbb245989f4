"""Whatever is asked, the answer is Redshift's: rows, or an error with a SQLSTATE and words of its
own; what failed has changed nothing, the next statement of the session works, and the server lives.

A round is known by its seed, which is the test's id, so a failure is repeated by running that test:
``pytest -m "" "tests/fuzz/test_statements.py::test_mutants[17]"``.
"""

from random import Random

import pytest

from tests.conversation import fields
from tests.frontend import extended, query
from tests.fuzz.conftest import FIRST, Subject
from tests.fuzz.corpus import Subject as Statement
from tests.fuzz.corpus import chosen
from tests.fuzz.line import Answer, Line, NoAnswerError
from tests.fuzz.mutation import mutant
from tests.fuzz.state import TIMEOUT, Watch
from tests.fuzz.verdict import objections
from tests.redshift.cleaning import clean
from tests.redshift.copies import keys_of

MUTANTS = 10
"""Of each of ten subjects: a round has a hundred statements."""
ROUNDS, NIGHTLY_ROUNDS = 20, 1000

SEEDS = [
    pytest.param(
        FIRST + number,
        id=str(FIRST + number),
        marks=[pytest.mark.nightly] if number >= ROUNDS else [],
    )
    for number in range(NIGHTLY_ROUNDS)
]


@pytest.mark.parametrize("seed", SEEDS)
def test_mutants(seed: int, subject: Subject) -> None:
    dice = Random(seed)
    found: list[str] = []
    for number, statement in enumerate(chosen(dice)):
        found += _try(dice, subject, statement, queries=number % 8 == 0)
    subject.lives()
    assert not found, f"{len(found)} in round {seed}:\n" + "\n\n".join(found)


def _try(dice: Random, subject: Subject, statement: Statement, *, queries: bool) -> list[str]:
    """What is wrong with the answers to mutants of a statement.

    Args:
        dice: Decides.
        subject: The server.
        statement: What is changed.
        queries: Whether it is looked what queries have left.
    """
    folder = subject.lake.put(statement.objects) if statement.objects else "s3://fuzz/none/"
    keys = keys_of(subject.lake.reader)
    found = []
    asked = ""
    line = _line(subject, statement)
    watch = Watch(line, queries=queries)
    try:
        for _ in range(MUTANTS):
            text = mutant(dice, statement)
            asked = text.replace("$FOLDER", folder).replace("$KEYS", keys)
            ask = dice.choice((query, extended, lambda sql: extended(sql, form=1)))
            watch.asking(asked)
            answer = line.ask(ask(asked))
            problems = list(objections(answer, asked))
            if answer.ended:
                problems.append("the connection has ended")
                line.close()
                line = _line(subject, statement)
                watch = Watch(line, queries=queries)
            else:
                problems += _next(line, answer) + watch.answered(asked, answer)
            if defects := subject.defects():
                problems.append(f"the log: {defects}")
            found += [f"{problem}\n  {text}\n  after {statement.setup}" for problem in problems]
        problems = watch.left() + (watch.locks() if queries and line.idle else [])
        found += [f"{problem}\n  after {statement.setup}" for problem in problems]
    except NoAnswerError as error:
        found.append(f"{error}\n  {asked}\n  after {statement.setup}")
    finally:
        line.close()
    return found


def _line(subject: Subject, statement: Statement) -> Line:
    """A session in the statement's world, and in no other's."""
    clean(subject.cleaner)
    line = Line(subject.warehouse)
    for sql in statement.setup:
        answer = line.ask(query(sql))
        refused = [fields(frame) for frame in answer.frames if frame.type == b"E"]
        assert all(told["C"] == "0A000" for told in refused), (sql, refused)
    line.ask(query(TIMEOUT))
    return line


def _next(line: Line, answer: Answer) -> list[str]:
    """Whether the session goes on as if nothing had been."""
    if not line.idle:
        line.ask(query("ROLLBACK"))
    answer = line.ask(query("SELECT 1"))
    kinds = [frame.type for frame in answer.frames if frame.type not in b"NS"]
    return [] if kinds == [b"T", b"D", b"C", b"Z"] else [f"the next statement: {answer.frames}"]
