"""Logs on S3 into the landing area, each in the place of what it brought before."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from airflow.sdk import Context
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from sparkify.audit import Run
from sparkify.credentials import S3Access
from sparkify.errors import SourceChangedError, SourceError
from sparkify.landing import EVENT_COLUMNS, Landing, Log, refuse_changed
from sparkify.objects import ObjectInfo, list_objects
from sparkify.operators.stage import StageToRedshiftOperator
from sparkify.star import STAGING_EVENTS
from sparkify.warehouse import WarehouseSession

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NO_LOG = ("fail", "empty")
"""What to do where there is no log: fail, or take it for a day without events."""

CHANGED_TRIES = 5
"""How often logs are read again that were replaced meanwhile, before the task fails."""


class StageLogsOperator(StageToRedshiftOperator):
    """Replaces what logs brought to `staging_events`: the one log of a day, or all below a prefix.

    Args:
        key: of the log; or the prefix of all logs, with a slash at its end: then those that are
            gone from it are taken out, too; templated.
        no_log: one of `NO_LOG`, for where there is none; templated.
        plays: name of the .sql file with the plays of the landing area; templated.
        sessions: how many logs are read at once. COPY cannot say of a row which file brought it,
            so each log has a COPY of its own, where AWS advises one for many files: several at a
            time make up for that.

    The others as `StageToRedshiftOperator`.
    """

    template_fields: Sequence[str] = ("no_log", "plays", *StageToRedshiftOperator.template_fields)
    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers = {"plays": "sql"}  # noqa: RUF012 - as BaseOperator declares it

    def __init__(
        self,
        *,
        no_log: str = "fail",
        plays: str = "staged_plays.sql",
        sessions: int = 4,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"table": STAGING_EVENTS.name, "columns": EVENT_COLUMNS, **kwargs})
        self.no_log = no_log
        self.plays = plays
        self.sessions = sessions

    def stage(
        self, session: WarehouseSession, client: "S3Client", access: S3Access, context: Context
    ) -> int:
        """Brings the logs up to date; the number of their rows."""
        if self.no_log not in NO_LOG:
            raise ValueError(f"no_log is {' or '.join(NO_LOG)}, not {self.no_log!r}")
        trying = Retrying(
            retry=retry_if_exception_type(SourceChangedError),
            stop=stop_after_attempt(CHANGED_TRIES),
            reraise=True,
        )
        run = self.run_of(context)
        first = self._landing(session, run)
        if not self._is_whole:
            first.refuse_incomplete()
        return trying(lambda: self._stage(session, first, client, access, run))

    def _stage(
        self,
        session: WarehouseSession,
        first: Landing,
        client: "S3Client",
        access: S3Access,
        run: Run,
    ) -> int:
        sources = self._sources(client)
        if not self._is_whole:
            if not sources:
                first.withdraw([self.key], lambda: self._look(client))
                return 0
            return self._bring(sources, [(session, first)], client, access)
        with ExitStack() as opened:
            sessions = [session]
            while len(sessions) < min(self.sessions, len(sources)):
                sessions.append(opened.enter_context(self.session(access.authorization.secrets())))
            landings = [first, *(self._landing(other, run) for other in sessions[1:])]
            rows = self._bring(sources, list(zip(sessions, landings, strict=True)), client, access)
        first.keep_only(lambda: self._look(client))
        return rows

    def _bring(
        self,
        sources: Sequence[ObjectInfo],
        landings: Sequence[tuple[WarehouseSession, Landing]],
        client: "S3Client",
        access: S3Access,
    ) -> int:
        """Reads the logs, shared out among the sessions, and puts them in their places.

        Nothing is replaced before all could be read.
        """

        def collect(number: int) -> list[Log]:
            session, landing = landings[number]
            share = sources[number :: len(landings)]

            def copy(source: ObjectInfo, target: str) -> Log:
                return Log(source, *self.copy(session, access, None, target, source.key))

            return landing.collect(share, copy)

        try:
            with ThreadPoolExecutor(len(landings)) as pool:
                collected = list(pool.map(collect, range(len(landings))))
        except SourceError:
            refuse_changed(sources, self._look(client))  # one that is gone is no mistake of theirs
            raise
        if len(landings) > 1:
            refuse_changed(sources, self._look(client))
        rows = 0
        for (_, landing), logs in zip(landings, collected, strict=True):
            held = landing.replace(logs, lambda: self._look(client))
            rows += sum(item.rows for item in held.values())
        return rows

    def _landing(self, session: WarehouseSession, run: Run) -> Landing:
        return Landing(session, self.names, run, self.plays)

    @property
    def _is_whole(self) -> bool:
        return not self.key or self.key.endswith("/")

    def _look(self, client: "S3Client") -> list[ObjectInfo]:
        found = list_objects(client, self.bucket, self.key)
        return [item for item in found if not item.key.endswith("/")]  # folders of a console

    def _sources(self, client: "S3Client") -> list[ObjectInfo]:
        place = f"s3://{self.bucket}/{self.key}"
        found = self._look(client)
        others = [item.key for item in found if item.key != self.key]
        if others and not self._is_whole:
            raise SourceError(
                f"COPY reads every object whose key begins with the log's, {self.key}: "
                f"move {', '.join(others)} elsewhere"
            )
        if not found and self.no_log == "fail":
            raise SourceError(
                f"there is no log at {place}; where a day without events has none, set the Param "
                "no_log to empty"
            )
        return found
