"""When a service is ready, and when waiting for it is of no use."""

from typing import Any

import pytest

from sparkify_harness.compose.services import ONE_SHOTS, SERVICES, Container, missing


def container(service: str, status: str, health: str | None = None, code: int = 0) -> Container:
    state: dict[str, Any] = {"Status": status, "ExitCode": code}
    if health is not None:
        log = [{"Output": "old"}, {"Output": "no heartbeat\n"}]
        state["Health"] = {"Status": health, "Log": log}
    labels = {"com.docker.compose.service": service}
    return Container.from_json(
        {"Id": "1", "Name": f"/p_{service}_1", "State": state, "Config": {"Labels": labels}}
    )


@pytest.mark.parametrize(
    ("found", "ready", "failed", "said"),
    [
        pytest.param(container("worker", "created"), False, False, "created", id="created"),
        pytest.param(
            container("worker", "running", "starting"), False, False, "starting", id="starting"
        ),
        pytest.param(container("worker", "running", "healthy"), True, False, "healthy", id="well"),
        pytest.param(
            container("worker", "running", "unhealthy"), False, False, "unhealthy", id="ill"
        ),
        pytest.param(
            container("worker", "exited", "unhealthy", 137),
            False,
            True,
            "ended with exit code 137",
            id="killed",
        ),
        pytest.param(
            container("worker", "restarting", None, 1), False, True, "restarting", id="again"
        ),
        pytest.param(container("seeder", "running"), False, False, "running", id="at work"),
        pytest.param(container("seeder", "exited"), True, False, "done", id="done"),
        pytest.param(
            container("seeder", "exited", None, 1),
            False,
            True,
            "ended with exit code 1",
            id="in vain",
        ),
    ],
)
def test_states(found: Container, ready: bool, failed: bool, said: str) -> None:
    assert (found.ready, found.failed, found.describe()) == (ready, failed, said)


def test_an_ill_service_may_recover() -> None:
    assert container("worker", "running", "unhealthy").ill
    assert not container("worker", "running", "starting").ill


def test_the_last_word_of_a_health_check_is_kept() -> None:
    assert container("worker", "running", "unhealthy").said == "no heartbeat"


def test_services_without_container_are_missing() -> None:
    there = [container(name, "running") for name in (*ONE_SHOTS, *SERVICES) if name != "redis"]
    assert missing(there) == ["redis"]
