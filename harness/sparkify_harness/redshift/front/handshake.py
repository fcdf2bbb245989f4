"""From a client's first byte to a proved identity, without input and output."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sparkify_harness.redshift.errors import (
    AuthenticationFailed,
    EncryptionRequired,
    ProtocolViolation,
    Unsupported,
)
from sparkify_harness.redshift.front.wire.authentication import Challenge, challenge_for, verify
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.framing import MAX_MESSAGE, FrameDecoder
from sparkify_harness.redshift.front.wire.frontend.startup import (
    CancelRequest,
    GssEncRequest,
    SslRequest,
    StartupMessage,
    parse_password,
    parse_startup,
)
from sparkify_harness.redshift.front.wire.responses.startup import (
    ENCRYPTION_REFUSED,
    TLS_ACCEPTED,
    negotiate_protocol_version,
)

_MAJOR: Final = 3


class Encryption(Enum):
    """What becomes of clients with TLS, and of those without."""

    ABSENT = "absent"
    """TLS is refused; Redshift has no such thing, tests of the protocol have."""
    OFFERED = "offered"
    """Both are let in: the cluster's parameter require_ssl is false."""
    REQUIRED = "required"
    """Who comes without is refused."""


@dataclass(frozen=True, slots=True)
class Send:
    """These bytes go to the client."""

    data: bytes


@dataclass(frozen=True, slots=True)
class StartTls:
    """From here on the connection is TLS."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The client proved who it is.

    Args:
        decoder: Has whatever the client sent after its password.
    """

    user: str
    database: str
    options: dict[str, str]
    dialect: Dialect
    decoder: FrameDecoder


Step = Send | StartTls | CancelRequest | Accepted


class Handshake:
    """Encryption requests, start-up packet, password.

    Args:
        password_of: A user's password; None for an unknown user.
        encryption: Whether there is TLS, and must be.
        address: The client's.
    """

    def __init__(
        self,
        password_of: Callable[[str], str | None],
        *,
        encryption: Encryption,
        address: str = "",
    ) -> None:
        self._password_of = password_of
        self._encryption = encryption
        self._address = address
        self._encrypted = False
        self._decoder = FrameDecoder()
        self._startup: StartupMessage | None = None
        self._challenge: Challenge | None = None

    def receive(self, data: bytes) -> Iterator[Step]:
        """What to do about bytes from the client, in order.

        After CancelRequest and Accepted there is nothing more to do here.

        Raises:
            RedshiftError: The client is refused; the connection ends with the error.
        """
        self._decoder.feed(data)
        while frame := self._decoder.next():
            if self._startup is not None and self._challenge is not None:
                answer = parse_password(frame)
                user = self._startup.options["user"]
                verify(self._challenge, answer, user, self._password_of(user))
                yield self._accepted(self._startup)
                return
            match parse_startup(frame):
                case SslRequest():
                    yield from self._encrypt()
                case GssEncRequest():
                    yield Send(ENCRYPTION_REFUSED)
                case CancelRequest() as request:
                    yield request
                    return
                case StartupMessage() as startup:
                    yield from self._challenge_client(startup)

    def _encrypt(self) -> Iterator[Step]:
        if self._encrypted or self._encryption is Encryption.ABSENT:
            yield Send(ENCRYPTION_REFUSED)
            return
        if self._decoder.pending:
            # Whoever put these bytes there would speak as if it were the encrypted client.
            raise ProtocolViolation("received unencrypted data after SSL request")
        self._encrypted = True
        yield Send(TLS_ACCEPTED)
        yield StartTls()

    def _challenge_client(self, startup: StartupMessage) -> Iterator[Step]:
        if startup.major != _MAJOR:
            raise Unsupported(
                f"unsupported frontend protocol {startup.major}.{startup.minor}: "
                "server supports 3.0 to 3.0"
            )
        if startup.options.get("replication", "false").lower() not in {"false", "off", "no", "0"}:
            raise Unsupported("replication connections are not supported")
        if not startup.options.get("user"):
            raise AuthenticationFailed("no PostgreSQL user name specified in startup packet")
        if self._encryption is Encryption.REQUIRED and not self._encrypted:
            raise EncryptionRequired(self._address, startup.options["user"], _database(startup))
        if startup.minor:
            yield Send(negotiate_protocol_version())
        self._startup = startup
        self._challenge = challenge_for(startup.options)
        self._decoder.typed = True
        yield Send(self._challenge.request)

    def _accepted(self, startup: StartupMessage) -> Accepted:
        self._decoder.limit = MAX_MESSAGE
        return Accepted(
            user=startup.options["user"],
            database=_database(startup),
            options=startup.options,
            dialect=Dialect.of(startup.options),
            decoder=self._decoder,
        )


def _database(startup: StartupMessage) -> str:
    return startup.options.get("database") or startup.options["user"]
