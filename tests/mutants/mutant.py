"""A module of the project with one thing wrong."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Mutant:
    """What is wrong, and the code that has it.

    Args:
        path: The module's file, from the checkout.
        line: Where, from 1; 0 for what is registered as a whole.
        change: What is changed, by which an accepted survivor is known.
        source: Makes the whole code of the module.
    """

    path: str
    line: int
    change: str
    source: Callable[[], str]

    @property
    def name(self) -> str:
        """The module and the change, as in ``accepted.txt``."""
        return f"{self.path.removeprefix('harness/sparkify_harness/')}: {self.change}"
