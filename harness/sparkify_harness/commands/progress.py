"""How far a command is: a bar on a terminal, lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from sparkify_harness.commands.terminal import tell


class _Count(MofNCompleteColumn):
    """Nothing where nobody knows how many there will be."""

    def render(self, task: Task) -> Text:
        return Text() if task.total is None else super().render(task)


class Steps:
    """Announces the steps of a command and remembers what each cost.

    Args:
        console: For the bar and the lines.
        verbose: Whether the end of each step is told, with its time.
    """

    def __init__(self, console: Console, *, verbose: bool = False) -> None:
        self._console = console
        self._verbose = verbose
        self._began = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            _Count(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    @property
    def elapsed(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Writes a line above the bar."""
        tell(self._console, text)

    @contextmanager
    def step(
        self, what: str, total: int | None = None, *, first: str | None = None
    ) -> Iterator["Step"]:
        """A step until the context ends.

        Args:
            what: Such as "Filling the bucket".
            total: How many times it will advance, where that is known.
            first: What the bar says until it advances, if not the same.
        """
        began = time.monotonic()
        task = self._progress.add_task(first or what, total=total)
        try:
            yield Step(self._progress, task)
        finally:
            self._progress.remove_task(task)
        if self._verbose:
            self.say(f"{time.monotonic() - began:6.2f} s  {what}")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()


class Step:
    """One bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, description: str | None = None) -> None:
        """One more is done."""
        self._progress.update(self._task, advance=1, description=description)

    def tell(self, description: str) -> None:
        """Something else goes on."""
        self._progress.update(self._task, description=description)
