"""The whole stack: runs by hand and by backfill, on Celery's workers, give what the oracle says."""

import json
import re

import pytest

from sparkify_fixtures import StoredObject
from sparkify_harness.compose.services import ONE_SHOTS, SERVICES
from sparkify_harness.stack import TASKS
from tests.pipeline.subject import logs_of
from tests.stack.subject import StackUnderTest, expected

pytestmark = pytest.mark.timeout(1200, func_only=True)


def test_every_service_is_healthy(stack: StackUnderTest) -> None:
    found = stack.project.containers()
    assert {one.service for one in found} == {*SERVICES, *ONE_SHOTS, "flower"}
    assert all(one.health == "healthy" for one in found if one.service in SERVICES)
    assert stack.sparkify("status").returncode == 0


def test_ports_are_on_loopback_alone(stack: StackUnderTest) -> None:
    addresses = set()
    for one in stack.project.containers():
        (found,) = json.loads(stack.engine("inspect", one.id))
        for bindings in (found["HostConfig"]["PortBindings"] or {}).values():
            addresses |= {binding["HostIp"] for binding in bindings}
    assert addresses == {"127.0.0.1"}


def test_no_service_is_root_or_may_write_to_its_image(stack: StackUnderTest) -> None:
    for one in stack.project.containers():
        (found,) = json.loads(stack.engine("inspect", one.id))
        assert found["HostConfig"]["ReadonlyRootfs"], one.name
        assert found["HostConfig"]["CapDrop"] == ["ALL"], one.name
        user = found["Config"]["User"]
        assert user.partition(":")[0] not in {"", "0", "root"}, one.name


def test_a_run_by_hand_loads_everything(stack: StackUnderTest, data: list[StoredObject]) -> None:
    stack.seed(data)
    done = stack.sparkify("trigger")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^ \w+ +success ", done.stdout, re.MULTILINE)) == TASKS
    assert re.search(r"^Quality checks: all \d+ passed\.$", done.stdout, re.MULTILINE)
    assert stack.tables() == expected(data)


def test_a_run_that_fails_says_why(stack: StackUnderTest) -> None:
    done = stack.sparkify("trigger", "--param", "log_jsonpaths=nosuch.json")
    assert done.returncode == 1
    assert "Stage_events failed:" in done.stdout
    assert "The specified key does not exist" in " ".join(done.stdout.split())


def test_no_run_is_scheduled_after_the_last_day_of_data(stack: StackUnderTest) -> None:
    with stack.airflow() as airflow:
        assert airflow.runs("scheduled") == []


def test_thirty_days_by_backfill_give_what_one_full_load_gives(
    stack: StackUnderTest, data: list[StoredObject]
) -> None:
    stack.seed(data)
    stack.empty_warehouse()
    days = sorted(logs_of(data))
    assert len(days) == 30
    done = stack.sparkify("backfill", "--from", str(days[0]), "--to", str(days[-1]), timeout=1100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^■ 30 success ", done.stdout, re.MULTILINE), done.stdout
    assert "None of 30 days red." in done.stdout
    assert stack.tables() == expected(data)
    with stack.airflow() as airflow:
        workers = {
            airflow.host(run["dag_run_id"], task)
            for run in airflow.runs("backfill")
            for task in ("Stage_events", "Stage_songs")
        }
    assert len(workers) == 2
    options = ("--from", str(days[0]), "--to", str(days[0]))
    again = stack.sparkify("backfill", *options)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Plan   nothing to run; --reprocess completed" in again.stderr
    again = stack.sparkify("backfill", *options, "--reprocess", "completed", "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    (day,) = json.loads(again.stdout)["days"]
    assert (day["day"], day["state"], day["ran"]) == (str(days[0]), "success", True)
    assert day["attempts"] == 2

    corrected = [
        StoredObject(item.key, item.body[: item.body.index(b"\n", len(item.body) // 2) + 1])
        if item.key.endswith((f"{days[4]}-events.json", f"{days[20]}-events.json"))
        else item
        for item in data
    ]
    stack.seed(corrected)
    whole = ("backfill", "--from", str(days[0]), "--to", str(days[-1]))
    plan = stack.sparkify(*whole, "--dry-run", "--json")
    assert [day["day"] for day in json.loads(plan.stdout)["days"] if day["due"]] == [
        str(days[4]),
        str(days[20]),
    ]
    done = stack.sparkify(*whole, "--json", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [day["day"] for day in json.loads(done.stdout)["days"] if day["ran"]] == [
        str(days[4]),
        str(days[20]),
    ]
    assert stack.tables() == expected(corrected)
