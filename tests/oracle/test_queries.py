"""SELECTs of the contract, of the pipeline and of AWS's pages: PostgreSQL has the same rows."""

import pytest

from sparkify_harness.redshift.engine.postgres.database import PostgresConnection
from tests.oracle.subjects import CHAPTERS, shortened
from tests.oracle.tally import LEAST, Tally, kept
from tests.oracle.world import World

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("chapter", ["contract", "examples", "pipeline"])
def test_queries(chapter: str, theirs: PostgresConnection, rewrite: bool) -> None:
    tally, world = Tally(), World(theirs)
    for subject in CHAPTERS[chapter]():
        for sql, verdict in world.run(subject.statements):
            if sql in subject.judged:
                tally.add(shortened(sql), verdict)
    world.close()
    known = kept(chapter, tally.text(), rewrite=rewrite)
    assert tally.faults() == []
    assert tally.share >= LEAST
    assert tally.text() == known
