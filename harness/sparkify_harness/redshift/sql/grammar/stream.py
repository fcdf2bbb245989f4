"""Reading tokens one after the other."""

from collections.abc import Callable, Sequence
from typing import NoReturn, TypeVar

from sparkify_harness.redshift.errors import NotEmulated, SyntaxFault
from sparkify_harness.redshift.sql.reserved import RESERVED
from sparkify_harness.redshift.sql.statements import Name
from sparkify_harness.redshift.sql.tokens import Token, TokenKind

T = TypeVar("T")


class Stream:
    """The tokens of one statement, and the place that was reached.

    Args:
        sql: The text that the tokens' offsets count in.
        tokens: Tokens of one statement; the last has kind END.
    """

    def __init__(self, sql: str, tokens: Sequence[Token]) -> None:
        self.sql = sql
        self.tokens = tokens
        self._index = 0
        self.token = tokens[0]

    # --- moving --------------------------------------------------------------------------

    def advance(self) -> Token:
        """Step over the current token and return it."""
        token = self.token
        if token.kind is not TokenKind.END:
            self._index += 1
            self.token = self.tokens[self._index]
        return token

    def peek(self, distance: int = 1) -> Token:
        """The token so many places ahead."""
        return self.tokens[min(self._index + distance, len(self.tokens) - 1)]

    def at(self, *keys: str) -> bool:
        """Whether these words or symbols come next, in this order."""
        if self.token.key != keys[0]:
            return False
        return all(self.peek(i).key == key for i, key in enumerate(keys[1:], 1))

    def accept(self, *keys: str) -> bool:
        """Step over these words or symbols, if all of them come next."""
        if not self.at(*keys):
            return False
        for _ in keys:
            self.advance()
        return True

    def accept_any(self, *keys: str) -> str:
        """Step over one of these words or symbols; empty if none comes next."""
        if self.token.key and self.token.key in keys:
            return self.advance().key
        return ""

    def expect(self, *keys: str) -> Token:
        """Step over these words or symbols, which must come next; the last of them."""
        token = self.token
        for key in keys:
            if self.token.key != key:
                self.fail()
            token = self.advance()
        return token

    def expect_any(self, *keys: str) -> str:
        """Step over one of these words or symbols."""
        return self.accept_any(*keys) or self.fail()

    def expect_end(self) -> None:
        """The statement must be over."""
        if self.token.kind is not TokenKind.END:
            self.fail()

    # --- errors --------------------------------------------------------------------------

    def text(self, token: Token) -> str:
        """A token as it was written."""
        return self.sql[token.start : token.end]

    def fail(self, token: Token | None = None) -> NoReturn:
        """Refuse a token, the current one by default, in the words of Redshift's grammar.

        Deviates: a string in COPY or UNLOAD is not repeated, as it may be a secret.
        """
        token = token or self.token
        hidden = token.kind is TokenKind.STRING and self.tokens[0].key in {"copy", "unload"}
        raise SyntaxFault.near("'***'" if hidden else self.text(token), token.position)

    def not_emulated(self, construct: str, token: Token | None = None) -> NoReturn:
        """Refuse what Redshift has and this substitute does not."""
        raise NotEmulated(construct, position=(token or self.token).position)

    # --- words and constants -------------------------------------------------------------

    def at_identifier(self) -> bool:
        """Whether an identifier comes next: quoted, or a word that is not reserved."""
        token = self.token
        return token.kind is TokenKind.QUOTED or (
            token.kind is TokenKind.WORD and token.value not in RESERVED
        )

    def identifier(self) -> str:
        """An identifier, folded."""
        if not self.at_identifier():
            self.fail()
        return self.advance().value

    def label(self) -> str:
        """A name after AS or a point, where reserved words are identifiers too."""
        if self.token.kind not in {TokenKind.WORD, TokenKind.QUOTED}:
            self.fail()
        return self.advance().value

    def name(self, most: int = 3) -> Name:
        """A name of up to so many parts."""
        parts = [self.identifier()]
        while self.accept("."):
            if len(parts) == most:
                self.fail(self.peek(-1))
            parts.append(self.label())
        return tuple(parts)

    def identifiers(self) -> tuple[str, ...]:
        """Identifiers in parentheses."""
        return tuple(self.parenthesized(self.identifier))

    def string(self) -> str:
        """A string literal."""
        if self.token.kind is not TokenKind.STRING:
            self.fail()
        return self.advance().value

    def integer(self) -> int:
        """A number without sign or fraction."""
        if self.token.kind is not TokenKind.INTEGER:
            self.fail()
        return int(self.advance().value)

    def signed_integer(self) -> int:
        """A whole number, perhaps with a sign."""
        sign = -1 if self.accept_any("-", "+") == "-" else 1
        return sign * self.integer()

    # --- lists ---------------------------------------------------------------------------

    def listed(self, element: Callable[[], T]) -> list[T]:
        """One or more elements with commas between them."""
        elements = [element()]
        while self.token.key == ",":
            self.advance()
            elements.append(element())
        return elements

    def parenthesized(self, element: Callable[[], T]) -> list[T]:
        """A list in parentheses."""
        self.expect("(")
        elements = self.listed(element)
        self.expect(")")
        return elements
