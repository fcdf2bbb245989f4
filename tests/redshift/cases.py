"""A case of the contract: what is run, and what the client must see."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.redshift.clients import Client, ServerError


@dataclass(frozen=True)
class Case:
    """One behaviour.

    Args:
        id: What must hold, in a few words.
        sql: The statement that is judged.
        setup: Statements before it.
        rows: Its rows; values must have these types too.
        error: Beginnings of SQLSTATE and message; then there are no rows.
        types: Type OIDs of its columns.
        names: Labels of its columns.
        detail: Part of the DETAIL.
        notice: Part of a notice.
    """

    id: str
    sql: str
    setup: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] | None = None
    error: tuple[str, str] | None = None
    types: list[int] | None = None
    names: list[str] | None = None
    detail: str | None = None
    notice: str | None = None

    def check(self, client: Client) -> None:
        """Run it and compare."""
        client.run(*self.setup)
        if self.error is not None:
            with pytest.raises(ServerError) as caught:
                client.rows(self.sql)
            sqlstate, message = self.error
            seen = caught.value
            assert (seen.sqlstate[: len(sqlstate)], seen.message[: len(message)]) == (
                sqlstate,
                message,
            )
            assert not seen.message.startswith("internal error")
            if self.detail is not None:
                assert self.detail in (caught.value.detail or "")
            return
        found = client.rows(self.sql)
        if self.rows is not None:
            assert with_types(found) == with_types(self.rows)
        if self.types is not None:
            assert [oid for _, oid in client.columns()] == self.types
        if self.names is not None:
            assert [name for name, _ in client.columns()] == self.names
        if self.notice is not None:
            assert any(self.notice in text for text in client.notices())


def with_types(rows: list[tuple[Any, ...]]) -> list[list[tuple[str, Any]]]:
    """Rows that are equal only where their types are: 1, 1.0, Decimal(1) and True differ."""
    return [[(type(value).__name__, value) for value in row] for row in rows]


def table(*cases: Case) -> pytest.MarkDecorator:
    """Parametrize a test over cases, each under its own id."""
    ids = [case.id for case in cases]
    assert len(set(ids)) == len(ids), "two cases have the same id"
    return pytest.mark.parametrize("case", cases, ids=ids)
