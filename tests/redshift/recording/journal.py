"""What a run has done so far, so that one that was interrupted goes on, and clears up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class Journal:
    """A line for each case that was put, and for each thing that was made and is there yet.

    Args:
        file: Where it is kept; None keeps nothing.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.outcomes: dict[str, dict[str, Any]] = {}
        """What is known of a case, by its id."""
        self._left: dict[tuple[str, str], None] = {}
        self._file = file
        text = file.read_text(encoding="utf-8") if file is not None and file.exists() else ""
        for line in text.splitlines():
            with suppress(json.JSONDecodeError):  # the last one of a run that was killed
                self._read(json.loads(line))

    def left(self, kind: str) -> list[str]:
        """What was made and is there yet, as ``schema`` or ``prefix``."""
        return [name for of, name in self._left if of == kind]

    @contextmanager
    def made(self, kind: str, name: str) -> Iterator[None]:
        """Note that something will be there, until the block has removed it again."""
        self._write({"made": [kind, name]})
        yield
        self.gone(kind, name)

    def gone(self, kind: str, name: str) -> None:
        """Note that something is no longer there."""
        self._write({"gone": [kind, name]})

    def add(self, id: str, outcome: dict[str, Any]) -> None:  # noqa: A002
        """Note the outcome of a case."""
        self._write({"id": id, "outcome": outcome})

    def remove(self) -> None:
        """It is no longer needed."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _write(self, line: dict[str, Any]) -> None:
        self._read(line)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _read(self, line: dict[str, Any]) -> None:
        match line:
            case {"made": [kind, name]}:
                self._left[kind, name] = None
            case {"gone": [kind, name]}:
                self._left.pop((kind, name), None)
            case {"id": id_, "outcome": outcome}:
                self.outcomes[id_] = outcome
