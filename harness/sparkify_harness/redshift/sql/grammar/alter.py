"""ALTER TABLE, one action at a time.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
"""

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from sparkify_harness.redshift.errors import Unsupported
from sparkify_harness.redshift.sql.grammar.attributes import DIST_STYLES, encoding, sort_key
from sparkify_harness.redshift.sql.grammar.columns import at_constraint, column, constraint
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.foreign import refuse_object
from sparkify_harness.redshift.sql.grammar.grants import alter_default_privileges
from sparkify_harness.redshift.sql.statements import (
    AlterAction,
    AlterTable,
    Name,
    Statement,
    TableAttributes,
)

_NOT_ADDED: Final = frozenset(
    {"unique", "primary", "references", "identity", "generated", "distkey", "sortkey", "collate"}
)
"""Attributes that a column cannot have when it is added."""


def alter(grammar: Grammar) -> Statement:
    """ALTER TABLE and ALTER DEFAULT PRIVILEGES."""
    token = grammar.expect("alter")
    if grammar.at("default", "privileges"):
        return alter_default_privileges(grammar)
    if grammar.at("schema"):
        grammar.not_emulated("ALTER SCHEMA", token)
    if not grammar.at("table"):
        refuse_object(grammar, token)
    grammar.advance()
    name = grammar.name()
    reader = _ACTIONS.get(grammar.token.key)
    if reader is None:
        _refuse_action(grammar)
    statement = reader(grammar, name)
    if grammar.at(",", "alter") and statement.action in _COMBINED:
        grammar.not_emulated("several actions in one ALTER TABLE")
    return statement


_COMBINED: Final = frozenset(
    {
        AlterAction.COLUMN_ENCODING,
        AlterAction.DISTKEY,
        AlterAction.DISTSTYLE,
        AlterAction.SORTKEY,
    }
)


def _refuse_action(grammar: Grammar) -> NoReturn:
    for words in (
        ("set", "location"),
        ("set", "file", "format"),
        ("set", "table", "properties"),
        ("partition",),
        ("row", "level", "security"),
        ("masking",),
    ):
        if grammar.at(*words):
            grammar.not_emulated(f"ALTER TABLE {' '.join(words).upper()}")
    grammar.fail()


def _add(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("add")
    if at_constraint(grammar):
        added = constraint(grammar)
        return AlterTable(name=name, action=AlterAction.ADD_CONSTRAINT, constraint=added)
    if grammar.at("partition") or grammar.at("if", "not", "exists", "partition"):
        grammar.not_emulated("ALTER TABLE ADD PARTITION")
    grammar.accept("column")
    definition = column(grammar, name[-1], refused=_NOT_ADDED)
    if grammar.at("collate"):
        grammar.not_emulated("ALTER TABLE ADD COLUMN ... COLLATE")
    return AlterTable(name=name, action=AlterAction.ADD_COLUMN, definition=definition)


def _drop(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("drop")
    action = AlterAction.DROP_COLUMN
    if grammar.accept("constraint"):
        action = AlterAction.DROP_CONSTRAINT
    elif grammar.at("partition", "("):
        grammar.not_emulated("ALTER TABLE DROP PARTITION")
    else:
        grammar.accept("column")
    dropped = grammar.identifier()
    cascade = grammar.accept_any("cascade", "restrict") == "cascade"
    return AlterTable(name=name, action=action, column=dropped, cascade=cascade)


def _rename(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("rename")
    if grammar.accept("to"):
        return AlterTable(name=name, action=AlterAction.RENAME_TABLE, new_name=grammar.identifier())
    grammar.expect("column")
    renamed = grammar.identifier()
    grammar.expect("to")
    return AlterTable(
        name=name,
        action=AlterAction.RENAME_COLUMN,
        column=renamed,
        new_name=grammar.identifier(),
    )


def _owner(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("owner", "to")
    return AlterTable(name=name, action=AlterAction.OWNER, new_name=grammar.identifier())


def _append(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("append", "from")
    source = grammar.name()
    option = grammar.accept_any("ignoreextra", "filltarget")
    return AlterTable(
        name=name,
        action=AlterAction.APPEND,
        source=source,
        ignore_extra=option == "ignoreextra",
        fill_target=option == "filltarget",
    )


def _alter(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("alter")
    match grammar.token.key:
        case "column":
            return _alter_column(grammar, name)
        case "distkey":
            grammar.advance()
            attributes = TableAttributes(distkey=grammar.identifier())
            return AlterTable(name=name, action=AlterAction.DISTKEY, attributes=attributes)
        case "diststyle":
            return _alter_distribution(grammar, name)
        case "compound" | "sortkey":
            return _alter_sort_key(grammar, name)
        case "autorefresh":
            grammar.not_emulated("ALTER TABLE ALTER AUTOREFRESH")
    grammar.expect("encode", "auto")
    attributes = TableAttributes(encode_auto=True)
    return AlterTable(name=name, action=AlterAction.ENCODE_AUTO, attributes=attributes)


def _alter_column(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("column")
    altered = grammar.identifier()
    if grammar.at("set", "default") or grammar.at("drop", "default"):
        raise Unsupported("ALTER COLUMN SET/DROP DEFAULT is not supported")
    if grammar.expect_any("type", "encode") == "encode":
        return AlterTable(
            name=name,
            action=AlterAction.COLUMN_ENCODING,
            column=altered,
            encoding=encoding(grammar),
        )
    return AlterTable(
        name=name,
        action=AlterAction.COLUMN_TYPE,
        column=altered,
        type=grammar.column_type(f"{name[-1]}.{altered}"),
    )


def _alter_distribution(grammar: Grammar, name: Name) -> AlterTable:
    grammar.expect("diststyle")
    style = grammar.expect_any(*DIST_STYLES).upper()
    key = None
    if style == "KEY":
        grammar.expect("distkey")
        key = grammar.identifier()
    attributes = TableAttributes(diststyle=style, distkey=key)
    return AlterTable(name=name, action=AlterAction.DISTSTYLE, attributes=attributes)


def _alter_sort_key(grammar: Grammar, name: Name) -> AlterTable:
    if grammar.accept("sortkey", "none"):
        attributes = TableAttributes()
    else:
        attributes = TableAttributes(**sort_key(grammar))
    return AlterTable(name=name, action=AlterAction.SORTKEY, attributes=attributes)


_ACTIONS: Final[Mapping[str, Callable[[Grammar, Name], AlterTable]]] = {
    "add": _add,
    "alter": _alter,
    "append": _append,
    "drop": _drop,
    "owner": _owner,
    "rename": _rename,
}
