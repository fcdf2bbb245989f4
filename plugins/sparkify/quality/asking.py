"""How checks ask a warehouse: through one session, in one transaction."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sparkify.names import Names
from sparkify.quality.check import Answer
from sparkify.quality.privacy import Privacy
from sparkify.warehouse import Row, Session


@dataclass(frozen=True)
class Subject:
    """What is judged: what a run brought, never what others bring meanwhile.

    Attributes:
        log_day: of the run's log; None for all logs.
        load_id: the load of that log, in `load_audit`; None for all logs, or where there is none.
        scopes: the condition for the rows of a table that are judged; all rows of other tables.
    """

    log_day: dt.date | None = None
    load_id: int | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)


class Questions:
    """A warehouse as checks see it; answers are kept, for many checks ask the same.

    Args:
        session: of the warehouse.
        names: of the tables.
        subject: what is judged.
        render: renders SQL, or the .sql file with that name.
        privacy: what may be shown.
    """

    def __init__(
        self,
        session: Session,
        names: Names,
        subject: Subject,
        render: Callable[[str], str],
        privacy: Privacy,
    ) -> None:
        self._session = session
        self._names = names
        self._subject = subject
        self._answers: dict[tuple[object, ...], Answer] = {}
        self.render = render
        self.show = privacy.show
        self.name_of = names

    @property
    def now(self) -> dt.datetime:
        """UTC, without zone."""
        return dt.datetime.now(dt.UTC).replace(tzinfo=None)

    @property
    def day(self) -> dt.date | None:
        """The day of the log that is judged."""
        return self._subject.log_day

    def ask(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """What a query gives."""
        question = (sql, *parameters)
        if question not in self._answers:
            rows: list[Row] = self._session.rows(sql, *parameters, doing="asking")
            self._answers[question] = Answer(self._session.columns, rows)
        return self._answers[question]

    def place_of(self, table: str) -> tuple[str | None, str]:
        """Schema and name of a table."""
        return self._names.schema, self._names.bare(table)

    def scope_of(self, table: str) -> str | None:
        """The condition for the rows that are judged."""
        return self._subject.scopes.get(table)

    def start_again(self) -> None:
        """After an error, the transaction takes no more statements."""
        self._session.rollback()
