"""From a frame to the message in it."""

from collections.abc import Callable, Mapping
from typing import Final

from sparkify_harness.redshift.errors import ProtocolViolation
from sparkify_harness.redshift.fields import Format
from sparkify_harness.redshift.front.wire.framing import Frame
from sparkify_harness.redshift.front.wire.frontend.extended import (
    Bind,
    Close,
    Describe,
    Execute,
    Flush,
    Parse,
    Sync,
    Target,
)
from sparkify_harness.redshift.front.wire.frontend.query import (
    CopyMessage,
    FunctionCall,
    Query,
    Terminate,
)
from sparkify_harness.redshift.front.wire.payload import Payload

Message = (
    Query
    | Parse
    | Bind
    | Describe
    | Execute
    | Close
    | Flush
    | Sync
    | CopyMessage
    | FunctionCall
    | Terminate
)


class UnknownMessage(ProtocolViolation):
    """A type byte that no message has: the stream cannot be trusted any more."""

    severity = "FATAL"


def parse_message(frame: Frame) -> Message:
    """The message in a frame after the start-up.

    Raises:
        UnknownMessage: There is no such type.
        ProtocolViolation: The contents are malformed.
    """
    try:
        read = _READERS[frame.type]
    except KeyError:
        raise UnknownMessage(f"invalid frontend message type {frame.type[0]}") from None
    payload = Payload(frame.payload)
    message = read(payload)
    payload.end()
    return message


def _parse(payload: Payload) -> Parse:
    name, sql = payload.text(), payload.text()
    return Parse(name, sql, tuple(payload.uint32() for _ in range(payload.uint16())))


def _bind(payload: Payload) -> Bind:
    portal, statement = payload.text(), payload.text()
    parameter_formats = _formats(payload)
    arguments = tuple(payload.optional() for _ in range(payload.uint16()))
    if len(parameter_formats) > 1 and len(parameter_formats) != len(arguments):
        raise ProtocolViolation(
            f"bind message has {len(parameter_formats)} parameter formats "
            f"but {len(arguments)} parameters"
        )
    return Bind(portal, statement, parameter_formats, arguments, _formats(payload))


def _formats(payload: Payload) -> tuple[Format, ...]:
    return tuple(_format(payload.uint16()) for _ in range(payload.uint16()))


def _format(code: int) -> Format:
    try:
        return Format(code)
    except ValueError:
        raise ProtocolViolation(f"unsupported format code: {code}") from None


def _target(payload: Payload) -> Target:
    code = payload.take(1)
    try:
        return Target(code)
    except ValueError:
        raise ProtocolViolation(f"invalid message subtype {code[0]}") from None


def _copy(name: str) -> Callable[[Payload], CopyMessage]:
    def read(payload: Payload) -> CopyMessage:
        payload.rest()
        return CopyMessage(name)

    return read


def _function_call(payload: Payload) -> FunctionCall:
    payload.rest()
    return FunctionCall()


_READERS: Final[Mapping[bytes, Callable[[Payload], Message]]] = {
    b"Q": lambda payload: Query(payload.text()),
    b"P": _parse,
    b"B": _bind,
    b"D": lambda payload: Describe(_target(payload), payload.text()),
    b"E": lambda payload: Execute(payload.text(), payload.int32()),
    b"C": lambda payload: Close(_target(payload), payload.text()),
    b"H": lambda _: Flush(),
    b"S": lambda _: Sync(),
    b"d": _copy("CopyData"),
    b"c": _copy("CopyDone"),
    b"f": _copy("CopyFail"),
    b"F": _function_call,
    b"X": lambda _: Terminate(),
}
