"""Rows of plain constants as columns of the types that they go to.

What is common is converted by the column; whatever the quick way does not take goes the way of any
other constant, one by one. If one of them fits its column only when the engine casts it, or not at
all, the rows are bound as others are, so that its error is that of the first in their order.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

import pyarrow as pa

from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import changes, plain_rows, syntax, tree
from sparkify_harness.redshift.sql.arrow_types import arrow_type
from sparkify_harness.redshift.sql.bind.expressions import bind_expression
from sparkify_harness.redshift.sql.bind.scope import Scope
from sparkify_harness.redshift.sql.coercion import coerce
from sparkify_harness.redshift.sql.decimals import WORD_PRECISION
from sparkify_harness.redshift.sql.input import fit
from sparkify_harness.redshift.sql.tokens import BLANKS, unescape
from sparkify_harness.redshift.sql.tree import CastContext
from sparkify_harness.redshift.types import Kind, RedshiftType

_SHORT: Final = 24
"""Characters of a number that no arithmetic rounds: a sign, a point, fewer digits than DECIMAL's 28
of Python."""

_REMEMBERED: Final = 4_096
"""Constants of a column that are converted once."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?", re.ASCII)


class _NotConstant(Exception):
    """What becomes of a constant is none before the engine has cast it."""


def converted(rows: changes.PlainRows, columns: Sequence[Column], scope: Scope) -> pa.Table | None:
    """The rows by columns.

    Args:
        rows: As the grammar found them.
        columns: What their cells go to.
        scope: The statement's.

    Returns:
        None where one is no constant of the type of its column, or an error.
    """
    if not all(column.type.kind in _WAYS for column in columns):
        return None
    types = [arrow_type(column.type) for column in columns]
    ways = [_Column(column, scope) for column in columns]
    parts: list[list[pa.Array]] = [[] for _ in columns]
    try:
        for cells in plain_rows.columns(rows.sql, rows.span):
            for texts, type_, way, made in zip(cells, types, ways, parts, strict=True):
                made.append(pa.array(way.values(texts), type_))
    except (_NotConstant, RedshiftError, pa.ArrowInvalid):
        return None
    return pa.table({f"c{number}": pa.chunked_array(made) for number, made in enumerate(parts, 1)})


class _Column:
    """How constants become values of a column.

    Args:
        column: The column.
        scope: The statement's.
    """

    def __init__(self, column: Column, scope: Scope) -> None:
        self._column = column
        self._scope = scope
        self._known: dict[str, object] = {}

    def values(self, texts: Sequence[str]) -> Sequence[object]:
        """The values of constants.

        Args:
            texts: As they are written.

        Raises:
            _NotConstant: One of them is not known before the engine has cast it.
            RedshiftError: One of them is refused.
        """
        heads = {text[0] for text in texts}
        if heads.isdisjoint("nN"):
            return self._filled(texts, heads)
        filled = [text for text in texts if text[0] not in "nN"]
        values = iter(self._filled(filled, heads - {"n", "N"}) if filled else ())
        return [None if text[0] in "nN" else next(values) for text in texts]

    def _filled(self, texts: Sequence[str], heads: set[str]) -> Sequence[object]:
        ways = _WAYS[self._column.type.kind]
        quick = None
        if heads == {"'"}:
            quick = ways.strings
        elif heads.isdisjoint("'tTfF") and max(map(len, texts)) <= _SHORT:
            quick = ways.numbers
        found = None if quick is None else quick(texts, self._column.type)
        return [self._value(text) for text in texts] if found is None else found

    def _value(self, text: str) -> object:
        """As of any other constant."""
        if text in self._known:
            return self._known[text]
        bound = coerce(
            bind_expression(_node(text), self._scope),
            self._column.type,
            CastContext.ASSIGNMENT,
            column=self._column.name,
        )
        if not isinstance(bound, tree.Literal) or bound.type != self._column.type:
            raise _NotConstant
        if len(self._known) < _REMEMBERED:
            self._known[text] = bound.value
        return bound.value


def _node(text: str) -> syntax.Expression:
    """A constant as the grammar reads it."""
    match text[0]:
        case "'":
            return syntax.String(unescape(text[1:-1]))
        case "t" | "T" | "f" | "F":
            return syntax.Boolean(value=text[0] in "tT")
        case "-":
            return syntax.Unary("-", syntax.Number(text[1:].lstrip(BLANKS)))
        case _:
            return syntax.Number(text.lstrip("+").lstrip(BLANKS))


def _integers(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    try:
        values = list(map(int, texts))
    except ValueError:  # a point, an exponent, or a blank after the sign
        return None
    low, high = target.kind.bounds
    return values if low <= min(values) and max(values) <= high else None


def _floats(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    del target
    if any("e" in text or "E" in text for text in texts):
        return None
    try:
        return [float(text) + 0.0 for text in texts]  # there is no -0 without an exponent
    except ValueError:
        return None


def _decimals(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    if target.precision == WORD_PRECISION or any("e" in text or "E" in text for text in texts):
        return None
    scale, most = target.scale or 0, (target.precision or 0) - (target.scale or 0)
    for text in texts:
        whole, _, fraction = text.partition(".")
        if len(fraction) > scale or len(whole.strip("+-")) > most:
            return None
    try:
        return list(map(Decimal, texts))
    except InvalidOperation:
        return None


def _words(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    bodies = _bodies(texts)
    longest = max(map(len, bodies))
    limit = target.length
    if target.kind is Kind.VARCHAR and (limit is None or longest * 4 <= limit):
        return bodies
    return [fit(body, target) for body in bodies]


def _bodies(texts: Sequence[str]) -> list[str]:
    bodies = [text[1:-1] for text in texts]
    together = "".join(bodies)
    if "'" in together or "\\" in together:
        return [unescape(body) for body in bodies]
    return bodies


def _days(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    del target
    return _iso(texts, _DAY, date.fromisoformat)


def _moments(texts: Sequence[str], target: RedshiftType) -> Sequence[object] | None:
    del target
    return _iso(texts, _MOMENT, datetime.fromisoformat)


def _iso(
    texts: Sequence[str], form: re.Pattern[str], read: Callable[[str], object]
) -> Sequence[object] | None:
    try:
        if all(form.fullmatch(text, 1, len(text) - 1) for text in texts):
            return [read(text[1:-1]) for text in texts]
    except ValueError:  # no day of the calendar
        pass
    return None


_Quick = Callable[[Sequence[str], RedshiftType], Sequence[object] | None]


@dataclass(frozen=True, slots=True)
class _Ways:
    """How the constants of a column become values quickly; None where they never do.

    Args:
        strings: Of quoted constants.
        numbers: Of numbers.
    """

    strings: _Quick | None = None
    numbers: _Quick | None = None


_WAYS: Final[Mapping[Kind, _Ways]] = {
    Kind.BOOLEAN: _Ways(),
    Kind.SMALLINT: _Ways(numbers=_integers),
    Kind.INTEGER: _Ways(numbers=_integers),
    Kind.BIGINT: _Ways(numbers=_integers),
    Kind.NUMERIC: _Ways(numbers=_decimals),
    Kind.REAL: _Ways(),
    Kind.DOUBLE: _Ways(numbers=_floats),
    Kind.CHAR: _Ways(strings=_words),
    Kind.VARCHAR: _Ways(strings=_words),
    Kind.DATE: _Ways(strings=_days),
    Kind.TIMESTAMP: _Ways(strings=_moments),
}
"""The types whose constants are values without a session."""
