"""The history of a DAG, or one run of it, as an HTML document that needs nothing else.

Everything is escaped by the template engine; the document's own policy forbids every script but
ours and every request.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sparkify.audit import Outcome
from sparkify.days import DayState
from sparkify.monitoring import library, palette
from sparkify.monitoring.days import MEANINGS, WEEK, Day, weeks
from sparkify.monitoring.overview import TITLES, Overview, ago, counted
from sparkify.monitoring.records import Verdict
from sparkify.monitoring.runs import Run, tables

DAG_ID = "sparkify_etl"
"""The DAG whose history is shown where none is named."""

TEMPLATES = Path(__file__).parent / "templates"

ROOMY = 20
"""Weeks up to which a calendar has room for the days' numbers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a page is shown.

    Attributes:
        source: what was asked, for people: a connection or an address.
        library: address of BokehJS; None: it is part of the document.
        framed: the server that sends the page names its policy in a header, and lets pages of its
            own frame it.
        nonce: what our scripts are known by.
    """

    source: str
    library: str | None = None
    framed: bool = False
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def policy(self) -> str:
        """The document's Content-Security-Policy.

        https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
        """
        parts = {
            "default-src": "'none'",
            "script-src": f"'nonce-{self.nonce}'",
            "style-src": "'unsafe-inline'",  # BokehJS makes style elements
            "img-src": "data:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }
        if self.framed:
            parts["frame-ancestors"] = "'self'"
        return "; ".join(f"{name} {value}" for name, value in parts.items())


@dataclass(frozen=True, slots=True)
class Page:
    """A document without the place where it is shown; made at some cost, it may be kept a while.

    Attributes:
        template: name of its template.
        drawn: charts as BokehJS takes them, by name; None where Bokeh is not installed.
        values: what else the template is given.
    """

    template: str
    drawn: Mapping[str, Any] | None
    values: Mapping[str, object]

    def html(self, setting: Setting) -> str:
        """The document, as it is shown there."""
        embedded = library.source() if self.drawn and setting.library is None else None
        template = _environment().get_template(self.template)
        return template.render(self.values, setting=setting, drawn=self.drawn, embedded=embedded)


def history_page(overview: Overview) -> Page:
    """A DAG's history."""
    values = {
        "overview": overview,
        "weeks": weeks(overview.days),
        "roomy": len(overview.days) <= ROOMY * WEEK,
        "tables": [(table, _last(overview, table)) for table in tables(overview.charted)],
        "states": {day.date: day.state for day in overview.days},
    }
    return Page("history.html.jinja", _drawn(overview), values)


def run_page(run: Run, dag_id: str, now: dt.datetime) -> Page:
    """One run: its loads, and what the checks said.

    Args:
        run: what is shown; it may be empty.
        dag_id: of the DAG.
        now: when this is, in UTC without a zone.
    """
    return Page("run.html.jinja", _drawn(run), {"run": run, "dag_id": dag_id, "now": now})


def message_page(title: str, text: str) -> Page:
    """A page that says why there is nothing else to see."""
    return Page("message.html.jinja", {}, {"title": title, "text": text})


def _drawn(shown: Overview | Run) -> Mapping[str, Any] | None:
    if not library.available():
        return None
    # Imported here: it takes seconds, and parsing a DAG must not load it.
    from bokeh.core.types import ID  # noqa: PLC0415 - see above
    from bokeh.embed import json_item  # noqa: PLC0415 - see above

    from sparkify.monitoring import charts  # noqa: PLC0415 - see above

    figures = charts.run_charts(shown) if isinstance(shown, Run) else charts.charts(shown)
    return {name: json_item(plot, ID(f"chart-{name}")) for name, plot in figures.items()}


def _last(overview: Overview, table: str) -> int:
    """Rows that the last run brought into a table."""
    return next(run.rows[table] for run in reversed(overview.charted) if table in run.rows)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # BokehJS reads objects in the order in which they were written.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    filters: Mapping[str, Callable[..., str]] = {
        "ago": ago,
        "date": lambda day: f"{day:%Y-%m-%d}" if day else "",
        "moment": lambda time: f"{time:%Y-%m-%d %H:%M:%S}" if time else "",
        "minute": lambda time: f"{time:%Y-%m-%d %H:%M}" if time else "",
        "number": lambda number: "" if number is None else f"{number:,}",
        "seconds": lambda seconds: "" if seconds is None else f"{seconds:,.2f}",
        "size": size,
        "spelled": spelled,
    }
    environment.filters.update(filters)
    environment.globals |= {
        "counted": counted,
        "palette": palette,
        "DayState": DayState,
        "MEANINGS": MEANINGS,
        "TITLES": TITLES,
        "Verdict": Verdict,
        "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
        "script": (TEMPLATES / "page.js").read_text(encoding="utf-8"),
    }
    return environment


def size(number: int | None) -> str:
    """Bytes for people."""
    if number is None:
        return ""
    if number < 1_000:
        return f"{number} B"
    value = float(number)
    for unit in ("kB", "MB", "GB"):
        value /= 1_000
        if value < 999.5 or unit == "GB":
            return f"{value:,.1f} {unit}" if value < 99.95 else f"{value:,.0f} {unit}"
    return ""


def spelled(day: Day) -> str:
    """All that is known of a day, a line for each thing."""
    lines = [f"{day.date:%a %Y-%m-%d}: {MEANINGS[day.state]}"]
    load = day.load
    if load is not None and load.outcome != Outcome.LOADED:
        when = f" {load.loaded_at:%Y-%m-%d %H:%M} UTC" if load.loaded_at else ""
        lines.append(f"taken out{when}")
    elif load is not None:
        lines.append(counted(load.rows_loaded or 0, "row"))
        if load.rows_rejected:
            lines[-1] += f", {load.rows_rejected:,} rejected"
        if load.object_key:
            lines.append(load.object_key)
        if load.etag:
            lines.append(f"ETag {load.etag}")
        if load.loaded_at:
            lines.append(f"loaded {load.loaded_at:%Y-%m-%d %H:%M} UTC")
    if day.judgement is not None:
        found = day.judgement
        lines.append(f"checks: {found.passed} passed, {found.warned} warned, {found.failed} failed")
    return "\n".join(lines)
