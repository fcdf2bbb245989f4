"""Options of COPY and UNLOAD: which exist, and what each takes."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.statements import CopyOption
from sparkify_harness.redshift.sql.tokens import TokenKind

Arguments = tuple[str | int, ...]
OptionReader = Callable[[Stream], Arguments]

_SECRETS: Final = frozenset(
    {"ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "MASTER_SYMMETRIC_KEY"}
)
_ROLE: Final = re.compile(r"aws_iam_role=[^;]*", re.IGNORECASE)


def flag(_: Stream) -> Arguments:
    """An option without an argument."""
    return ()


def text(stream: Stream) -> Arguments:
    """A string, after an optional AS."""
    stream.accept("as")
    return (stream.string(),)


def optional_text(stream: Stream) -> Arguments:
    """A string that may be left out, after an optional AS."""
    if stream.accept("as") or stream.token.kind is TokenKind.STRING:
        return (stream.string(),)
    return ()


def number(stream: Stream) -> Arguments:
    """A number, after an optional AS."""
    stream.accept("as")
    return (stream.integer(),)


def role(stream: Stream) -> Arguments:
    """IAM_ROLE: a string or the word DEFAULT."""
    stream.accept("as")
    return ("DEFAULT",) if stream.accept("default") else (stream.string(),)


def switch(*words: str) -> OptionReader:
    """An optional ON, OFF, TRUE, FALSE or one of the further words."""

    def read(stream: Stream) -> Arguments:
        word = stream.accept_any("on", "off", "true", "false", *words)
        return ({"true": "ON", "false": "OFF"}.get(word, word.upper()),) if word else ()

    return read


def read_options(
    stream: Stream,
    options: Mapping[str, OptionReader],
    formats: frozenset[str],
    prefixes: frozenset[str],
) -> tuple[CopyOption, ...]:
    """Options up to the end of the statement, in any order.

    Args:
        stream: At the first option.
        options: What exists, by its first word in lower case.
        formats: Options that are data formats.
        prefixes: Words that may announce a data format: FORMAT, AS.

    Raises:
        SyntaxFault: A word is no option, or an option is there twice.
    """
    found: dict[str, CopyOption] = {}
    while stream.token.kind is not TokenKind.END:
        token = stream.token
        if stream.accept("with"):
            if not (stream.at("credentials") or stream.at("null")):
                stream.fail()
        elif stream.token.key in prefixes:
            if stream.advance().key == "format":
                stream.accept("as")
            if stream.token.key not in formats:
                stream.fail()
        name = stream.token.key
        reader = options.get(name)
        if reader is None:
            stream.fail()
        stream.advance()
        arguments = reader(stream)
        name = _LONG_NAMES.get(name, name.upper())
        if name in found:
            raise SyntaxFault("conflicting or redundant options", position=token.start + 1)
        found[name] = CopyOption(name=name, arguments=arguments, position=token.start + 1)
    return tuple(found.values())


_LONG_NAMES: Final = {"null": "NULL AS", "partition": "PARTITION BY"}


def masked(stream: Stream) -> str:
    """The statement's text without its secrets and without comments, where old keys lie."""
    pieces: list[str] = []
    end = 0
    previous = ""
    for token in stream.tokens:
        gap = stream.sql[end : token.start]
        pieces.append(" " if gap.strip() else gap)
        end = token.end
        is_secret = token.kind is TokenKind.STRING and (
            previous.upper() in _SECRETS
            or (previous == "credentials" and not _ROLE.fullmatch(token.value))
        )
        pieces.append("'***'" if is_secret else stream.sql[token.start : token.end])
        if token.kind is not TokenKind.STRING and token.key and token.key != "as":
            previous = token.key
    return "".join(pieces).strip()
