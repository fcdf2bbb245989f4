"""What a task saw while it worked: said once by the operator, told in every way there is.

Log lines, metrics, events of assets and lineage are all made from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ERROR, WARN = "error", "warn"
"""Severities of a check."""

PASS, FAIL = "pass", "fail"
"""Verdicts of a check, besides `warn`."""


@dataclass(frozen=True)
class TableAt:
    """A table in the warehouse.

    Attributes:
        table: what the pipeline calls it.
        schema: it is in; None for the search path.
        name: what the warehouse calls it.
        columns: the type of each.
    """

    table: str
    schema: str | None
    name: str
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Copied:
    """What one COPY read.

    Attributes:
        bucket: it read from.
        key: of the object, or prefix of several.
        rows: that it loaded.
        rejected: records that it passed over, by its MAXERROR.
    """

    bucket: str
    key: str
    rows: int
    rejected: int = 0


@dataclass(frozen=True)
class Loaded:
    """A table was brought up to date.

    Attributes:
        into: the table.
        rows: brought; or in the table of the objects in question, where those are.
        seconds: from the begin of the task's work.
        changed: False where there was nothing to do.
        staged: whether COPY fills the table, now or at other times; else a SELECT does.
        copied: what was read from S3 this time.
        sources: tables that the rows are known to come from.
        sql: that brought them; without secrets.
        subqueries: tables that this SQL reads and that exist only while it runs, with their SQL.
    """

    into: TableAt
    rows: int
    seconds: float
    changed: bool = True
    staged: bool = False
    copied: Sequence[Copied] = ()
    sources: Sequence[TableAt] = ()
    sql: str = ""
    subqueries: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Records that COPY read."""
        return sum(item.rows + item.rejected for item in self.copied)

    @property
    def rejected(self) -> int:
        """Records that COPY passed over."""
        return sum(item.rejected for item in self.copied)

    def fields(self) -> dict[str, Any]:
        """What a structured log line and an asset's event hold: plain values."""
        values: dict[str, Any] = {
            "table": self.into.table,
            "rows": self.rows,
            "changed": self.changed,
            "seconds": round(self.seconds, 3),
        }
        if self.staged:
            values |= {"records_read": self.read, "records_rejected": self.rejected}
        return values

    def __str__(self) -> str:
        """`songplays: 284 rows in 0.41 s`."""
        rejected = f", {self.rejected:,} records passed over" if self.rejected else ""
        same = "" if self.changed else ", nothing had changed"
        return f"{self.into.table}: {self.rows:,} rows in {self.seconds:.2f} s{rejected}{same}"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: its name.
        table: that it is about; as the pipeline calls it.
        verdict: pass, warn or fail.
        severity: warn or error.
        expected: in words.
        actual: in words.
        failing_rows: how many rows break it, where that can be counted.
        kind: of check: not_null, unique, ...
        column: that it is about, where it is one.
        seconds: that it took.
        text: all of it in words, some failing rows included.
    """

    check: str
    table: str | None
    verdict: str
    severity: str = ERROR
    expected: str = ""
    actual: str = ""
    failing_rows: int | None = None
    kind: str = "custom"
    column: str | None = None
    seconds: float | None = None
    text: str = ""

    def __str__(self) -> str:
        """`✗ users unique (user_id): expected each user_id once, found 1 row failing`."""
        mark = {PASS: "✓", WARN: "!"}.get(self.verdict, "✗")
        return f"{mark} {self.text or f'{self.check}: {self.actual}'}"

    def fields(self) -> dict[str, Any]:
        """What a structured log line holds: plain values."""
        values = {
            "check": self.check,
            "table": self.table,
            "verdict": self.verdict,
            "severity": self.severity,
            "failing_rows": self.failing_rows,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class Checked:
    """Checks were made.

    Attributes:
        findings: one for each check.
        tables: those that the checks are about.
        seconds: that all took.
    """

    findings: Sequence[Finding]
    tables: Sequence[TableAt]
    seconds: float

    def count(self, verdict: str) -> int:
        """How many checks have that verdict."""
        return sum(item.verdict == verdict for item in self.findings)

    def fields(self) -> dict[str, Any]:
        """What a structured log line holds: plain values."""
        return {
            "checks": len(self.findings),
            "failed": self.count(FAIL),
            "warned": self.count(WARN),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """`31 checks in 0.92 s: 1 failed, 2 warned`."""
        counts = [
            f"{count} {word}"
            for word, count in (("failed", self.count(FAIL)), ("warned", self.count(WARN)))
            if count
        ]
        found = ", ".join(counts) or "all passed"
        checks = "1 check" if len(self.findings) == 1 else f"{len(self.findings)} checks"
        return f"{checks} in {self.seconds:.2f} s: {found}"


Observation = Loaded | Checked
