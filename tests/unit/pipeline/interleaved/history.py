"""A history: runs of the pipeline, statement by statement, with everything that gets in the way.

Chance decides, at each step, which task sends its next statement, which one begins, when objects
change, who hangs, and which statement meets a kill, a broken connection or a conflict. The same
seed gives the same history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sparkify.errors import TransientError
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.execute.backend import SessionBackend
from tests.unit.pipeline.interleaved.material import (
    Move,
    Plan,
    Put,
    Remove,
    Run,
    Unload,
    log_key,
)
from tests.unit.pipeline.interleaved.tasks import DagRun, State
from tests.unit.pipeline.interleaved.turns import Actor, Killed
from tests.unit.pipeline.interleaved.warehouse import Client, Lost, Rows
from tests.unit.pipeline.interleaved.world import UNLOAD, World

STEPS = 20_000
"""More than any history needs: whoever needs more goes round in circles."""

CREATE = "Create_tables"
CHECK = "Run_data_quality_checks"


class Stuck(AssertionError):
    """Nobody can go on, or they go on for ever."""


@dataclass(frozen=True)
class Attempt:
    """A try of a task that is at work.

    Attributes:
        began: the step at which it began.
    """

    actor: Actor
    run: DagRun
    task: str
    began: int


class History(World):
    """One history; see `World` for what it takes besides.

    Args:
        plan: what happens.
        random: decides when.

    Attributes:
        runs: that have begun.
    """

    def __init__(self, plan: Plan, random: Random, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plan = plan
        self.runs: list[DagRun] = []
        self._random = random
        self._moves = list(plan.moves)
        self._attempts: list[Attempt] = []
        self._orphans: list[tuple[SessionBackend, bool]] = []
        self._stalls: dict[Actor, int] = {}
        self._undead = False
        self._faulty = True

    # --- faults -----------------------------------------------------------------------------

    def before(self, client: Client, sql: str) -> None:
        """A statement may not arrive, or be refused."""
        super().before(client, sql)
        fault = self._fault()
        if fault == "lost":
            raise Lost
        if fault == "conflict" and client.session.status == "T" and sql != "ROLLBACK":
            client.session.fail()
            raise RedshiftError("1023", detail="Serializable isolation violation on a table")

    def after(self, client: Client, sql: str, tag: str, rows: Rows) -> None:
        """An answer may be lost."""
        if self._fault() == "lost":
            raise Lost

    def orphaned(self, session: SessionBackend, *, committing: bool) -> None:
        """The server will find out later."""
        self._orphans.append((session, committing))

    def _fault(self) -> str | None:
        if not self._faulty or self._random.random() >= self.plan.faults:
            return None
        return self._random.choice(("lost", "conflict"))

    # --- steering ---------------------------------------------------------------------------

    def play(self) -> None:
        """Plays the history to its end, and makes good what was abandoned.

        Raises:
            Stuck: it does not end.
        """
        for item in self.plan.before:
            self.put(item)
        if self.plan.settled:
            self._moves, later = [Run(None)], self._moves
            self._faulty = False
            self._steer()
            self._moves = later
            self._faulty = True
        self._steer()
        self._faulty = False
        # What was staged by a run that died, or by a task that was taken for dead and was not, the
        # next run loads.
        if self._undead or not all(run.green for run in self.runs):
            self._close()

    def _close(self) -> None:
        """A last run, of any day, brings every table up to date."""
        days = [day for day in self.plan.material.days if log_key(day) in self.bucket.objects]
        other = [day for day in days if day not in [run.run.day for run in self.runs[-1:]]]
        self._moves.append(Run(self._random.choice(other or days or self.plan.material.days)))
        self._steer()
        last = self.runs[-1]
        assert last.green, f"the last run fails: {last.errors}"

    def _steer(self) -> None:
        last: Actor | None = None
        chance = self._random.random
        while True:
            self._collect()
            if self._moves and chance() < self.plan.pace:
                self._move()
                continue
            ready = [actor for actor in self.turns.ready if self._stalls.get(actor, 0) <= self.step]
            if last in ready and chance() < self.plan.haste:
                self._go_on(last)
                continue
            choices: list[Callable[[], Actor | None]] = [
                *(lambda actor=actor: self._go_on(actor) for actor in ready),
                *self._beginnings(),
                *([self._settle] if self._orphans else []),
            ]
            if choices:
                last = self._random.choice(choices)()
            elif self._moves:
                self._move()
            elif self.turns.ready:
                self._stalls.clear()
            else:
                break
        if self.turns.actors:
            raise Stuck("nobody can go on")

    def _go_on(self, actor: Actor) -> Actor:
        self.step += 1
        if self.step > STEPS:
            raise Stuck(f"more than {STEPS} steps")
        kill = self._faulty and self._random.random() < self.plan.faults / 2
        self.turns.go_on(actor, Killed() if kill else None)
        if not actor.done and self._faulty and self._random.random() < self.plan.stalls:
            self._stall(actor)
        return actor

    def _stall(self, actor: Actor) -> None:
        """A task hangs; whoever watches it may take it for dead, and try it again meanwhile."""
        self._stalls[actor] = self.step + self._random.randint(20, 300)
        for attempt in self._attempts:
            if attempt.actor is actor and self._random.random() < 0.3:
                self._attempts.remove(attempt)
                self._undead = True
                attempt.run.failed(attempt.task, Killed("taken for dead"), again=True)
                return

    def _beginnings(self) -> list[Callable[[], Actor | None]]:
        if len(self._attempts) >= self.plan.parallel:
            return []
        return [
            lambda run=run, task=task: self._attempt(run, task)  # type: ignore[misc]
            for run in self.runs
            for task in run.startable
        ]

    def _attempt(self, run: DagRun, task: str) -> Actor:
        actor = self.begin(run, task)
        self._attempts.append(Attempt(actor, run, task, self.step))
        return actor

    def _collect(self) -> None:
        """Looks which tries have ended."""
        for attempt in [item for item in self._attempts if item.actor.done]:
            self._attempts.remove(attempt)
            run, task, error = attempt.run, attempt.task, attempt.actor.error
            if error is not None:
                run.abandoned |= self._faulty and self._random.random() < 0.15
                run.failed(task, error, again=isinstance(error, Killed | TransientError))
                continue
            run.states[task] = State.SUCCESS
            run.began[task] = attempt.began

    def _settle(self) -> None:
        """The server finds out that a client is gone."""
        session, committing = self._orphans.pop(self._random.randrange(len(self._orphans)))
        if committing and self._random.random() < 0.5 and session.status == "T":
            self.turns.trace.append("server: commits for a client that is gone")
            [commit] = session.split("COMMIT")
            session.execute(session.prepare(commit, ()), (), ())
        session.close()

    # --- moves ------------------------------------------------------------------------------

    def _move(self) -> None:
        move: Move = self._moves.pop(0)
        self.turns.trace.append(f"move: {_tell(move)}")
        match move:
            case Put(item=item, seconds=seconds):
                self.put(item, seconds)
            case Remove(key=key):
                self.remove(key)
            case Run():
                self._start(move, self.tasks.upstream)
            case Unload(day=day):
                self._start(Run(day), {CREATE: frozenset(), UNLOAD: frozenset({CREATE})})

    def _start(self, run: Run, upstream: Mapping[str, frozenset[str]]) -> None:
        passed = self.tasks.idle if self.plan.checked else self.tasks.idle | {CHECK}
        states = dict.fromkeys(passed & set(upstream), State.SUCCESS)
        self.runs.append(DagRun(f"r{len(self.runs) + 1}", run, upstream, states))


def _tell(move: Move) -> str:
    match move:
        case Put(item=item):
            return f"put {item.key} ({item.body.count(b'NextSong')} plays, {len(item.body)} bytes)"
        case _:
            return str(move)
