"""Functions and operators answer as PostgreSQL's do, or say which rule of Redshift's it is."""

import pytest

from sparkify_harness.redshift.engine.answers import ANSWERS
from sparkify_harness.redshift.engine.postgres.database import PostgresConnection
from sparkify_harness.redshift.engine.postgres.functions import LOWERINGS
from sparkify_harness.redshift.engine.postgres.functions.absent import ABSENT
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from tests.oracle.cases import questions
from tests.oracle.subjects import CHAPTERS, shortened
from tests.oracle.tally import LEAST, Tally, kept
from tests.oracle.verdicts import judged
from tests.oracle.world import World, ask

EVERY = {item for overloads in OVERLOADS.values() for item in overloads}
LIMIT = "that is not a constant"
"""What the substitute says of columns where it needs constants: those are compared as such."""
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def cases(theirs: PostgresConnection) -> Tally:
    """What the tests of functions ask of their engine."""
    tally = Tally()
    for each in questions():
        answer = ask(theirs, each.node, each.table, each.context)
        tally.add(each.name, judged(each.node, each.ours, answer))
    return tally


@pytest.fixture(scope="module")
def signatures(theirs: PostgresConnection) -> Tally:
    """Calls of every signature and casts between all types, from their SQL on."""
    tally, world = Tally(), World(theirs)
    for subject in CHAPTERS["signatures"]():
        for sql, verdict in world.run(subject.statements):
            if not verdict.said.endswith(LIMIT):
                tally.add(shortened(sql), verdict)
    world.close()
    return tally


def test_cases(cases: Tally, rewrite: bool) -> None:
    known = kept("functions", cases.text(), rewrite=rewrite)
    assert cases.faults() == []
    assert cases.text() == known


def test_signatures(signatures: Tally, rewrite: bool) -> None:
    known = kept("signatures", signatures.text(), rewrite=rewrite)
    assert signatures.faults() == []
    assert signatures.text() == known


def test_most_overloads_are_compared(cases: Tally, signatures: Tally, rewrite: bool) -> None:
    counterparts = EVERY - set(ABSENT) - set(ANSWERS)
    compared = (cases.overloads() | signatures.overloads()) & counterparts
    reasons = {
        **{item: f"no counterpart: {why}" for item, why in ABSENT.items()},
        **dict.fromkeys(ANSWERS, "told to both engines: the session answers"),
        **dict.fromkeys(counterparts - compared, "not compared"),
    }
    lines = [
        f"compared: {len(compared)} of {len(counterparts)} that have a counterpart "
        f"({len(compared) / len(counterparts):.1%}), {len(EVERY)} in all",
        "",
        *(
            f"{signature}: {why}"
            for signature, why in sorted((item.signature, why) for item, why in reasons.items())
        ),
        "",
    ]
    assert len(compared) >= LEAST * len(counterparts)
    assert "\n".join(lines) == kept("overloads", "\n".join(lines), rewrite=rewrite)


def test_every_overload_has_a_lowering_or_a_reason() -> None:
    assert set(LOWERINGS) | set(ABSENT) == EVERY
    assert set(LOWERINGS) & set(ABSENT) == set()
