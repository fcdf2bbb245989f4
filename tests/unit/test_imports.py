"""Imports point one way: what import-linter, called by `make lint`, does not see."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.medium

CHECKOUT = Path(__file__).resolve().parents[2]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_dags_know_nothing_of_the_harness() -> None:
    """They are files in a folder, not modules of a package: import-linter does not see them."""
    files = list((CHECKOUT / "dags").rglob("*.py"))
    assert files
    wrong = [
        f"{path.relative_to(CHECKOUT)} imports {module}"
        for path in files
        for module in imported(path)
        if module.partition(".")[0] in {"sparkify_harness", "sparkify_fixtures"}
    ]
    assert not wrong


def test_what_the_harness_reads_of_the_pipeline_loads_no_airflow() -> None:
    modules = {
        module
        for path in (CHECKOUT / "harness").rglob("*.py")
        for module in imported(path)
        if module.startswith("sparkify.")
    }
    assert modules
    code = f"import {', '.join(sorted(modules))}, sys; print('airflow' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "plugins")},
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "module",
    [
        "sparkify_harness.compose.seeder",
        "sparkify_harness.redshift.__main__",
        "sparkify_harness.redshift.health",
    ],
)
def test_what_the_image_of_the_warehouse_runs_needs_no_pipeline(module: str) -> None:
    absent = "sys.modules.update(dict.fromkeys(('sparkify', 'airflow', 'playwright', 'pytest')))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {absent}; import {module}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr


def test_sockets_stay_with_the_server_its_connections_and_those_to_s3() -> None:
    users = {
        path.relative_to(CHECKOUT / "harness" / "sparkify_harness" / "redshift").as_posix()
        for path in (CHECKOUT / "harness" / "sparkify_harness" / "redshift").rglob("*.py")
        if "socket" in set(imported(path))
    }
    assert users == {"front/server.py", "front/connection.py", "copying/connections.py"}
