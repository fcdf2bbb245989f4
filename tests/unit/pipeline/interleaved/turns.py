"""Who goes on: several pieces of work in one thread, each from one statement to its next.

A piece of work is a greenlet. It gives up its turn before each statement and where it has to wait;
whoever steers gives turns. So exactly one statement runs at a time, a wait for a lock stops nobody
but the one that waits, and a schedule can be repeated.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(BaseException):
    """The process of a task was killed: it does nothing more."""


class Actor:
    """A piece of work.

    Attributes:
        name: for the trace.
        waiting: whether it waits for a lock that another one holds.
        about: what it is about to do.
        result: of its work, once it is done.
        error: that ended it, if one did.
    """

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self.name = name
        self.waiting = False
        self.about = "begin"
        self.result: Any = None
        self.error: BaseException | None = None
        self._work = work
        self.greenlet = greenlet(self._run)

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.greenlet.dead

    def rest(self) -> None:
        """Gives the turn back to whoever steers; returns with the next one."""
        steering = self.greenlet.parent
        assert steering is not None
        steering.switch()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except (Exception, Killed) as error:  # noqa: BLE001 - whoever steers judges it
            self.error = error


class Turns:
    """Gives turns to actors.

    Attributes:
        actors: that have not ended yet.
        trace: what was done, in order.
    """

    def __init__(self) -> None:
        self.actors: list[Actor] = []
        self.trace: list[str] = []

    def begin(self, name: str, work: Callable[[], Any]) -> Actor:
        """A new actor, which waits for its first turn."""
        actor = Actor(name, work)
        self.actors.append(actor)
        return actor

    @property
    def ready(self) -> list[Actor]:
        """The actors that can go on."""
        return [actor for actor in self.actors if not actor.waiting]

    def go_on(self, actor: Actor, error: BaseException | None = None) -> None:
        """Gives an actor a turn.

        Args:
            actor: that can go on, or is to be ended.
            error: to raise where it gave up its turn.
        """
        self.trace.append(f"{actor.name}: {actor.about}{f' -> {error!r}' if error else ''}")
        actor.waiting = False
        if error is None:
            actor.greenlet.switch()
        elif actor.greenlet:
            actor.greenlet.throw(error)
        else:  # it has not begun, and never will
            actor.error = error
            with suppress(type(error)):
                actor.greenlet.throw(error)
        if actor.done:
            self.actors.remove(actor)

    def give_up(self) -> None:
        """Ends all actors where they are."""
        for actor in list(self.actors):
            self.go_on(actor, Killed("given up"))
            if not actor.done:
                raise AssertionError(f"{actor.name} goes on after its end: {actor.about}")

    def pause(self, about: str) -> None:
        """Called by an actor: gives up its turn; returns when it has another one.

        Args:
            about: what it does next.
        """
        if (actor := self.current) is not None:
            actor.about = about
            actor.rest()

    @property
    def current(self) -> Actor | None:
        """The actor that has the turn; None where nobody of them has."""
        here = getcurrent()
        return next((actor for actor in self.actors if actor.greenlet is here), None)

    def wait(self) -> None:
        """Called by an actor: gives up its turn until `wake`."""
        actor = self.current
        assert actor is not None, "nobody else can let go of the lock"
        actor.waiting = True
        actor.rest()

    def wake(self) -> None:
        """Lets all go on that wait."""
        for actor in self.actors:
            actor.waiting = False


class LockTurns:
    """Stands in for the condition that the substitute's lock table waits on."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        """Nobody else runs: there is nothing to take."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was taken."""

    def wait(self, timeout: float) -> None:
        """Lets others go on until one of them lets go of a lock."""
        self._turns.wait()

    def notify_all(self) -> None:
        """A lock was let go of."""
        self._turns.wake()


class InTurn:
    """Stands in for a pool of threads: what it is given is done at once, by whoever has the turn.

    Args:
        workers: how many there would be.
    """

    def __init__(self, workers: int) -> None:
        """There are none."""

    def __enter__(self) -> "InTurn":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Everything is done."""

    def map(self, work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """One after the other."""
        return map(work, items)
