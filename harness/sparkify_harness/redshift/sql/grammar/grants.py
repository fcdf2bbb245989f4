"""GRANT, REVOKE and ALTER DEFAULT PRIVILEGES: read, and without effect.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_REVOKE.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_DEFAULT_PRIVILEGES.html
"""

from typing import Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import Grant
from sparkify_harness.redshift.sql.tokens import TokenKind

_PRIVILEGES: Final = (
    "select",
    "insert",
    "update",
    "delete",
    "drop",
    "truncate",
    "alter",
    "references",
    "create",
    "temporary",
    "temp",
    "usage",
    "execute",
    "share",
)
_LISTED: Final = ("database", "schema", "language", "table")
_ROUTINES: Final = ("function", "procedure")
_IN_SCHEMA: Final = ("tables", "functions", "procedures")
_NOT_EMULATED: Final = ("datashare", "external", "model", "job", "template", "rls", "masking")


def grant(grammar: Grammar) -> Grant:
    """GRANT privileges ON objects TO grantees, GRANT ASSUMEROLE, GRANT ROLE."""
    grammar.expect("grant")
    _rights(grammar, "to")
    return Grant(tag="GRANT")


def revoke(grammar: Grammar) -> Grant:
    """REVOKE [GRANT OPTION FOR] privileges ON objects FROM grantees [CASCADE | RESTRICT]."""
    grammar.expect("revoke")
    if grammar.accept_any("grant", "admin"):
        grammar.expect("option", "for")
    _rights(grammar, "from")
    grammar.accept_any("cascade", "restrict")
    return Grant(tag="REVOKE")


def alter_default_privileges(grammar: Grammar) -> Grant:
    """ALTER DEFAULT PRIVILEGES [FOR USER u] [IN SCHEMA s] GRANT | REVOKE ...; past ALTER."""
    grammar.expect("default", "privileges")
    if grammar.accept("for"):
        grammar.expect("user")
        grammar.listed(grammar.identifier)
    if grammar.accept("in"):
        grammar.expect("schema")
        grammar.listed(grammar.identifier)
    verb = grammar.expect_any("grant", "revoke")
    if verb == "revoke" and grammar.accept("grant"):
        grammar.expect("option", "for")
    _privileges(grammar)
    grammar.expect("on")
    grammar.expect_any(*_IN_SCHEMA)
    grammar.expect("to" if verb == "grant" else "from")
    _grantees(grammar)
    grammar.accept_any("cascade", "restrict")
    return Grant(tag="ALTER DEFAULT PRIVILEGES")


def _rights(grammar: Grammar, preposition: str) -> None:
    if grammar.accept("assumerole"):
        _assume_role(grammar, preposition)
        return
    if grammar.at("role"):
        grammar.listed(lambda: _role(grammar))
        grammar.expect(preposition)
        _grantees(grammar)
        return
    if grammar.token.key in {"create", "alter", "drop", "truncate"} and (
        grammar.peek().key not in {"on", ","}
    ):
        grammar.not_emulated("system privileges of roles")
    if grammar.token.key in {"explain", "ignore", "vacuum", "analyze", "cancel", "access"}:
        grammar.not_emulated("system privileges of roles")
    if grammar.at("copy", "job"):
        grammar.not_emulated("privileges on COPY JOB")
    _privileges(grammar)
    if grammar.at("for"):
        grammar.not_emulated("scoped permissions")
    grammar.expect("on")
    _objects(grammar)
    grammar.expect(preposition)
    _grantees(grammar)


def _privileges(grammar: Grammar) -> None:
    if grammar.accept("all"):
        grammar.accept("privileges")
        if grammar.at("("):
            grammar.identifiers()
        return
    grammar.listed(lambda: _privilege(grammar))


def _privilege(grammar: Grammar) -> None:
    name = grammar.expect_any(*_PRIVILEGES)
    if name in {"select", "update"} and grammar.at("("):
        grammar.identifiers()


def _objects(grammar: Grammar) -> None:
    if grammar.token.key in _NOT_EMULATED and grammar.peek().kind in {
        TokenKind.WORD,
        TokenKind.QUOTED,
    }:
        grammar.not_emulated(f"privileges on {grammar.token.key.upper()}")
    if grammar.at("all", "templates"):
        grammar.not_emulated("privileges on TEMPLATE")
    if grammar.accept("all"):
        grammar.expect_any(*_IN_SCHEMA)
        grammar.expect("in", "schema")
        grammar.listed(grammar.identifier)
    elif grammar.accept_any(*_ROUTINES):
        grammar.listed(lambda: _routine(grammar))
    else:
        kind = grammar.accept_any(*_LISTED)
        grammar.listed(grammar.name if kind in {"", "table"} else grammar.label)


def _routine(grammar: Grammar) -> None:
    grammar.name()
    grammar.expect("(")
    if not grammar.at(")"):
        grammar.listed(lambda: _argument(grammar))
    grammar.expect(")")


def _argument(grammar: Grammar) -> None:
    following = grammar.peek()
    if (
        grammar.at_identifier()
        and following.kind is TokenKind.WORD
        and following.key != "precision"
    ):
        grammar.identifier()
    grammar.data_type()


def _grantees(grammar: Grammar) -> None:
    grammar.listed(lambda: _grantee(grammar))


def _grantee(grammar: Grammar) -> None:
    if grammar.at("rls", "policy") or grammar.at("masking", "policy"):
        grammar.not_emulated("privileges of a policy")
    if grammar.at("role"):
        _role(grammar)
    else:
        grammar.accept("group")
        grammar.identifier()
    if grammar.accept("with"):
        grammar.expect_any("grant", "admin")
        grammar.expect("option")


def _role(grammar: Grammar) -> None:
    """ROLE and its name; those of the system and of identity providers are ``sys:operator``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_roles-default.html
    """
    grammar.expect("role")
    grammar.identifier()
    if grammar.accept(":"):
        grammar.identifier()


def _assume_role(grammar: Grammar, preposition: str) -> None:
    grammar.expect("on")
    if not grammar.accept_any("default", "all"):
        grammar.listed(grammar.string)
    grammar.expect(preposition)
    _grantees(grammar)
    grammar.expect("for")
    grammar.listed(lambda: _use(grammar))


def _use(grammar: Grammar) -> None:
    match grammar.expect_any("all", "copy", "unload", "external", "create"):
        case "external":
            grammar.expect("function")
        case "create":
            grammar.expect("model")
