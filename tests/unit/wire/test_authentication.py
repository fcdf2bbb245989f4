"""Passwords are proved as the drivers' own code does it, and nothing tells who exists."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redshift_connector.utils.extensible_digest import ExtensibleDigest

from sparkify_harness.redshift.errors import AuthenticationFailed
from sparkify_harness.redshift.front.wire.authentication import (
    Challenge,
    DigestChallenge,
    Md5Challenge,
    challenge_for,
    verify,
)
from sparkify_harness.redshift.front.wire.frontend.startup import DigestMessage, PasswordMessage

PASSWORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def answer(challenge: Challenge, user: str, password: str) -> PasswordMessage | DigestMessage:
    """What a client says; the digest is computed by redshift_connector itself."""
    request = challenge.request
    assert request[:1] == b"R"
    (code,) = struct.unpack_from("!I", request, 5)
    if code == 5:
        inner = hashlib.md5((password + user).encode()).hexdigest().encode()
        return PasswordMessage(b"md5" + hashlib.md5(inner + request[9:13]).hexdigest().encode())
    assert code == 13
    algorithm, length = struct.unpack_from("!II", request, 9)
    assert algorithm == 0
    salt = request[17 : 17 + length]
    nonce = request[17 + length + 4 :]
    digest = ExtensibleDigest.encode(
        client_nonce=b"1543449600000",
        password=password.encode(),
        salt=salt,
        algo_name="SHA256",
        server_nonce=nonce,
    )
    return DigestMessage(digest, b"1543449600000")


KINDS = pytest.mark.parametrize("kind", [Md5Challenge, DigestChallenge])


@KINDS
@given(password=PASSWORDS, user=PASSWORDS)
def test_the_right_password_is_let_in(kind: type[Challenge], password: str, user: str) -> None:
    challenge = kind()
    verify(challenge, answer(challenge, user, password), user, password)


@KINDS
@given(passwords=st.tuples(PASSWORDS, PASSWORDS).filter(lambda pair: pair[0] != pair[1]))
def test_another_password_is_refused(kind: type[Challenge], passwords: tuple[str, str]) -> None:
    challenge = kind()
    with pytest.raises(AuthenticationFailed):
        verify(challenge, answer(challenge, "u", passwords[0]), "u", passwords[1])


@KINDS
def test_an_unknown_user_is_refused_in_the_same_words(kind: type[Challenge]) -> None:
    texts = set()
    for known in ("secret", None):
        challenge = kind()
        with pytest.raises(AuthenticationFailed) as caught:
            verify(challenge, answer(challenge, "u", "wrong"), "u", known)
        texts.add((caught.value.message, caught.value.sqlstate, caught.value.severity))
    assert texts == {('password authentication failed for user "u"', "28000", "FATAL")}


@KINDS
def test_an_answer_is_good_once(kind: type[Challenge]) -> None:
    first, second = kind(), kind()
    with pytest.raises(AuthenticationFailed):
        verify(second, answer(first, "u", "p"), "u", "p")


@pytest.mark.parametrize(
    ("challenge", "wrong"),
    [
        (Md5Challenge(), DigestMessage(b"", b"")),
        (DigestChallenge(), PasswordMessage(b"p")),
        (Md5Challenge(), PasswordMessage(b"p")),
    ],
    ids=["digest for md5", "password for digest", "clear text for md5"],
)
def test_an_answer_of_another_kind_is_refused(
    challenge: Challenge, wrong: PasswordMessage | DigestMessage
) -> None:
    with pytest.raises(AuthenticationFailed):
        verify(challenge, wrong, "u", "p")


def test_drivers_of_redshift_get_the_digest() -> None:
    assert isinstance(challenge_for({"user": "u", "client_protocol_version": "2"}), DigestChallenge)
    assert isinstance(challenge_for({"user": "u", "application_name": "psql"}), Md5Challenge)
