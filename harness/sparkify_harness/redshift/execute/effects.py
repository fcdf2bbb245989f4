"""Functions that do something: PG_CANCEL_BACKEND, PG_TERMINATE_BACKEND, SET_CONFIG.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/PG_TERMINATE_BACKEND.html
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sparkify_harness.redshift.execute.session import Session
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.session import (
    PG_CANCEL_BACKEND,
    PG_TERMINATE_BACKEND,
    SET_CONFIG,
)


def _cancel(session: Session, pid: object) -> int:
    return int(session.instance.interrupt(_pid(pid)))


def _terminate(session: Session, pid: object) -> int:
    return int(session.instance.terminate(_pid(pid)))


def _pid(value: object) -> int:
    return value if isinstance(value, int) else -1


def _set_config(session: Session, name: object, value: object, local: object) -> str:
    session.settings.set(str(name), [str(value)], local=bool(local))
    return session.settings.get(str(name))


EFFECTS: Final[Mapping[Overload, Callable[..., object]]] = {
    PG_CANCEL_BACKEND: _cancel,
    PG_TERMINATE_BACKEND: _terminate,
    SET_CONFIG: _set_config,
}
"""Of each function that has an effect."""


def perform(session: Session, node: tree.Query) -> tree.Query:
    """Do what ``SELECT f(constant)`` asks for; its answers take the place of the calls.

    Args:
        session: Who asks.
        node: A query that is about to run.
    """
    if not isinstance(node, tree.Select) or node.source is not None:
        return node
    columns = tuple(_performed(session, column) for column in node.columns)
    if all(answer is column for answer, column in zip(columns, node.columns, strict=True)):
        return node
    return replace(node, columns=columns)


def _performed(session: Session, column: tree.OutputColumn) -> tree.OutputColumn:
    match column.expression:
        case tree.Call(overload=overload, arguments=arguments) if overload.effect:
            answer = EFFECTS[overload](session, *_values(session, arguments))
            return replace(column, expression=tree.Literal(column.type, answer))
    return column


def _values(session: Session, arguments: tuple[tree.Expression, ...]) -> list[object]:
    columns = tuple(
        tree.OutputColumn(f"a{number}", argument) for number, argument in enumerate(arguments)
    )
    formats = [Format.BINARY] * len(columns)
    batches = session.engine.query(tree.Select(columns), formats, session.context(), (), {})
    rows = [row for batch in batches for row in batch.to_pylist()]
    return list(rows[0].values())
