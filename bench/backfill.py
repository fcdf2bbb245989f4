"""Backfills on a local stack: four runs at once, the days of a year one by one, and all at once."""

import datetime as dt
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.measure import Figure, at_least, at_most, seconds
from sparkify.landing import EVENT_COLUMNS
from sparkify.star import STAGING_EVENTS
from sparkify_fixtures import Settings, generate, log_json_path
from sparkify_harness.airflow import Airflow, RunResult
from sparkify_harness.backfilling import run_days
from sparkify_harness.objectstore import cache_folder
from sparkify_harness.stack import ROLE, USED_BY_TASKS, Stack, open_stack

WORKERS = 4
STARTS = 5
TRIES = 3
DAYS = 12
"""Of a try; as many for one worker as for four."""
YEAR = 365
ENDS = 30
"""Days at the beginning and the end of the year that are compared."""


def figures() -> Iterator[Figure]:
    """Start, throughput, whether a day costs the same after a year, and what a whole year costs."""
    yield _start()
    with _seeded(DAYS) as (stack, days):
        yield _throughput(stack, days)
    with _seeded(YEAR) as (stack, days):
        yield _flatness(stack, days)
        yield _staging(stack, days)


@contextmanager
def _seeded(count: int) -> Iterator[tuple[Stack, list[dt.date]]]:
    """A stack with so many generated days."""
    settings = Settings(days=count)
    with (
        tempfile.TemporaryDirectory() as name,
        open_stack(Path(name) / "stack") as stack,
    ):
        stack.seed([log_json_path(), *generate(settings)])
        yield stack, [settings.start + dt.timedelta(days=number) for number in range(count)]


def _start() -> Figure:
    with tempfile.TemporaryDirectory() as name:

        def started(workers: int) -> float:
            with Airflow(Path(name) / "home", cache=cache_folder(), modules=USED_BY_TASKS) as it:
                return seconds(lambda: it.wait_until_ready(workers))

        started(1)
        pairs = [(started(1), started(WORKERS)) for _ in range(STARTS)]
    one, four = (statistics.median(times) for times in zip(*pairs, strict=True))
    note = f"until tasks can run: one {one:.2f} s, {WORKERS} {four:.2f} s; {STARTS} starts of each"
    return at_most(f"start of {WORKERS} workers, against one", four / one, 1.5, "", note)


def _throughput(stack: Stack, days: Sequence[dt.date]) -> Figure:
    _run(stack, days[:WORKERS], WORKERS)  # the first run of each worker is left out
    pairs = [
        (seconds(lambda: _run(stack, days, 1)), seconds(lambda: _run(stack, days, WORKERS)))
        for _ in range(TRIES)
    ]
    ratio = statistics.median(one / four for one, four in pairs)
    one, four = (statistics.median(times) / len(days) for times in zip(*pairs, strict=True))
    return at_least(
        f"throughput of {WORKERS} runs at once, against one",
        ratio,
        1.4,
        f"{len(days)} generated days, {TRIES} times: {one:.2f} s a day, {four:.2f} s a day",
    )


def _flatness(stack: Stack, days: Sequence[dt.date]) -> Figure:
    def median(of: Sequence[dt.date]) -> float:
        return statistics.median(result.duration for result in _run(stack, of, 1))

    first, *others = days
    _run(stack, [first], 1)
    begin = median(others[:ENDS])
    _run(stack, others[ENDS:-ENDS], WORKERS)  # what is loaded is the same, in a third of the time
    end = median(others[-ENDS:])
    return at_most(
        f"a day's run after {len(days)} days, against the first",
        end / begin,
        1.3,
        "",
        f"medians of {ENDS} days: first {begin:.2f} s, last {end:.2f} s",
    )


def _staging(stack: Stack, days: Sequence[dt.date]) -> Figure:
    """All logs into the landing area, which has a COPY for each, against one COPY of all."""
    copy = (
        f"COPY events ({', '.join(EVENT_COLUMNS)}) FROM 's3://{stack.bucket}/log_data/' "
        f"IAM_ROLE '{ROLE}' FORMAT JSON 's3://{stack.bucket}/log_json_path.json'"
    )

    def staged() -> float:
        result = stack.run(conf={"full_load": True})
        assert result.succeeded, result.explain()
        return result.task(STAGING_EVENTS.task_id).duration or 0.0

    def copied() -> float:
        with psycopg.connect(stack.warehouse.dsn(with_password=True)) as connection:
            connection.execute("CREATE TEMP TABLE events (LIKE staging_events)")
            return seconds(lambda: connection.execute(copy))

    pairs = [(staged(), copied()) for _ in range(TRIES)]
    ratio = statistics.median(ours / one for ours, one in pairs)
    ours, one = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Figure(
        f"staging {len(days)} logs, each known by its rows, against one COPY of all",
        f"{ratio:.2f}",
        note=f"{TRIES} times: {ours:.2f} s, {one:.2f} s",
    )


def _run(stack: Stack, days: Sequence[dt.date], at_once: int) -> list[RunResult]:
    """Runs days, all of which must be green; in the order of days."""
    results = run_days(stack, days, parallel=at_once)
    for result in results.values():
        assert result.succeeded, result.explain()
    return [results[day] for day in days]
