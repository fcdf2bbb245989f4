"""The history as Airflow's web server reads it: over the pipeline's own connection, within limits.

Many people may look at once, and a page may be asked for again and again: the warehouse is asked by
one at a time, and what it said, or that it said nothing, holds for a few seconds.
"""

import json
import logging
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from airflow.models.variable import Variable
from airflow.sdk.exceptions import AirflowNotFoundException
from cachetools import TTLCache

from sparkify.errors import (
    ConnectionLostError,
    LoginError,
    PipelineError,
    ServiceError,
)
from sparkify.monitoring.history import NoHistoryError
from sparkify.names import Names
from sparkify.settings import resolve
from sparkify.warehouse import WarehouseSession, open_session, redshift_hook

TIMEOUT = 5
"""Seconds that the warehouse has for connecting, and for each answer."""

FRESH = 5.0
"""Seconds for which an answer holds."""

KEPT = 32
"""Answers that are kept."""

log = logging.getLogger(__name__)


class UnavailableError(Exception):
    """There is no history to show; the message says why, for whoever looks at the page.

    Attributes:
        passing: whether it may be there later without anybody doing something.
    """

    def __init__(self, message: str, *, passing: bool = True) -> None:
        super().__init__(message)
        self.passing = passing


def connection_id() -> str:
    """Airflow's id of the warehouse's connection, as the pipeline's Variable has it."""
    return resolve("redshift_conn_id", {}, Variable)


def names() -> Names:
    """Where the tables are, as the pipeline's Variable has it."""
    return Names(resolve("schema", {}, Variable))


@contextmanager
def session() -> Iterator[WarehouseSession]:
    """A session on the warehouse that changes nothing.

    Raises:
        UnavailableError: the warehouse does not answer, or not what it should.
    """
    conn_id = connection_id()
    try:
        hook = redshift_hook(conn_id)
        extra = hook.conn.extra_dejson
        hook.conn.extra = json.dumps({"timeout": TIMEOUT} | extra)
        with open_session(hook) as opened:
            opened.execute(f"SET statement_timeout TO {TIMEOUT * 1000}", doing="setting a limit")
            yield opened
    except AirflowNotFoundException:
        raise UnavailableError(
            f"Airflow has no connection {conn_id!r} to the warehouse.", passing=False
        ) from None
    except NoHistoryError:
        raise UnavailableError(
            "The warehouse has no history yet. Its tables come with the first run of the DAG.",
            passing=False,
        ) from None
    except PipelineError as error:
        log.warning("no history from connection %s: %s", conn_id, str(error))
        raise UnavailableError(f"{_reason(error)} (connection {conn_id!r})") from None


def _reason(error: PipelineError) -> str:
    match error:
        case ConnectionLostError():
            return "The warehouse does not answer."
        case LoginError():
            return "The warehouse refuses user, password or database of its connection."
        case ServiceError():
            return "The warehouse is busy or has a fault of its own."
    return "The warehouse does not answer the page's query; the web server's log has its reason."


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Outcome(Generic[Value]):
    value: Value | None = None
    refusal: str | None = None
    passing: bool = True


class Kept(Generic[Key, Value]):
    """Answers, or refusals, that hold for a few seconds."""

    def __init__(
        self, ask: Callable[[Key], Value], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Keeps what is asked for.

        Args:
            ask: gives the answer; called by one at a time.
            clock: in seconds.
        """
        self._ask = ask
        self._kept: TTLCache[Key, _Outcome[Value]] = TTLCache(KEPT, FRESH, clock)
        self._lock = Lock()

    def get(self, key: Key) -> Value:
        """The answer.

        Raises:
            UnavailableError: there is none, now or a few seconds ago.
        """
        with self._lock:
            outcome = self._kept.get(key)
            if outcome is None:
                outcome = self._kept[key] = self._asked(key)
        if outcome.refusal is not None:
            raise UnavailableError(outcome.refusal, passing=outcome.passing)
        assert outcome.value is not None  # noqa: S101 - answers are not None
        return outcome.value

    def _asked(self, key: Key) -> _Outcome[Value]:
        try:
            return _Outcome(value=self._ask(key))
        except UnavailableError as error:
            # Not the error itself: it holds on to all that was open when it was raised.
            return _Outcome(refusal=str(error), passing=error.passing)
