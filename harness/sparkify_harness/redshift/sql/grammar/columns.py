"""Columns and constraints of tables.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sparkify_harness.redshift.errors import (
    DuplicateColumn,
    InvalidDefinition,
    SyntaxFault,
    Unsupported,
)
from sparkify_harness.redshift.sql.grammar.attributes import encoding
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.special import OPERATOR_LEVEL
from sparkify_harness.redshift.sql.statements import (
    ColumnDefinition,
    LikeClause,
    Name,
    TableConstraint,
)

_SYSTEM_COLUMNS: Final = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"})
_CONSTRAINTS: Final = frozenset({"check", "constraint", "primary", "unique", "foreign"})


def column(grammar: Grammar, table: str, refused: frozenset[str] = frozenset()) -> ColumnDefinition:
    """A column with its attributes and constraints, which may stand in any order.

    Args:
        grammar: At the column's name.
        table: The table's name, for errors.
        refused: First words of attributes that it may not have here.
    """
    name = grammar.identifier()
    if name in _SYSTEM_COLUMNS:
        raise DuplicateColumn(f'column name "{name}" conflicts with a system column name')
    found: dict[str, Any] = {"type": grammar.column_type(f"{table}.{name}")}
    while True:
        token = grammar.token
        if token.key == "check":
            raise Unsupported("CREATE TABLE CHECK constraint is not supported")
        reader = _ATTRIBUTES.get(token.key)
        if reader is None or token.key in refused:
            break
        grammar.advance()
        attribute = reader(grammar)
        if not found.keys().isdisjoint(attribute):
            grammar.fail(token)
        found |= attribute
    definition = ColumnDefinition(name=name, **found)
    _check(definition, table)
    return definition


def _check(definition: ColumnDefinition, table: str) -> None:
    if definition.null and (definition.not_null or definition.primary_key):
        raise SyntaxFault(
            "conflicting NULL/NOT NULL declarations for column "
            f'"{definition.name}" of table "{table}"'
        )
    kind = definition.type.kind
    lawful = kind.facts.encodings
    if definition.encoding and lawful is not None and definition.encoding not in lawful:
        raise InvalidDefinition(f'invalid encoding type specified for column "{definition.name}"')
    if definition.identity is not None:
        if not kind.facts.identity:
            raise InvalidDefinition(
                f'identity column "{definition.name}" must be of type integer or bigint'
            )
        if definition.default is not None:
            raise SyntaxFault(
                f'both default and identity specified for column "{definition.name}"'
                f' of table "{table}"'
            )


def _default(grammar: Grammar) -> dict[str, Any]:
    start = grammar.token.start
    expression = grammar.expression(OPERATOR_LEVEL)
    return {"default": expression, "default_text": grammar.sql[start : grammar.peek(-1).end]}


def _numbers(grammar: Grammar) -> tuple[int, int]:
    """Seed and step of IDENTITY. Both are 1 where they are not given.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_examples.html
    """
    if not grammar.at("("):
        return 1, 1
    grammar.expect("(")
    seed = grammar.signed_integer()
    grammar.expect(",")
    step = grammar.signed_integer()
    grammar.expect(")")
    return seed, step


def _identity(grammar: Grammar) -> dict[str, Any]:
    return {"identity": _numbers(grammar)}


def _generated(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("by", "default", "as", "identity")
    return {"identity": _numbers(grammar), "identity_by_default": True}


def _not_null(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("null")
    return {"not_null": True}


def _primary_key(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("key")
    return {"primary_key": True}


def _collate(grammar: Grammar) -> dict[str, Any]:
    if grammar.at("case_insensitive") or grammar.at("ci"):
        grammar.not_emulated("COLLATE CASE_INSENSITIVE")
    if not grammar.accept("cs"):
        grammar.expect("case_sensitive")
    return {"collate": "CASE_SENSITIVE"}


def _references(grammar: Grammar) -> dict[str, Any]:
    return {"references": references(grammar)}


def references(grammar: Grammar) -> tuple[Name, tuple[str, ...]]:
    """What stands after REFERENCES."""
    table = grammar.name()
    return table, grammar.identifiers() if grammar.at("(") else ()


_ATTRIBUTES: Final[Mapping[str, Callable[[Grammar], dict[str, Any]]]] = {
    "default": _default,
    "identity": _identity,
    "generated": _generated,
    "encode": lambda grammar: {"encoding": encoding(grammar)},
    "distkey": lambda _: {"distkey": True},
    "sortkey": lambda _: {"sortkey": True},
    "collate": _collate,
    "not": _not_null,
    "null": lambda _: {"null": True},
    "unique": lambda _: {"unique": True},
    "primary": _primary_key,
    "references": _references,
}


def at_constraint(grammar: Grammar) -> bool:
    """Whether a table constraint comes next."""
    return grammar.token.key in _CONSTRAINTS


def constraint(grammar: Grammar) -> TableConstraint:
    """A table constraint: PRIMARY KEY, UNIQUE or FOREIGN KEY."""
    name = grammar.identifier() if grammar.accept("constraint") else None
    if grammar.at("check"):
        raise Unsupported("CREATE TABLE CHECK constraint is not supported")
    match grammar.expect_any("primary", "unique", "foreign"):
        case "unique":
            return TableConstraint(kind="UNIQUE", columns=grammar.identifiers(), name=name)
        case "primary":
            grammar.expect("key")
            return TableConstraint(kind="PRIMARY KEY", columns=grammar.identifiers(), name=name)
    grammar.expect("key")
    columns = grammar.identifiers()
    grammar.expect("references")
    target = references(grammar)
    return TableConstraint(kind="FOREIGN KEY", columns=columns, name=name, references=target)


def like(grammar: Grammar) -> LikeClause:
    """LIKE table [INCLUDING | EXCLUDING DEFAULTS]."""
    grammar.expect("like")
    table = grammar.name()
    word = grammar.accept_any("including", "excluding")
    if word:
        grammar.expect("defaults")
    return LikeClause(table=table, including_defaults=word == "including")
