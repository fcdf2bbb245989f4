"""Redshift's JDBC driver, told what to do."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from tests.redshift.clients import ServerError

PROGRAM = Path(__file__).with_name("Console.java")


class Console:
    """A Java process with one connection.

    Args:
        java: The program.
        driver: The driver's jar.
    """

    def __init__(self, java: str, driver: Path) -> None:
        self._process = subprocess.Popen(
            [java, "-XX:TieredStopAtLevel=1", "-cp", str(driver), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=60)

    def connect(self, url: str, **options: str) -> None:
        """Connect; see ``tell``."""
        self.tell("connect", url, *(text for pair in options.items() for text in pair))

    def execute(self, sql: str, fetch: int = 0) -> dict[str, Any]:
        """Run a statement, and read so many rows at once."""
        return self.tell("execute", sql, str(fetch))

    def prepare(self, sql: str, *arguments: tuple[str, str]) -> dict[str, Any]:
        """Run a prepared statement with arguments, each with the type that it is set as."""
        return self.tell("prepare", sql, *(text for pair in arguments for text in pair))

    def batch(self, sql: str, rows: Sequence[Sequence[tuple[str, str]]]) -> list[int]:
        """Run a prepared statement for many rows; how many each changed."""
        told = (text for row in rows for pair in row for text in pair)
        counts: list[int] = self.tell("batch", sql, str(len(rows[0])), *told)["counts"]
        return counts

    def metadata(self, name: str, *arguments: str | None) -> list[dict[str, str | None]]:
        """The rows of a method of DatabaseMetaData, by column."""
        found = self.tell("metadata", name, *arguments)
        labels = [label for label, *_ in found["columns"]]
        return [dict(zip(labels, row, strict=True)) for row in found["rows"]]

    def tell(self, *fields: str | None) -> dict[str, Any]:
        """Tell it a line; what it says.

        Raises:
            ServerError: The driver's exception.
        """
        line = "\t".join("" if text is None else f"={quote(text, safe='')}" for text in fields)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the program has ended: {self._process.wait(timeout=60)}"
        found: dict[str, Any] = json.loads(answer)
        if "error" in found:
            sqlstate, message = found["error"]
            raise ServerError(sqlstate or "", message)
        return found
