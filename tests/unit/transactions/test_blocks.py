"""A block after errors, cancels and an engine that fails at its ends: what the client is told, and
what is kept.
"""

from collections.abc import Iterator

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from tests.frontend import SYNC, bind, execute, parse, query
from tests.unit.transactions.engine_faults import Fault, Plan
from tests.unit.transactions.world import ROWS, Speaker, World, opened

ABORTED = (
    "E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block"
)
DIVISION = "E ERROR 22012 division by zero"
CANCELED = "E ERROR 57014"
COMPUTED = "E ERROR XX000 Divide by zero"


@pytest.fixture(scope="module")
def _opened() -> Iterator[World]:
    with opened() as world:
        yield world


@pytest.fixture
def world(_opened: World) -> World:
    _opened.clear()
    return _opened


@pytest.fixture
def client(world: World) -> Iterator[Speaker]:
    speaker = Speaker(world)
    yield speaker
    speaker.cursor.plan = None
    speaker.session.close()
    assert not world.locked()


@pytest.fixture
def other(world: World) -> Iterator[Speaker]:
    speaker = Speaker(world, pid=8)
    yield speaker
    speaker.session.close()


def half_read(client: Speaker, sql: str) -> None:
    """A result of which one row was read."""
    answer = client.send(parse(sql), bind("p"), execute("p", 1), SYNC)
    assert answer == ["1", "2", "D", "s", "Z T"]


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / (oid::int - oid::int) FROM pg_class", DIVISION),
        ("SELECT 1 / (oid::int - oid::int) FROM pg_class, svv_table_info", COMPUTED),
    ],
)
def test_a_query_of_system_tables_fails_as_any_other(client: Speaker, sql: str, error: str) -> None:
    client.send(query("BEGIN"))
    assert client.send(query(sql))[-2:] == [error, "Z E"]
    assert client.send(query("SELECT 1")) == [ABORTED, "Z E"]
    assert client.send(query("ROLLBACK")) == ["C ROLLBACK", "Z I"]


def test_a_cancelled_query_of_system_tables_says_so(client: Speaker) -> None:
    client.send(query("BEGIN"))
    client.cursor.plan = Plan(Fault.INTERRUPTED, "SELECT")
    *_, error, ready = client.send(query("SELECT relname FROM pg_class"))
    assert (error[: len(CANCELED)], ready) == (CANCELED, "Z E")


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE fresh (a int)",
        "ALTER TABLE known RENAME TO renamed",
        "DROP TABLE known",
    ],
)
def test_counting_the_rows_of_tables_keeps_the_block(
    world: World, client: Speaker, other: Speaker, change: str
) -> None:
    """Others make, rename and drop tables that the block's snapshot does not know so."""
    other.send(query("CREATE TABLE known (a int)"))
    client.send(query("BEGIN; SELECT n FROM many LIMIT 1"))
    assert other.send(query(change))[-1] == "Z I"
    client.send(query("INSERT INTO words VALUES ('kept')"))
    assert client.send(query("SELECT * FROM svv_table_info"))[-2:] == ["C SELECT", "Z T"]
    assert client.send(query("COMMIT")) == ["C COMMIT", "Z I"]
    assert world.words() == {"kept"}
    for name in ("known", "fresh", "renamed"):
        other.send(query(f"DROP TABLE IF EXISTS {name}"))


def test_what_is_left_of_a_result_is_gone_with_its_block(client: Speaker) -> None:
    """Rows that are missing would look like a result that is whole."""
    client.send(query("BEGIN"))
    half_read(client, "SELECT n FROM many")
    client.send(query("SELECT ("))
    assert client.send(execute("p"), SYNC) == [ABORTED, "Z E"]


@pytest.mark.parametrize(("end", "kept"), [("COMMIT", {"a"}), ("ROLLBACK", set())])
def test_a_half_read_result_does_not_hinder_the_end(
    world: World,
    client: Speaker,
    end: str,
    kept: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody can read the rest: it is not read, and what would be wrong with it is not told."""
    client.send(query("BEGIN; INSERT INTO words VALUES ('a')"))
    half_read(client, "SELECT n FROM many")
    monkeypatch.setattr(
        client.engine._cancellation, "computing", lambda _: pytest.fail("it was read")
    )
    assert client.send(query(end)) == [f"C {end}", "Z I"]
    assert world.words() == kept


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK", "SELECT word FROM words", "SELECT ("])
def test_what_gave_few_rows_may_give_many(world: World, client: Speaker, end: str) -> None:
    """As a query that stays open, as one that is read to its end, and as one that is left."""
    for _ in range(2):
        assert client.send(query("SELECT word FROM words")) == ["T", "C SELECT", "Z I"]
    world.behind.execute("INSERT INTO public.words SELECT 'w' || n FROM public.many")
    client.send(query("BEGIN"))
    half_read(client, "SELECT word FROM words")
    answer = client.send(query(end))
    rows = ROWS if end.startswith("SELECT word") else 0
    assert (answer.count("D"), answer[-1]) == (
        rows,
        {"SELECT word FROM words": "Z T", "SELECT (": "Z E"}.get(end, "Z I"),
    )
    left = client.send(execute("p"), SYNC)
    assert left.count("D") == (ROWS - 1 if rows else 0)
    client.send(query("ROLLBACK"))
    assert client.send(query("SELECT word FROM words")).count("D") == ROWS


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER], ids=lambda fault: fault.value)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param([query("COMMIT")], id="COMMIT"),
        pytest.param([parse("COMMIT"), bind(), execute(), SYNC], id="COMMIT by messages"),
    ],
)
def test_a_commit_that_fails_ends_the_block_and_keeps_nothing(
    world: World, client: Speaker, end: list[bytes], fault: Fault
) -> None:
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    client.cursor.plan = Plan(fault, "COMMIT")
    *_, error, ready = client.send(*end)
    assert (error[:7], ready) == ("E ERROR", "Z I")
    assert client.send(query("INSERT INTO words VALUES ('kept')")) == ["C INSERT 0 1", "Z I"]
    assert world.words() == {"kept"}


def test_a_statement_that_cannot_be_committed_keeps_nothing(world: World, client: Speaker) -> None:
    client.cursor.plan = Plan(Fault.BEFORE, "COMMIT")
    *_, error, ready = client.send(query("INSERT INTO words VALUES ('lost')"))
    assert (error[:7], ready) == ("E ERROR", "Z I")
    assert client.send(query("SELECT word FROM words")) == ["T", "C SELECT", "Z I"]
    assert world.words() == set()


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER], ids=lambda fault: fault.value)
def test_a_rollback_that_fails_is_made_up_for(world: World, client: Speaker, fault: Fault) -> None:
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    client.cursor.plan = Plan(fault, "ROLLBACK")
    *_, error, ready = client.send(query("ROLLBACK"))
    assert (error[:7], ready) == ("E ERROR", "Z I")
    assert not world.locked()
    assert client.send(query("SELECT word FROM words")) == ["T", "C SELECT", "Z I"]
    assert client.send(query("BEGIN; INSERT INTO words VALUES ('a'); COMMIT"))[-1] == "Z I"
    assert world.words() == {"a"}


def test_a_rollback_that_fails_after_an_error_is_made_up_for(world: World, client: Speaker) -> None:
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    client.cursor.plan = Plan(Fault.BEFORE, "ROLLBACK")
    assert client.send(query("SELECT (("))[-1] == "Z E"
    assert not world.locked()
    assert client.send(query("ROLLBACK")) == ["C ROLLBACK", "Z I"]
    assert client.send(query("INSERT INTO words VALUES ('a')")) == ["C INSERT 0 1", "Z I"]
    assert world.words() == {"a"}


def test_a_truncate_that_cannot_commit_leaves_a_failed_block(world: World, client: Speaker) -> None:
    """What comes next would be committed at once if there were no block."""
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    client.cursor.plan = Plan(Fault.AFTER, "COMMIT")
    assert client.send(query("TRUNCATE many"))[-1] == "Z E"
    assert client.send(query("INSERT INTO words VALUES ('lost')")) == [ABORTED, "Z E"]
    assert client.send(query("ROLLBACK")) == ["C ROLLBACK", "Z I"]
    assert world.words() == set()


def test_an_error_that_was_swallowed_is_not_committed_in_silence(
    world: World, client: Speaker
) -> None:
    """DuckDB makes a rollback of such a COMMIT, and tells nobody."""
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    with pytest.raises(RedshiftError):
        client.engine._run("SELECT error('x')")
    *_, error, ready = client.send(query("COMMIT"))
    assert error.startswith("E ERROR XX000 internal error")
    assert ready == "Z I"
    assert world.words() == set()


def test_a_session_that_ends_lets_go_of_everything(world: World) -> None:
    """Of its locks, too, when what it still reads cannot be closed."""
    client = Speaker(world)
    client.send(query("BEGIN; INSERT INTO words VALUES ('lost')"))
    half_read(client, "SELECT relname FROM pg_class")
    client.cursor.plan = Plan(Fault.BEFORE, "DROP VIEW")
    with pytest.raises(RedshiftError):
        client.session.close()
    assert not world.locked()
