"""Where one statement ends and the next begins, in what a user types or pipes."""

from dataclasses import dataclass

from sqlglot import TokenError, TokenType
from sqlglot.dialects.redshift import Redshift


@dataclass(frozen=True, slots=True)
class Typed:
    """Text so far.

    Args:
        complete: Statements that a semicolon ends, without it.
        rest: What comes after the last semicolon; in the end a statement of its own.
    """

    complete: tuple[str, ...]
    rest: str


def split(text: str) -> Typed:
    """Splits at semicolons, but not at those in strings, quoted names and comments."""
    try:
        tokens = Redshift().tokenize(text)
    except TokenError:  # a string or comment is still open
        return Typed((), text)
    complete = []
    start = 0
    said_something = False
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            if said_something:
                complete.append(text[start : token.start].strip())
            start, said_something = token.end + 1, False
        else:
            said_something = True
    return Typed(tuple(complete), text[start:].strip() if said_something else "")
