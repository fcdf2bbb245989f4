"""``python -m harness.redshift.compatibility``: the compatibility matrix, made from the registries.

What is registered is emulated; what Redshift has and we do not says ``not emulated``; everything
else is refused as Redshift refuses it. Deviations are read from the docstrings.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlglot import exp

from harness.redshift.catalog.system import system_relations
from harness.redshift.copying.plan import NOT_EMULATED as COPY_NOT_EMULATED
from harness.redshift.settings import SETTINGS
from harness.redshift.sql.functions.library import OVERLOADS
from harness.redshift.sql.functions.registry import Node, Overload
from harness.redshift.sql.functions.unavailable import NOT_EMULATED as MISSING_FUNCTIONS
from harness.redshift.sql.grammar import copy, foreign
from harness.redshift.sql.screen import NOT_EMULATED as MISSING_NODES
from harness.redshift.types import Kind

CHECKOUT = Path(__file__).resolve().parents[2]
MATRIX = CHECKOUT / "docs" / "compatibility.md"

_STATEMENTS = (
    "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE TABLE", "CREATE TABLE AS",
    "CREATE VIEW", "CREATE SCHEMA", "ALTER TABLE", "DROP", "TRUNCATE", "COPY", "BEGIN", "COMMIT",
    "ROLLBACK", "LOCK", "SET", "RESET", "SHOW", "DECLARE", "FETCH", "CLOSE", "VACUUM", "ANALYZE",
    "CANCEL", "COMMENT", "PREPARE", "EXECUTE", "DEALLOCATE",
)  # fmt: skip
_HIDDEN_KINDS = frozenset({Kind.UNKNOWN, Kind.VOID, Kind.NAME, Kind.OID})


def _words(names: "Iterator[str] | list[str]") -> str:
    return ", ".join(f"`{name}`" for name in names)


def _signature(item: Overload) -> str:
    types = ["any" if kind is None else kind.kind.value for kind in item.parameters]
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
        node = "leader only" if nodes == {Node.LEADER} else ""
        node = "compute only" if nodes == {Node.COMPUTE} else node
        signatures = " ".join(dict.fromkeys(f"`{_signature(item)}`" for item in overloads))
        sources = dict.fromkeys(item.source for item in overloads if item.source)
        links = " ".join(
            f"[{link.rpartition('/')[2].removesuffix('.html')}]({link})" for link in sources
        )
        yield f"| `{name}` | {signatures} | {node} | {links} |"


def _deviations() -> Iterator[str]:
    for path in sorted((CHECKOUT / "harness").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            text = ast.get_docstring(node) or ""
            for paragraph in text.split("\n\n"):
                _, found, rest = paragraph.partition("Deviates:")
                if found:
                    sentence = " ".join(rest.split())
                    yield f"| `{path.relative_to(CHECKOUT)}` | {sentence} |"


def _node_names() -> Iterator[str]:
    found: dict[str, None] = {}
    for kind, name in MISSING_NODES.items():
        assert issubclass(kind, exp.Expr)  # noqa: S101  # what the screen registers
        found[name] = None
    yield from found


def render() -> str:
    """The matrix as Markdown."""
    system = sorted(f"{item.schema}.{item.name}" for item in system_relations())
    lines = [
        "# Compatibility with Amazon Redshift",
        "",
        "Made from the code by `python -m harness.redshift.compatibility`; a test keeps it true.",
        "",
        "Three things can happen to a statement: it is **emulated**, with Redshift's answers and",
        "errors; it is **refused** as Redshift refuses it; or it fails with SQLSTATE `0A000` and a",
        "message that begins with `not emulated:`. Where an answer is known to differ all the",
        "same, it stands under [Known deviations](#known-deviations).",
        "",
        "## Statements",
        "",
        f"Emulated: {_words(list(_STATEMENTS))}.",
        "",
        "Not emulated: "
        + _words([f"CREATE {' '.join(words).upper()}" for words in foreign.OBJECTS])
        + ", "
        + _words([" ".join(words).upper() for words in foreign.STATEMENTS])
        + ", `UNLOAD`, `EXPLAIN`, `GRANT`, `REVOKE`.",
        "",
        "Refused, as PostgreSQL has it and Redshift does not: "
        + _words([" ".join(words).upper() for words in foreign.POSTGRES])
        + ".",
        "",
        f"In queries, not emulated: {', '.join(_node_names())}.",
        "",
        "## Types",
        "",
        "Emulated: " + _words([kind.value for kind in Kind if kind not in _HIDDEN_KINDS]) + ".",
        "",
        "Not emulated: `geometry`, `geography`, `hllsketch`, intervals as columns.",
        "",
        "## COPY",
        "",
        "Options: "
        + _words(sorted({name.upper() for name in copy.OPTIONS} - set(COPY_NOT_EMULATED)))
        + ".",
        "",
        f"Not emulated: {_words(list(COPY_NOT_EMULATED))}.",
        "",
        "## Functions",
        "",
        *_functions(),
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
        "## Configuration parameters",
        "",
        f"{_words(sorted(SETTINGS))}.",
        "",
        "## Known deviations",
        "",
        "| where | what |",
        "|---|---|",
        *_deviations(),
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Write the matrix."""
    MATRIX.write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
