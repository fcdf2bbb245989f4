"""Aggregates and window functions in Python: what their rows are, without any SQL."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import and_, or_
from typing import Any, Final

Value = Any
Model = Callable[[Sequence[Value]], Value]
"""An aggregate of the values of a group that are not NULL, in their order."""

VALUES: Final[dict[str, tuple[Value, ...]]] = {
    "smallint": (3, -1, 7, 3, 12),
    "integer": (3, -1, 7, 3, 12),
    "bigint": (3, -1, 7, 3, 12),
    "numeric(8,2)": tuple(map(Decimal, ("3.25", "-1.50", "7.00", "3.25", "12.75"))),
    "real": (3.25, -1.5, 7.0, 3.25, 12.75),
    "double precision": (3.25, -1.5, 7.0, 3.25, 12.75),
    "varchar(9)": ("b", "a", "ab", "b", "é"),
    "char(9)": ("b", "a", "ab", "b", "c"),
    "boolean": (True, False, True, True, True),
    "date": tuple(date(2020, 1, day) for day in (3, 1, 7, 3, 12)),
    "time": tuple(f"0{hour}:00:00" for hour in (3, 1, 7, 3, 9)),
    "timetz": tuple(f"0{hour}:00:00+00" for hour in (3, 1, 7, 3, 9)),
    "timestamp": tuple(datetime(2020, 1, day, 10) for day in (3, 1, 7, 3, 12)),  # noqa: DTZ001
    "timestamptz": tuple(datetime(2020, 1, day, 10) for day in (3, 1, 7, 3, 12)),  # noqa: DTZ001
}  # fmt: skip
"""Values of a column of each type, NULLs aside; the fourth repeats the first."""
GROUPS: Final = (1, 1, 1, 2, 2)
"""The groups of the values. A third has nothing but NULL."""


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Args:
        id: Its number, from 1.
        group: Its group.
        value: What is aggregated; None for NULL.
    """

    id: int
    group: int
    value: Value


def rows(kind: str) -> list[Row]:
    """The table of a type: its values, each group with a NULL beside them."""
    known = [*zip(GROUPS, VALUES[kind], strict=True)]
    whole = [*known[:2], (1, None), known[2], (2, None), *known[3:], (3, None), (3, None)]
    return [Row(number, group, value) for number, (group, value) in enumerate(whole, 1)]


def known(table: Sequence[Row]) -> list[Value]:
    """The values that are not NULL."""
    return [row.value for row in table if row.value is not None]


# --- aggregates ------------------------------------------------------------------------------


def _unless_empty(model: Model) -> Model:
    return lambda values: model(values) if values else None


def _average(values: Sequence[Value]) -> Value:
    """Cut off, but for floats."""
    if isinstance(values[0], float):
        return sum(values) / len(values)
    exact = Fraction(sum(map(Fraction, values))) / len(values)
    if isinstance(values[0], int):
        return int(exact)
    return Decimal(int(exact * 100)).scaleb(-2)


def _interpolated(fraction: Fraction) -> Model:
    """PERCENTILE_CONT: exact numbers get one digit more."""

    def model(values: Sequence[Value]) -> Value:
        ordered = sorted(values)
        place = fraction * (len(ordered) - 1)
        low = math.floor(place)
        left, right = ordered[low], ordered[min(low + 1, len(ordered) - 1)]
        share = place - low
        if isinstance(left, float):
            return left + (right - left) * float(share)
        if isinstance(left, datetime):
            return left + timedelta(seconds=float(share) * (right - left).total_seconds())
        if isinstance(left, date):
            middle = datetime.combine(left, datetime.min.time())
            return middle + timedelta(seconds=float(share) * (right - left).total_seconds())
        scale = 1 if isinstance(left, int) else 3
        exact = Fraction(left) + Fraction(right - left) * share
        return Decimal(int(exact * 10**scale)).scaleb(-scale)

    return model


def _discrete(fraction: Fraction) -> Model:
    return lambda values: sorted(values)[max(math.ceil(fraction * len(values)) - 1, 0)]


def _deviation(*, sample: bool, root: bool) -> Model:
    def model(values: Sequence[Value]) -> Value:
        count = len(values) - sample
        if count < 1:
            return None
        mean = Fraction(sum(map(Fraction, values))) / len(values)
        variance = sum((Fraction(each) - mean) ** 2 for each in values) / count
        return math.sqrt(variance) if root else float(variance)

    return model


def _distinct(values: Sequence[Value]) -> list[Value]:
    return list(dict.fromkeys(values))


_NUMBERS = ("smallint", "integer", "bigint", "numeric(8,2)", "real", "double precision")
_INTEGERS = _NUMBERS[:3]
_ORDERED = tuple(kind for kind in VALUES if kind != "boolean")
_QUARTER, _HALF = Fraction(1, 4), Fraction(1, 2)


@dataclass(frozen=True)
class Aggregate:
    """An aggregate.

    Args:
        template: SQL; ``{0}`` is its argument.
        model: What it answers.
        kinds: Types of its argument.
        frames: Whether it takes a frame as a window function.
        windows: Whether it is a window function at all.
        exact: Whether the order of many rows does not show in its last digits.
    """

    template: str
    model: Model
    kinds: tuple[str, ...] = _NUMBERS
    frames: bool = True
    windows: bool = True
    exact: bool = True


AGGREGATES: Final = (
    Aggregate("count({0})", len, tuple(VALUES)),
    Aggregate("sum({0})", _unless_empty(sum)),
    Aggregate("avg({0})", _unless_empty(_average)),
    Aggregate("min({0})", _unless_empty(min), _ORDERED),
    Aggregate("max({0})", _unless_empty(max), _ORDERED),
    Aggregate("any_value({0})", _unless_empty(lambda values: values[0]), ("varchar(9)",),
              windows=False),
    Aggregate("bool_and({0})", _unless_empty(all), ("boolean",)),
    Aggregate("bool_or({0})", _unless_empty(any), ("boolean",)),
    Aggregate("bit_and({0})", _unless_empty(lambda values: reduce(and_, values)), _INTEGERS,
              windows=False),
    Aggregate("bit_or({0})", _unless_empty(lambda values: reduce(or_, values)), _INTEGERS,
              windows=False),
    *(
        Aggregate(f"{name}({{0}})", _unless_empty(_deviation(sample=sample, root=root)),
                  exact=False)
        for name, sample, root in (
            ("stddev", True, True), ("stddev_samp", True, True), ("stddev_pop", False, True),
            ("variance", True, False), ("var_samp", True, False), ("var_pop", False, False),
        )
    ),
    Aggregate("median({0})", _unless_empty(_interpolated(_HALF)),
              tuple(kind for kind in _NUMBERS if kind != "real"), frames=False),
    Aggregate("percentile_cont(0.25) WITHIN GROUP (ORDER BY {0})",
              _unless_empty(_interpolated(_QUARTER)),
              tuple(kind for kind in _NUMBERS if kind != "real"), frames=False),
    Aggregate("listagg({0}, ',') WITHIN GROUP (ORDER BY id)",
              _unless_empty(",".join), ("varchar(9)",), frames=False),
    Aggregate("hll({0})", lambda values: len(_distinct(values)), windows=False),
    Aggregate("approximate count(DISTINCT {0})", lambda values: len(_distinct(values)),
              windows=False),
    Aggregate("count(DISTINCT {0})", lambda values: len(_distinct(values)), tuple(VALUES),
              windows=False),
    Aggregate("sum(DISTINCT {0})", _unless_empty(lambda values: sum(_distinct(values))),
              windows=False),
    Aggregate("avg(DISTINCT {0})", _unless_empty(lambda values: _average(_distinct(values))),
              windows=False),
)  # fmt: skip


# --- window functions ------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """A window function.

    Args:
        template: SQL with its OVER; ``{0}`` is its argument.
        model: The values of a partition whose rows are in the order of ``id``.
    """

    template: str
    model: Callable[[Sequence[Row]], list[Value]]


def _keys(part: Sequence[Row]) -> list[Value]:
    """What rows are ranked by: NULL after everything."""
    return [(row.value is None, row.value if row.value is not None else 0) for row in part]


def _rank(part: Sequence[Row]) -> list[Value]:
    keys = _keys(part)
    return [1 + sum(other < key for other in keys) for key in keys]


def _dense_rank(part: Sequence[Row]) -> list[Value]:
    keys = _keys(part)
    return [1 + len({other for other in keys if other < key}) for key in keys]


def _percent_rank(part: Sequence[Row]) -> list[Value]:
    return [(rank - 1) / (len(part) - 1) if len(part) > 1 else 0.0 for rank in _rank(part)]


def _cume_dist(part: Sequence[Row]) -> list[Value]:
    keys = _keys(part)
    return [sum(other <= key for other in keys) / len(keys) for key in keys]


def _ntile(tiles: int) -> Callable[[Sequence[Row]], list[Value]]:
    def model(part: Sequence[Row]) -> list[Value]:
        size, more = divmod(len(part), tiles)
        sizes = [size + (tile < more) for tile in range(tiles)]
        return [tile for tile, count in enumerate(sizes, 1) for _ in range(count)]

    return model


def _shifted(by: int) -> Callable[[Sequence[Row]], list[Value]]:
    def model(part: Sequence[Row]) -> list[Value]:
        places = range(-by, len(part) - by)
        return [part[place].value if 0 <= place < len(part) else None for place in places]

    return model


def _shifted_known(part: Sequence[Row]) -> list[Value]:
    values = [row.value for row in part]
    return [
        next((each for each in reversed(values[:place]) if each is not None), None)
        for place in range(len(values))
    ]


def _nth(number: int) -> Callable[[Sequence[Row]], list[Value]]:
    return lambda part: [
        part[number - 1].value if place >= number else None for place in range(1, len(part) + 1)
    ]


def _share(part: Sequence[Row]) -> list[Value]:
    total = sum(known(part))
    return [None if row.value is None else float(row.value) / float(total) for row in part]


def _everywhere(model: Model) -> Callable[[Sequence[Row]], list[Value]]:
    return lambda part: [_unless_empty(model)(known(part))] * len(part)


_RUNNING: Final = "(PARTITION BY k ORDER BY id ROWS UNBOUNDED PRECEDING)"
_ORDER: Final = "(PARTITION BY k ORDER BY id)"
_RANKED: Final = "(PARTITION BY k ORDER BY {0})"
WINDOWS: Final = (
    Window(f"row_number() OVER {_ORDER}", lambda part: list(range(1, len(part) + 1))),
    Window(f"rank() OVER {_RANKED}", _rank),
    Window(f"dense_rank() OVER {_RANKED}", _dense_rank),
    Window(f"percent_rank() OVER {_RANKED}", _percent_rank),
    Window(f"cume_dist() OVER {_RANKED}", _cume_dist),
    Window(f"ntile(2) OVER {_ORDER}", _ntile(2)),
    Window(f"lag({{0}}) OVER {_ORDER}", _shifted(1)),
    Window(f"lag({{0}}, 2) OVER {_ORDER}", _shifted(2)),
    Window(f"lag({{0}} IGNORE NULLS) OVER {_ORDER}", _shifted_known),
    Window(f"lead({{0}}) OVER {_ORDER}", _shifted(-1)),
    Window(f"first_value({{0}}) OVER {_RUNNING}", lambda part: [part[0].value] * len(part)),
    Window(f"last_value({{0}}) OVER {_RUNNING}", lambda part: [row.value for row in part]),
    Window(f"nth_value({{0}}, 2) OVER {_RUNNING}", _nth(2)),
    Window("ratio_to_report({0}) OVER (PARTITION BY k)", _share),
    Window("percentile_disc(0.25) WITHIN GROUP (ORDER BY {0}) OVER (PARTITION BY k)",
           _everywhere(_discrete(_QUARTER))),
    Window("percentile_cont(0.25) WITHIN GROUP (ORDER BY {0}) OVER (PARTITION BY k)",
           _everywhere(_interpolated(_QUARTER))),
    Window("median({0}) OVER (PARTITION BY k)", _everywhere(_interpolated(_HALF))),
)  # fmt: skip


# --- what a client reads ---------------------------------------------------------------------


def text(value: Value, kind: str) -> str | None:
    """The text of a value; of moments with a zone, that of UTC."""
    match value:
        case None:
            return None
        case bool():
            return "t" if value else "f"
        case float():
            return f"{value:.15g}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ") + ("+00" if kind == "timestamptz" else "")
        case date():
            return value.isoformat()
        case str() if kind == "char(9)":
            return value.ljust(9)
    return str(value)
