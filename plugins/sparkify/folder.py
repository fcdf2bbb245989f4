"""A staging table that holds all files below a prefix: replaced as a whole when one has changed.

The digest of the prefix's listing is in `load_audit`. Whoever finds another one replaces the table
while others wait, and those find then that there is nothing left to do.
"""

from collections.abc import Callable

from sparkify.audit import AUDIT, Audit, Entry, Outcome, Run
from sparkify.errors import SourceChangedError
from sparkify.names import Names
from sparkify.objects import ObjectInfo
from sparkify.warehouse import WarehouseSession

Copied = tuple[int, int]
"""Rows that COPY loaded, and records that it passed over by its MAXERROR."""


class Folder:
    """A staging table and the files below its prefix, through one session.

    Args:
        session: of the warehouse.
        names: of the tables.
        table: the staging table.
        run: who loads.
    """

    def __init__(self, session: WarehouseSession, names: Names, table: str, run: Run) -> None:
        self._session = session
        self._names = names
        self._name = table
        self._table = names(table)
        self._run = run
        self._audit = Audit(session, names)

    def rows_of(self, listing: ObjectInfo) -> int | None:
        """The table's rows if they are those of this listing, none missing; else None."""
        return self._session.atomically(lambda: self._rows_of(listing))

    def replace(self, listing: Callable[[], ObjectInfo], copy: Callable[[], Copied]) -> int:
        """Reads all files anew, unless somebody else just did.

        Args:
            listing: lists the prefix; called before and after the files are read.
            copy: copies all of them into the table.

        Returns:
            The table's rows.

        Raises:
            SourceChangedError: a file was changed while it was read.
            PipelineError: nothing is changed then.
        """

        def work() -> int:
            before = listing()
            if (count := self._rows_of(before)) is not None:
                return count
            self._session.execute(
                f"DELETE FROM {self._table}",  # noqa: S608 - its name is quoted
                doing=f"clearing {self._name}",
            )
            rows, rejected = copy()
            if listing().etag != before.etag:
                raise SourceChangedError(
                    f"files below {before.key} were changed while COPY read them"
                )
            self._audit.record(
                self._run,
                [Entry(self._name, Outcome.LOADED, rows, rejected, source=before)],
            )
            return rows

        return self._session.atomically(work, lock=(self._names(AUDIT), self._table))

    def _rows_of(self, listing: ObjectInfo) -> int | None:
        held = self._audit.current(self._name).get(listing.key)
        if held is None or held.source.etag != listing.etag:
            return None
        count = self._session.scalar(
            f"SELECT COUNT(*) FROM {self._table}",  # noqa: S608 - its name is quoted
            doing=f"counting {self._name}",
        )
        return held.rows if int(count) == held.rows else None
