"""A warm run of the pipeline on one day, against a DAG of the same shape that does nothing."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, at_most, median_ratio
from sparkify_fixtures import Settings, generate, log_json_path, read_folder
from sparkify_harness.airflow import Airflow, Wiring
from sparkify_harness.machine import real_data
from sparkify_harness.objectstore import cache_folder
from sparkify_harness.stack import open_stack

DAY = dt.date(2018, 11, 15)
PAIRS = 11


def figures() -> Iterator[Figure]:
    """The ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        real = real_data().is_dir()
        objects = read_folder(real_data()) if real else generate(Settings())
        with open_stack(folder / "stack") as stack:
            stack.seed([log_json_path(), *objects])

            def pipeline() -> None:
                result = stack.run(DAY)
                assert result.succeeded, result.explain()

            noop = Airflow(
                folder / "noop", cache=cache_folder(), dags=Path(__file__).parent / "dags"
            )
            try:

                def empty() -> None:
                    result = noop.run_dag("noop", wiring=Wiring(), day=DAY)
                    assert result.succeeded, result.explain()

                ratio, ours, theirs = median_ratio(pipeline, empty, PAIRS)
            finally:
                noop.close()
        yield at_most(
            "pipeline on one day, against a no-op DAG",
            ratio,
            3.1,
            "",
            f"{'real' if real else 'generated'} day: ours {ours:.2f} s, no-op {theirs:.2f} s",
        )
