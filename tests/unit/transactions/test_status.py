"""Whatever a client sends, its status is the engine's, and what it was told is committed is there.

Statements that work and that fail in every layer, several to a message and message by message,
results half read, cancels, and an engine that fails at the beginnings and ends of transactions.
"""

import logging
import os
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sparkify_harness.redshift.front.wire.framing import Frame
from tests.conversation import fields, texts
from tests.frontend import FLUSH, SYNC, bind, close, describe, execute, parse, query
from tests.unit.transactions.engine_faults import Fault, Plan
from tests.unit.transactions.ledger import Ledger
from tests.unit.transactions.world import LATE, Speaker, World, opened

pytestmark = pytest.mark.medium

WRITE = "INSERT INTO words VALUES ('{word}')"
STATEMENTS = (
    WRITE,
    WRITE,
    "BEGIN",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "",
    "SELECT word FROM words",
    "SELECT n FROM many",
    "SELECT relname FROM pg_class",
    "SELECT * FROM svv_table_info",
    "TRUNCATE words",
    "SET query_group TO 'a'",
    "LOCK words",
    "PREPARE kept AS SELECT n FROM many",
    "EXECUTE kept",
    "DEALLOCATE kept",
    "DECLARE c CURSOR FOR SELECT n FROM many",
    "FETCH 2 FROM c",
    "FETCH ALL FROM c",
    "CLOSE c",
    # what fails: for the parser, the binder, the engine at once, late, and with rows that are lent
    "SELECT (",
    "SELECT word FROM nowhere",
    "SELECT 1 / (n - n) FROM many",
    LATE,
    "SELECT 1 / (oid::int - oid::int) FROM pg_class",
    "INSERT INTO words SELECT 1 / (n - n) FROM many",
    f"DECLARE c CURSOR FOR {LATE}",
    "SELECT pg_cancel_backend(pg_backend_pid())",
)
ELSEWHERE = (
    "CREATE TABLE side (a int)",
    "ALTER TABLE side RENAME TO aside",
    "DROP TABLE IF EXISTS side",
    "DROP TABLE IF EXISTS aside",
)
PLANS = (
    Plan(Fault.BEFORE, "BEGIN"),
    Plan(Fault.BEFORE, "FROM _catalog"),
    Plan(Fault.BEFORE, "COMMIT"),
    Plan(Fault.AFTER, "COMMIT"),
    Plan(Fault.BEFORE, "ROLLBACK"),
    Plan(Fault.AFTER, "ROLLBACK"),
    Plan(Fault.CANCELLED, "COMMIT"),
    Plan(Fault.CANCELLED, "ROLLBACK"),
)
statements = st.sampled_from(STATEMENTS)
portals = st.sampled_from(("", "", "p"))
plans = st.one_of(
    st.builds(Plan, st.sampled_from(Fault), st.just(""), st.integers(0, 4)),
    st.sampled_from(PLANS).map(lambda plan: Plan(plan.fault, plan.word)),
)


class Defects(logging.Handler):
    """What the log says of defects, which no client need be told of."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


class Talk(RuleBasedStateMachine):
    """One client, and what must hold whenever it is its turn."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.clear()
        self.client = Speaker(self.world)
        self.other = Speaker(self.world, pid=8)
        self.ledger = Ledger()
        self.written = 0
        self.faulted = False
        self.owed = False
        self.defects = Defects()
        logging.getLogger("sparkify_harness").addHandler(self.defects)

    def teardown(self) -> None:
        self.client.cursor.plan = None
        self._say(["ROLLBACK"], query("ROLLBACK"))
        assert self.ledger.status == "I"
        self.what_was_committed_is_there()
        self.client.session.close()
        self.other.session.close()
        assert not self.world.locked()
        logging.getLogger("sparkify_harness").removeHandler(self.defects)

    # --- what a client says ---

    @rule(chosen=st.lists(statements, min_size=1, max_size=3))
    def simple(self, chosen: list[str]) -> None:
        """Statements in one string."""
        written = [self._written(sql) for sql in chosen if sql]
        due = [word for _, word in written] or [""]
        self._say(due, query("; ".join(sql for sql, _ in written)))

    @rule(
        chosen=st.lists(
            st.tuples(statements, portals, st.sampled_from((0, 0, 1)), st.booleans()),
            min_size=1,
            max_size=3,
        ),
        pieces=st.sampled_from(("one", "messages")),
    )
    def extended(self, chosen: list[tuple[str, str, int, bool]], pieces: str) -> None:
        """Statements message by message, some of them read in two turns, and their Sync."""
        messages, due = [], []
        for template, portal, limit, again in chosen:
            sql, word = self._written(template)
            messages += [close(b"P", portal), parse(sql), bind(portal), describe(b"P", portal)]
            for _ in range(2 if again else 1):
                messages += [execute(portal, limit), *([FLUSH] if again else [])]
                due.append(word)
        self._say(due, *messages, SYNC, apart=pieces == "messages")

    @rule(portal=portals)
    def continued(self, portal: str) -> None:
        """What is left of a result."""
        self._say([""], execute(portal), SYNC)

    @rule(sql=st.sampled_from(("BEGIN", "SELECT * FROM svv_table_info")))
    def often(self, sql: str) -> None:
        """What most of the others mean something after."""
        self._say([""], query(sql))

    @rule()
    def read(self) -> None:
        """A client sees what it wrote, and what is committed."""
        answer = self._say([""], query("SELECT word FROM words"))
        if all(frame.type != b"E" for frame in answer):
            assert {texts(row)[0] for row in answer if row.type == b"D"} == self.ledger.seen

    @rule(sql=st.sampled_from(ELSEWHERE))
    def elsewhere(self, sql: str) -> None:
        """Another client changes what there is."""
        assert self.other.send(query(sql))[-1] == "Z I"

    @rule(plan=plans)
    def fault(self, plan: Plan) -> None:
        """Something is going to fail."""
        self.client.cursor.plan = plan
        self.faulted = True

    # --- what must hold ---

    @invariant()
    def the_engine_is_where_the_client_is(self) -> None:
        inside = self.client.engine._in_transaction
        self.owed = inside and (self.owed or self.faulted)  # what a ROLLBACK that failed left
        if self.ledger.status != "T":
            assert not inside or self.owed
            assert not self.world.locked()
        if not (self._reading() or self.owed):
            assert self._transaction() == ("open" if inside else "none")

    @invariant()
    def what_was_committed_is_there(self) -> None:
        assert self.world.words() == self.ledger.committed

    def _reading(self) -> bool:
        """Whether a result is half read: until then the engine takes nothing else."""
        result = self.client.backend._session.open_result
        return result is not None and result._batches is not None

    def _transaction(self) -> str:
        """What the engine is in: outside of a transaction, each statement is one."""
        try:
            first, second = (
                self.client.cursor.real.execute("SELECT txid_current()").fetchall()
                for _ in range(2)
            )
        except duckdb.TransactionException:
            return "aborted"
        return "open" if first == second else "none"

    def _written(self, template: str) -> tuple[str, str]:
        if template != WRITE:
            return template, ""
        self.written += 1
        return template.format(word=self.written), str(self.written)

    def _say(self, due: list[str], *messages: bytes, apart: bool = False) -> list[Frame]:
        self.faulted = self.client.cursor.plan is not None
        pieces = messages if apart else [b"".join(messages)]
        answer = [frame for piece in pieces for frame in self.client.ask(piece)]
        self.ledger.settle(due, answer)
        told = [fields(frame)["M"] for frame in answer if frame.type == b"E"]
        assert not any("internal error" in message for message in told)
        if not self.faulted:
            assert not self.defects.told
            assert self.ledger.status == self.ledger.expected
        self.defects.told.clear()
        return answer


Talk.TestCase.settings = settings(
    deadline=None,
    max_examples=int(os.environ.get("SPARKIFY_EXAMPLES", "30")),
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
TestStatus = Talk.TestCase


@pytest.fixture(scope="module", autouse=True)
def _world() -> Iterator[None]:
    with opened() as Talk.world:
        yield
