"""Distribution, sorting and encoding of tables.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from typing import Any, Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.statements import TableAttributes
from sparkify_harness.redshift.sql.tokens import TokenKind

DIST_STYLES: Final = ("auto", "even", "key", "all")
_ENCODINGS: Final = (
    "az64",
    "bytedict",
    "delta",
    "delta32k",
    "lzo",
    "mostly8",
    "mostly16",
    "mostly32",
    "raw",
    "runlength",
    "text255",
    "text32k",
    "zstd",
)


def encoding(grammar: Grammar) -> str:
    """The word after ENCODE, in upper case."""
    return grammar.expect_any(*_ENCODINGS).upper()


def table_attributes(grammar: Grammar, *, as_query: bool = False) -> TableAttributes:
    """BACKUP, DISTSTYLE, DISTKEY, SORTKEY and ENCODE AUTO in any order, each at most once.

    Args:
        grammar: At the first attribute, or past the last.
        as_query: Whether it is CREATE TABLE AS, which may name the keys by number and takes no
            encoding.
    """
    found: dict[str, Any] = {}
    while True:
        token = grammar.token
        if grammar.accept("backup"):
            attribute: dict[str, Any] = {"backup": grammar.expect_any("yes", "no") == "yes"}
        elif grammar.accept("diststyle"):
            attribute = {"diststyle": grammar.expect_any(*DIST_STYLES).upper()}
        elif grammar.accept("distkey"):
            grammar.expect("(")
            attribute = {"distkey": _key(grammar, positions=as_query)}
            grammar.expect(")")
        elif grammar.at("compound") or grammar.at("interleaved") or grammar.at("sortkey"):
            attribute = sort_key(grammar, positions=as_query)
        elif grammar.at("encode", "auto") and not as_query:
            grammar.expect("encode", "auto")
            attribute = {"encode_auto": True}
        elif grammar.at("using", "iceberg"):
            grammar.not_emulated("CREATE TABLE ... USING ICEBERG")
        else:
            break
        if not found.keys().isdisjoint(attribute):
            grammar.fail(token)
        found |= attribute
    return TableAttributes(**found)


def sort_key(grammar: Grammar, *, positions: bool = False) -> dict[str, Any]:
    """[COMPOUND | INTERLEAVED] SORTKEY (...), or SORTKEY AUTO."""
    style = grammar.accept_any("compound", "interleaved").upper()
    grammar.expect("sortkey")
    if not style and grammar.accept("auto"):
        return {"sortkey": (), "sortkey_style": "AUTO"}
    keys = grammar.parenthesized(lambda: _key(grammar, positions=positions))
    return {"sortkey": tuple(keys), "sortkey_style": style or "COMPOUND"}


def _key(grammar: Grammar, *, positions: bool) -> str | int:
    if positions and grammar.token.kind is TokenKind.INTEGER:
        return grammar.integer()
    return grammar.identifier()
