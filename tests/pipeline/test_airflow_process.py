"""Airflow in its process: runs, their results, and what happens when something breaks.

The DAG is a small one of our own; it needs neither a warehouse nor an object store.
"""

import datetime as dt
import os
from collections.abc import Iterator

import psutil
import pytest

from harness.airflow import Airflow, RunTimedOut, TaskResult, Wiring, WorkerFailed

pytestmark = pytest.mark.pipeline

DAG_FILE = """
import datetime as dt, os, signal, time
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


def test_the_migrated_database_is_kept_for_the_next_home(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    assert list((airflow.home.parent / "cache" / "airflow").glob("metadata-*.db"))


def test_the_home_is_ours_alone(airflow: Airflow) -> None:
    airflow.run_dag("small", wiring=WORD)
    assert airflow.home.stat().st_mode & 0o077 == 0
    assert airflow.log_path.stat().st_mode & 0o077 == 0


def test_a_worker_that_dies_is_told_and_replaced(airflow: Airflow) -> None:
    with pytest.raises(WorkerFailed, match="Airflow died"):
        airflow.run_dag("small", wiring=WORD, conf={"do": "die"})
    assert airflow.run_dag("small", wiring=WORD, day=DAY).succeeded


def test_a_run_that_hangs_is_ended_with_all_its_processes(airflow: Airflow) -> None:
    with pytest.raises(RunTimedOut, match="did not end in 1 s"):
        airflow.run_dag("small", wiring=WORD, conf={"do": "hang"}, timeout=1)
    children = psutil.Process().children(recursive=True)
    assert not [child for child in children if str(airflow.home) in " ".join(child.cmdline())]
