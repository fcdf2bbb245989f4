"""Building MinIO: with a Go that works, one that fails, and none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from sparkify_harness.objectstore import GoNotFoundError, InstallError, find_minio
from sparkify_harness.objectstore import install as install_module
from sparkify_harness.objectstore.cache import cache_folder, installed_minio
from sparkify_harness.objectstore.install import MODULE, VERSION, install

WORKS = """
echo "go: downloading example.com/module v1.0.0" >&2
echo "example.com/module/package" >&2
echo "$@" > "$GOBIN/../arguments"
printf '#!/bin/sh\\necho minio version 1' > "$GOBIN/minio"
chmod +x "$GOBIN/minio"
"""
FAILS = 'echo "example.com/module: proxy says no" >&2; exit 1'
BUILDS_WHAT_DOES_NOT_RUN = """
printf '#!/bin/sh\\necho wrong machine >&2; exit 1' > "$GOBIN/minio"; chmod +x "$GOBIN/minio"
"""

Toolchain = Callable[[str], None]


@pytest.fixture(autouse=True)
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    """Puts a `go` on PATH that runs a script; none before it is called."""
    monkeypatch.setattr(install_module, "_GO_FOLDER", str(tmp_path / "none"))
    monkeypatch.setenv("SPARKIFY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")

    def write(script: str) -> None:
        program = tmp_path / "path" / "go"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return write


@pytest.fixture
def console() -> Console:
    return Console(record=True, force_terminal=False, width=200)


def test_it_is_built_from_the_pinned_source_into_the_cache(go: Toolchain, console: Console) -> None:
    go(WORKS)
    assert install(console) == installed_minio() == find_minio()
    arguments = (cache_folder() / "arguments").read_text()
    assert arguments.split()[-1] == f"{MODULE}@{VERSION}"
    said = console.export_text()
    assert f"Building {MODULE}@{VERSION}" in said
    assert "MinIO is installed" in said
    assert not list(cache_folder().glob("build-*"))


def test_a_second_time_it_is_there(go: Toolchain, console: Console) -> None:
    go(WORKS)
    install(console)
    go(FAILS)
    assert install(console) == installed_minio()
    assert f"MinIO is there: {installed_minio()}" in console.export_text()


def test_force_builds_again(go: Toolchain, console: Console) -> None:
    go(WORKS)
    install(console)
    installed_minio().write_text("old")
    install(console, force=True)
    assert "minio version 1" in installed_minio().read_text()


def test_a_failure_shows_what_go_said_and_changes_nothing(go: Toolchain, console: Console) -> None:
    go(WORKS)
    before = install(console).read_bytes()
    go(FAILS)
    with pytest.raises(InstallError, match=r"(?s)exit code 1.*proxy says no.*minio-install\.log"):
        install(console, force=True)
    assert installed_minio().read_bytes() == before
    assert not list(cache_folder().glob("build-*"))


def test_what_does_not_run_is_not_installed(go: Toolchain, console: Console) -> None:
    go(BUILDS_WHAT_DOES_NOT_RUN)
    with pytest.raises(InstallError, match="does not run: wrong machine"):
        install(console)
    assert find_minio() is None


def test_without_go_the_other_ways_are_told(console: Console) -> None:
    with pytest.raises(GoNotFoundError, match=r"(?s)go\.dev.*PATH.*quay\.io/minio.*embedded"):
        install(console)


def test_a_cache_that_cannot_be_written_is_named(
    go: Toolchain, console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPARKIFY_CACHE", str(tmp_path / "file"))
    go(WORKS)
    with pytest.raises(InstallError, match=r"cannot write to .*/file: .*SPARKIFY_CACHE"):
        install(console)
