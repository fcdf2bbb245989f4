"""Payloads for MinIO's admin API; the contract tests prove that MinIO opens them."""

import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sparkify_harness.objectstore.minio_keys import encrypt


def decrypt(sealed: bytes, secret: str) -> bytes:
    """As the format's description says: https://github.com/secure-io/sio-go (DARE 2.0-like)."""
    salt, form, nonce, rest = sealed[:32], sealed[32], sealed[33:41], sealed[41:]
    assert form == 2
    cipher = AESGCM(hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, 8192, 32))
    header = cipher.encrypt(nonce + bytes(4), b"", None)
    plain, number = b"", 0
    while rest or not number:
        number += 1
        fragment, rest = rest[: 16384 + 16], rest[16384 + 16 :]
        mark = b"\x00" if rest else b"\x80"
        plain += cipher.decrypt(nonce + number.to_bytes(4, "little"), fragment, mark + header)
    return plain


@pytest.mark.parametrize("size", [0, 1, 16383, 16384, 16385, 32768, 40000])
def test_round_trip(size: int) -> None:
    plain = bytes(number % 251 for number in range(size))
    assert decrypt(encrypt(plain, "secret"), "secret") == plain


def test_no_two_are_equal() -> None:
    assert encrypt(b"x", "secret") != encrypt(b"x", "secret")
