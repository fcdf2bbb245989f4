"""What is said of a query that two engines answered."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

import pyarrow as pa

from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart
from sparkify_harness.redshift.errors import NotEmulated, RedshiftError
from sparkify_harness.redshift.sql import tree
from sparkify_harness.redshift.sql.functions.math import RANDOM
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.traversal import walk

Rows = list[tuple[object, ...]]
Answer = Rows | RedshiftError
"""Rows of texts, or the error."""


class Outcome(Enum):
    """What came of it."""

    SAME = "same"
    OTHER = "other"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Verdict:
    """Of one query.

    Args:
        outcome: What came of it.
        said: What differs, or why it is left out.
        overloads: The functions and operators in it.
    """

    outcome: Outcome
    said: str = ""
    overloads: frozenset[Overload] = frozenset()


def answered(ask: Callable[[], Iterator[pa.RecordBatch]]) -> Answer:
    """The rows of an answer, or its error."""
    try:
        batches = [*ask()]
    except RedshiftError as error:
        return error
    return [
        row
        for batch in batches
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    ]


def overloads(node: object) -> frozenset[Overload]:
    """All functions and operators of a query."""
    calls = tree.Call | tree.Aggregate | tree.Window
    return frozenset(part.overload for part in walk(node) if isinstance(part, calls))


def judged(node: object, ours: Answer, theirs: Answer) -> Verdict:
    """Compare two answers to a query.

    Errors agree if both are: Redshift's words are not PostgreSQL's. One that says that our SQL is
    wrong, an internal error, agrees with nothing.
    """
    found = overloads(node)
    if isinstance(theirs, NoCounterpart):
        return Verdict(Outcome.LEFT_OUT, theirs.message.removeprefix("not emulated: "), found)
    if isinstance(ours, NotEmulated) or (
        isinstance(ours, RedshiftError) and ours.message.startswith("not emulated: ")
    ):
        return Verdict(Outcome.LEFT_OUT, f"refused by the substitute: {ours.message}", found)
    if isinstance(ours, RedshiftError) and isinstance(theirs, RedshiftError):
        if not theirs.message.startswith("internal error"):
            return Verdict(Outcome.SAME, overloads=found)
    elif not isinstance(ours, RedshiftError) and not isinstance(theirs, RedshiftError):
        if RANDOM in found:
            return Verdict(Outcome.LEFT_OUT, "random", found)
        if _alike(node, ours, theirs):
            return Verdict(Outcome.SAME, overloads=found)
    return Verdict(Outcome.OTHER, f"{_shown(ours)} here, {_shown(theirs)} there", found)


def _shown(answer: Answer) -> str:
    if isinstance(answer, RedshiftError):
        cause = f" ({answer.__cause__})" if answer.message.startswith("internal error") else ""
        return re.sub(r"\s+", " ", f"{type(answer).__name__}: {answer.message}{cause}")
    shown = "; ".join(", ".join(map(repr, row)) for row in answer[:8])
    return f"[{shown}]" if len(answer) <= 8 else f"[{shown}; ... {len(answer)} rows]"


def _alike(node: object, ours: Rows, theirs: Rows) -> bool:
    """The same rows; in the same order, if the query has one."""
    if ours == theirs:
        return True
    if Counter(ours) != Counter(theirs):
        return False
    order = node.order_by if isinstance(node, tree.Select | tree.SetOperation) else ()
    return not order or _sorted_alike(node, ours, theirs)  # type: ignore[arg-type]  # asked above


def _sorted_alike(node: tree.Query, ours: Rows, theirs: Rows) -> bool:
    """Whether rows differ in nothing but the order of those that the keys do not tell apart."""
    places = [
        place
        for key in node.order_by
        for place, column in enumerate(node.columns)
        if column.expression == key.expression
    ]
    if len(places) < len(node.order_by):
        return False
    return [[row[place] for place in places] for row in ours] == [
        [row[place] for place in places] for row in theirs
    ]
