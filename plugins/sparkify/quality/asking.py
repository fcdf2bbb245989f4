"""How checks ask a warehouse: through one session, in one transaction."""

import datetime as dt
from collections.abc import Callable, Sequence

from sparkify.names import Names
from sparkify.quality.check import Answer
from sparkify.quality.privacy import Privacy
from sparkify.quality.subject import Subject
from sparkify.warehouse import Row, WarehouseSession


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
        session: WarehouseSession,
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
        beginning, values = self._subject.definitions(sql)
        question = (beginning + sql, *values, *parameters)
        if question not in self._answers:
            text, *bound = question
            rows: list[Row] = self._session.rows(str(text), *bound, doing="asking")
            self._answers[question] = Answer(self._session.columns, rows)
        return self._answers[question]

    def place_of(self, table: str) -> tuple[str | None, str]:
        """Schema and name of a table."""
        return self._names.schema, self._names.bare(table)

    def judged(self, table: str) -> str:
        """What stands for the rows that are judged."""
        return self._subject.judged(table, self._names)

    def start_again(self) -> None:
        """After an error, the transaction takes no more statements."""
        self._session.rollback()
