"""Start-up packets and what a client answers to an authentication request.

PostgreSQL: https://www.postgresql.org/docs/8.0/protocol-flow.html#AEN60635
"""

from dataclasses import dataclass

from sparkify_harness.redshift.errors import ProtocolViolation
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.front.wire.payload import Payload


@dataclass(frozen=True, slots=True)
class SslRequest:
    """May we talk TLS?"""


@dataclass(frozen=True, slots=True)
class GssEncRequest:
    """May we talk GSSAPI encryption? Redshift does not."""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Interrupt what another session runs.

    Args:
        pid: From that session's BackendKeyData.
        key: Its secret.
    """

    pid: int
    key: int


@dataclass(frozen=True, slots=True)
class StartupMessage:
    """Who wants to connect and how.

    Args:
        major: Protocol version.
        minor: Protocol version.
        options: Parameters in order; later values win.
    """

    major: int
    minor: int
    options: dict[str, str]


Startup = SslRequest | GssEncRequest | CancelRequest | StartupMessage


def parse_startup(frame: Frame) -> Startup:
    """The start-up packet in a frame without type.

    Raises:
        ProtocolViolation: It is malformed.
    """
    payload = Payload(frame.payload)
    code = payload.uint32()
    match code:
        case 80877103:
            payload.end()
            return SslRequest()
        case 80877104:
            payload.end()
            return GssEncRequest()
        case 80877102:
            request = CancelRequest(payload.uint32(), payload.uint32())
            payload.end()
            return request
    major, minor = divmod(code, 1 << 16)
    if major != 3:
        # The parameters of other versions have another layout.
        return StartupMessage(major, minor, {})
    options: dict[str, str] = {}
    while name := payload.text():
        options[name] = payload.text()
    payload.end()
    return StartupMessage(major, minor, options)


@dataclass(frozen=True, slots=True)
class PasswordMessage:
    """Answer to an md5 request."""

    password: bytes


@dataclass(frozen=True, slots=True)
class DigestMessage:
    """Answer to Redshift's digest request.

    Args:
        digest: Hash of password, salt and both nonces.
        nonce: The client's.
    """

    digest: bytes
    nonce: bytes


def parse_password(frame: Frame) -> PasswordMessage | DigestMessage:
    """The answer to an authentication request.

    Raises:
        ProtocolViolation: It is another message or malformed.
    """
    payload = Payload(frame.payload)
    match frame.type:
        case b"p":
            if not frame.payload.endswith(b"\0"):
                raise ProtocolViolation("invalid password packet size")
            return PasswordMessage(frame.payload[:-1])
        case b"d":
            message = DigestMessage(
                payload.take(payload.int32()),
                payload.take(payload.int32()),
            )
            payload.end()
            return message
    raise ProtocolViolation("expected password response")
