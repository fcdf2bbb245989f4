"""What was asked and what came back, while a case is judged."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from tests.redshift.clients import Client, Row, ServerError
from tests.redshift.recording.boundary import refuse_beyond
from tests.redshift.recording.names import Names

Step = dict[str, Any]


class Recorder:
    """A client that keeps what it was asked and told; both in the contract's names.

    Args:
        client: Which talks to the target.
        names: The target's.
    """

    name: ClassVar[str] = "recorder"

    def __init__(self, client: Client, names: Names) -> None:
        self.steps: list[Step] = []
        self._client = client
        self._names = names

    def rows(self, sql: str, arguments: Sequence[object] = ()) -> list[Row]:
        """Run one statement; its rows.

        Raises:
            BeyondSchemaError: It was not run.
        """
        refuse_beyond(sql)
        step: Step = {"sql": self._names.told(self._names.ask(sql))}
        self.steps.append(step)
        try:
            rows = self._client.rows(self._names.ask(sql), arguments)
        except ServerError as error:
            told = {name: self._names.told(value) for name, value in asdict(error).items()}
            step["error"] = {name: value for name, value in told.items() if value is not None}
            raise ServerError(**told) from error
        seen: list[Row] = self._names.told(rows)
        if columns := self.columns():
            step |= {"columns": [list(column) for column in columns]}
            step |= {"rows": [[_plain(value) for value in row] for row in seen]}
        return seen

    def run(self, *statements: str) -> None:
        """Run statements one by one."""
        for statement in statements:
            self.rows(statement)

    def columns(self) -> list[tuple[str, int]]:
        """Name and type OID of the last result's columns."""
        return [(self._names.told(name), oid) for name, oid in self._client.columns()]

    def notices(self) -> list[str]:
        """Messages of the notices so far."""
        seen: list[str] = self._names.told(self._client.notices())
        return seen

    def close(self) -> None:
        """Disconnect."""
        self._client.close()


def _plain(value: object) -> object:
    """A value as JSON; with its type where JSON has none."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return {type(value).__name__: repr(value) if isinstance(value, float | bytes) else str(value)}
