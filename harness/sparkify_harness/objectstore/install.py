"""Builds the MinIO server from its source into our cache.

The official binaries and images are gone or frozen; releases are source only, and the Go toolchain
fetches and verifies them. Tags named RELEASE... are no versions to Go, so the commit's is named.
"""

import os
import shutil
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sparkify_harness.objectstore.cache import cache_folder, find_minio, installed_minio
from sparkify_harness.objectstore.container import IMAGE
from sparkify_harness.objectstore.errors import GoNotFoundError, InstallError
from sparkify_harness.process import Child, ChildTimeoutError, spawn

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"

_GO_FOLDER = "/usr/local/go/bin"
"""Where Go's own installer puts it, often without adding it to PATH."""

_PACKAGES = 1300
"""Packages of one build, for the progress bar; fewer are built where Go has some already."""

_BUILD_TIMEOUT = 45 * 60.0

_WITHOUT_GO = f"""\
there is no Go to build MinIO with (looked on PATH and in {_GO_FOLDER}). Either
  - install Go 1.24 or newer (https://go.dev/dl/) and run this again;
  - install a minio package of your system: a minio on PATH is used;
  - run it in a container, of {IMAGE} where nothing else is said: --store container;
  - do nothing: without MinIO the embedded store is used."""


def install(console: Console, *, force: bool = False) -> Path:
    """Makes sure that there is a MinIO server; builds it where there is none.

    Args:
        console: is told what happens.
        force: build even if there is one already.

    Returns:
        The program.

    Raises:
        GoNotFoundError: there is nothing to build it with; the message has the other ways.
        InstallError: the build failed; the message has the end of its output and its log.
    """
    tell = partial(console.print, highlight=False, soft_wrap=True)
    present = find_minio()
    if present is not None and not force:
        tell(f"MinIO is there: {present}")
        return present
    go = shutil.which("go") or shutil.which("go", path=_GO_FOLDER)
    if go is None:
        raise GoNotFoundError(_WITHOUT_GO)
    target = installed_minio()
    tell(
        f"Building {MODULE}@{VERSION} (GNU AGPLv3) with {go}.\n"
        "It takes 2 to 3 minutes on 2 cores, and about 2 GB in Go's own caches, "
        'which "go clean -cache -modcache" gives back.'
    )
    started = time.monotonic()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="build-", dir=cache_folder()) as folder:
            built = _build(go, Path(folder), console)
            _check_that_it_runs(built)
            built.replace(target)
    except OSError as error:
        raise InstallError(
            f"cannot write to {cache_folder()}: {error}; SPARKIFY_CACHE names another folder"
        ) from error
    tell(f"MinIO is installed, in {time.monotonic() - started:.0f} s: {target}")
    return target


def _build(go: str, folder: Path, console: Console) -> Path:
    """The program, built in `folder`."""
    log = cache_folder() / "minio-install.log"
    log.unlink(missing_ok=True)
    # The user's own environment: it says how Go reaches modules, and where it keeps them.
    env = {name: value for name, value in os.environ.items() if name not in ("GOOS", "GOARCH")}
    command = [go, "install", "-v", "-trimpath", "-ldflags", "-s -w", f"{MODULE}@{VERSION}"]
    with spawn(
        command,
        name="go install",
        env=env | {"GOBIN": str(folder), "CGO_ENABLED": "0"},
        log_path=log,
        cwd=folder,
    ) as child:
        try:
            code = _show_progress(child, console)
        except ChildTimeoutError as error:
            raise InstallError(str(error)) from error
        if code:
            raise InstallError(
                f"go install ended with exit code {code}:\n{child.log_tail()}\nthe whole log: {log}"
            )
    return folder / "minio"


def _show_progress(child: Child, console: Console) -> int:
    """Exit code of `go install -v`, which prints a line for each module and package."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} packages"),
        TimeElapsedColumn(),
    )
    with (
        Progress(*columns, console=console, transient=True) as progress,
        child.log_path.open(encoding="utf-8", errors="replace") as log,
    ):
        task = progress.add_task("starting Go", total=_PACKAGES)

        def advance() -> None:
            for line in log:
                if line.startswith("go: downloading"):
                    progress.update(task, description="downloading modules")
                elif not line.startswith("go: "):
                    progress.update(task, description="compiling", advance=1)

        return child.wait(_BUILD_TIMEOUT, advance)


def _check_that_it_runs(program: Path) -> None:
    answer = subprocess.run(  # noqa: S603 - what we have just built
        [program, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    if answer.returncode:
        raise InstallError(f"{program.name} was built, but does not run: {answer.stderr.strip()}")
