"""The built wheel, installed where no checkout is, in an environment with its dependencies."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from sparkify_harness.locations import CHECKOUT
from tests.cli.conftest import DEADLINE, SMALL

Installed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel, and with all else of that in which the tests run.

    A folder that a `.pth` file names is searched for packages, but not for more such files: the
    editable installation of the checkout is not seen.
    """
    folder = tmp_path_factory.mktemp("installed")
    built, venv = folder / "built", folder / "venv"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        timeout=DEADLINE,
    )
    (wheel,) = built.iterdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    subprocess.run(
        [uv, "pip", "install", "--offline", "--no-deps", "--python", venv / "bin/python", wheel],
        check=True,
        capture_output=True,
        timeout=DEADLINE,
    )
    return venv


@pytest.fixture(scope="module")
def sparkify(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The command of that environment, in an empty folder."""
    folder = tmp_path_factory.mktemp("empty")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [environment / "bin" / "sparkify", *arguments],
            cwd=folder,
            env=kept | {"COLUMNS": "80"},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    return run


def test_it_brings_no_package_of_a_common_name(environment: Path) -> None:
    (record,) = environment.glob("lib/python*/site-packages/sparkify-*.dist-info/RECORD")
    roots = {line.partition("/")[0] for line in record.read_text().splitlines()}
    packages = {root for root in roots if not root.endswith(".dist-info") and root != ".."}
    assert packages == {"sparkify", "sparkify_fixtures", "sparkify_harness"}


def test_it_is_not_the_checkout_that_runs(environment: Path) -> None:
    code = "import sparkify, sparkify_fixtures, sparkify_harness as h; print(h.__file__)"
    done = subprocess.run(
        [environment / "bin" / "python", "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath},
        cwd="/",
    )
    assert done.stdout.startswith(str(environment))


@pytest.fixture(scope="module")
def ran(sparkify: Installed) -> "subprocess.CompletedProcess[str]":
    """A run of the pipeline in that folder."""
    return sparkify("run", *SMALL, "--json")


def test_the_pipeline_runs_in_an_empty_folder(ran: "subprocess.CompletedProcess[str]") -> None:
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["tables"]["songplays"] > 0


@pytest.mark.usefixtures("ran")
def test_its_rows_can_be_asked_for(sparkify: Installed) -> None:
    done = sparkify("sql", "select count(*) > 0 from songplays")
    assert (done.returncode, "t" in done.stdout.split()) == (0, True), done.stderr


def test_a_check_finds_its_sql(sparkify: Installed) -> None:
    done = sparkify("check")
    assert done.returncode == 0, done.stderr


def test_the_stack_in_containers_asks_for_a_checkout(sparkify: Installed) -> None:
    done = sparkify("stack", "up")
    assert done.returncode == 3
    assert "Clone the project" in " ".join(done.stderr.split())
