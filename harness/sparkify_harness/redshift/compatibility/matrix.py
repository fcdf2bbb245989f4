"""The matrix, made from the registries.

What is registered is emulated; what Redshift has and we do not says ``not emulated``; everything
else is refused as Redshift refuses it. Deviations are read from the docstrings.
"""

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

from sparkify_harness.redshift.catalog.profile import LOGS, NOT_SERVERLESS
from sparkify_harness.redshift.catalog.system import system_relations
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.execute.configuration import SETTINGS
from sparkify_harness.redshift.execute.registry import EXECUTORS
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import ALIKE, ANY, ClusterNode, Overload
from sparkify_harness.redshift.sql.functions.unavailable import NOT_EMULATED as MISSING_FUNCTIONS
from sparkify_harness.redshift.sql.grammar import foreign, types
from sparkify_harness.redshift.sql.grammar.statements import STATEMENTS
from sparkify_harness.redshift.sql.parameters import UNAVAILABLE
from sparkify_harness.redshift.types import Kind

CHECKOUT = Path(__file__).resolve().parents[4]
DOCUMENT = CHECKOUT / "docs" / "compatibility.md"


def _words(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _types() -> list[str]:
    return [kind.value for kind in Kind if kind.facts.spellings and kind.facts.column]


def emulated_commands() -> list[str]:
    """What executors say that they do."""
    return sorted(command for executor in EXECUTORS.values() for command in executor.commands)


def _missing_commands() -> Iterator[str]:
    """What the grammar reads and nobody executes, then what it only knows by name."""
    executed = {command.split()[0].lower() for command in emulated_commands()}
    readers = {reader for word, reader in STATEMENTS.items() if word in executed}
    for word, reader in STATEMENTS.items():
        if reader not in readers:
            yield word.upper()
    for words in foreign.OBJECTS:
        yield f"CREATE {' '.join(words).upper()}"
    for words in foreign.STATEMENTS:
        yield " ".join(words).upper()


def _missing_constructs() -> list[str]:
    """What is refused by a name that does not depend on the statement, wherever that happens."""
    found: set[str] = set()
    for _, node in _nodes():
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if _called(function) in {"not_emulated", NotEmulated.__name__}:
                    found.add(name)
    return sorted(found - set(_missing_commands()), key=str.lower)


def _called(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _signature(item: Overload) -> str:
    types = ["any" if kind in {ANY, ALIKE} else kind.kind.value for kind in item.parameters]
    required = len(types) - item.optional
    shown = types[:required] + [f"[{name}]" for name in types[required:]]
    return f"({', '.join(shown)}{', ...' if item.variadic else ''})"


def _functions() -> Iterator[str]:
    yield "| name | signatures | node | documented at |"
    yield "|---|---|---|---|"
    for name, overloads in sorted(OVERLOADS.items()):
        if not name[0].isalpha():
            continue
        nodes = {item.node for item in overloads}
        node = "leader only" if nodes == {ClusterNode.LEADER} else ""
        signatures = " ".join(dict.fromkeys(f"`{_signature(item)}`" for item in overloads))
        sources = dict.fromkeys(item.source for item in overloads)
        links = " ".join(
            f"[{link.rpartition('/')[2].removesuffix('.html')}]({link})" for link in sources
        )
        yield f"| `{name}` | {signatures} | {node} | {links} |"


def _constants() -> Iterator[str]:
    for name, overloads in sorted(OVERLOADS.items()):
        said = dict.fromkeys(what for item in overloads for what in item.constants.values())
        if said:
            yield f"`{name}` ({', '.join(said)})"


def _deviations() -> Iterator[str]:
    """The paragraphs of all docstrings that say so."""
    for path, node in _nodes():
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                for paragraph in inspect.cleandoc(text).split("\n\n"):
                    _, found, rest = paragraph.partition("Deviates:")
                    if found:
                        sentence = " ".join(rest.split())
                        yield f"| `{path.relative_to(CHECKOUT)}` | {sentence} |"


def _nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path in sorted((CHECKOUT / "harness").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def render() -> str:
    """The matrix as Markdown."""
    system = sorted(f"{item.schema}.{item.name}" for item in system_relations())
    lines = [
        "# Compatibility with Amazon Redshift",
        "",
        "Made from the code by `python -m sparkify_harness.redshift.compatibility`; a test keeps",
        "it true.",
        "",
        "Three things can happen to a statement: it is **emulated**, with Redshift's answers and",
        "errors; it is **refused** as Redshift refuses it; or it fails with SQLSTATE `0A000` and a",
        "message that begins with `not emulated:`. Where an answer is known to differ all the",
        "same, it stands under [Known deviations](#known-deviations).",
        "",
        "## Statements",
        "",
        f"Emulated: {_words(emulated_commands())}.",
        "",
        f"Not emulated: {_words(_missing_commands())}.",
        "",
        "Refused, as PostgreSQL has it and Redshift does not: "
        + _words([" ".join(words).upper() for words in foreign.POSTGRES])
        + ".",
        "",
        f"Not emulated within these: {'; '.join(_missing_constructs())}.",
        "",
        "## Types",
        "",
        f"Emulated: {_words(_types())}.",
        "",
        f"Not emulated: {_words(sorted(types.NOT_EMULATED))}.",
        "",
        "## COPY",
        "",
        "The options of COPY and UNLOAD have [a table of their own](copy-and-unload.md).",
        "",
        "## Functions",
        "",
        *_functions(),
        "",
        f"Of constants alone: {', '.join(_constants())}.",
        "",
        f"Not emulated: {_words(sorted(MISSING_FUNCTIONS))}.",
        "",
        "## System tables and views",
        "",
        f"{_words(system)}.",
        "",
        "Every other name that begins with `stl_`, `stv_`, `svv_`, `svl_`, `svcs_`, `sys_` or",
        "`pg_` is not emulated.",
        "",
        "## Service profiles",
        "",
        "`--profile` says which kind of service is played. Outside `provisioned`, every name that",
        f"begins with {_words(list(LOGS))} answers `42501`, `permission denied for relation ...`,",
        "also to superusers, and a failed COPY points to `sys_load_error_detail`. Under",
        f"`serverless` the same holds for {_words(sorted(NOT_SERVERLESS))}.",
        "",
        "TLS is required, as on every warehouse made since January 2025: a client without it is",
        "refused with `28000`, `no pg_hba.conf entry for host ..., SSL off`, unless",
        "`--require-ssl=off` lets it in.",
        "",
        "## Constants of type unknown",
        "",
        "NULL and quoted constants without a cast are columns of type unknown to the query around",
        "theirs. Sorting by one, and MIN and MAX of one, are refused, as every report has it.",
        "About GROUP BY, DISTINCT, UNION, joins and comparisons the reports disagree: there they",
        "are taken, and refused with `--unknown-literals=compared`. Plain SELECT, INSERT and",
        "CREATE TABLE AS take them always. A cast in the sub-query works everywhere.",
        "",
        "## Configuration parameters",
        "",
        f"{_words(sorted(SETTINGS))}.",
        "",
        f"Not emulated: {_words(sorted(UNAVAILABLE))}.",
        "",
        "## Known deviations",
        "",
        "| where | what |",
        "|---|---|",
        *_deviations(),
        "",
    ]
    return "\n".join(lines)
