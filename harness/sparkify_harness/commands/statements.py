"""Where one statement ends and the next begins, in what a user types or pipes."""

from dataclasses import dataclass

from sparkify_harness.redshift.errors import SyntaxFault
from sparkify_harness.redshift.sql.tokens import Unterminated, scan


@dataclass(frozen=True, slots=True)
class Typed:
    """Text so far.

    Args:
        complete: Statements that a semicolon ends, without it; in the end one that no more text
            can make readable, up to where the text ends.
        rest: What comes after the last semicolon; in the end a statement of its own.
    """

    complete: tuple[str, ...]
    rest: str


def split(text: str) -> Typed:
    """Splits at semicolons, but not at those in strings, quoted names and comments."""
    complete = []
    start = 0
    said_something = False
    try:
        for token in scan(text):
            if token.key != ";":
                said_something = True
            else:
                if said_something:
                    complete.append(text[start : token.start].strip())
                start, said_something = token.end, False
    except Unterminated:
        said_something = True
    except SyntaxFault:  # the server says what is wrong with it
        return Typed((*complete, text[start:].strip()), "")
    return Typed(tuple(complete), text[start:].strip() if said_something else "")
