"""Messages from the first byte to the first ReadyForQuery."""

from typing import Final

from sparkify_harness.redshift.front.wire.responses.message import int32, message, text

TLS_ACCEPTED: Final = b"S"
ENCRYPTION_REFUSED: Final = b"N"

_OK: Final = 0
_MD5: Final = 5
_DIGEST: Final = 13
_SHA256: Final = 0


def authentication_ok() -> bytes:
    """The client is who it says."""
    return message(b"R", int32(_OK))


def authentication_md5(salt: bytes) -> bytes:
    """Asks for md5(md5(password + user) + salt).

    Args:
        salt: Four bytes.
    """
    return message(b"R", int32(_MD5), salt)


def authentication_digest(salt: bytes, nonce: bytes) -> bytes:
    """Asks for SHA256(SHA256(password + salt) + nonce + client's nonce): Redshift's own method.

    Source: https://github.com/aws/amazon-redshift-python-driver (``core.py``)
    """
    return message(
        b"R",
        int32(_DIGEST),
        int32(_SHA256),
        int32(len(salt)),
        salt,
        int32(len(nonce)),
        nonce,
    )


def parameter_status(name: str, value: str) -> bytes:
    """A setting that drivers follow."""
    return message(b"S", text(name), text(value))


def backend_key_data(pid: int, key: int) -> bytes:
    """What a CancelRequest has to carry."""
    return message(b"K", int32(pid), int32(key))


def negotiate_protocol_version() -> bytes:
    """We speak 3.0, not the newer minor version that was asked for."""
    return message(b"v", int32(3 << 16), int32(0))
