"""Colours of states, the same in charts and page.

After Okabe and Ito, whose colours people with any kind of colour blindness tell apart; darkened so
far that each has a contrast of at least 3:1 to white and to the page's dark background. No state is
shown by its colour alone: marks and words say the same.
https://jfly.uni-koeln.de/color/
"""

from collections.abc import Mapping

from sparkify.days import DayState
from sparkify.monitoring.records import Verdict

GREEN = "#14936f"
ORANGE = "#c07a00"
RED = "#d5502a"
BLUE = "#3b82c4"
GREY = "#808892"

DAY_COLOURS: Mapping[DayState, str] = {
    DayState.SUCCESS: GREEN,
    DayState.WARNED: ORANGE,
    DayState.FAILED: RED,
    DayState.LOADED: BLUE,
    DayState.MISSING: GREY,
}

VERDICT_COLOURS: Mapping[Verdict, str] = {
    Verdict.PASS: GREEN,
    Verdict.WARN: ORANGE,
    Verdict.FAIL: RED,
}

DAY_MARKS: Mapping[DayState, str] = {
    DayState.SUCCESS: "",
    DayState.WARNED: "!",
    DayState.FAILED: "×",
    DayState.LOADED: "?",
    DayState.MISSING: "",
}
"""What stands in a day's cell; a missing day is an empty outline."""

VERDICT_MARKS: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.WARN: "!",
    Verdict.FAIL: "×",
}
