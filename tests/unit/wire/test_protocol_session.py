"""What a session answers, message by message, on a backend of made-up statements."""

import struct
from collections import deque

import pytest

from sparkify_harness.redshift.errors import AuthenticationFailed, ProtocolViolation, RedshiftError
from sparkify_harness.redshift.execute.configuration import SETTINGS
from sparkify_harness.redshift.execute.protocol import Login
from sparkify_harness.redshift.front.handshake import (
    Accepted,
    Encryption,
    Handshake,
    Send,
    StartTls,
    Step,
)
from sparkify_harness.redshift.front.protocol_session import open_session
from sparkify_harness.redshift.front.wire.dialect import Dialect
from sparkify_harness.redshift.front.wire.framing import FrameDecoder
from sparkify_harness.redshift.front.wire.frontend.startup import CancelRequest
from sparkify_harness.redshift.sql.parameters import UNAVAILABLE
from tests.conversation import Conversation
from tests.frontend import (
    FLUSH,
    SYNC,
    TERMINATE,
    bind,
    close,
    describe,
    execute,
    message,
    parse,
    query,
)
from tests.unit.wire.fake_backend import FakeBackends


class Client(Conversation):
    """Of a database of made-up statements."""

    def __init__(self, version: int | None = None) -> None:
        self.backends = FakeBackends({"u": "p"})
        super().__init__(self.backends, version)


INSERT = ["C INSERT 0 1", "Z I"]
FAILED = "E ERROR XX000 it failed"

FLOWS = [
    pytest.param([query("insert a")], INSERT, id="simple: one statement"),
    pytest.param(
        [query("select numbers 2")], ["T", "D", "D", "C SELECT", "Z I"], id="simple: rows"
    ),
    pytest.param(
        [query("insert a; select words")],
        ["C INSERT 0 1", "T", "D", "C SELECT", "Z I"],
        id="simple: many statements see each other",
    ),
    pytest.param([query(" ; ")], ["I", "Z I"], id="simple: nothing"),
    pytest.param(
        [query("insert a; fail; insert b")],
        ["C INSERT 0 1", FAILED, "Z I"],
        id="simple: an error stops the rest",
    ),
    pytest.param(
        [query("notices 2; insert a")],
        ["N INFO 00000 notice 0", "N INFO 00000 notice 1", "C NOTICES", *INSERT],
        id="simple: notices come before the tag",
    ),
    pytest.param(
        [query("begin; insert a"), query("fail"), query("insert b"), query("rollback")],
        [
            *("C BEGIN", "C INSERT 0 1", "Z T", FAILED, "Z E"),
            "E ERROR 25P02 current transaction is aborted, "
            "commands ignored until end of transaction block",
            *("Z E", "C ROLLBACK", "Z I"),
        ],
        id="simple: a failed block stays failed",
    ),
    pytest.param(
        [query("set a b")], ["S a=b", "C SET", "Z I"], id="simple: a setting is told before the tag"
    ),
    pytest.param(
        [query("select $1")],
        ["E ERROR 42P02 there is no parameter $1", "Z I"],
        id="simple: takes no arguments",
    ),
    pytest.param(
        [parse("insert a"), bind(), execute(), SYNC], ["1", "2", *INSERT], id="extended: tag"
    ),
    pytest.param(
        [parse("select $1", oids=[705]), describe(b"S"), SYNC],
        ["1", "t (1043,)", "T", "Z I"],
        id="extended: Describe S gives types and columns",
    ),
    pytest.param(
        [parse("insert $1"), describe(b"S"), SYNC],
        ["1", "t (1043,)", "n", "Z I"],
        id="extended: Describe S of a statement without rows",
    ),
    pytest.param(
        [parse("select numbers 1"), bind(), describe(b"P"), execute(), SYNC],
        ["1", "2", "T", "D", "C SELECT", "Z I"],
        id="extended: Describe P",
    ),
    pytest.param(
        [parse(""), bind(), describe(b"P"), execute(), SYNC],
        ["1", "2", "n", "I", "Z I"],
        id="extended: nothing",
    ),
    pytest.param(
        [parse("insert a; insert b"), SYNC],
        ["E ERROR 42601 cannot insert multiple commands into a prepared statement", "Z I"],
        id="extended: one statement only",
    ),
    pytest.param(
        [parse("oops"), bind(), execute(), query("insert a"), SYNC, query("insert b")],
        ['E ERROR 42601 syntax error at or near "oops"', "Z I", *INSERT],
        id="extended: an error skips everything until Sync",
    ),
    pytest.param(
        [parse("insert a", "s"), parse("insert b", "s"), SYNC],
        ["1", 'E ERROR 42P05 prepared statement "s" already exists', "Z I"],
        id="extended: a statement's name is taken",
    ),
    pytest.param(
        [parse("insert a"), parse("insert b"), bind(), execute(), SYNC],
        ["1", "1", "2", *INSERT],
        id="extended: the unnamed statement is replaced",
    ),
    pytest.param(
        [parse("insert a", "s"), close(b"S", "s"), bind("", "s"), SYNC],
        ["1", "3", 'E ERROR 26000 prepared statement "s" does not exist', "Z I"],
        id="extended: a closed statement is gone",
    ),
    pytest.param(
        [close(b"S", "nobody"), close(b"P", "nobody"), SYNC],
        ["3", "3", "Z I"],
        id="extended: closing what is not there is no error",
    ),
    pytest.param(
        [parse("insert a"), bind("p"), bind("p"), SYNC],
        ["1", "2", 'E ERROR 42P03 cursor "p" already exists', "Z I"],
        id="extended: a portal's name is taken",
    ),
    pytest.param(
        [execute("p"), SYNC],
        ['E ERROR 34000 portal "p" does not exist', "Z I"],
        id="extended: no such portal",
    ),
    pytest.param(
        [describe(b"S", "s"), SYNC],
        ['E ERROR 26000 prepared statement "s" does not exist', "Z I"],
        id="extended: no such statement",
    ),
    pytest.param(
        [
            query("begin"),
            parse("select numbers 3"),
            bind("p"),
            execute("p", 2),
            SYNC,
            execute("p", 2),
            SYNC,
        ],
        ["C BEGIN", "Z T", "1", "2", "D", "D", "s", "Z T", "D", "C SELECT", "Z T"],
        id="portal: goes on after its row limit",
    ),
    pytest.param(
        [
            query("begin"),
            parse("select numbers 2"),
            bind("p"),
            execute("p", 2),
            execute("p", 2),
            execute("p"),
            SYNC,
        ],
        ["C BEGIN", "Z T", "1", "2", "D", "D", "s", "C SELECT", "C SELECT", "Z T"],
        id="portal: the limit may be all there is",
    ),
    pytest.param(
        [parse("select numbers 3"), bind("p"), execute("p", 2), SYNC, execute("p"), SYNC],
        ["1", "2", "D", "D", "s", "Z I", 'E ERROR 34000 portal "p" does not exist', "Z I"],
        id="portal: ends with its transaction at Sync",
    ),
    pytest.param(
        [query("begin"), parse("select numbers 3"), bind("p"), query("commit"), execute("p"), SYNC],
        [
            "C BEGIN",
            "Z T",
            "1",
            "2",
            "C COMMIT",
            "Z I",
            'E ERROR 34000 portal "p" does not exist',
            "Z I",
        ],
        id="portal: ends with COMMIT",
    ),
    pytest.param(
        [parse("insert a"), bind(), execute(), execute(), SYNC],
        ["1", "2", "C INSERT 0 1", "E ERROR 55000 portal cannot be run anymore", "Z I"],
        id="portal: a statement without rows runs once",
    ),
    pytest.param(
        [parse("select $1"), bind(), SYNC],
        [
            "1",
            "E ERROR 08P01 bind message supplies 0 parameters, but prepared statement requires 1",
            "Z I",
        ],
        id="bind: too few arguments",
    ),
    pytest.param(
        [parse("select numbers 1"), bind(formats=(1, 1, 1)), SYNC],
        ["1", "E ERROR 08P01 bind message has 3 result formats but query has 2 columns", "Z I"],
        id="bind: too many formats",
    ),
    pytest.param(
        [message(b"B", b"\0\0"), parse("insert a"), SYNC],
        ["E ERROR 08P01 insufficient data left in message", "Z I"],
        id="malformed: Bind",
    ),
    pytest.param(
        [message(b"Q", b"insert a"), query("insert b")],
        ["E ERROR 08P01 invalid string in message", "Z I", *INSERT],
        id="malformed: Query",
    ),
    pytest.param(
        [message(b"F", b"\0\0\0\1"), query("insert a")],
        ["E ERROR 0A000 not emulated: the FunctionCall message", "Z I", *INSERT],
        id="FunctionCall is refused",
    ),
    pytest.param(
        [query("drift")],
        ["E ERROR 0A000 cached plan must not change result type", "Z I"],
        id="a result that is not the one described",
    ),
    pytest.param(
        [query("broken")],
        ["T", "D", "E ERROR 42601 broken in mid-result", "Z I"],
        id="a result that breaks in the middle",
    ),
]


@pytest.mark.parametrize("split", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize(("messages", "answers"), FLOWS)
def test_flows(messages: list[bytes], answers: list[str], split: bool) -> None:
    client = Client()
    stream = b"".join(messages)
    pieces = [bytes([byte]) for byte in stream] if split else [stream]
    assert [answer for piece in pieces for answer in client.send(piece)] == answers
    assert not client.session.finished


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(message(b"!"), id="unknown type"),
        pytest.param(b"Q\0\0\0\1", id="impossible length"),
        pytest.param(message(b"d", b"1\t2\n"), id="CopyData"),
        pytest.param(message(b"c"), id="CopyDone"),
        pytest.param(message(b"f", b"\0"), id="CopyFail"),
    ],
)
def test_a_stream_that_cannot_be_trusted_ends_the_session(ending: bytes) -> None:
    client = Client()
    answers = client.send(ending, query("insert a"))
    assert [answer.split()[:3] for answer in answers] == [["E", "FATAL", "08P01"]]
    assert client.session.finished
    assert client.backends.words == []


def test_terminate_ends_the_session_without_an_answer() -> None:
    client = Client()
    assert client.send(TERMINATE, query("insert a")) == []
    assert client.session.finished
    client.session.close()
    assert client.backend.closed.is_set()


def test_describe_never_executes() -> None:
    client = Client()
    client.send(parse("insert $1", "s"), describe(b"S", "s"), bind("p", "s", b"a"))
    client.send(describe(b"P", "p"), SYNC)
    assert client.backend.calls == ["prepare insert $1"]


def test_a_statement_alone_before_sync_is_not_in_a_block() -> None:
    client = Client()
    client.send(parse("insert a"), bind(), FLUSH, execute(), FLUSH, SYNC)
    assert client.backend.calls == ["prepare insert a", "execute insert a"]


def test_statements_up_to_a_sync_succeed_or_fail_together() -> None:
    client = Client()
    series = [parse("insert a"), bind(), execute(), parse("insert b"), bind(), execute()]
    client.send(*series, parse("fail"), bind(), execute(), SYNC)
    assert client.backends.words == []
    client.send(*series, SYNC)
    assert client.backends.words == ["a", "b"]


def test_what_arrives_before_its_sync_is_committed_by_it() -> None:
    client = Client()
    client.send(parse("insert a"), bind(), execute())
    assert client.backends.words == []
    assert client.send(SYNC) == ["Z I"]
    assert client.backends.words == ["a"]


def test_many_statements_commit_before_the_last_tag() -> None:
    client = Client()
    client.send(query("insert a; insert b"))
    assert client.backend.calls[-1] == "end implicit block"
    assert client.backends.words == ["a", "b"]


def test_an_open_block_outlives_the_string() -> None:
    client = Client()
    assert client.send(query("begin; insert a"))[-1] == "Z T"
    assert client.backends.words == []
    assert client.send(query("commit")) == ["C COMMIT", "Z I"]
    assert client.backends.words == ["a"]


def test_a_session_that_is_told_to_end_says_so() -> None:
    client = Client()
    client.session.terminate()
    assert client.send(query("insert a")) == [
        "E FATAL 57P01 terminating connection due to administrator command"
    ]
    assert client.session.finished
    assert client.backends.words == []


def test_nothing_is_cancelled_between_statements() -> None:
    client = Client()
    client.session.cancel()
    assert not client.backend.cancelled.is_set()


def test_what_the_greeting_tells_can_be_asked() -> None:
    told = [line[2:].partition("=")[0].lower() for line in Client().greeting if line[:2] == "S "]
    assert told
    assert set(told) <= {*SETTINGS, *UNAVAILABLE}


def test_the_greeting_ends_with_the_key_and_readiness() -> None:
    greeting = Client().greeting
    assert greeting[0] == "R"
    assert greeting[-2:] == ["K", "Z I"]
    assert "S server_version=8.0.2" in greeting
    assert "S session_authorization=u" in greeting
    assert not any("server_protocol_version" in status for status in greeting)


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_redshift_drivers_are_told_the_version_in_force(version: int) -> None:
    assert f"S server_protocol_version={version}" in Client(version).greeting


DIALECTS = [
    pytest.param({}, Dialect(), id="not asked for"),
    pytest.param({"client_protocol_version": "0"}, Dialect(True, 0), id="0"),
    pytest.param({"client_protocol_version": "2"}, Dialect(True, 2), id="2"),
    pytest.param({"client_protocol_version": "99"}, Dialect(True, 3), id="newer than ours"),
    pytest.param({"client_protocol_version": "x"}, Dialect(True, 0), id="no number"),
]


@pytest.mark.parametrize(("options", "dialect"), DIALECTS)
def test_the_newest_version_that_both_know(options: dict[str, str], dialect: Dialect) -> None:
    assert Dialect.of(options) == dialect


# --- before the log-in ----------------------------------------------------------------------------


def packet(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("!I", len(body) + 4) + body


def startup(version: int = 196608, **options: str) -> bytes:
    pairs = b"".join(f"{name}\0{value}\0".encode() for name, value in options.items())
    return packet(struct.pack("!I", version), pairs, b"\0")


SSL_REQUEST, GSS_REQUEST = packet(struct.pack("!I", 80877103)), packet(struct.pack("!I", 80877104))


def handshake(
    *data: bytes, encryption: Encryption = Encryption.ABSENT, address: str = "127.0.0.1"
) -> list[Step]:
    machine = Handshake({"u": "p"}.get, encryption=encryption, address=address)
    return [step for piece in data for step in machine.receive(piece)]


def test_encryption_is_refused_where_there_is_none() -> None:
    assert handshake(SSL_REQUEST, GSS_REQUEST) == [Send(b"N"), Send(b"N")]


WITH_TLS = pytest.mark.parametrize("encryption", [Encryption.OFFERED, Encryption.REQUIRED])


@WITH_TLS
def test_tls_is_offered_once(encryption: Encryption) -> None:
    steps = handshake(SSL_REQUEST, SSL_REQUEST, encryption=encryption)
    assert steps == [Send(b"S"), StartTls(), Send(b"N")]


@WITH_TLS
def test_nothing_may_be_slipped_in_before_tls(encryption: Encryption) -> None:
    with pytest.raises(ProtocolViolation, match="unencrypted data after SSL request"):
        handshake(SSL_REQUEST + startup(user="u"), encryption=encryption)


@WITH_TLS
def test_after_tls_the_password_is_asked_for(encryption: Encryption) -> None:
    *_, asked = handshake(SSL_REQUEST, startup(user="u"), encryption=encryption)
    assert isinstance(asked, Send)
    assert asked.data[:1] == b"R"


@pytest.mark.parametrize(
    ("address", "shown"), [("10.0.0.7", "::ffff:10.0.0.7"), ("::1", "::1")], ids=["IPv4", "IPv6"]
)
@pytest.mark.parametrize(
    ("startup_message", "database"),
    [(startup(user="u"), "u"), (startup(user="u", database="dev"), "dev")],
    ids=["no database", "dev"],
)
def test_without_tls_nobody_gets_in_where_it_is_required(
    address: str, shown: str, startup_message: bytes, database: str
) -> None:
    with pytest.raises(AuthenticationFailed) as caught:
        handshake(startup_message, encryption=Encryption.REQUIRED, address=address)
    assert caught.value.message == (
        f'no pg_hba.conf entry for host "{shown}", user "u", database "{database}", SSL off'
    )
    assert (caught.value.sqlstate, caught.value.severity) == ("28000", "FATAL")


@pytest.mark.parametrize("encryption", Encryption)
def test_a_cancel_request_names_its_session(encryption: Encryption) -> None:
    """libpq sends them without TLS, whatever the connection has."""
    request = packet(struct.pack("!III", 80877102, 7, 9))
    assert handshake(request, encryption=encryption) == [CancelRequest(7, 9)]


def test_unknown_parameters_are_ignored() -> None:
    (step,) = handshake(startup(user="u", plugin_name="x", whatever="y"))
    assert isinstance(step, Send)
    assert step.data[:1] == b"R"


def test_a_newer_minor_version_is_negotiated_down() -> None:
    first, second = handshake(startup(196610, user="u"))
    assert isinstance(first, Send)
    assert isinstance(second, Send)
    assert first.data == b"v\0\0\0\x0c\0\3\0\0\0\0\0\0"
    assert second.data[:1] == b"R"


REFUSED = [
    pytest.param(startup(2 << 16), "0A000", "unsupported frontend protocol 2.0", id="version 2"),
    pytest.param(startup(database="dev"), "28000", "no PostgreSQL user name", id="no user"),
    pytest.param(
        startup(user="u", replication="database"), "0A000", "replication", id="replication"
    ),
    pytest.param(b"\0\0\0\2", "08P01", "invalid message length", id="impossible length"),
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", "08P01", "invalid message length", id="HTTP"),
]


@pytest.mark.parametrize(("data", "sqlstate", "text"), REFUSED)
def test_start_up_is_refused(data: bytes, sqlstate: str, text: str) -> None:
    with pytest.raises(RedshiftError, match=text) as caught:
        handshake(data)
    assert caught.value.sqlstate == sqlstate


def test_a_wrong_password_is_refused() -> None:
    with pytest.raises(AuthenticationFailed):
        handshake(startup(user="u"), message(b"p", b"md5wrong\0"))


@pytest.mark.parametrize("encoding", ["UTF8", "utf-8", "'utf8'", "UNICODE"])
def test_clients_may_ask_for_utf8(encoding: str) -> None:
    decoder = FrameDecoder(typed=True)
    accepted = Accepted("u", "dev", {"client_encoding": encoding}, Dialect(), decoder)
    login = Login("u", "dev", {}, 7, lambda _: None, lambda: None, lambda: None)
    open_session(FakeBackends({}), accepted, login, deque(), key=9)


def test_clients_may_not_ask_for_another_encoding() -> None:
    decoder = FrameDecoder(typed=True)
    accepted = Accepted("u", "dev", {"client_encoding": "LATIN1"}, Dialect(), decoder)
    login = Login("u", "dev", {}, 7, lambda _: None, lambda: None, lambda: None)
    backends = FakeBackends({})
    with pytest.raises(RedshiftError, match='"client_encoding": "LATIN1"'):
        open_session(backends, accepted, login, deque(), key=9)
    assert backends.backends[0].closed.is_set()
