"""What a backfill says: its plan, days without a log, and what came of every day."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import typer

from sparkify.days import DayState, DayStatus
from sparkify_harness.backfilling import DayOutcome, NoLog, Plan, in_words, outcomes
from sparkify_harness.commands.calendar import calendar, red_days
from sparkify_harness.commands.exits import ExitCode
from sparkify_harness.commands.outcome import write
from sparkify_harness.commands.terminal import messages, output, tell


def end_with_plan(plan: Plan, no_log: NoLog, *, as_json: bool) -> NoReturn:
    """Says what would be run, and why, and ends the command.

    Raises:
        typer.Exit: always; the code is 1 where a day without a log would be red.
    """
    _show_plan(plan, no_log, as_json=as_json)
    tell_of_missing_logs(plan, no_log)
    red = plan.lacking and no_log is NoLog.FAIL
    raise typer.Exit(ExitCode.FAILED if red else ExitCode.SUCCESS)


def _show_plan(plan: Plan, no_log: NoLog, *, as_json: bool) -> None:
    if as_json:
        due = {status.day for status in plan.due}
        days = [
            {"day": str(status.day), "state": status.state.value, "due": status.day in due}
            for status in plan.days
        ]
        typer.echo(json.dumps({"days": days}, indent=2))
        return
    console = output()
    write([*calendar(list(outcomes(plan.days, {}, no_log))), ""], console)
    tell(console, f"Plan   {plan.describe()}")
    for state, found in _by_state(plan.due).items():
        tell(console, f"       {state}: {in_words(found)}")


def tell_of_missing_logs(plan: Plan, no_log: NoLog) -> None:
    """Names the days without a log, and says what is made of them."""
    days = [status.day for status in plan.lacking if status.day is not None]
    if not days:
        return
    means = (
        "red; --no-log empty takes such days for days without plays"
        if no_log is NoLog.FAIL
        else "taken for days without plays"
    )
    tell(messages(), f"No log {in_words(days)}: {means}", "yellow")


def show_days(found: Sequence[DayOutcome], more: Mapping[str, Any], *, as_json: bool) -> None:
    """The days as a calendar, and why some are red.

    Args:
        found: In order.
        more: What JSON has besides.
        as_json: Whether to write that.
    """
    if as_json:
        passed = not any(day.is_red for day in found)
        days = [day.as_json() for day in found]
        typer.echo(json.dumps({"passed": passed, **more, "days": days}, indent=2))
        return
    console = output()
    write(calendar(found), console)
    if table := red_days(found):
        console.print(table)


def count_red(red: int, found: Sequence[DayOutcome]) -> str:
    """One sentence."""
    return f"{red or 'None'} of {len(found)} {'day' if len(found) == 1 else 'days'} red."


def _by_state(found: Sequence[DayStatus]) -> dict[DayState, list[dt.date]]:
    days: dict[DayState, list[dt.date]] = {}
    for status in found:
        if status.day is not None:
            days.setdefault(status.state, []).append(status.day)
    return days
