"""Every statement that exists, by its first word."""

from collections.abc import Callable, Mapping
from typing import Final

from sparkify_harness.redshift.sql.grammar.alter import alter
from sparkify_harness.redshift.sql.grammar.comment import comment
from sparkify_harness.redshift.sql.grammar.copy import copy
from sparkify_harness.redshift.sql.grammar.create import create
from sparkify_harness.redshift.sql.grammar.cursors import close, fetch
from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.drop import drop, truncate
from sparkify_harness.redshift.sql.grammar.foreign import refuse_postgres, refuse_statement
from sparkify_harness.redshift.sql.grammar.grants import grant, revoke
from sparkify_harness.redshift.sql.grammar.maintenance import analyze, cancel, vacuum
from sparkify_harness.redshift.sql.grammar.prepare import (
    deallocate,
    declare,
    execute,
    explain,
    prepare,
)
from sparkify_harness.redshift.sql.grammar.query import query
from sparkify_harness.redshift.sql.grammar.set_parameter import reset_parameter, set_parameter
from sparkify_harness.redshift.sql.grammar.show import show
from sparkify_harness.redshift.sql.grammar.transactions import begin, commit, lock, rollback
from sparkify_harness.redshift.sql.grammar.unload import unload
from sparkify_harness.redshift.sql.statements import Statement
from sparkify_harness.redshift.sql.tokens import TokenKind

STATEMENTS: Final[Mapping[str, Callable[[Grammar], Statement]]] = {
    **dict.fromkeys(("select", "(", "with", "insert", "update", "delete", "merge"), query),
    "alter": alter,
    "comment": comment,
    "create": create,
    "drop": drop,
    "truncate": truncate,
    "copy": copy,
    "unload": unload,
    "begin": begin,
    "start": begin,
    "commit": commit,
    "end": commit,
    "rollback": rollback,
    "abort": rollback,
    "lock": lock,
    "set": set_parameter,
    "reset": reset_parameter,
    "show": show,
    "vacuum": vacuum,
    "analyze": analyze,
    "cancel": cancel,
    "explain": explain,
    "prepare": prepare,
    "execute": execute,
    "deallocate": deallocate,
    "declare": declare,
    "fetch": fetch,
    "close": close,
    "grant": grant,
    "revoke": revoke,
}

_PARAMETERIZED: Final = (query, prepare)
"""Readers of statements that may hold ``$1``."""


def statement(grammar: Grammar) -> Statement:
    """One whole statement; its text and offset are the caller's to set.

    Raises:
        SyntaxFault: It is not in Redshift's grammar.
        NotEmulated: Redshift has it and this substitute does not.
        Unsupported: PostgreSQL has it and Redshift does not.
    """
    refuse_postgres(grammar)
    reader = STATEMENTS.get(grammar.token.key)
    if reader is None:
        refuse_statement(grammar)
    if reader not in _PARAMETERIZED:
        _refuse_parameters(grammar)
    found = reader(grammar)
    grammar.expect_end()
    return found


def _refuse_parameters(grammar: Grammar) -> None:
    for token in grammar.tokens:
        if token.kind is TokenKind.PARAMETER:
            grammar.fail(token)
