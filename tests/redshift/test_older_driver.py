"""The same cases through redshift_connector 2.1: two lines of the driver are in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
DRIVER = Path(sys.prefix) / "connector-2.1"

pytestmark = pytest.mark.skipif(
    not DRIVER.is_dir(), reason=f'no redshift_connector 2.1 in {DRIVER}; "make test" brings it'
)


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(DRIVER)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_the_older_driver_is_the_one_that_is_imported() -> None:
    child = run("-c", "import redshift_connector; print(redshift_connector.__version__)")
    assert child.stdout.startswith("2.1."), child.stderr


@pytest.mark.parametrize("module", ["wire/test_clients.py", "test_types.py"])
def test_its_cases_pass(module: str) -> None:
    child = run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not psycopg and not psql",
        f"tests/redshift/{module}",
    )  # fmt: skip
    assert child.returncode == 0, child.stdout[-3000:]
    assert " passed" in child.stdout
