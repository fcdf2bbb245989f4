"""Columns and constraints of tables.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sparkify_harness.redshift.catalog.relations import Column, Identity
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


_NOT_NULL: Final = frozenset({"not_null", "identity", "PRIMARY KEY"})
"""What makes a column NOT NULL."""
_KEYS: Final = ("PRIMARY KEY", "UNIQUE")


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
    _check(name, table, found)
    column = Column(
        name=name,
        type=found["type"],
        not_null=not found.keys().isdisjoint(_NOT_NULL),
        default=found.get("default_text"),
        identity=found.get("identity"),
        encoding=found.get("encoding"),
        distkey="distkey" in found,
        sortkey=int("sortkey" in found),
    )
    return ColumnDefinition(column=column, default=found.get("default"), keys=_keys(name, found))


def _check(name: str, table: str, found: Mapping[str, Any]) -> None:
    if "null" in found and not found.keys().isdisjoint(_NOT_NULL):
        raise SyntaxFault(
            f'conflicting NULL/NOT NULL declarations for column "{name}" of table "{table}"'
        )
    facts, word = found["type"].kind.facts, found.get("encoding")
    if word is not None and facts.encodings is not None and word not in facts.encodings:
        raise InvalidDefinition(f'invalid encoding type specified for column "{name}"')
    if "identity" in found:
        if not facts.identity:
            raise InvalidDefinition(f'identity column "{name}" must be of type integer or bigint')
        if "default" in found:
            raise SyntaxFault(
                f'both default and identity specified for column "{name}" of table "{table}"'
            )


def _keys(name: str, found: Mapping[str, Any]) -> tuple[TableConstraint, ...]:
    keys = [TableConstraint(kind=kind, columns=(name,)) for kind in _KEYS if kind in found]
    if "references" in found:
        target = found["references"]
        keys.append(TableConstraint(kind="FOREIGN KEY", columns=(name,), references=target))
    return tuple(keys)


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
    return {"identity": Identity(*_numbers(grammar))}


def _generated(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("by", "default", "as", "identity")
    return {"identity": Identity(*_numbers(grammar), by_default=True)}


def _not_null(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("null")
    return {"not_null": True}


def _primary_key(grammar: Grammar) -> dict[str, Any]:
    grammar.expect("key")
    return {"PRIMARY KEY": True}


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
    "unique": lambda _: {"UNIQUE": True},
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
