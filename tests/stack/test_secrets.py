"""The stack's secrets are in its settings and in its processes' environments, and nowhere else."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from sparkify_fixtures import StoredObject
from tests.stack.subject import StackUnderTest
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300, func_only=True)


@pytest.fixture
def hidden(stack: StackUnderTest, data: list[StoredObject]) -> list[str]:
    """The values to look for, after a run has used them."""
    stack.seed(data)
    assert stack.sparkify("trigger").returncode == 0
    return stack.project.settings.secret_values()


def test_no_secret_is_in_images_logs_or_process_lists(
    stack: StackUnderTest, hidden: list[str]
) -> None:
    found = stack.project.containers()
    places = {}
    for one in found:
        image = json.loads(stack.engine("inspect", one.id))[0]["Image"]
        places[f"image of {one.service}"] = stack.engine("image", "inspect", image)
        places[f"history of {one.service}"] = stack.engine("history", "--no-trunc", image)
        logs = subprocess.run(
            [stack.project.engine.program, "logs", one.id],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        places[f"log of {one.name}"] = logs.stdout + logs.stderr
        if one.status == "running":
            places[f"processes of {one.name}"] = stack.engine("top", one.id, "-eo", "pid,args")
    places["logs of tasks"] = stack.project.exec(
        "worker", "bash", "-c", "cat $(find /opt/airflow/logs -type f)"
    ).stdout
    said = stack.folder / ".sparkify" / f"compose-{stack.project.settings.project}.log"
    places["what Compose said"] = said.read_text(encoding="utf-8")
    assert len(places["logs of tasks"]) > 1000
    leaks = [place for place, text in places.items() for secret in hidden if secret in text]
    assert not leaks


def test_the_warehouses_key_is_for_the_warehouse_alone(stack: StackUnderTest) -> None:
    """Who shares the volume reads what has to be trusted, and no more."""
    for name, code in (("ca.pem", 0), ("trusted.pem", 0), ("server.key", 1)):
        done = stack.project.exec("worker", "cat", f"/opt/airflow/tls/{name}")
        assert done.returncode == code, done.stderr
    written = stack.project.exec("worker", "touch", "/opt/airflow/tls/new")
    assert written.returncode != 0


def test_the_settings_are_for_their_owner_alone(stack: StackUnderTest) -> None:
    assert stack.project.settings.file.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def opened(stack: StackUnderTest, images: dict[str, str]) -> Iterator[StackUnderTest]:
    """Another stack, whose settings would open it to the network."""
    file = stack.folder / "open.env"
    values = {**stack.project.settings.values, **images, "SPARKIFY_BIND": "0.0.0.0"}
    values["COMPOSE_PROJECT_NAME"] = f"{stack.project.settings.project}-open"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    other = stack.with_settings(file)
    yield other
    other.project.down(volumes=True)


def test_the_command_does_not_open_the_stack_by_accident(opened: StackUnderTest) -> None:
    refused = opened.sparkify("up", "--no-build")
    assert refused.returncode == 3
    assert "SPARKIFY_BIND=0.0.0.0 opens the stack to the network" in refused.stderr
    assert "SPARKIFY_ALLOW_REMOTE=yes" in refused.stderr
    assert opened.project.containers() == []


def test_compose_alone_does_not_open_it_either(opened: StackUnderTest) -> None:
    done = subprocess.run(
        opened.project.command("up", "--detach", "redshift"),
        env=opened.project.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    check = opened.container("address-check")
    assert (check.status, check.exit_code) == ("exited", 1)
    said = subprocess.run(
        [opened.project.engine.program, "logs", check.id],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "SPARKIFY_BIND=0.0.0.0 opens the stack to the network" in said.stderr

    def running() -> list[str]:
        return [one.name for one in opened.project.containers() if one.status == "running"]

    # What makes the certificates began beside the check, and comes to its end by itself.
    assert eventually(lambda: not running(), 30), running()
