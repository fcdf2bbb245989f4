"""A backend that knows a handful of made-up statements: what the protocol needs, no SQL.

select types            every type: a row of values, a row of NULLs
select numbers <n>      n rows, made in batches as they are read
select $1, $2 ...       the arguments, as text
insert <word>           keeps a word, in the current transaction
select words            the words kept
notices <n>             n notices
wait                    runs until it is cancelled
lost                    finds that the database cannot go on
stuck                   runs until ``released``, whoever cancels it
set <name> <value>      a setting that the client is told of
fail | defect | drift | broken | truncate | begin | commit | rollback
"""

import itertools
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from time import monotonic

import pyarrow as pa

from sparkify_harness.redshift.errors import (
    DatabaseLost,
    FailedTransaction,
    QueryCanceled,
    RedshiftError,
    SyntaxFault,
    UndefinedDatabase,
)
from sparkify_harness.redshift.execute.protocol import Login, Notice, Result
from sparkify_harness.redshift.fields import Field, Format
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    REAL,
    SMALLINT,
    SUPER,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    VARBYTE,
    RedshiftType,
    char,
    numeric,
    varchar,
)

PATIENCE = 30.0

_STATEMENT = re.compile(r"[^;\s](?:[^;]*[^;\s])?")


@dataclass(frozen=True)
class Sample:
    """A column of ``select types``: text form, Arrow form, and what Python drivers make of it."""

    name: str
    type: RedshiftType
    text: str
    arrow: pa.Array
    python: object


TIMESTAMP_SAMPLE = datetime(1999, 12, 31, 23, 59, 59, 123_456)  # noqa: DTZ001 - has no zone

SAMPLES = (
    Sample("b", BOOLEAN, "t", pa.array([True, None]), True),
    Sample("i2", SMALLINT, "-7", pa.array([-7, None], pa.int16()), -7),
    Sample("i4", INTEGER, "70000", pa.array([70_000, None], pa.int32()), 70_000),
    Sample("i8", BIGINT, "-5000000000", pa.array([-5_000_000_000, None]), -5_000_000_000),
    Sample("f4", REAL, "1.5", pa.array([1.5, None], pa.float32()), 1.5),
    Sample("f8", DOUBLE, "-0.1", pa.array([-0.1, None]), -0.1),
    Sample(
        "n18",
        numeric(18, 4),
        "-12345678901234.5678",
        pa.array([Decimal("-12345678901234.5678"), None], pa.decimal128(18, 4)),
        Decimal("-12345678901234.5678"),
    ),
    Sample(
        "n38",
        numeric(38, 2),
        "12345678901234567890123456.78",
        pa.array([Decimal("12345678901234567890123456.78"), None], pa.decimal128(38, 2)),
        Decimal("12345678901234567890123456.78"),
    ),
    Sample("c", char(4), "ab  ", pa.array(["ab  ", None]), "ab  "),
    Sample("v", varchar(20), "Zoë 🎵", pa.array(["Zoë 🎵", None]), "Zoë 🎵"),
    Sample("d", DATE, "2018-11-30", pa.array([date(2018, 11, 30), None]), date(2018, 11, 30)),
    Sample("t", TIME, "23:59:59.5", pa.array([time(23, 59, 59, 500_000), None]), None),
    Sample(
        "ttz",
        TIMETZ,
        "10:30:00+00",
        pa.array([time(10, 30), None]),
        time(10, 30, tzinfo=UTC),
    ),
    Sample(
        "ts",
        TIMESTAMP,
        "1999-12-31 23:59:59.123456",
        pa.array([TIMESTAMP_SAMPLE, None], pa.timestamp("us")),
        TIMESTAMP_SAMPLE,
    ),
    Sample(
        "tstz",
        TIMESTAMPTZ,
        "2018-11-01 21:01:46+00",
        pa.array([datetime(2018, 11, 1, 21, 1, 46, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        datetime(2018, 11, 1, 21, 1, 46, tzinfo=UTC),
    ),
    Sample(
        "iv",
        INTERVAL,
        "2 days 00:00:01",
        pa.array([pa.MonthDayNano([0, 2, 1_000_000_000]), None]),
        None,
    ),
    Sample("s", SUPER, '{"a":1}', pa.array(['{"a":1}', None]), '{"a":1}'),
    Sample("vb", VARBYTE, "616263", pa.array([b"abc", None]), None),
)


@dataclass(frozen=True)
class Made:
    """A statement after Parse."""

    sql: str
    parameters: tuple[RedshiftType, ...] = ()
    fields: tuple[Field, ...] | None = None


@dataclass
class FakeBackends:
    """A database of words."""

    users: dict[str, str]
    database: str = "dev"
    words: list[str] = field(default_factory=list)
    backends: list["FakeBackend"] = field(default_factory=list)
    closed: bool = False

    def password(self, user: str) -> str | None:
        return self.users.get(user)

    def connect(self, login: Login) -> "FakeBackend":
        if login.database != self.database:
            raise UndefinedDatabase(f'database "{login.database}" does not exist')
        backend = FakeBackend(self, login)
        self.backends.append(backend)
        return backend

    def session(self, pid: int) -> Login | None:
        """That of a session which is open."""
        return next(
            (
                backend.login
                for backend in self.backends
                if backend.login.pid == pid and not backend.closed.is_set()
            ),
            None,
        )

    def close(self) -> None:
        self.closed = True


class FakeBackend:
    """One client's view of it. ``calls`` records what the session asked for."""

    def __init__(self, owner: FakeBackends, login: Login) -> None:
        self._owner = owner
        self.login = login
        self.calls: list[str] = []
        self.settings = {"application_name": login.options.get("application_name", "")}
        self.closed = threading.Event()
        self.cancelled = threading.Event()
        self.waiting = threading.Event()
        self.released = threading.Event()
        self.abandoned = threading.Event()
        self.asked = 0
        self.asked_at = 0.0
        self.produced = 0
        self._status = "I"
        self._implicit = False
        self._pending: list[str] = []

    @property
    def status(self) -> str:
        return self._status

    @property
    def parameter_status(self) -> dict[str, str]:
        return dict(self.settings)

    def split(self, sql: str) -> Sequence[tuple[int, str]]:
        return [(found.start(), found.group()) for found in _STATEMENT.finditer(sql)]

    def prepare(
        self, piece: tuple[int, str] | None, parameters: Sequence[RedshiftType | None]
    ) -> Made:
        offset, sql = piece or (0, "")
        self.calls.append(f"prepare {sql}")
        sql = sql.strip().rstrip(";").lower()
        if self._status == "E" and sql not in {"rollback", "commit"}:
            raise FailedTransaction
        numbers = [int(number) for number in re.findall(r"\$(\d+)", sql)]
        types = tuple(
            (parameters[index] if index < len(parameters) else None) or TEXT
            for index in range(max(numbers, default=0))
        )
        match sql.split():
            case ["oops", *_]:
                raise SyntaxFault.near("oops", position=offset + 1)
            case ["select", "types"]:
                fields = tuple(Field(sample.name, sample.type) for sample in SAMPLES)
            case ["select", "numbers", _]:
                fields = (Field("n", BIGINT, nullable=False), Field("label", varchar(30)))
            case ["select", "words"]:
                fields = (Field("word", varchar(20), 1234, 1, "public", "t", "word", "dev"),)
            case ["drift"] | ["broken"]:
                fields = (Field("n", INTEGER),)
            case ["select", *_] if types:
                fields = tuple(Field(f"p{i}", TEXT) for i in range(len(types)))
            case _:
                return Made(sql, types)
        return Made(sql, types, fields)

    def execute(
        self,
        prepared: Made,
        arguments: Sequence[object],
        formats: Sequence[Format],
        *,
        implicit_block: bool = False,
    ) -> Result:
        self.calls.append(f"execute {prepared.sql}" + (" in block" if implicit_block else ""))
        if implicit_block:
            self._implicit = True
        try:
            return self._run(prepared, arguments, formats)
        except Exception:
            self.fail()
            raise

    def cursor_fields(self, name: str) -> tuple[Field, ...] | None:
        return None

    def end_implicit_block(self) -> None:
        if self._implicit:
            self.calls.append("end implicit block")
        self._implicit = False
        if self._status == "I":
            self._commit()

    def fail(self) -> None:
        self._pending.clear()
        if self._status == "T":
            self._status = "E"

    @property
    def outlives_client(self) -> bool:
        return False

    def arm(self) -> None:
        self.asked = 0

    def cancel(self) -> None:
        self.cancelled.set()
        if not self.asked:
            self.asked_at = monotonic()
        self.asked += 1

    def insist(self) -> float:
        if not self.asked:
            return 0.0
        self.cancel()
        return monotonic() - self.asked_at

    def abandon(self) -> None:
        self.abandoned.set()

    def close(self) -> None:
        self._pending.clear()
        self.closed.set()

    def _commit(self) -> None:
        self._owner.words += self._pending
        self._pending.clear()

    def _run(  # noqa: C901 - one statement a line
        self, prepared: Made, arguments: Sequence[object], formats: Sequence[Format]
    ) -> Result:
        fields = prepared.fields
        match prepared.sql.split():
            case []:
                return Result("", empty=True)
            case ["begin", *_]:
                self._status = "T"
                return Result("BEGIN")
            case ["commit" | "rollback" as word]:
                kept = word == "commit" and self._status != "E"
                self._commit() if kept else self._pending.clear()
                self._status = "I"
                return Result("COMMIT" if kept else "ROLLBACK", transaction_ended=True)
            case ["truncate"]:
                self._commit()
                self._status = "I"
                return Result("TRUNCATE TABLE", transaction_ended=True)
            case ["create"]:
                return Result("CREATE TABLE")
            case ["insert", word]:
                self._pending.append(str(arguments[0]) if word == "$1" else word)
                if self._status == "I" and not self._implicit:
                    self._commit()
                return Result("INSERT 0 1")
            case ["select", "words"]:
                words = pa.array(self._owner.words + self._pending, pa.string())
                return Result("SELECT", fields, iter([_batch([words])]))
            case ["select", "types"]:
                return Result("SELECT", fields, iter([_types(formats)]))
            case ["select", "numbers", count]:
                return Result("SELECT", fields, self._numbers(int(count), formats))
            case ["notices", count]:
                for number in range(int(count)):
                    self.login.notify(Notice("INFO", f"notice {number}"))
                return Result("NOTICES")
            case ["set", name, value]:
                self.settings[name] = value
                return Result("SET")
            case ["wait"]:
                self.waiting.set()
                if not self.cancelled.wait(PATIENCE):
                    raise TimeoutError
                self.cancelled.clear()
                raise QueryCanceled("Query (1) canceled on user's request")
            case ["stuck"]:
                self.waiting.set()
                if not self.released.wait(PATIENCE):
                    raise TimeoutError
                raise QueryCanceled("Query (1) canceled on user's request")
            case ["lost"]:
                raise DatabaseLost
            case ["interrupt", pid]:
                if (found := self._owner.session(int(pid))) is not None:
                    found.interrupt()
                return Result(f"INTERRUPT {found is not None}")
            case ["terminate", pid]:
                if (found := self._owner.session(int(pid))) is not None:
                    found.terminate()
                return Result(f"TERMINATE {found is not None}")
            case ["fail"]:
                raise RedshiftError("it failed", detail="why", hint="what to do", position=3)
            case ["defect"]:
                raise ZeroDivisionError("secret literal")
            case ["drift"]:
                drifted = (Field("n", TEXT),)
                return Result("SELECT", drifted, iter([_batch([pa.array(["x"])])]))
            case ["broken"]:
                return Result("SELECT", fields, self._broken())
            case ["select", *_]:
                texts = [pa.array([None if a is None else str(a)], pa.string()) for a in arguments]
                return Result("SELECT", fields, iter([_batch(texts)]))
        raise AssertionError(prepared.sql)

    def _numbers(self, count: int, formats: Sequence[Format]) -> Iterator[pa.RecordBatch]:
        for start in itertools.count(0, 2048):
            if start >= count:
                return
            if self.cancelled.is_set():
                self.cancelled.clear()
                raise QueryCanceled("Query (1) canceled on user's request")
            numbers = pa.array(range(start, min(start + 2048, count)), pa.int64())
            labels = pa.array([f"label {n.as_py()}" for n in numbers])
            self.produced += len(numbers)
            shown = numbers if formats[0] is Format.BINARY else numbers.cast(pa.string())
            yield _batch([shown, labels])

    def _broken(self) -> Iterator[pa.RecordBatch]:
        yield _batch([pa.array(["1"])])
        raise SyntaxFault("broken in mid-result")


def _types(formats: Sequence[Format]) -> pa.RecordBatch:
    return _batch(
        [
            sample.arrow if code is Format.BINARY else pa.array([sample.text, None])
            for sample, code in zip(SAMPLES, formats, strict=True)
        ]
    )


def _batch(columns: Sequence[pa.Array]) -> pa.RecordBatch:
    return pa.record_batch(list(columns), names=[str(i) for i in range(len(columns))])
