"""What the DAG's file adds to `import airflow.sdk`: Airflow pays it at each parse."""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import RUNS, Figure, at_most
from sparkify_harness.airflow.home import environment
from sparkify_harness.locations import DAGS, PLUGINS

_CODE = """
import sys, time  # CPU time: the machine may have other work
began = time.process_time()
import airflow.sdk
imported = time.process_time()
import runpy
if len(sys.argv) > 1:
    runpy.run_path(sys.argv[1])
print(imported - began, time.process_time() - imported)
"""

REFERENCE = """
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import (
    DAG, Asset, BaseHook, BaseNotifier, BaseOperator, Context, CronDataIntervalTimetable,
    ExceptionRetryPolicy, Param, Variable, chain,
)
DAG("reference", schedule=None)
"""
"""What any DAG with operators of its own imports of Airflow, which loads it by name."""


def figures() -> Iterator[Figure]:
    """One figure: seconds of ours, less those of a DAG without a task."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = folder / "reference.py"
        reference.write_text(REFERENCE, encoding="utf-8")
        ours = DAGS / "sparkify_etl.py"
        for file in (ours, reference):  # compiled once, as in production
            _seconds(folder, file)
        pairs = [(_seconds(folder, ours), _seconds(folder, reference)) for _ in range(RUNS)]
        added = statistics.median(mine - theirs for mine, theirs in pairs)
        whole = statistics.median(mine for mine, _ in pairs)
        yield at_most(
            "parsing the DAG, beyond importing Airflow",
            added,
            0.15,
            "s",
            f"{whole:.2f} s with what any DAG imports of Airflow",
        )


def _seconds(folder: Path, file: Path) -> float:
    """Of running a DAG's file, after `import airflow.sdk`, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(file)],
        env=environment(folder, dags=DAGS, plugins=PLUGINS) | {"PYTHONPATH": str(PLUGINS)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return float(done.stdout.split()[-1])
