"""Airflow in its process: runs, their results, and what happens when something breaks.

The DAG is a small one of our own; it needs neither a warehouse nor an object store.
"""

import datetime as dt
import os
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psutil
import pytest

from sparkify_harness.airflow import (
    Airflow,
    RunResult,
    RunTimedOut,
    TaskResult,
    Wiring,
    WorkerFailed,
)
from tests.processes import command_lines, descendants, gone
from tests.waiting import eventually

pytestmark = pytest.mark.pipeline

DAG_FILE = """
import datetime as dt, os, pathlib, signal, time
from airflow.sdk import DAG, CronDataIntervalTimetable, Variable, task
from plugged import VALUE

with DAG(
    "small",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=dt.datetime(2018, 11, 1, tzinfo=dt.UTC),
    params={"do": "return"},
):
    @task
    def first(params, data_interval_start=None, ti=None):
        print("printed by the task")
        if params["do"] == "fail":
            raise RuntimeError("what went wrong")
        if params["do"] == "retry" and ti.try_number == 1:
            raise RuntimeError("only once")
        if params["do"] == "hang":
            time.sleep(3600)
        if params["do"] == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if params["do"] == "meet":
            folder = pathlib.Path(os.environ["AIRFLOW_HOME"])
            (folder / f"here-{ti.run_id}").touch()
            deadline = time.monotonic() + 90
            while len(list(folder.glob("here-*"))) < 3:
                assert time.monotonic() < deadline, "the others do not run"
                time.sleep(0.01)
            print("met by", data_interval_start.date())
            return os.getpid()
        ti.xcom_push(key="seen", value=sorted(
            name for name in os.environ if name.startswith(("AIRFLOW_CONN", "AWS_", "MY_"))
        ))
        return [str(data_interval_start), Variable.get("word", default=None), VALUE]

    @task
    def second():
        return 2

    first.override(retries=1, retry_delay=dt.timedelta(0))() >> second()
"""


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    root = tmp_path_factory.mktemp("airflow")
    for name, text in {
        "dags/small.py": DAG_FILE,
        "plugins/plugged/__init__.py": "VALUE = 42\n",
        "plugins/.airflowignore": "plugged\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    os.environ["MY_OWN_SETTING"] = "leaks"
    try:
        with Airflow(
            root / "home", cache=root / "cache", dags=root / "dags", plugins=root / "plugins"
        ) as airflow:
            yield airflow
    finally:
        del os.environ["MY_OWN_SETTING"]


DAY = dt.date(2018, 11, 10)
WORD = Wiring(connections={"x": {"conn_type": "aws"}}, variables={"word": "hello"})


def test_a_run_has_the_interval_of_its_day_and_the_wiring_it_was_given(airflow: Airflow) -> None:
    ended: list[TaskResult] = []
    result = airflow.run_dag("small", wiring=WORD, day=DAY, on_task=ended.append)
    assert result.succeeded, result.explain()
    assert [(task.task_id, task.state, task.tries) for task in result.tasks] == [
        ("first", "success", 1),
        ("second", "success", 1),
    ]
    assert result.task("first").value == ["2018-11-10 00:00:00+00:00", "hello", 42]
    assert result.task("second").value == 2
    seen = set(result.xcoms["first"]["seen"])
    assert "AIRFLOW_CONN_X" in seen
    assert not any(name.startswith("MY_") or name == "AWS_PROFILE" for name in seen)
    assert [(task.task_id, task.state) for task in ended] == [
        ("first", "success"),
        ("second", "success"),
    ]
    assert "printed by the task" in result.log_path.read_text()


def test_a_run_without_day_has_no_interval_and_no_earlier_wiring(airflow: Airflow) -> None:
    result = airflow.run_dag("small", wiring=Wiring())
    assert result.succeeded, result.explain()
    assert result.day is None
    assert result.task("first").value == ["None", None, 42]
    assert "AIRFLOW_CONN_X" not in result.xcoms["first"]["seen"]


def test_the_same_day_can_be_run_again(airflow: Airflow) -> None:
    for _ in range(2):
        result = airflow.run_dag("small", wiring=WORD, day=DAY)
        assert result.succeeded, result.explain()
        assert result.task("first").value[0].startswith("2018-11-10")


def test_a_retry_is_counted_and_its_cause_told(airflow: Airflow) -> None:
    ended: list[TaskResult] = []
    result = airflow.run_dag("small", wiring=WORD, conf={"do": "retry"}, on_task=ended.append)
    assert result.succeeded, result.explain()
    assert result.task("first").tries == 2
    assert result.task("first").error is None
    assert [(task.state, task.tries, task.error) for task in ended[:2]] == [
        ("up_for_retry", 1, "RuntimeError: only once"),
        ("success", 2, None),
    ]


def test_a_failed_task_is_a_result_that_explains_itself(airflow: Airflow) -> None:
    result = airflow.run_dag("small", wiring=WORD, day=DAY, conf={"do": "fail"})
    assert not result.succeeded
    assert [task.task_id for task in result.failed] == ["first"]
    assert result.task("first").tries == 2
    assert result.task("second").state == "upstream_failed"
    assert "first failed: RuntimeError: what went wrong" in result.explain()
    assert "RuntimeError: what went wrong" in result.log_path.read_text()


def test_an_unknown_dag_is_told_and_harms_nothing(airflow: Airflow) -> None:
    with pytest.raises(WorkerFailed, match="no DAG nonesuch"):
        airflow.run_dag("nonesuch", wiring=WORD)
    assert airflow.run_dag("small", wiring=WORD).succeeded


CHANGING = """
import datetime as dt
from airflow.sdk import DAG, Variable, task

with DAG("changing", schedule=None, start_date=dt.datetime(2018, 11, 1, tzinfo=dt.UTC)):
    for number in range({tasks}):
        task(task_id=f"task_{{number}}", retries={retries}, retry_delay=0)(lambda: {value})()
"""


def test_a_dag_that_was_changed_is_run_as_it_is_now(airflow: Airflow) -> None:
    file = airflow.home.parent / "dags" / "changing.py"
    for tasks, value in ((1, 10), (1, 10), (3, 111), (2, 1212)):
        file.write_text(CHANGING.format(tasks=tasks, value=value, retries=0))
        result = airflow.run_dag("changing", wiring=WORD)
        assert result.succeeded, result.explain()
        assert [task.value for task in result.tasks] == [value] * tasks
    file.write_text(CHANGING.format(tasks=1, value="1 / 0", retries=1))
    result = airflow.run_dag("changing", wiring=WORD)
    assert [(task.state, task.tries) for task in result.tasks] == [("failed", 2)]
    file.write_text("from airflow.sdk import DAG\n1 / 0")
    with pytest.raises(WorkerFailed, match=r"no DAG changing(?s:.*)division by zero"):
        airflow.run_dag("changing", wiring=WORD)
    file.unlink()


def test_the_migrated_database_is_kept_for_the_next_home(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    assert list((airflow.home.parent / "cache" / "airflow").glob("metadata-*.db"))


def test_the_home_is_ours_alone(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    assert airflow.home.stat().st_mode & 0o077 == 0
    assert airflow.log_path.stat().st_mode & 0o077 == 0


def processes(airflow: Airflow) -> list[psutil.Process]:
    """Those that run Python for this Airflow: the one that forks, then its workers."""
    of_ours = [
        child
        for child, line in command_lines(descendants())
        if str(airflow.home) in line and "lifeline" not in line
    ]
    return sorted(of_ours, key=lambda process: process.create_time())


def test_a_worker_that_dies_is_told_and_replaced(airflow: Airflow) -> None:
    with pytest.raises(WorkerFailed, match="Airflow died in first") as told:
        airflow.run_dag("small", wiring=WORD, conf={"do": "die"})
    assert "[DAG TEST] starting task_id=first" in str(told.value)  # the log of that run
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded


def test_a_run_that_hangs_is_ended_and_its_worker_replaced(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    before = processes(airflow)
    with pytest.raises(RunTimedOut, match=r"did not end in 3 s and was killed in (first|its )"):
        airflow.run_dag("small", wiring=WORD, conf={"do": "hang"}, timeout=3)
    assert eventually(lambda: processes(airflow) == before[:1])
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded


def test_a_worker_that_died_at_rest_is_no_failed_run(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    _, worker = processes(airflow)
    worker.kill()
    assert eventually(lambda: gone(worker))
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded


def test_airflow_is_started_again_where_all_of_it_died(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    nursery, worker = processes(airflow)
    nursery.kill()
    assert eventually(lambda: gone(nursery) and gone(worker))
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded
    assert airflow.wait_until_ready() > 0


def test_the_process_that_forks_has_one_thread_and_no_metadata_of_runs(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD, day=DAY)
    assert processes(airflow)[0].num_threads() == 1
    with closing(sqlite3.connect(airflow.home / "airflow.db")) as metadata:
        assert metadata.execute("SELECT COUNT(*) FROM dag_run").fetchone() == (0,)


@pytest.fixture(scope="module")
def met(airflow: Airflow) -> list[RunResult]:
    """Three runs that wait for each other."""

    def run(day: int) -> RunResult:
        return airflow.run_dag(
            "small", wiring=WORD, day=dt.date(2018, 11, day), conf={"do": "meet"}, timeout=100
        )

    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(run, (1, 2, 3)))


def test_several_runs_at_once_have_workers_of_their_own(met: list[RunResult]) -> None:
    assert all(result.succeeded for result in met), [result.explain() for result in met]
    assert len({result.task("first").value for result in met}) == 3


def test_several_runs_at_once_have_logs_of_their_own(met: list[RunResult]) -> None:
    texts = [result.log_path.read_text() for result in met]
    for day, text in enumerate(texts, 1):
        said = [line for line in text.splitlines() if "met by" in line]
        assert len(said) == 1, text
        assert f"met by 2018-11-0{day}" in said[0]


def test_a_run_that_hangs_or_dies_does_not_touch_its_neighbours(airflow: Airflow) -> None:
    def run(do: str, timeout: float = 100) -> RunResult:
        return airflow.run_dag("small", wiring=WORD, day=DAY, conf={"do": do}, timeout=timeout)

    with ThreadPoolExecutor(3) as threads:
        hanging, dying = threads.submit(run, "hang", 5), threads.submit(run, "die")
        for _ in range(3):
            assert threads.submit(run, "return").result().succeeded
        assert isinstance(dying.exception(), WorkerFailed)
        assert isinstance(hanging.exception(), RunTimedOut)


def test_closing_ends_runs_that_are_under_way(airflow: Airflow) -> None:
    begun = threading.Event()

    def run() -> RunResult:
        return airflow.run_dag(
            "small", wiring=WORD, day=DAY, conf={"do": "retry"}, on_task=lambda _: begun.set()
        )

    def run_and_hang() -> RunResult:
        return airflow.run_dag("small", wiring=WORD, day=DAY, conf={"do": "hang"})

    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(run_and_hang)
        assert threads.submit(run).result().succeeded
        assert begun.is_set()
        airflow.close()
        assert isinstance(hanging.exception(30), WorkerFailed)
    assert processes(airflow) == []
    with pytest.raises(WorkerFailed, match="was closed"):
        airflow.run_dag("small", wiring=WORD)
    assert processes(airflow) == []
    airflow.start()
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded
