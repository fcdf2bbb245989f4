"""Executors: for each kind of statement, how it is described and how it runs. Registered once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sparkify_harness.redshift.execute.preparation import Preparation
from sparkify_harness.redshift.execute.protocol import Result
from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql.statements import Statement
from sparkify_harness.redshift.types import RedshiftType

S = TypeVar("S", bound=Statement)
A = TypeVar("A", bound="Result | Instead")


@dataclass(frozen=True, slots=True)
class Call:
    """One execution.

    Args:
        session: Whose.
        prepared: What was prepared.
        arguments: Python values of the parameters, in their types.
        formats: One for each field.
        keep_open: Part of a simple query of several statements.
    """

    session: Session
    prepared: Preparation
    arguments: Sequence[object]
    formats: Sequence[Format]
    keep_open: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """Another statement, which is run in place of the one that was called.

    Args:
        prepared: From ``machine.describe``.
        arguments: Python values of its parameters, in their types.
    """

    prepared: Preparation
    arguments: Sequence[object] = ()


Answer = Result | Instead


@dataclass(frozen=True, slots=True)
class Executor:
    """How one kind of statement is handled.

    Args:
        run: Executes it, or answers with another statement.
        describe: Resolves and types it at Parse; None for statements without parameters and rows.
        log_kind: ``query_type`` in sys_query_history.
        in_failed_block: Whether it is taken after an error in a block.
        uses_engine: Whether open results must be settled first.
        commands: What it emulates, as the manual names it; nothing where it refuses.
    """

    run: Callable[[Call, Any], Answer]
    describe: Callable[[Session, Any, Sequence[RedshiftType | None]], Preparation] | None = None
    log_kind: str = "UTILITY"
    in_failed_block: bool = False
    uses_engine: bool = True
    commands: tuple[str, ...] = ()


EXECUTORS: dict[type[Statement], Executor] = {}


def executes(
    kind: type[S],
    *,
    commands: tuple[str, ...] = (),
    describe: Callable[[Session, S, Sequence[RedshiftType | None]], Preparation] | None = None,
    log_kind: str = "UTILITY",
    in_failed_block: bool = False,
    uses_engine: bool = True,
) -> Callable[[Callable[[Call, S], A]], Callable[[Call, S], A]]:
    """Register the executor of a kind of statement; see ``Executor`` for the arguments."""

    def register(run: Callable[[Call, S], A]) -> Callable[[Call, S], A]:
        EXECUTORS[kind] = Executor(run, describe, log_kind, in_failed_block, uses_engine, commands)
        return run

    return register
