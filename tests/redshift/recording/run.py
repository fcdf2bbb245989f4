"""Cases put to a target, one after the other, each in a schema of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from secrets import token_hex

import pytest
from redshift_connector.error import InterfaceError

from tests.redshift.cases import Case
from tests.redshift.clients import Connector, ServerError
from tests.redshift.copies import Copy, Lake, Loader
from tests.redshift.recording.boundary import BeyondSchemaError, shows_others
from tests.redshift.recording.journal import Journal
from tests.redshift.recording.names import Names, SecretError, refuse_secrets
from tests.redshift.recording.target import Target
from tests.redshift.recording.transcript import Recorder, Step
from tests.redshift.suite import Entry, contract


class Verdict(Enum):
    """How a case ended."""

    AGREES = "agree"
    DIFFERS = "differ"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Outcome:
    """A case that was put.

    Args:
        id: Of the case.
        verdict: How it ended.
        told: What was expected and seen, or why it was left out.
        steps: What was asked and answered.
    """

    id: str
    verdict: Verdict
    told: str = ""
    steps: list[Step] = field(default_factory=list)

    def record(self) -> dict[str, object]:
        """As it is written."""
        if self.verdict is Verdict.LEFT_OUT:
            return {"verdict": self.verdict.value, "why": self.told}
        return {"verdict": self.verdict.value, "steps": self.steps}

    def kept(self) -> dict[str, object]:
        """As a journal has it."""
        return {"verdict": self.verdict.value, "told": self.told, "steps": self.steps}


def put(target: Target, only: str = "", journal: Journal | None = None) -> Iterator[Outcome]:
    """The outcomes of all cases; those that the journal has are not put again.

    Args:
        target: To whom.
        only: Part of the ids of those that run.
        journal: Of a run that was interrupted, or a new one.
    """
    journal = journal or Journal()
    _sweep(target, journal)
    with target.lake(journal) as lake:
        for entry in contract():
            if only not in entry.id:
                continue
            if (kept := journal.outcomes.get(entry.id)) is not None:
                yield Outcome(entry.id, Verdict(kept["verdict"]), kept["told"], kept["steps"])
                continue
            outcome = _discreet(_outcome(entry, target, lake, journal), target)
            journal.add(outcome.id, outcome.kept())
            yield outcome


def _sweep(target: Target, journal: Journal) -> None:
    """Drop the schemas of a run that was killed."""
    if left := journal.left("schema"):
        with closing(Connector(target.warehouse, tls=target.tls)) as owner:
            for schema in left:
                owner.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                journal.gone("schema", schema)


def _discreet(outcome: Outcome, target: Target) -> Outcome:
    """The outcome, or that of a case whose answer would tell whose the target is."""
    try:
        refuse_secrets([outcome.told, outcome.steps], target)
    except SecretError as reason:
        return Outcome(outcome.id, Verdict.LEFT_OUT, str(reason))
    return outcome


def _outcome(entry: Entry, target: Target, lake: Lake | None, journal: Journal) -> Outcome:
    if entry.needs == "loader" and lake is None:
        return Outcome(entry.id, Verdict.LEFT_OUT, "it needs a bucket")
    with _session(target, journal) as recorder:
        given = recorder if lake is None or entry.needs != "loader" else Loader(recorder, lake)
        try:
            entry.judge(entry.case, given)
        except BeyondSchemaError as reason:
            return Outcome(entry.id, Verdict.LEFT_OUT, str(reason))
        except (OSError, InterfaceError):  # nobody is there any more
            raise
        except (AssertionError, ServerError, pytest.fail.Exception):
            steps = [_withheld(step) for step in recorder.steps]
            return _differing(entry, steps, str(steps[-1]) if steps else "nothing")
        except Exception as error:  # noqa: BLE001  # what a driver makes of an answer
            steps = [_withheld(step) for step in recorder.steps]
            return _differing(entry, steps, f"{type(error).__name__} in the client")
        judged = entry.case.sql if isinstance(entry.case, Case) and entry.case.rows else None
        steps = [step if step["sql"] == judged else _withheld(step) for step in recorder.steps]
        return Outcome(entry.id, Verdict.AGREES, steps=steps)


def _differing(entry: Entry, steps: list[Step], seen: str) -> Outcome:
    told = f"expected {_expected(entry.case)}\n  seen     {seen}"
    return Outcome(entry.id, Verdict.DIFFERS, told, steps)


def _withheld(step: Step) -> Step:
    """A step without rows that may name what belongs to others; those that a case expects may be
    known.
    """
    if "rows" not in step or not shows_others(step["sql"]):
        return step
    return step | {"rows": f"{len(step['rows'])} rows, withheld"}


def _expected(case: Case | Copy) -> str:
    """The fields of a case that say what must be seen."""
    told = {name: value for name, value in vars(case).items() if value not in (None, "", ())}
    return str({name: value for name, value in told.items() if name not in {"id", "setup", "sql"}})


@contextmanager
def _session(target: Target, journal: Journal) -> Iterator[Recorder]:
    """A session in a new schema, which is dropped afterwards, whatever the session did."""
    schema = f"contract_{token_hex(6)}"
    with (
        closing(Connector(target.warehouse, tls=target.tls)) as owner,
        journal.made("schema", schema),
    ):
        owner.run(f"CREATE SCHEMA {schema}")
        try:
            with closing(Connector(target.warehouse, tls=target.tls)) as client:
                client.run(f"SET search_path TO {schema}")
                yield Recorder(client, Names(target, schema))
        finally:
            owner.run(f"DROP SCHEMA {schema} CASCADE")
