"""The contract as data: every case of the modules beside this one, with the test that judges it."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.redshift.cases import Case
from tests.redshift.copies import Copy

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Entry:
    """A case, and what judges it.

    Args:
        id: Module, test and case, as in ``strings/strings/a doubled quote``.
        case: Of SQL or of COPY.
        needs: The fixture that the test takes beside the case: ``sql``, ``client`` or ``loader``.
        judge: The test, a function of the case and of that fixture.
    """

    id: str
    case: Case | Copy
    needs: str
    judge: Callable[[Any, Any], None]


def contract() -> Iterator[Entry]:
    """All cases, in the order of their modules.

    Left out are those of a module with a loader of its own: they are about a store, not about
    Redshift.
    """
    for path in sorted(FOLDER.glob("test_*.py")):
        module = importlib.import_module(f"tests.redshift.{path.stem}")
        if "loader" in vars(module):
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and function.__module__ == module.__name__:
                place = f"{path.stem.removeprefix('test_')}/{name.removeprefix('test_')}"
                yield from _cases(function, place)


def _cases(function: Any, place: str) -> Iterator[Entry]:
    match [*inspect.signature(function).parameters]:
        case ["case", ("sql" | "client" | "loader") as needs]:
            for mark in function.pytestmark:
                for case in mark.args[1] if mark.name == "parametrize" else ():
                    yield Entry(f"{place}/{case.id}", case, needs, function)
