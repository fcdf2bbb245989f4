"""SHOW: parameters, and lists of databases, schemas, tables and columns.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
"""

from typing import Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.set_parameter import show_parameter
from sparkify_harness.redshift.sql.statements import ShowObjects, ShowParameter
from sparkify_harness.redshift.sql.tokens import TokenKind

_SCOPES: Final = {"schemas": ("database", 1), "tables": ("schema", 2), "columns": ("table", 3)}
"""What lists are of, and the parts that its name has at most."""
_NOT_EMULATED: Final = (
    "column",
    "constraints",
    "external",
    "functions",
    "grants",
    "masking",
    "model",
    "parameters",
    "procedure",
    "procedures",
    "rls",
    "table",
    "template",
    "templates",
    "view",
)


def show(grammar: Grammar) -> ShowParameter | ShowObjects:
    """SHOW parameter | ALL, or SHOW DATABASES | SCHEMAS | TABLES | COLUMNS."""
    token = grammar.expect("show")
    following = grammar.peek()
    if grammar.token.key in _NOT_EMULATED and following.kind is not TokenKind.END:
        grammar.not_emulated(f"SHOW {grammar.token.key.upper()}", token)
    if grammar.at("datashares"):
        grammar.not_emulated("SHOW DATASHARES", token)
    if grammar.at("user", "lockout"):
        grammar.not_emulated("SHOW USER LOCKOUT", token)
    if grammar.at("databases"):
        grammar.advance()
        if grammar.at("from"):
            grammar.not_emulated("SHOW DATABASES FROM DATA CATALOG", token)
        return _objects(grammar, "DATABASES", ())
    kind = grammar.token.key
    if kind in {"tables", "columns"} and grammar.at(kind, "from", "database"):
        # Drivers ask so where ``show_discovery`` is 5.
        grammar.not_emulated(f"SHOW {kind.upper()} FROM DATABASE", token)
    if kind in _SCOPES and following.key == "from":
        word, parts = _SCOPES[kind]
        grammar.expect(kind, "from", word)
        return _objects(grammar, kind.upper(), grammar.name(parts))
    return show_parameter(grammar)


def _objects(grammar: Grammar, kind: str, scope: tuple[str, ...]) -> ShowObjects:
    like = grammar.string() if grammar.accept("like") else None
    limit = grammar.integer() if grammar.accept("limit") else None
    return ShowObjects(kind=kind, scope=scope, like=like, limit=limit)
