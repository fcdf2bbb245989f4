"""Cases put to a target, one after the other, each in a schema of its own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from secrets import token_hex

import pytest

from tests.redshift.cases import Case
from tests.redshift.clients import Connector, ServerError
from tests.redshift.copies import Copy, Lake, Loader
from tests.redshift.recording.names import Names
from tests.redshift.recording.target import Target
from tests.redshift.recording.transcript import BeyondSchemaError, Recorder, Step
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


def put(target: Target, only: str = "") -> Iterator[Outcome]:
    """The outcomes of all cases.

    Args:
        target: To whom.
        only: Part of the ids of those that run.
    """
    with target.lake() as lake:
        for entry in contract():
            if only in entry.id:
                yield _outcome(entry, target, lake)


def _outcome(entry: Entry, target: Target, lake: Lake | None) -> Outcome:
    if entry.needs == "loader" and lake is None:
        return Outcome(entry.id, Verdict.LEFT_OUT, "it needs a bucket")
    with _session(target) as recorder:
        given = recorder if lake is None or entry.needs != "loader" else Loader(recorder, lake)
        try:
            entry.judge(entry.case, given)
        except BeyondSchemaError as reason:
            return Outcome(entry.id, Verdict.LEFT_OUT, str(reason))
        except (AssertionError, ServerError, pytest.fail.Exception):
            told = f"expected {_expected(entry.case)}\n  seen     {recorder.steps[-1]}"
            return Outcome(entry.id, Verdict.DIFFERS, told, recorder.steps)
        return Outcome(entry.id, Verdict.AGREES, steps=recorder.steps)


def _expected(case: Case | Copy) -> str:
    """The fields of a case that say what must be seen."""
    told = {name: value for name, value in vars(case).items() if value not in (None, "", ())}
    return str({name: value for name, value in told.items() if name not in {"id", "setup", "sql"}})


@contextmanager
def _session(target: Target) -> Iterator[Recorder]:
    """A session in a new schema, which is dropped afterwards, whatever the session did."""
    schema = f"contract_{token_hex(6)}"
    with closing(Connector(target.warehouse, tls=target.tls)) as owner:
        owner.run(f"CREATE SCHEMA {schema}")
        try:
            with closing(Connector(target.warehouse, tls=target.tls)) as client:
                client.run(f"SET search_path TO {schema}")
                yield Recorder(client, Names(target, schema))
        finally:
            owner.run(f"DROP SCHEMA {schema} CASCADE")
