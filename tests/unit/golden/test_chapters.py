"""The front end makes of each statement what it always made of it; and nothing is left out.

``python -m pytest tests/unit/golden --rewrite`` writes what is made now.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from sparkify_harness.redshift.sql import bind, grammar, parse, statements, tree
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.grammar import (
    alter,
    attributes,
    calls,
    columns,
    expressions,
    options,
    special,
    types,
)
from sparkify_harness.redshift.sql.grammar.statements import STATEMENTS
from sparkify_harness.redshift.sql.options.option import Transfer
from tests.unit.golden import chapters
from tests.unit.golden.chapters import Block
from tests.unit.golden.printer import SYNTAX, Printer, differences

WORDS = {
    "statement": STATEMENTS,
    "action of ALTER TABLE": alter._ACTIONS,
    "attribute of a column": columns._ATTRIBUTES,
    "distribution style": attributes.DIST_STYLES,
    "option of COPY": options._OPTIONS[Transfer.COPY],
    "option of UNLOAD": options._OPTIONS[Transfer.UNLOAD],
    "binary operator": expressions._BINARY,
    "unary operator": expressions._UNARY,
    "quantifier": expressions._QUANTIFIERS,
    "null treatment": calls._NULL_TREATMENTS,
    "special form": [*special._KEYWORDS, *special._FUNCTIONS],
    "type": types.TYPE_WORDS,
}
"""What the grammar knows by a word, by what it is."""


@dataclass(frozen=True)
class Reading:
    """All chapters, as they are read now.

    Args:
        blocks: By chapter.
        met: See ``Printer``.
        called: Functions that were called meanwhile.
    """

    blocks: dict[str, list[Block]]
    met: set[tuple[type, str | None]]
    called: set[CodeType]

    @property
    def sql(self) -> str:
        """All statements in lower case, with one blank between words."""
        texts = (block.sql for each in self.blocks.values() for block in each)
        return re.sub(r"\s+", " ", "\n".join(texts).lower())


@cache
def read_all() -> Reading:
    printer = Printer()
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        called.add(frame.f_code)

    parse._remembered.cache_clear()
    sys.setprofile(note)
    try:
        blocks = {path.stem: [*chapters.read(path, printer)] for path in chapters.paths()}
    finally:
        sys.setprofile(None)
    return Reading(blocks, printer.met, called)


@pytest.mark.parametrize("path", chapters.paths(), ids=lambda path: path.stem)
def test_chapter(path: Path, rewrite: bool) -> None:
    now = "".join(map(str, read_all().blocks[path.stem]))
    if rewrite:
        path.write_text(now, encoding="utf-8")
    changed = differences(path.read_text(encoding="utf-8"), now)
    assert not changed, f"{path.name}: --rewrite takes this over:\n{changed}"


def test_no_tree_holds_nodes_of_the_parser() -> None:
    for block in (block for each in read_all().blocks.values() for block in each):
        meaning = re.sub(r"(?m)^statement: .*(\n .*)*", "", block.answer)
        assert SYNTAX not in meaning, block.sql


def records(module: ModuleType) -> Iterator[type[Any]]:
    """Records and enumerations that a module defines."""
    for kind in vars(module).values():
        if not isinstance(kind, type) or kind.__module__ != module.__name__:
            continue
        if is_dataclass(kind) or issubclass(kind, Enum):
            yield kind


PARENTS = {tree.Expression, statements.Statement}
"""Records of which others are kinds."""
UNSET = {(statements.CreateTableAs, "if_not_exists")}
"""What no text sets: it is not emulated."""
NOT_CALLED = {
    # HAS_TABLE_PRIVILEGE and its like alone ask for names in a default.
    "sparkify_harness.redshift.sql.bind.defaults._AnyNames.relation",
    "sparkify_harness.redshift.sql.bind.defaults._AnyNames.schema_exists",
    # Queries in one are refused before.
    "sparkify_harness.redshift.sql.bind.defaults._refuse",
}


@pytest.mark.parametrize("module", [tree, statements], ids=lambda each: each.__name__)
def test_every_record_is_there_with_all_its_fields(module: ModuleType) -> None:
    wanted: set[tuple[type, str | None]] = set()
    for kind in {*records(module)} - PARENTS:
        if issubclass(kind, Enum):
            wanted |= {(kind, member.name) for member in kind}
        else:
            own = {field.name for field in fields(kind)} - {"text", "offset"}
            wanted |= {(kind, None), *((kind, name) for name in own)}
    missing = {f"{kind.__name__}.{name}" for kind, name in wanted - read_all().met - UNSET}
    assert missing == set()


def functions(package: ModuleType) -> Iterator[tuple[str, CodeType]]:
    """Functions and methods that the modules of a package define."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for place in (module, *(each for each in vars(module).values() if inspect.isclass(each))):
            for item in vars(place).values():
                function = item.fget if isinstance(item, property) else item
                function = getattr(function, "__wrapped__", function)
                if isinstance(function, FunctionType) and _is_rule(function, module):
                    yield f"{module.__name__}.{function.__qualname__}", function.__code__


def _is_rule(function: FunctionType, module: ModuleType) -> bool:
    is_abstract = getattr(function, "__isabstractmethod__", False)
    return function.__code__.co_filename == module.__file__ and not is_abstract


@pytest.mark.parametrize("package", [grammar, bind], ids=lambda each: each.__name__)
def test_every_rule_is_used(package: ModuleType) -> None:
    rules = dict(functions(package))
    called = read_all().called
    assert len(rules) > 100
    missing = {name for name, code in rules.items() if code not in called}
    assert missing - NOT_CALLED == set()


@pytest.mark.parametrize("what", WORDS)
def test_every_word_of_the_grammar_is_there(what: str) -> None:
    sql = read_all().sql
    pattern = {word: rf"(?<!\w){re.escape(word)}(?!\w)" for word in WORDS[what]}
    missing = {word for word in pattern if not re.search(pattern[word], sql)}
    assert missing == set()


def test_every_function_is_there() -> None:
    """Each of its signatures is among those of which ``test_digests`` keeps a digest."""
    answers = "\n".join(block.answer for each in read_all().blocks.values() for block in each)
    missing = {
        name
        for name, overloads in OVERLOADS.items()
        if not any(
            re.search(rf"\({re.escape(each.signature)}(?:\)|, )", answers) for each in overloads
        )
    }
    assert missing == set()
