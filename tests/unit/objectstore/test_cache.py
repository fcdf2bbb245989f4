"""Where the MinIO server is looked for."""

import platform
from pathlib import Path

import pytest

from sparkify_harness.objectstore.cache import cache_folder, find_minio, installed_minio


def program(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("SPARKIFY_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("system", "environment", "folder"),
    [
        pytest.param("Linux", {}, "home/.cache/sparkify", id="Linux"),
        pytest.param("Linux", {"XDG_CACHE_HOME": "/x"}, "/x/sparkify", id="Linux, XDG"),
        pytest.param("Darwin", {}, "home/Library/Caches/sparkify", id="macOS"),
        pytest.param("Darwin", {"SPARKIFY_CACHE": "/mine"}, "/mine", id="chosen"),
        pytest.param("Linux", {"SPARKIFY_CACHE": "~/mine"}, "home/mine", id="chosen, below home"),
    ],
)
def test_cache_folder(
    system: str,
    environment: dict[str, str],
    folder: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    for name in ("SPARKIFY_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == tmp_path / folder


def test_there_may_be_none() -> None:
    assert find_minio() is None


def test_the_one_that_we_installed_is_found() -> None:
    ours = program(installed_minio())
    assert find_minio() == ours


def test_the_one_on_path_comes_first(tmp_path: Path) -> None:
    program(installed_minio())
    on_path = program(tmp_path / "path" / "minio")
    assert find_minio() == on_path


def test_a_file_that_cannot_be_run_is_none() -> None:
    program(installed_minio(), mode=0o644)
    assert find_minio() is None
