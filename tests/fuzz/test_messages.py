"""Whatever bytes arrive, the answer is of the protocol, and the server lives.

A round is known by its seed, which is the test's id, so a failure is repeated by running that test:
``pytest -m "" "tests/fuzz/test_messages.py::test_mutants[17]"``.
"""

import struct
from collections.abc import Callable
from random import Random

import pytest

from tests.frontend import (
    FLUSH,
    SYNC,
    bind,
    close,
    describe,
    execute,
    message,
    parse,
    query,
)
from tests.fuzz.conftest import FIRST, Subject
from tests.fuzz.corpus import corpus
from tests.fuzz.line import Line, NoAnswerError
from tests.fuzz.verdict import objections, unblocked

CONNECTIONS, MESSAGES = 5, 50
"""A round has 250 messages."""
ROUNDS, NIGHTLY_ROUNDS = 20, 4000

SEEDS = [
    pytest.param(
        FIRST + number,
        id=str(FIRST + number),
        marks=[pytest.mark.nightly] if number >= ROUNDS else [],
    )
    for number in range(NIGHTLY_ROUNDS)
]
OIDS = (
    0,
    16,
    20,
    21,
    23,
    25,
    26,
    700,
    701,
    705,
    1042,
    1043,
    1082,
    1114,
    1184,
    1186,
    1700,
    4000,
    99,
)
KINDS = b"QPBDECHSdcfFXp!\0\xff"
ASKS = (
    ("SELECT 1", 0), ("SELECT $1", 1), ("SELECT $1::int + 1, $2::varchar", 2), ("BEGIN", 0),
    ("COMMIT", 0), ("", 0), (";", 0), ("SELECT 1; SELECT 2", 0),
    ("SELECT relname FROM pg_class", 0), ("SELECT nspname FROM pg_namespace WHERE oid > $1", 1),
    ("DECLARE c CURSOR FOR SELECT 1", 0), ("FETCH ALL FROM c", 0), ("SET query_group TO 'a'", 0),
    ("SELECT i FROM generate_series(1, $1) i", 1), ("FETCH 1 FROM c", 0), ("ROLLBACK", 0),
    ("SELECT 1 / (oid::int - oid::int) FROM pg_class", 0),
    ("SELECT 1 / i FROM generate_series(-1, $1) i", 1),
    ("SELECT pg_cancel_backend(pg_backend_pid())", 0), ("SET statement_timeout TO 1", 0),
    ("SET statement_timeout TO 8000", 0),
)  # fmt: skip
"""Statements, and how many arguments they take."""


@pytest.mark.parametrize("seed", SEEDS)
def test_mutants(seed: int, subject: Subject) -> None:
    dice = Random(seed)
    found: list[str] = []
    for _ in range(CONNECTIONS):
        sent = [_mutant(dice, data) for data in _messages(dice)]
        with Line(subject.warehouse) as line:
            line.ask(query("SET statement_timeout TO 8000"))
            try:
                answer = line.finish(b"".join(sent))
            except NoAnswerError as error:
                found.append(f"{error}\n  {sent}")
                continue
        problems = list(objections(answer, asked=b"".join(sent).decode("latin-1")))
        problems += unblocked(answer)
        if not answer.ended:
            problems.append("the connection stays open")
        if defects := subject.defects():
            problems.append(f"the log: {defects}")
        found += [f"{problem}\n  {sent}" for problem in problems]
    subject.lives()
    assert not found, f"{len(found)} in round {seed}:\n" + "\n\n".join(found)


def _messages(dice: Random) -> list[bytes]:
    """What a client sends in a session: whole series mostly, and some messages out of turn."""
    found: list[bytes] = []
    while len(found) < MESSAGES:
        found += _series(dice) if dice.random() < 0.8 else [_message(dice)]
    return found[:MESSAGES]


def _series(dice: Random) -> list[bytes]:
    """A statement, in the simple or in the extended protocol."""
    name, portal = dice.choice(("", "", "a", "b")), dice.choice(("", "", "p"))
    sql, count = dice.choice((*ASKS, (dice.choice(corpus()).sql, 0)))
    oids = dice.choices(OIDS, k=count) if dice.random() < 0.3 else []
    values = dice.choices((b"1", b"2", b"-7"), k=count)
    limit = dice.choice((0, 0, 1, 2))
    form = dice.randint(0, 1)
    begin = [close(b"S", name)] if name else []
    run = [
        bind(portal, name, *values, formats=(form,)),
        describe(b"P", portal),
        execute(portal, limit),
    ]
    again = [execute(portal, limit)] if limit else []
    return dice.choice(
        (
            [query(sql)],
            [*begin, parse(sql, name, oids), *run, *again, close(b"P", portal), SYNC],
            [*begin, parse(sql, name), describe(b"S", name), FLUSH, *run, SYNC],
            [query("BEGIN"), *begin, parse(sql, name), *run, SYNC, *again, SYNC, query("COMMIT")],
        )
    )


def _message(dice: Random) -> bytes:
    """Any message at all."""
    name = dice.choice(("", "", "a", "b"))
    make: tuple[Callable[[], bytes], ...] = (
        lambda: parse(dice.choice(ASKS)[0], name, dice.choices(OIDS, k=dice.randint(0, 3))),
        lambda: bind(dice.choice(("", "p")), name, *_values(dice), formats=(dice.randint(0, 1),)),
        lambda: describe(dice.choice((b"S", b"P")), name),
        lambda: execute(name, dice.choice((0, 1, -1, 2**31 - 1))),
        lambda: close(dice.choice((b"S", b"P")), name),
        lambda: SYNC,
        lambda: FLUSH,
        lambda: message(b"F", dice.randbytes(8)),
    )
    return dice.choice(make)()


def _values(dice: Random) -> list[bytes]:
    made = (b"", b"1", b"abc", b"2018-11-01", b"\xff\xfe", dice.randbytes(4), dice.randbytes(8))
    return dice.choices(made, k=dice.randint(0, 3))


def _mutant(dice: Random, data: bytes) -> bytes:
    """The message, one time in eight with a fault of the kind that broken clients make."""
    if dice.random() < 0.875:
        return data
    payload = bytearray(data[5:])
    match dice.randrange(8):
        case 0 if payload:  # bytes that differ
            for _ in range(dice.randint(1, 4)):
                payload[dice.randrange(len(payload))] = dice.randrange(256)
        case 1:  # the end is missing
            del payload[dice.randint(0, len(payload)) :]
        case 2:  # more than there should be
            payload += dice.randbytes(dice.randint(1, 9))
        case 3:  # another type
            return bytes([dice.choice(KINDS)]) + data[1:]
        case 4 if len(payload) >= 2:  # a count or a length that is not true
            at = dice.randrange(len(payload) - 1)
            payload[at : at + 2] = dice.choice((b"\0\0", b"\xff\xff", b"\x7f\xff", b"\0\1"))
        case 5:  # twice
            return data + data
        case 6 if dice.random() < 0.2:  # a length that cannot be, or is not that of the payload
            length = dice.choice((0, 3, 4, len(payload), 2**31 - 1, -1, 2**26 + 1))
            return data[:1] + struct.pack("!i", length) + bytes(payload)
        case 7 if dice.random() < 0.2:  # not of the protocol at all
            return dice.randbytes(dice.randint(1, 30))
        case _:
            pass
    return message(data[:1], bytes(payload))
