"""The recipes of CONTRIBUTING name all the files that a thing of each kind stands in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.medium

CHECKOUT = Path(__file__).resolve().parents[2]
SHORT = "redshift/", "harness/sparkify_harness/redshift/"

FOLDERS = ("bench", "dags", "docker", "docs", "fixtures", "harness", "plugins", "sql", "tests")
MADE = (
    "docs/compatibility.md",
    "docs/copy-and-unload.md",
    "tests/oracle/files/",
    "tests/unit/cli/help/",
    "tests/unit/golden/files/digests/",
)
"""What is made from code; CHANGELOG and CONTRIBUTING themselves are prose about all things."""
PROSE = {"CHANGELOG.md", "CONTRIBUTING.md"}

_HEADING = re.compile(r"^### (?P<kind>[^:\n]+): (?P<names>.+)$", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")
_FILE = re.compile(r"`(?P<path>[\w./]+/\w+\.\w+|README\.md)`(?P<places>(?:,\s+`\w+`)*)")
"""A path in backticks, and after commas the definitions in it that name the thing."""


@dataclass(frozen=True)
class Recipe:
    """How a kind of thing is added.

    Args:
        names: How the sample is spelled.
        files: The definitions that name it, by file.
    """

    names: tuple[str, ...]
    files: dict[str, tuple[str, ...]]

    def mentioned(self, text: str) -> bool:
        return bool(re.search(rf"\b(?:{'|'.join(map(re.escape, self.names))})\b", text))


def _recipes() -> dict[str, Recipe]:
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("\n## Recipes\n")[2].partition("\n## ")[0]
    _, *parts = re.split(r"^(?=### )", section, flags=re.MULTILINE)
    found = {}
    for part in parts:
        heading = _HEADING.match(part)
        assert heading is not None, part
        names = tuple(_NAME.findall(heading["names"]))
        found[heading["kind"]] = Recipe(names, dict(_files(part)))
    return found


def _files(part: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for file in _FILE.finditer(part):
        path: str = file["path"]
        if path.startswith(SHORT[0]):
            path = path.replace(*SHORT, 1)
        yield path, tuple(_NAME.findall(file["places"]))


RECIPES = _recipes()


@cache
def _tree() -> dict[str, str]:
    """The text of each file that a thing may stand in."""
    paths = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("*.toml")]
    for folder in FOLDERS:
        paths += (path for path in (CHECKOUT / folder).rglob("*") if path.is_file())
    found = {}
    for path in paths:
        name = path.relative_to(CHECKOUT).as_posix()
        if "__pycache__" in name or name.startswith(MADE) or name in PROSE:
            continue
        found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """What a module defines, with its source; calls such as ``app.command()`` are the app's."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            source = "\n".join([*map(ast.unparse, node.decorator_list), source])
            yield node.name, source
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        if isinstance(node, ast.Expr):
            targets = [node.value]
        for target in targets:
            names = [each.id for each in ast.walk(target) if isinstance(each, ast.Name)]
            yield from ((name, source) for name in names)


def test_every_kind_of_thing_has_one() -> None:
    assert set(RECIPES) == {
        "A function", "A COPY option", "A system table", "A statement", "A check", "A command",
        "A type",
    }  # fmt: skip


@pytest.mark.parametrize("kind", RECIPES)
def test_a_recipe_names_the_files_that_name_its_sample_and_no_other(kind: str) -> None:
    recipe = RECIPES[kind]
    found = {
        name
        for name, text in _tree().items()
        if recipe.mentioned(f"{name.replace('/', ' ')}\n{text}")
    }
    assert sorted(recipe.files) == sorted(found)


@pytest.mark.parametrize("kind", RECIPES)
def test_a_recipe_names_definitions_that_name_its_sample(kind: str) -> None:
    recipe = RECIPES[kind]
    wrong = []
    for file, places in recipe.files.items():
        code = file.endswith(".py") and not file.startswith("tests/")
        if code and not places:
            wrong.append(f"{file}: where?")
        if places:
            naming = {
                name for name, source in _definitions(_tree()[file]) if recipe.mentioned(source)
            }
            wrong += [f"{file}: {place}" for place in places if place not in naming]
    assert not wrong


def test_a_sample_is_told_from_what_only_holds_its_letters() -> None:
    recipe = Recipe(("gauge",), {})
    assert recipe.mentioned("gauge(1)")
    assert not recipe.mentioned("gauges, Gauge, re_gauge")
