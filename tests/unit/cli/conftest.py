"""The command line in this process, as an 80-column terminal without colours shows it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer.rich_utils
from typer.testing import CliRunner, Result

from sparkify_harness.cli import app

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs of a test are its own, and nothing of the user's environment leads elsewhere."""
    monkeypatch.chdir(tmp_path)
    for name in ("SPARKIFY_HOME", "SPARKIFY_DSN", "AWS_ENDPOINT_URL", "MAKELEVEL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".sparkify"


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs `sparkify` with arguments; raises what it raises."""
    monkeypatch.setattr(typer.rich_utils, "FORCE_TERMINAL", False)
    monkeypatch.setattr(typer.rich_utils, "MAX_WIDTH", 80)
    runner = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"})

    def run(*arguments: str) -> Result:
        return runner.invoke(app, arguments, prog_name="sparkify", catch_exceptions=False)

    return run
