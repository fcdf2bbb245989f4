"""Days as a calendar: it fits 80 columns, and says the same without colours."""

import datetime as dt
import io
from collections.abc import Iterable
from itertools import cycle

import pytest
from rich.console import Console
from rich.text import Text

from sparkify.days import DayState, DayStatus
from sparkify_harness.backfilling import DayOutcome
from sparkify_harness.commands.calendar import LOOKS, calendar, red_days, short
from sparkify_harness.commands.outcome import write

START = dt.date(2018, 11, 1)


def day(
    number: int,
    state: DayState = DayState.SUCCESS,
    *,
    rows: int | None = 388,
    seconds: float | None = 1.94,
    attempts: int = 1,
    error: str = "",
) -> DayOutcome:
    date = START + dt.timedelta(days=number)
    found = DayStatus(date, state)
    return DayOutcome(date, found, state, bool(error), rows, seconds, attempts, error=error)


def shown(days: Iterable[DayOutcome], *, colours: bool = False) -> list[str]:
    console = Console(
        file=io.StringIO(),
        width=80,
        force_terminal=colours,
        color_system="truecolor" if colours else None,
    )
    found = list(days)
    write(calendar(found), console)
    if table := red_days(found):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_month_has_each_day_with_state_rows_seconds_and_attempts() -> None:
    days = [
        day(0, rows=15),
        day(1, attempts=2),
        day(2, DayState.FAILED, rows=12_345, seconds=123.4, error="x"),
        day(3, DayState.NO_LOG, rows=None, seconds=None, attempts=0),
        day(4, DayState.CHANGED, seconds=None),
    ]
    assert shown(days)[:13] == [
        "",
        "November 2018",
        "Mon        Tue        Wed        Thu        Fri        Sat        Sun",
        "                                  1 success  2 success  3 failed   4 no log",
        "                                 15 rows    388 rows   12.3k rows",
        "                                 1.9 s      1.9 s 2x   123.4 s",
        " 5 changed",
        "388 rows",
        "",
        "■ 2 success   F 1 failed   c 1 changed   · 1 no log   13,136 rows",
        "",
        " Day          State    Why",
        " ─────────────────────────",
    ]


def test_a_year_is_shown_at_a_glance_with_a_line_for_each_month() -> None:
    days = [day(number) for number in range(365)]
    days[40] = day(40, DayState.FAILED, error="x")
    lines = shown(days)
    assert lines[1] == "2018"
    assert lines[2] == "    Nov     Dec"
    assert lines[3] == "Mon   ■ ■ ■ ■ ■ ■ ■ ■ ■"
    assert lines[4] == "Tue   ■ ■ ■ ■ ■ F ■ ■"
    assert lines[11] == "2019"
    months = [line.split() for line in lines if line.startswith((" 2018-", " 2019-"))]
    assert [month[0] for month in months[:12]] == [
        *("2018-11", "2018-12"),
        *(f"2019-{month:02d}" for month in range(1, 11)),
    ]
    assert months[0] == ["2018-11", "30", "11,640", "58.2", "30"]
    assert months[1] == ["2018-12", "31", "1", "12,028", "60.1", "31"]


@pytest.mark.parametrize("count", [1, 30, 92, 120, 250, 365, 800])
@pytest.mark.parametrize("colours", [False, True], ids=["plain", "colours"])
def test_it_fits_80_columns(count: int, colours: bool) -> None:
    states = list(DayState)
    days = [
        day(
            number,
            states[number % len(states)],
            rows=10 ** (number % 8),
            seconds=9999.94,
            attempts=99,
        )
        for number, state in zip(range(count), cycle(states), strict=False)
    ]
    console = Console(width=80)
    lines = shown(days, colours=colours)
    assert max(console.render_str(line).cell_len for line in map(plain, lines)) <= 80


def plain(line: str) -> str:
    return Text.from_ansi(line).plain


def test_colours_say_nothing_that_words_and_signs_do_not() -> None:
    days = [day(number, state) for number, state in enumerate(DayState)]
    assert [plain(line).rstrip() for line in shown(days, colours=True)] == shown(days)
    assert len({look.sign for look in LOOKS.values()}) == len(DayState)


def test_more_rows_are_a_darker_green() -> None:
    lines = "\n".join(shown([day(number, rows=10**number) for number in range(4)], colours=True))
    shades = [f"48;2;{shade}" in lines for shade in ("155;233;168", "64;196;99", "33;110;57")]
    assert all(shades), lines


def test_nothing_is_shown_of_no_days() -> None:
    assert shown([]) == []


def test_red_days_say_why_and_where_the_log_is() -> None:
    long = "\n".join(f"line {number}" for number in range(10))
    red = DayOutcome(
        START,
        DayStatus(START, DayState.MISSING),
        DayState.FAILED,
        True,
        None,
        1.0,
        1,
        error=long,
        log="/logs/1.log",
    )
    lines = [line.strip() for line in shown([red])]
    at = lines.index("2018-11-01   failed   line 0")
    assert lines[at + 1 : at + 8] == [
        *(f"line {number}" for number in range(1, 6)),
        "... 4 more lines",
        "log: /logs/1.log",
    ]


def test_many_red_days_are_counted() -> None:
    lines = shown([day(number, DayState.FAILED, error="x") for number in range(25)])
    assert sum(line.endswith("failed   x") for line in lines) == 20
    assert any("... 5 more days: --json has all" in line for line in lines)


def test_an_error_is_no_markup() -> None:
    assert any("[/red] [XX000]" in line for line in shown([day(0, error="[/red] [XX000]")]))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10.0k"),
        (99_940, "99.9k"),
        (99_960, "100k"),
        (999_400, "999k"),
        (999_600, "1.0M"),
        (123_456_789, "123M"),
        (5_000_000_000, "5.0G"),
    ],
)
def test_short_numbers(number: int, text: str) -> None:
    assert short(number) == text
    assert len(text) <= 5
