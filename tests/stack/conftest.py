"""The stack in containers, as `sparkify stack` starts it; one for all tests of the lane."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from sparkify_fixtures import Settings, StoredObject, generate, read_folder
from sparkify_harness import machine
from sparkify_harness.compose import settings as stack_settings
from sparkify_harness.compose.engine import Engine, find_engine
from sparkify_harness.compose.errors import NoEngineError
from sparkify_harness.compose.project import Project
from sparkify_harness.container_fixtures import PULL
from sparkify_harness.process import free_port
from tests.stack.images import stand_ins
from tests.stack.subject import START, StackUnderTest


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine; asked for once."""
    try:
        return find_engine()
    except NoEngineError as error:
        pytest.skip(str(error).partition("\n")[0])


@pytest.fixture(scope="session", autouse=True)
def on_this_machine() -> Iterator[None]:
    """Ports of containers are on loopback, whatever Testcontainers takes this machine for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testcontainers_config, "tc_host_override", "127.0.0.1")
        mode = ConnectionMode.docker_host
        patch.setattr(testcontainers_config, "connection_mode_override", mode)
        yield


@pytest.fixture(scope="session", autouse=True)
def images(engine: Engine) -> Iterator[dict[str, str]]:
    """Settings that name base images, in the environment too; none where real ones may be had."""
    if os.environ.get(PULL) == "yes":
        yield {}
        return
    if (reason := stand_ins.lacking()) is not None:
        pytest.skip(f"no base images: ${PULL} is not yes, and no stand-ins: {reason}")
    made = stand_ins.make()
    with pytest.MonkeyPatch.context() as patch:
        for name, image in made.items():
            patch.setenv(name, image)
        yield made


@pytest.fixture(scope="session")
def data() -> list[StoredObject]:
    """The public data set where it is there, else a generated one of as many days."""
    folder = machine.real_data()
    return list(read_folder(folder) if folder.is_dir() else generate(Settings()))


@pytest.fixture(scope="session")
def stack(
    engine: Engine, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StackUnderTest]:
    """A stack with two workers, Flower and an empty bucket; removed afterwards with its data."""
    folder = tmp_path_factory.mktemp("stack")
    ports = {name: str(free_port()) for name in stack_settings.PORTS}
    settings = stack_settings.write(
        folder / "stack.env",
        {
            "COMPOSE_PROJECT_NAME": f"sparkify-test-{secrets.token_hex(3)}",
            "SPARKIFY_SEED": "none",
            **ports,
            **images,
        },
    )
    under_test = StackUnderTest(Project(engine, settings, folder / "compose.log"), folder)
    try:
        started = under_test.sparkify(*START, timeout=1200)
        assert started.returncode == 0, started.stderr
        yield under_test
    finally:
        keep_logs(under_test)
        under_test.sparkify("down", "--volumes")


def keep_logs(stack: StackUnderTest) -> None:
    """What the services printed, for whoever reads after a failure."""
    folder = os.environ.get("SPARKIFY_ARTEFACTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with (Path(folder) / "stack.log").open("w", encoding="utf-8") as log:
            subprocess.run(
                stack.project.command("logs", "--no-color"),
                env=stack.project.environment(),
                stdout=log,
                stderr=log,
                timeout=120,
                check=False,
            )
