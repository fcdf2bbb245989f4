"""Charts of a history, as Bokeh models; importing this module imports Bokeh.

Text of the warehouse becomes `PlainText`: a bare string between dollar signs is mathematics to
Bokeh, which then asks a server on the internet for a typesetter.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from bokeh.core.properties import value
from bokeh.models import (
    Axis,
    BasicTicker,
    ColumnDataSource,
    FixedTicker,
    HoverTool,
    InlineStyleSheet,
    NumeralTickFormatter,
    PlainText,
    Range1d,
)
from bokeh.plotting import figure

from sparkify.monitoring.overview import Overview
from sparkify.monitoring.palette import BLUE, GREY, ORANGE, RED, VERDICT_COLOURS
from sparkify.monitoring.records import Verdict
from sparkify.monitoring.runs import Run, tables
from sparkify.monitoring.timing import TaskTiming

TASKS = 12
"""Tasks in a chart of tasks."""

INK = "#010203"
"""Stands for the page's colour of text, in what BokehJS takes no colour of the page for."""

_TICKS = 4
_FACE = "system-ui, sans-serif"

# Colours of what is not data come from the page, which knows whether it is dark.
# https://docs.bokeh.org/en/latest/docs/examples/styling/visuals/css_variables.html
_STYLE = """
:host {
    --bk-background-fill-color: transparent;
    --bk-border-fill-color: transparent;
    --bk-outline-line-color: transparent;
    --bk-axis-line-color: var(--rule);
    --bk-major-tick-line-color: var(--rule);
    --bk-minor-tick-line-color: transparent;
    --bk-major-label-text-color: var(--faint);
    --bk-grid-line-color: var(--rule);
}
"""


def charts(overview: Overview) -> Mapping[str, figure]:
    """All charts of a history that have something to show, by name.

    `rows-0`, `rows-1` ... are those of the tables, in the order of `runs.tables`.
    """
    shown = overview.charted
    found = {f"rows-{index}": rows(shown, table) for index, table in enumerate(tables(shown))}
    if any(run.rejected for run in shown):
        found["rejected"] = rejected(shown)
    if any(run.verdicts.get(verdict) for run in shown for verdict in (Verdict.WARN, Verdict.FAIL)):
        found["trouble"] = trouble(shown)
    if overview.timings:
        found["tasks"] = tasks(overview.timings)
    return found


def run_charts(run: Run) -> Mapping[str, figure]:
    """The chart of one run: `timeline`, where there is something to show."""
    spans = run.spans
    return {"timeline": timeline(run)} if spans else {}


def rows(shown: Sequence[Run], table: str) -> figure:
    """Rows that came into a table, run by run; coloured where a check was not content."""
    loaded = [(index, run) for index, run in enumerate(shown) if table in run.rows]
    data = {
        "x": [index for index, _ in loaded],
        "rows": [run.rows[table] for _, run in loaded],
        "label": [run.label for _, run in loaded],
        "colour": [_colour(run) for _, run in loaded],
    }
    plot = _by_run(shown, height=120)
    plot.vbar(
        x="x",
        top="rows",
        width=0.82,
        fill_color="colour",
        line_color=None,
        source=ColumnDataSource(data),
    )
    plot.add_tools(_hover(("loaded", "@label"), ("rows", "@rows{0,0}")))
    return plot


def rejected(shown: Sequence[Run]) -> figure:
    """Rows that COPY refused, run by run, all tables together."""
    data = {
        "x": list(range(len(shown))),
        "rows": [sum(run.rejected.values()) for run in shown],
        "label": [run.label for run in shown],
        "tables": [", ".join(run.rejected) for run in shown],
    }
    plot = _by_run(shown, height=170)
    plot.vbar(
        x="x",
        top="rows",
        width=0.82,
        fill_color=RED,
        line_color=None,
        source=ColumnDataSource(data),
    )
    plot.add_tools(_hover(("loaded", "@label"), ("rejected rows", "@rows{0,0}"), ("of", "@tables")))
    return plot


def trouble(shown: Sequence[Run]) -> figure:
    """Checks that did not pass, run by run: failures below, warnings on top of them."""
    fails = [run.verdicts.get(Verdict.FAIL, 0) for run in shown]
    warns = [run.verdicts.get(Verdict.WARN, 0) for run in shown]
    source = ColumnDataSource(
        {
            "x": list(range(len(shown))),
            "fail": fails,
            "warn": warns,
            "both": [fail + warn for fail, warn in zip(fails, warns, strict=True)],
            "label": [run.label for run in shown],
        }
    )
    plot = _by_run(shown, height=170)
    plot.vbar(x="x", top="fail", width=0.82, fill_color=RED, line_color=None, source=source)
    plot.vbar(
        x="x",
        bottom="fail",
        top="both",
        width=0.82,
        fill_color=ORANGE,
        line_color=None,
        source=source,
    )
    plot.add_tools(
        _hover(("loaded", "@label"), ("checks failed", "@fail"), ("checks warned", "@warn"))
    )
    return plot


def tasks(timings: Sequence[TaskTiming]) -> figure:
    """Seconds that tasks take: a bar to the median, a dot at the longest."""
    shown = timings[:TASKS]
    source = ColumnDataSource(
        {
            "y": [-index for index in range(len(shown))],
            "above": [0.38 - index for index in range(len(shown))],
            "task": [timing.task_id for timing in shown],
            "median": [timing.median for timing in shown],
            "longest": [timing.longest for timing in shown],
            "runs": [timing.runs for timing in shown],
        }
    )
    plot = _by_task(len(shown), end=max(timing.longest for timing in shown))
    plot.hbar(y="y", right="median", height=0.3, fill_color=BLUE, line_color=None, source=source)
    plot.segment(
        x0="median", y0="y", x1="longest", y1="y", color=GREY, line_width=1.5, source=source
    )
    plot.scatter(x="longest", y="y", size=8, color=GREY, source=source)
    _name(plot, source)
    plot.add_tools(
        _hover(
            ("task", "@task"),
            ("median", "@median{0.00} s"),
            ("longest", "@longest{0.00} s"),
            ("runs", "@runs"),
            along="mouse",
        )
    )
    return plot


def timeline(run: Run) -> figure:
    """When the tasks of a run were at work in the warehouse, in seconds since its first."""
    spans = run.spans
    source = ColumnDataSource(
        {
            "y": [-index for index in range(len(spans))],
            "above": [0.38 - index for index in range(len(spans))],
            "task": [span.task_id for span in spans],
            "begin": [span.begin for span in spans],
            "end": [span.end for span in spans],
            "spent": [span.end - span.begin for span in spans],
        }
    )
    plot = _by_task(len(spans), end=max(span.end for span in spans))
    plot.hbar(
        y="y",
        left="begin",
        right="end",
        height=0.3,
        fill_color=BLUE,
        line_color=None,
        source=source,
    )
    _name(plot, source)
    plot.add_tools(_hover(("task", "@task"), ("took", "@spent{0.00} s"), along="mouse"))
    return plot


def _colour(run: Run) -> str:
    return (
        BLUE
        if run.verdict in {None, Verdict.PASS}
        else VERDICT_COLOURS[run.verdict or Verdict.PASS]
    )


def _by_run(shown: Sequence[Run], height: int) -> figure:
    """An empty plot with runs along its x axis, one unit each."""
    count = len(shown)
    plot = _plot(height, Range1d(start=-0.6, end=count - 0.4))
    step = max(1, -(-count // _TICKS))
    places = list(range(count - 1, -1, -step))[::-1]
    _label(plot.xaxis[0], {place: shown[place].tick for place in places})
    plot.y_range.start = 0  # type: ignore[attr-defined]  # a DataRange1d
    plot.y_range.min_interval = 4  # type: ignore[attr-defined]  # counts below it have no ticks between
    plot.yaxis.ticker = BasicTicker(desired_num_ticks=3)
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0.[0]a")
    plot.xgrid.visible = False
    return plot


def _by_task(count: int, end: float) -> figure:
    """An empty plot with room for so many tasks, from the top, and seconds along its x axis."""
    plot = _plot(36 * count + 34, Range1d(start=0, end=end * 1.04 or 1))
    plot.y_range = Range1d(start=0.75 - count, end=0.8)
    plot.yaxis.visible = False
    plot.ygrid.visible = False
    plot.min_border_left = 4
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0.[00]")
    plot.xaxis.ticker = BasicTicker(desired_num_ticks=4)
    return plot


def _name(plot: figure, source: ColumnDataSource) -> None:
    """Writes the task above its bar: beside it, names would leave no room on a phone."""
    plot.text(
        x=0,
        y="above",
        text="task",
        text_baseline="middle",
        text_font_size="12px",
        text_font=value(_FACE),
        text_color=INK,
        x_offset=2,
        source=source,
    )


def _plot(height: int, x_range: Range1d) -> figure:
    plot = figure(
        height=height,
        sizing_mode="stretch_width",
        x_range=x_range,
        tools="",
        toolbar_location=None,
        min_border_left=48,
        min_border_right=12,
        stylesheets=[InlineStyleSheet(css=_STYLE)],
    )
    plot.axis.major_label_text_font_size = "11px"
    plot.axis.major_label_text_font = _FACE
    return plot


def _label(axis: Axis, labels: Mapping[int, str]) -> None:
    axis.ticker = FixedTicker(ticks=list(labels))
    axis.major_label_overrides = {place: PlainText(text=text) for place, text in labels.items()}


def _hover(*lines: tuple[str, str], along: Literal["mouse", "vline"] = "vline") -> HoverTool:
    return HoverTool(tooltips=list(lines), mode=along, point_policy="follow_mouse")
