"""The ways on which the architecture follows a statement: each file and function exists."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROOM = CHECKOUT / "harness" / "sparkify_harness" / "redshift"

_WAY = re.compile(r"(?ms)^## (?P<title>One (?:SELECT|COPY))\n(?P<text>.*?)(?=^## )")
_QUOTED = re.compile(r"`([^`]+)`")


def _ways() -> dict[str, str]:
    text = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return {way["title"]: way["text"] for way in _WAY.finditer(text)}


def _places(way: str) -> list[tuple[str, str]]:
    """The names in the text, each with the file that was named last."""
    found, file = [], ""
    for name in _QUOTED.findall(way):
        if name.endswith(".py"):
            file = name
        elif not name.endswith("/"):
            found.append((file, name))
    return found


def _defined(file: str) -> set[str]:
    """What a module defines, members of its classes as ``Class.member``."""
    names = set()
    for node in ast.parse((ROOM / file).read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name, body=body):
                members = {each.name for each in body if isinstance(each, ast.FunctionDef)}
                names |= {name, *(f"{name}.{member}" for member in members)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


WAYS = _ways()


def test_a_select_and_a_copy_are_followed() -> None:
    assert list(WAYS) == ["One SELECT", "One COPY"]


@pytest.mark.parametrize("title", WAYS)
def test_each_step_is_there(title: str) -> None:
    places = _places(WAYS[title])
    steps = re.findall(r"^\d+\. ", WAYS[title], re.MULTILINE)
    assert len(places) >= len(steps) > 5
    missing = [(file, name) for file, name in places if name not in _defined(file)]
    assert not missing
