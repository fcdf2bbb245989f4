"""The stack's secrets are in its settings and in its processes' environments, and nowhere else."""

import json
import subprocess

import pytest

from harness.compose import settings as stack_settings
from tests.stack.subject import StackUnderTest

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def hidden(stack: StackUnderTest) -> list[str]:
    """The values to look for, after a run has used them."""
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
    places["what Compose said"] = stack.project.log_path.read_text(encoding="utf-8")
    assert len(places["logs of tasks"]) > 1000
    leaks = [place for place, text in places.items() for secret in hidden if secret in text]
    assert not leaks


def test_the_settings_are_for_their_owner_alone(stack: StackUnderTest) -> None:
    assert stack.project.settings.file.stat().st_mode & 0o777 == 0o600


def test_the_stack_is_not_opened_to_the_network_by_accident(
    stack: StackUnderTest, images: dict[str, str]
) -> None:
    file = stack.folder / "open.env"
    values = {**stack.project.settings.values, **images, "SPARKIFY_BIND": "0.0.0.0"}
    values["COMPOSE_PROJECT_NAME"] = f"{stack.project.settings.project}-open"
    file.write_text(stack_settings.render(values, {}), encoding="utf-8")
    refused = stack.with_settings(file).sparkify("up", "--no-build")
    assert refused.returncode == 3
    assert "SPARKIFY_BIND=0.0.0.0 opens the stack to the network" in refused.stderr
    assert "SPARKIFY_ALLOW_REMOTE=yes" in refused.stderr


def test_compose_alone_does_not_open_it_either(
    stack: StackUnderTest, images: dict[str, str]
) -> None:
    file = stack.folder / "open.env"
    values = {**stack.project.settings.values, **images, "SPARKIFY_BIND": "0.0.0.0"}
    values["COMPOSE_PROJECT_NAME"] = f"{stack.project.settings.project}-open"
    file.write_text(stack_settings.render(values, {}), encoding="utf-8")
    other = stack.with_settings(file).project
    try:
        done = subprocess.run(
            other.command("up", "--detach", "redshift"),
            env=other.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode != 0
        assert {one.service for one in other.containers() if one.status == "running"} == set()
    finally:
        other.down(volumes=True)
