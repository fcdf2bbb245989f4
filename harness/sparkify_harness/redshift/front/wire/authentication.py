"""Password checks: md5 for everybody, Redshift's digest for Redshift's own drivers.

Clear text is never asked for. The password itself is needed on our side for the digest, whose
salt is fresh for each attempt.
"""

import hashlib
import hmac
import secrets
from typing import Final, Protocol

from sparkify_harness.redshift.errors import AuthenticationFailed
from sparkify_harness.redshift.front.wire.frontend.startup import DigestMessage, PasswordMessage
from sparkify_harness.redshift.front.wire.responses.startup import (
    authentication_digest,
    authentication_md5,
)

_NOBODY: Final = secrets.token_hex(32)
"""Stands in for the password of an unknown user, so that both cases take the same way."""


class Challenge(Protocol):
    """A question that only who knows the password can answer."""

    @property
    def request(self) -> bytes:
        """The AuthenticationRequest."""

    def matches(self, answer: PasswordMessage | DigestMessage, user: str, password: str) -> bool:
        """Whether the answer was made with that password; takes the same time either way."""


class Md5Challenge:
    """``md5`` + md5(md5(password + user) + salt), which every client knows.

    PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-flow.html
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(4)

    @property
    def request(self) -> bytes:
        """AuthenticationMD5Password."""
        return authentication_md5(self._salt)

    def matches(self, answer: PasswordMessage | DigestMessage, user: str, password: str) -> bool:
        """Whether the answer was made with that password."""
        inner = _md5((password + user).encode()).encode("ascii")
        expected = b"md5" + _md5(inner + self._salt).encode("ascii")
        given = answer.password if isinstance(answer, PasswordMessage) else b""
        return hmac.compare_digest(expected, given)


class DigestChallenge:
    """SHA256(SHA256(password + salt) + server nonce + client nonce).

    Source: https://github.com/aws/amazon-redshift-python-driver (``extensible_digest.py``)
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._nonce = secrets.token_bytes(16)

    @property
    def request(self) -> bytes:
        """AuthenticationDigest, code 13."""
        return authentication_digest(self._salt, self._nonce)

    def matches(self, answer: PasswordMessage | DigestMessage, user: str, password: str) -> bool:
        """Whether the answer was made with that password."""
        del user
        given, nonce = (
            (answer.digest, answer.nonce) if isinstance(answer, DigestMessage) else (b"", b"")
        )
        inner = hashlib.sha256(password.encode() + self._salt).digest()
        expected = hashlib.sha256(inner + self._nonce + nonce).digest()
        return hmac.compare_digest(expected, given)


def challenge_for(options: dict[str, str]) -> Challenge:
    """The challenge that a client can answer.

    Drivers of Redshift's announce ``client_protocol_version`` and know the digest; libpq and
    whatever is built on it know md5.

    Args:
        options: Start-up parameters.
    """
    return DigestChallenge() if "client_protocol_version" in options else Md5Challenge()


def verify(
    challenge: Challenge,
    answer: PasswordMessage | DigestMessage,
    user: str,
    password: str | None,
) -> None:
    """Passes if the answer proves that the client knows the user's password.

    Wrong passwords in a row lock other users since patch 204, but never the administrator, who is
    the only one here.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_Users-user-lockout.html

    Args:
        challenge: What was asked.
        answer: What came back.
        user: Who the client says it is.
        password: The user's; None when there is no such user.

    Raises:
        AuthenticationFailed: In the same words for a wrong password and an unknown user.
    """
    proved = challenge.matches(answer, user, _NOBODY if password is None else password)
    if not proved or password is None:
        raise AuthenticationFailed(f'password authentication failed for user "{user}"')


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
