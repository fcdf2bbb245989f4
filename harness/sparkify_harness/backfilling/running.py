"""Runs of several days, some of them at once."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from sparkify_harness.airflow import RUN_TIMEOUT, RunResult, TaskResult
from sparkify_harness.stack import Stack


def run_days(
    stack: Stack,
    days: Sequence[dt.date],
    *,
    parallel: int = 1,
    conf: Mapping[str, Any] | None = None,
    limit: float = RUN_TIMEOUT,
    on_task: Callable[[dt.date, TaskResult], None] | None = None,
    on_end: Callable[[RunResult], None] | None = None,
) -> dict[dt.date, RunResult]:
    """Runs the pipeline for each day; a day that fails does not keep others from being run.

    Args:
        stack: to run on.
        days: in the order in which their runs begin.
        parallel: how many runs at once.
        conf: values for the DAG's Params.
        limit: seconds that each run may take; one that takes longer is killed, and red.
        on_task: called after each try of a task, by one thread at a time.
        on_end: called after each run, by one thread at a time.

    Raises:
        WorkerFailed: Airflow does not start, or cannot run the DAG at all.
    """
    telling = threading.Lock()
    results: dict[dt.date, RunResult] = {}

    def run(day: dt.date) -> RunResult:
        def tell(task: TaskResult) -> None:
            if on_task is not None:
                with telling:
                    on_task(day, task)

        return stack.attempt(day, conf=conf, limit=limit, on_task=tell)

    with ThreadPoolExecutor(parallel, thread_name_prefix="day") as threads:
        try:
            futures = {threads.submit(run, day): day for day in days}
            for future in as_completed(futures):
                results[futures[future]] = result = future.result()
                if on_end is not None:
                    with telling:
                        on_end(result)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            stack.airflow.close()  # ends the runs that the threads wait for
            raise
    return results
