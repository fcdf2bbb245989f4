"""The lane judges: an engine's words are found, and what a client of Redshift's may see is not."""

from random import Random

import pytest

from sparkify_harness.redshift.defects import engine_error, internal_error
from sparkify_harness.redshift.errors import NotEmulated, RedshiftError, SyntaxFault
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.front.wire.responses.errors import error_response
from tests.conversation import frames
from tests.fuzz.corpus import TABLES, chosen, corpus
from tests.fuzz.families import Family, columns_of
from tests.fuzz.line import Answer
from tests.fuzz.mutation import is_read, mutant
from tests.fuzz.state import difference
from tests.fuzz.survey import survey
from tests.fuzz.verdict import objections, unblocked


class Unknown(RedshiftError):
    """Of no class of Redshift's."""

    sqlstate = "HY000"


def told(error: RedshiftError) -> Answer:
    return Answer(frames([error_response(error)]))


SEEN_BY_NOBODY = {
    "a defect that the engine noticed": engine_error("Binder Error: no such column"),
    "a defect of ours": internal_error(KeyError("x")),
    "a SQLSTATE of others": Unknown("unknown"),
    "DuckDB's error": RedshiftError("Conversion Error: Could not convert string"),
    "DuckDB's functions": RedshiftError("x", detail="Candidate functions: quantile_cont(DECIMAL)"),
    "DuckDB's name": RedshiftError("x", hint="see the manual of DuckDB"),
    "Python's error": RedshiftError("'NoneType' object has no attribute 'x'"),
    "botocore's error": RedshiftError("An error occurred (NoSuchKey) when calling botocore"),
    "a name that a lowering made": RedshiftError('Referenced column "v1:0" not found'),
}


@pytest.mark.parametrize("error", SEEN_BY_NOBODY.values(), ids=SEEN_BY_NOBODY)
def test_what_no_client_may_see_is_found(error: RedshiftError) -> None:
    assert list(objections(told(error)))


@pytest.mark.parametrize(
    "error",
    [
        SyntaxFault.near("select", 1),
        NotEmulated("UNLOAD"),
        RedshiftError("Load into table 't' failed.  Check 'stl_load_errors' system table"),
    ],
    ids=lambda error: error.message,
)
def test_what_clients_see_is_not(error: RedshiftError) -> None:
    assert list(objections(told(error))) == []


def test_an_error_may_repeat_what_was_asked() -> None:
    answer = told(SyntaxFault.near("duckdb", 8))
    assert list(objections(answer, "SELECT duckdb")) == []
    assert list(objections(answer, "SELECT 1"))


ROW, TAG, ROLLED_BACK = Frame(b"D", b""), Frame(b"C", b"SELECT\0"), Frame(b"C", b"ROLLBACK\0")


def test_what_goes_on_in_a_failed_block_is_found() -> None:
    failed, idle = Frame(b"Z", b"E"), Frame(b"Z", b"I")
    assert list(unblocked(Answer([ROW, TAG, failed, ROLLED_BACK, ROW, TAG, idle, TAG]))) == []
    assert list(unblocked(Answer([failed, TAG])))
    assert list(unblocked(Answer([failed, ROW])))


def test_a_seed_always_makes_the_same_statements() -> None:
    def made(seed: int) -> list[str]:
        dice = Random(seed)
        return [mutant(dice, subject) for subject in chosen(dice) for _ in range(10)]

    assert made(1) == made(1) != made(2)


def test_statements_are_changed_and_stay_various() -> None:
    """Of those of today, 83 and 90 in a hundred: another corpus is another draw."""
    dice = Random(0)
    subjects = dice.sample(corpus(), 1000)
    made = [mutant(dice, subject) for subject in subjects]
    changed = [text for text, subject in zip(made, subjects, strict=True) if text != subject.sql]
    assert len(changed) > 780
    assert len(set(made)) > 850


def test_most_mutants_are_statements_and_some_are_not() -> None:
    dice = Random(0)
    read = [is_read(mutant(dice, subject)) for _ in range(30) for subject in chosen(dice)]
    assert 0.8 < sum(read) / len(read) < 1


def test_changes_know_what_they_change() -> None:
    """What is found in a statement stands where it is said to stand, and is of its type."""
    sql = "SELECT a + 1, upper(b) FROM t WHERE c > '2018-11-01' ORDER BY f"
    found = survey(sql, columns_of(TABLES))
    assert found is not None
    kinds = {sql[part.start : part.end]: part.family for part in found.parts}
    assert kinds["a + 1"] is Family.NUMBER
    assert kinds["upper(b)"] is Family.TEXT
    assert kinds["c"] is Family.MOMENT
    assert kinds["c > '2018-11-01'"] is Family.TRUTH
    clauses = {clause.word: sql[clause.start : clause.end].strip() for clause in found.clauses}
    assert clauses["where"] == "WHERE c > '2018-11-01'"
    assert clauses["order by"] == "ORDER BY f"
    assert clauses["having"] == ""


def test_what_a_statement_left_is_found() -> None:
    before = {"catalog": [b"t"], "public.t": [b"1"]}
    assert difference(before, dict(before)) == ""
    assert "public.t" in difference(before, before | {"public.t": [b"1", b"2"]})
    assert "made" in difference(before, before | {"public.made": []})


def test_the_corpus_has_statements_of_every_sort() -> None:
    verbs = {subject.sql.split()[0].upper() for subject in corpus() if subject.sql.split()}
    assert verbs >= {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "CREATE", "ALTER"}
    assert any(subject.objects for subject in corpus())
