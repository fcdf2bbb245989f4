"""An Airflow with a scheduler: its home and environment, and what is said when it fails.

Its programs are stand-ins that start at once; the lane `scheduler` has the real ones.
"""

import sqlite3
import stat
import sys
import sysconfig
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sparkify_harness.airflow import Wiring
from sparkify_harness.airflow.deployment import Deployment
from sparkify_harness.airflow.deployment_home import DeploymentHome, Ports
from sparkify_harness.airflow.errors import CommandFailed, DeploymentFailed
from sparkify_harness.airflow.home import template_path
from sparkify_harness.process import ChildTimeoutError
from tests.processes import descendants, gone
from tests.waiting import eventually

pytestmark = pytest.mark.medium

WIRING = Wiring(connections={"redshift": {"password": "a-secret"}}, variables={"word": "hello"})


def home(folder: Path) -> DeploymentHome:
    return DeploymentHome(
        folder=folder,
        dags=folder / "dags",
        plugins=folder / "plugins",
        settings="some.settings",
        parallelism=3,
        preload=("json", "csv"),
        extra=WIRING.environment(),
    )


def test_the_environment_is_shut_off_and_on_loopback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_MINE", "AWS_PROFILE"):
        monkeypatch.setenv(name, "of-the-user")
    variables = home(tmp_path).environment(Ports(4711, 4712))
    assert "of-the-user" not in variables.values()
    assert variables["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert variables["AIRFLOW__CORE__PARALLELISM"] == "3"
    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__API__PORT"] == "4711"
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"].startswith("http://127.0.0.1:4712/")
    assert variables["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert variables["AIRFLOW_VAR_WORD"] == "hello"


def test_every_home_has_secrets_of_its_own_and_shows_none(tmp_path: Path) -> None:
    one, other = home(tmp_path), home(tmp_path)
    for name in ("API__SECRET_KEY", "API_AUTH__JWT_SECRET", "CORE__FERNET_KEY"):
        secret = one.environment(Ports(1, 2))[f"AIRFLOW__{name}"]
        assert len(secret) > 30
        assert secret != other.environment(Ports(1, 2))[f"AIRFLOW__{name}"]
        assert secret not in repr(one)
    assert one.password != other.password
    assert one.password not in repr(one)
    assert "a-secret" not in repr(one)


def test_what_airflow_reads_is_there_before_it_starts(tmp_path: Path) -> None:
    one = home(tmp_path / "home")
    for _ in range(2):  # a home may be used again
        one.prepare(tmp_path / "cache")
    settings = one.folder / "config" / "airflow_local_settings.py"
    assert settings.read_text() == "from some.settings import *\n"
    assert (one.folder / "airflow.cfg").read_text() == ""
    passwords = one.folder / "passwords.json"
    assert one.password in passwords.read_text()
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600


STAND_IN = """
import os, sys, time
name = sys.argv[1]
print(name, "as", os.environ["AIRFLOW_HOME"], flush=True)
{behaviour}
"""


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Deployment]:
    """Makes a deployment whose components, and whose command, are a program of these lines."""
    cache = tmp_path / "cache"
    template_path(cache).parent.mkdir(parents=True)
    with closing(sqlite3.connect(template_path(cache))) as connection:
        connection.execute("CREATE TABLE t (x)")

    def make(behaviour: str) -> Deployment:
        program = tmp_path / "code" / "sparkify_harness" / "airflow" / "component.py"
        program.parent.mkdir(parents=True)
        for folder in (program.parent, program.parent.parent):
            (folder / "__init__.py").touch()
        program.write_text(STAND_IN.format(behaviour=behaviour))
        command = tmp_path / "scripts" / "airflow"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {program} "$@"\n')
        command.chmod(0o700)
        monkeypatch.setattr(sysconfig, "get_path", lambda _: str(command.parent))
        return Deployment(
            tmp_path / "home",
            cache=cache,
            wiring=WIRING,
            variables={"PYTHONPATH": str(tmp_path / "code")},
        )

    return make


def test_a_component_that_ends_is_told_with_its_log(deployed: Callable[[str], Deployment]) -> None:
    dies = 'print("what went wrong"); sys.exit(3 if name == "scheduler" else time.sleep(600))'
    with deployed(dies) as airflow, pytest.raises(DeploymentFailed) as told:
        airflow.wait_until_ready()
    assert "Airflow (scheduler) ended with exit code 3" in str(told.value)
    assert "what went wrong" in str(told.value)
    assert str(airflow.home / "scheduler.log") in str(told.value)
    assert "a-secret" not in str(told.value)


def test_an_airflow_that_is_not_ready_in_time_is_told_with_all_logs(
    deployed: Callable[[str], Deployment],
) -> None:
    with deployed("time.sleep(600)") as airflow:
        with pytest.raises(DeploymentFailed, match=r"not ready after 0\.5 s") as told:
            airflow.wait_until_ready(timeout=0.5)
        for name in ("api-server", "execution-api", "scheduler", "dag-processor"):
            assert f"Airflow ({name})" in str(told.value)


def test_a_port_that_was_taken_meanwhile_is_not_the_end(
    deployed: Callable[[str], Deployment],
) -> None:
    once = (
        'seen = os.environ["AIRFLOW_HOME"] + "/seen"\n'
        'if name != "api-server": time.sleep(600)\n'
        'if os.path.exists(seen): print("another reason"); sys.exit(2)\n'
        'open(seen, "w").close(); print("[Errno 98] Address already in use"); sys.exit(1)'
    )
    with deployed(once) as airflow, pytest.raises(DeploymentFailed, match="another reason"):
        airflow.wait_until_ready()


def test_nothing_runs_after_the_context(deployed: Callable[[str], Deployment]) -> None:
    others = descendants()  # servers of other tests
    with deployed("time.sleep(600)") as airflow:
        started = descendants() - others
        assert len(started) >= 4
        assert airflow.component("scheduler").exit_code is None
    assert eventually(lambda: all(map(gone, started)))


def test_a_command_has_the_environment_and_says_what_it_said(
    deployed: Callable[[str], Deployment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", "/of/the/user")
    with deployed('"sleeps" in sys.argv or sys.exit(0); time.sleep(600)') as airflow:
        said = airflow.command("dags", "list")
        assert f"dags as {airflow.home}" in said
        assert "/of/the/user" not in said
        with pytest.raises(ChildTimeoutError):
            airflow.command("dags", "sleeps", timeout=0.3)


def test_a_command_that_fails_is_told_in_its_words(
    deployed: Callable[[str], Deployment],
) -> None:
    with deployed('print("no such DAG", file=sys.stderr); sys.exit(2)') as airflow:
        with pytest.raises(CommandFailed, match="airflow dags list ended with exit code 2") as told:
            airflow.command("dags", "list")
        assert "no such DAG" in str(told.value)
        assert (airflow.home / "commands" / "0001-dags-list.log").exists()
