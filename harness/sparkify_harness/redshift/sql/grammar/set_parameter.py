"""SET, RESET and SHOW of configuration parameters.

Redshift:
    https://docs.aws.amazon.com/redshift/latest/dg/r_SET.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_RESET.html
    https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW.html
"""

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import ResetParameter, SetParameter, ShowParameter
from sparkify_harness.redshift.sql.tokens import TokenKind


def set_parameter(grammar: Grammar) -> SetParameter:
    """SET [SESSION | LOCAL] name TO | = value [, ...], SET TIME ZONE, SET SEED."""
    grammar.expect("set")
    if grammar.at("session", "authorization") or grammar.at("local", "session"):
        grammar.not_emulated("SET SESSION AUTHORIZATION")
    if grammar.at("session", "characteristics"):
        grammar.not_emulated("SET SESSION CHARACTERISTICS")
    if grammar.at("time", "zone", "interval") or grammar.at("timezone", "interval"):
        grammar.not_emulated("SET TIME ZONE INTERVAL")
    local = grammar.accept_any("session", "local") == "local"
    if grammar.accept("time", "zone"):
        return SetParameter(name="timezone", values=_zone(grammar), local=local)
    name = parameter_name(grammar)
    grammar.expect_any("to", "=")
    if grammar.accept("default"):
        return SetParameter(name=name, values=None, local=local)
    return SetParameter(
        name=name, values=tuple(grammar.listed(lambda: _value(grammar))), local=local
    )


def _zone(grammar: Grammar) -> tuple[str, ...] | None:
    if grammar.accept_any("default", "local"):
        return None
    return (_value(grammar),)


def _value(grammar: Grammar) -> str:
    token = grammar.token
    if token.kind in {TokenKind.STRING, TokenKind.QUOTED}:
        return grammar.advance().value
    sign = grammar.accept_any("-", "+")
    if grammar.token.kind in {TokenKind.INTEGER, TokenKind.NUMBER}:
        return ("-" if sign == "-" else "") + grammar.advance().value
    if sign or grammar.token.kind is not TokenKind.WORD:
        grammar.fail()
    if grammar.token.key not in {"on", "off", "true", "false"}:
        return grammar.identifier()
    return grammar.advance().value


def parameter_name(grammar: Grammar) -> str:
    """A parameter's name; one of the user's own has a point in it."""
    name = grammar.identifier()
    if grammar.accept("."):
        name = f"{name}.{grammar.label()}"
    return name


def reset_parameter(grammar: Grammar) -> ResetParameter:
    """RESET name, RESET ALL."""
    grammar.expect("reset")
    if grammar.at("session"):
        grammar.not_emulated("RESET SESSION AUTHORIZATION")
    if grammar.at("use"):
        grammar.not_emulated("RESET USE")
    if grammar.accept("all"):
        return ResetParameter(name="all")
    if grammar.accept("time", "zone"):
        return ResetParameter(name="timezone")
    return ResetParameter(name=parameter_name(grammar))


def show_parameter(grammar: Grammar) -> ShowParameter:
    """SHOW name, SHOW ALL; the stream stands after SHOW."""
    if grammar.at("use"):
        grammar.not_emulated("SHOW USE")
    if grammar.accept("all"):
        return ShowParameter(name="all")
    if grammar.accept("time", "zone"):
        return ShowParameter(name="timezone")
    if grammar.accept("transaction", "isolation", "level"):
        return ShowParameter(name="transaction_isolation")
    if grammar.accept("session", "authorization"):
        return ShowParameter(name="session_authorization")
    return ShowParameter(name=parameter_name(grammar))
