"""`sparkify doctor`: what is here, what is missing and what that means."""

import os
import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import typer
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from rich import box
from rich.table import Table
from rich.text import Text

from sparkify_harness.commands.exits import ExitCode
from sparkify_harness.commands.terminal import output, tell
from sparkify_harness.locations import CHECKOUT
from sparkify_harness.machine import OPTIONALS
from sparkify_harness.runs import HOME_VARIABLE, default_home

_OLDEST, _BEYOND = (3, 11), (3, 14)
_ROOM = 1 << 30
"""Bytes that runs and their logs should have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Args:
        name: What was looked at.
        good: Whether all is well.
        text: What was found, or what its lack means and how to mend it.
        needed: Whether nothing works without it.
    """

    name: str
    good: bool
    text: str
    needed: bool = False


def doctor() -> None:
    """Tell what is here, what is missing, and what that means.

    Ends with exit code 3 where something that every command needs is missing.
    """
    findings = [*essentials(), *options()]
    console = output()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    table.add_column("What", no_wrap=True)
    table.add_column("Found", overflow="fold")
    for finding in findings:
        table.add_row(_mark(finding), finding.name, Text(finding.text))
    console.print(table)
    if any(finding.needed and not finding.good for finding in findings):
        tell(console, "Something that is needed is missing: see the lines marked ✗.", "bold red")
        raise typer.Exit(ExitCode.SURROUNDINGS)
    tell(console, "Everything that is needed is here.", "green")


def essentials() -> Iterator[Finding]:
    """What every command needs."""
    version = sys.version_info[:2]
    yield Finding(
        "Python",
        _OLDEST <= version < _BEYOND,
        f"{platform.python_version()} ({sys.executable}); 3.11, 3.12 or 3.13 is needed",
        needed=True,
    )
    yield _packages(CHECKOUT / "requirements.lock")
    yield _loopback()
    yield _disk(default_home().absolute())


def options() -> Iterator[Finding]:
    """What more can be done with."""
    for optional in OPTIONALS:
        found = optional.find()
        yield Finding(
            optional.name,
            found is not None,
            found if found is not None else f"not found: {optional.means}",
        )


def _mark(finding: Finding) -> Text:
    if finding.good:
        return Text("✓", "green")
    return Text("✗", "bold red") if finding.needed else Text("-", "yellow")


def _packages(lock: Path) -> Finding:
    if not lock.exists():
        return Finding(
            "packages", good=True, text="not compared: installed without requirements.lock"
        )
    total = 0
    wrong = []
    for pinned in read_lock(lock.read_text(encoding="utf-8")):
        total += 1
        name, _, version = str(pinned.specifier).rpartition("==")
        try:
            installed = metadata.version(canonicalize_name(pinned.name))
        except metadata.PackageNotFoundError:
            wrong.append(f"{pinned.name} is missing")
            continue
        if installed != version:
            wrong.append(f"{pinned.name} {installed} instead of {version}{name}")
    if not wrong:
        return Finding("packages", good=True, text=f"all {total} as in requirements.lock")
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    missing = any(text.endswith("missing") for text in wrong)
    return Finding(
        "packages",
        good=False,
        text=f"{', '.join(wrong[:3])}{more}; remove .venv and run make again",
        needed=missing,
    )


def read_lock(text: str) -> Iterator[Requirement]:
    """The packages that a lock file pins for this machine."""
    for line in text.splitlines():
        try:
            requirement = Requirement(line.rstrip("\\ ").strip())
        except InvalidRequirement:  # a hash, a comment, an empty line
            continue
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def _loopback() -> Finding:
    try:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
    except OSError as error:
        text = f"cannot listen on 127.0.0.1: {error.strerror}; every server of the stack does"
        return Finding("ports", good=False, text=text, needed=True)
    return Finding("ports", good=True, text="any free ones of 127.0.0.1 are taken, none is fixed")


def _disk(home: Path) -> Finding:
    folder = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        text = f"cannot write to {folder}: ${HOME_VARIABLE} names another folder for runs"
        return Finding("disk", good=False, text=text, needed=True)
    free = shutil.disk_usage(folder).free
    text = f"{free / (1 << 30):.1f} GB free for {home}"
    if free < _ROOM:
        return Finding("disk", good=False, text=f"{text}: runs need about 1 GB")
    return Finding("disk", good=True, text=text)
