"""Days as a calendar: months with what came of each day, or a year at a glance.

It says the same without colours: states are words in months, and signs in a year.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sparkify.days import DayState
from sparkify_harness.backfilling import DayOutcome
from sparkify_harness.commands.outcome import new_table

_CELL = 11
"""Characters of a day in a month: seven of them fit 80 columns."""

_WEEKS_ABREAST = 36
"""Weeks of a year at a glance that fit 80 columns with a gap between them; else there is none."""

MONTHS_IN_FULL = 3
"""Months that are shown day by day; more of them are shown at a glance."""

_ERROR_LINES = 6
"""Of an error in the table of red days; its log has the rest."""

_RED_SHOWN = 20
"""Red days in their table."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_GREENS = ("#9be9a8", "#40c463", "#30a14e", "#216e39")
"""GitHub's own, from few rows to many."""

_DARK = {_GREENS[3], "#6e7681"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks.

    Args:
        sign: Stands for it in a year.
        background: Of the day in a month; None where the number of rows decides.
    """

    sign: str
    background: str | None


LOOKS: Mapping[DayState, Look] = {
    DayState.SUCCESS: Look("■", None),
    DayState.WARNED: Look("w", "#d4a72c"),
    DayState.FAILED: Look("F", "#e5534b"),
    DayState.LOADED: Look("l", "#e0823d"),
    DayState.CHANGED: Look("c", "#e0823d"),
    DayState.GONE: Look("g", "#e0823d"),
    DayState.MISSING: Look("m", "#8b949e"),
    DayState.NO_LOG: Look("·", "#6e7681"),
}


def calendar(days: Sequence[DayOutcome]) -> Iterator[RenderableType]:
    """The days in their months, then a line that counts them.

    Args:
        days: In order, one for each day.
    """
    if not days:
        return
    months = [(month, list(found)) for month, found in groupby(days, key=_month)]
    shade = _Shades([day.rows or 0 for day in days if day.state is DayState.SUCCESS])
    if len(months) <= MONTHS_IN_FULL:
        for _, found in months:
            yield _in_full(found, shade)
    else:
        for _, year in groupby(days, key=lambda day: day.day.year):
            yield _at_a_glance(list(year), shade)
        yield _by_month(months)
    yield ""
    yield summary(days)


def summary(days: Sequence[DayOutcome]) -> Text:
    """How many days are in which state, and what they add up to."""
    counts = Counter(day.state for day in days)
    line = Text()
    for state in DayState:
        if counts[state]:
            background = LOOKS[state].background or _GREENS[2]
            line.append(f"{LOOKS[state].sign} ", background)
            line.append(f"{counts[state]:,} {state}   ")
    rows = sum(day.rows or 0 for day in days)
    line.append(f"{rows:,} rows", "dim")
    return line


def red_days(days: Sequence[DayOutcome]) -> Table | None:
    """The days that are not as they should be, and why; None where there are none."""
    red = [day for day in days if day.is_red]
    if not red:
        return None
    table = new_table("Day", "State", "Why")
    for day in red[:_RED_SHOWN]:
        lines = day.error.splitlines()
        text = Text("\n".join(lines[:_ERROR_LINES]))
        if len(lines) > _ERROR_LINES:
            text.append(f"\n... {len(lines) - _ERROR_LINES} more lines", "dim")
        if day.log:
            text.append(f"\nlog: {day.log}", "dim")
        table.add_row(str(day.day), Text(day.state.value, "bold red"), text)
    if len(red) > _RED_SHOWN:
        table.add_row("", "", Text(f"... {len(red) - _RED_SHOWN} more days: --json has all", "dim"))
    return table


class _Shades:
    """Greens by the number of rows, each for a quarter of the days."""

    def __init__(self, rows: Sequence[int]) -> None:
        ordered = sorted(rows)
        self._limits = [ordered[len(ordered) * part // 4] for part in (1, 2, 3)] if rows else []

    def of(self, day: DayOutcome) -> str:
        """The colour of a day."""
        if (background := LOOKS[day.state].background) is not None:
            return background
        return _GREENS[sum((day.rows or 0) >= limit for limit in self._limits)]


def _ink(background: str) -> str:
    """The colour to write on that background."""
    return "#ffffff" if background in _DARK else "#0d1117"


def _month(day: DayOutcome) -> dt.date:
    return day.day.replace(day=1)


def _in_full(days: Sequence[DayOutcome], shade: _Shades) -> Text:
    """A month: below each day its rows, the seconds and tries of its run."""
    text = _titled(f"{days[0].day:%B %Y}")
    text.append("".join(name.ljust(_CELL) for name in _WEEKDAYS).rstrip() + "\n", "dim")
    for _, week in groupby(days, key=lambda day: day.day.isocalendar()[:2]):
        cells = {day.day.weekday(): day for day in week}
        lines = [Text(), Text(), Text()]
        for weekday in range(max(cells) + 1):
            day = cells.get(weekday)
            for line, (content, style) in zip(lines, _cell(day, shade), strict=True):
                line.append(content[: _CELL - 1].ljust(_CELL - 1), style)
                line.append(" ")
        for line in lines:
            line.rstrip()
            if line.plain:
                text.append_text(line).append("\n")
    text.rstrip()
    return text


def _titled(title: str) -> Text:
    return Text("\n", no_wrap=True, overflow="ignore").append(f"{title}\n", "bold")


def _cell(day: DayOutcome | None, shade: _Shades) -> list[tuple[str, str]]:
    if day is None:
        return [("", "")] * 3
    rows = "" if day.rows is None else f"{short(day.rows)} rows"
    took = "" if day.seconds is None else f"{day.seconds:.1f} s"
    tries = f"{day.attempts}x" if day.attempts > 1 else ""
    emphasis = "bold " if day.is_red else ""
    return [
        (f"{day.day.day:2} {day.state}", f"{emphasis}{_ink(shade.of(day))} on {shade.of(day)}"),
        (rows, ""),
        (" ".join(filter(None, (took, tries))), "dim"),
    ]


def _at_a_glance(days: Sequence[DayOutcome], shade: _Shades) -> Text:
    """A year: a column for each week, as GitHub shows contributions."""
    monday = days[0].day - dt.timedelta(days=days[0].day.weekday())
    weeks = (days[-1].day - monday).days // 7 + 1
    width = 2 if weeks <= _WEEKS_ABREAST else 1
    by_day = {day.day: day for day in days}
    text = _titled(str(days[0].day.year))
    text.append(f"    {_month_names(monday, weeks, width, days)}\n", "dim")
    for weekday, name in enumerate(_WEEKDAYS):
        line = Text().append(f"{name} ", "dim")
        for week in range(weeks):
            day = by_day.get(monday + dt.timedelta(days=7 * week + weekday))
            sign, style = (LOOKS[day.state].sign, shade.of(day)) if day else (" ", "")
            line.append(sign.ljust(width), style)
        line.rstrip()
        text.append_text(line).append("\n")
    text.rstrip()
    return text


def _month_names(monday: dt.date, weeks: int, width: int, days: Sequence[DayOutcome]) -> str:
    """Over the week in which a month begins, its name, where there is room for it."""
    line = ""
    for month in dict.fromkeys(map(_month, days)):
        first = max(month, days[0].day)
        at = (first - monday).days // 7 * width
        if at >= len(line) and at + 3 <= weeks * width + 3:
            line = f"{line.ljust(at)}{month:%b} "
    return line.rstrip()


def _by_month(months: Sequence[tuple[dt.date, Sequence[DayOutcome]]]) -> Table:
    table = new_table(
        "Month", *((name, "right") for name in ("Days", "Red", "Rows", "Seconds", "Attempts"))
    )
    for month, days in months:
        red = sum(day.is_red for day in days)
        table.add_row(
            f"{month:%Y-%m}",
            str(len(days)),
            Text(str(red), "bold red") if red else "",
            f"{sum(day.rows or 0 for day in days):,}",
            f"{sum(day.seconds or 0 for day in days):,.1f}",
            f"{sum(day.attempts for day in days):,}",
        )
    return table


def short(number: float) -> str:
    """A number in five characters: 9,999, 12.3k, 123k, 1.2M."""
    if number < 10_000:
        return f"{number:,.0f}"
    unit = ""
    for unit in "kMG":
        number /= 1_000
        if round(number, 1) < 100:
            return f"{number:.1f}{unit}"
        if round(number) < 1_000:
            break
    return f"{number:.0f}{unit}"
