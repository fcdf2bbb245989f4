"""`sparkify stack` where there is no stack: what is said, and what is shown of one."""

import socket
from pathlib import Path

import pytest

from sparkify_harness.airflow.errors import AirflowApiError
from sparkify_harness.commands import stack_options
from sparkify_harness.commands.exits import CommandError
from sparkify_harness.commands.stack_view import addresses
from sparkify_harness.compose import settings
from sparkify_harness.compose.engine import Engine
from sparkify_harness.compose.errors import NoEngineError, SettingsError
from sparkify_harness.compose.services import Container
from sparkify_harness.process import free_port
from tests.unit.cli.conftest import Invoke


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """Settings with ports where nothing listens."""
    ports = {name: str(free_port()) for name in settings.PORTS}
    file = tmp_path / "stack.env"
    settings.write(file, ports)
    return file


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[Container]:
    """An engine that runs nothing, and the containers that it is said to have."""
    found: list[Container] = []
    program = Engine("true", "1", ("true",), "1")
    monkeypatch.setattr(stack_options, "find_engine", lambda: program)
    monkeypatch.setattr("sparkify_harness.compose.project.containers", lambda *_: found)
    return found


def test_init_makes_settings_and_says_what_next(tmp_path: Path, invoke: Invoke) -> None:
    file = tmp_path / "new.env"
    done = invoke("stack", "init", "--env-file", str(file), "--set", "SPARKIFY_SEED=none")
    assert done.exit_code == 0
    assert "Now: sparkify stack up" in done.stderr
    assert settings.read(file)["SPARKIFY_SEED"] == "none"
    assert not [secret for secret in settings.read(file).secret_values() if secret in done.output]


def test_what_is_set_must_have_a_value(tmp_path: Path, invoke: Invoke) -> None:
    done = invoke("stack", "init", "--env-file", str(tmp_path / "new.env"), "--set", "SEED")
    assert done.exit_code == 2
    assert "--set wants NAME=VALUE, not 'SEED'" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("REDIS_PASSWORD=x", "REDIS_PASSWORD is a secret"),
        ("SPARKIFY_PRT=1", "docker-compose.yaml has no setting SPARKIFY_PRT"),
    ],
)
def test_secrets_and_unknown_settings_are_refused(
    tmp_path: Path, invoke: Invoke, setting: str, said: str
) -> None:
    done = invoke("stack", "init", "--env-file", str(tmp_path / "new.env"), "--set", setting)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_without_an_engine_it_says_so(
    env_file: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEngineError, match="no container engine: there is no docker"):
        invoke("stack", "up", "--env-file", str(env_file))


def test_without_settings_it_says_how_to_make_them(tmp_path: Path, invoke: Invoke) -> None:
    with pytest.raises(SettingsError, match="sparkify stack init makes it"):
        invoke("stack", "trigger", "--env-file", str(tmp_path / "none.env"))


def test_a_port_in_use_is_named_with_its_setting(
    env_file: Path, invoke: Invoke, engine: list[Container]
) -> None:
    port = int(settings.read(env_file)["SPARKIFY_CONSOLE_PORT"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(CommandError) as refused:
            invoke("stack", "up", "--env-file", str(env_file))
    assert f"{port}, for MinIO's console (SPARKIFY_CONSOLE_PORT)" in str(refused.value)
    assert str(env_file) in str(refused.value)


def test_a_stack_that_does_not_run_is_told(
    env_file: Path, invoke: Invoke, engine: list[Container]
) -> None:
    with pytest.raises(CommandError, match="sparkify is not running: sparkify stack up"):
        invoke("stack", "status", "--env-file", str(env_file))
    with pytest.raises(AirflowApiError, match="does not answer"):
        invoke("stack", "trigger", "--env-file", str(env_file))


def test_status_shows_who_is_ill_and_what_it_says(
    env_file: Path, invoke: Invoke, engine: list[Container]
) -> None:
    engine += [
        Container("1", "p_redis_1", "redis", "running", "healthy", 0, "PONG"),
        Container("2", "p_worker_1", "worker", "running", "unhealthy", 0, "does not answer"),
    ]
    done = invoke("stack", "status", "--env-file", str(env_file))
    assert done.exit_code == 1
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert any(line.startswith("Not there: ") and "scheduler" in line for line in lines)
    assert "redis healthy" in lines
    assert "worker unhealthy does not answer" in lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2018-11-02", "--to", "2018-11-01"), "is after --to 2018-11-01"),
        (("--from", "2018-11-02"), "Missing option '--to'"),
        (("--from", "yesterday", "--to", "2018-11-01"), "'yesterday' does not match"),
    ],
)
def test_a_range_of_days_must_be_one(
    env_file: Path, invoke: Invoke, options: tuple[str, ...], said: str
) -> None:
    done = invoke("stack", "backfill", "--env-file", str(env_file), *options)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_addresses_name_passwords_and_show_none(env_file: Path) -> None:
    found = settings.read(env_file)
    shown = str(addresses(found, monitoring=True))
    assert not [secret for secret in found.secret_values() if secret in shown]
    assert all(found[name] in shown for name in settings.PORTS)
