"""Options of COPY and UNLOAD, in the order written."""

from typing import Final, assert_never

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.options.arguments import (
    Argument,
    Choice,
    Columns,
    Flag,
    Number,
    Size,
    Switch,
    Text,
    Tolerance,
    Unread,
    Values,
    Word,
)
from sparkify_harness.redshift.sql.options.library import OPTIONS, options_of
from sparkify_harness.redshift.sql.options.option import Option, Transfer, never
from sparkify_harness.redshift.sql.statements import CopyOption
from sparkify_harness.redshift.sql.tokens import TokenKind

_OPTIONS: Final = {transfer: options_of(transfer) for transfer in Transfer}
_PREFIXES: Final = {
    transfer: {prefix for option in known.values() for prefix in option.uses[transfer].prefixes}
    for transfer, known in _OPTIONS.items()
}
_SECRETS: Final = {option.key: option.is_secret for option in OPTIONS}


def read_options(stream: Stream, transfer: Transfer) -> tuple[CopyOption, ...]:
    """Options up to the end of the statement, in any order.

    Which of them fit together is for a plan to judge.

    Args:
        stream: At the first option.
        transfer: The statement.

    Raises:
        SyntaxFault: A word is no option, or an option is there twice.
        NotEmulated: An option that is not gone into.
    """
    found: dict[Option, CopyOption] = {}
    while stream.token.kind is not TokenKind.END:
        token = stream.token
        prefix = stream.accept_any(*_PREFIXES[transfer])
        if prefix == "format":
            stream.accept("as")
        option = _OPTIONS[transfer].get(stream.token.key)
        if option is None or (prefix and prefix not in option.uses[transfer].prefixes):
            stream.fail()
        arguments = _read(stream, option, transfer)
        if option in found:
            raise SyntaxFault("conflicting or redundant options", position=token.start + 1)
        found[option] = CopyOption(option=option, arguments=arguments, position=token.start + 1)
    return tuple(found.values())


def _read(stream: Stream, option: Option, transfer: Transfer) -> Values:
    """The words of an option, then what follows them."""
    stream.advance()
    for word in option.words[1:]:
        if word != "as":
            stream.expect(word)
    argument = option.uses[transfer].argument
    if isinstance(argument, Unread):
        stream.not_emulated(f"{transfer.value} ... {option.name}")
    return _values(stream, argument)


def _values(stream: Stream, argument: Argument) -> Values:
    match argument:
        case Flag() | Unread():
            return ()
        case Text():
            return _text(stream, argument)
        case Number():
            stream.accept("as")
            return (stream.integer(),)
        case Word(word):
            return (word,) if stream.accept(word.lower()) else ()
        case Choice(words):
            return (_choice(stream, words),)
        case Switch(words):
            word = stream.accept_any("on", "off", "true", "false", *map(str.lower, words))
            return ({"true": "ON", "false": "OFF"}.get(word, word.upper()),) if word else ()
        case Size():
            return _size(stream)
        case Columns():
            return stream.identifiers()
        case Tolerance():
            return _tolerance(stream)
        case _:
            assert_never(argument)


def _text(stream: Stream, argument: Text) -> Values:
    is_said = stream.accept("as") or not argument.optional or stream.token.kind is TokenKind.STRING
    if argument.keyword and stream.accept(argument.keyword.lower()):
        return (argument.keyword,)
    return (stream.string(),) if is_said else ()


def _choice(stream: Stream, words: tuple[str, ...]) -> str:
    stream.accept("as")
    if stream.token.kind is TokenKind.STRING and stream.token.value.upper() in words:
        return stream.advance().value.upper()
    return stream.expect_any(*map(str.lower, words)).upper()


def _size(stream: Stream) -> Values:
    stream.accept("as")
    if stream.token.kind not in {TokenKind.INTEGER, TokenKind.NUMBER}:
        stream.fail()
    number = stream.advance().value
    return number, stream.accept_any("mb", "gb").upper() or "MB"


def _tolerance(stream: Stream) -> Values:
    if not stream.accept("simplify"):
        return ()
    words = "SIMPLIFY AUTO" if stream.accept("auto") else "SIMPLIFY"
    if stream.token.kind in {TokenKind.INTEGER, TokenKind.NUMBER}:
        return words, stream.advance().value
    return (words,)


def masked(stream: Stream) -> str:
    """The statement's text without its secrets and without comments, where old keys lie."""
    pieces: list[str] = []
    end = 0
    previous = ""
    for token in stream.tokens:
        gap = stream.sql[end : token.start]
        pieces.append(" " if gap.strip() else gap)
        end = token.end
        is_secret = token.kind is TokenKind.STRING and _SECRETS.get(previous, never)(token.value)
        pieces.append("'***'" if is_secret else stream.sql[token.start : token.end])
        if token.kind is not TokenKind.STRING and token.key and token.key != "as":
            previous = token.key
    return "".join(pieces).strip()
