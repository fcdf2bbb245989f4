"""Sixty days of a pipeline's life, as its runs would have written them down.

Made up, but believable: plays go up at weekends, a log is corrected, one is taken out again, one
never came, some have records that COPY refuses, a check fails now and then and is mended or not.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

DAG = "sparkify_etl"
FIRST = dt.date(2018, 11, 1)
DAYS = 60

DDL = (
    """
    CREATE TABLE {load_audit} (
        load_id BIGINT NOT NULL, dag_id VARCHAR(250), run_id VARCHAR(250), task_id VARCHAR(250),
        target VARCHAR(127) NOT NULL, outcome VARCHAR(16) NOT NULL, log_day DATE,
        object_key VARCHAR(1024), etag VARCHAR(64), last_modified TIMESTAMP, bytes BIGINT,
        rows_read BIGINT, rows_loaded BIGINT, rows_rejected BIGINT, source_load BIGINT,
        started_at TIMESTAMP, loaded_at TIMESTAMP, seconds DOUBLE PRECISION
    )
    """,
    """
    CREATE TABLE {data_quality_results} (
        dag_id VARCHAR(250), run_id VARCHAR(250), task_id VARCHAR(250), log_day DATE,
        load_id BIGINT, check_name VARCHAR(512), table_name VARCHAR(127), severity VARCHAR(8),
        verdict VARCHAR(8), failing_rows BIGINT, expectation VARCHAR(1024), actual VARCHAR(4096),
        seconds DOUBLE PRECISION, checked_at TIMESTAMP
    )
    """,
)

CHECKS: Sequence[tuple[str, str, str]] = (
    ("staging_events", "row_count between 1 and 100000", "at least 1 row"),
    ("staging_events", "not_null: session_id, item_in_session, ts, page", "no NULL"),
    ("staging_events", "accepted_values: level", "free, paid"),
    ("staging_events", "row_count drift", "within 50 % of the last 7 runs"),
    ("staging_songs", "row_count between 1 and 100000", "at least 1 row"),
    ("staging_songs", "not_null: song_id, artist_id, title", "no NULL"),
    ("songplays", "reconciles_with staging_events", "each staged play in songplays"),
    ("songplays", "unique: songplay_id", "no duplicate"),
    ("songplays", "not_null: user_id, level", "no NULL"),
    ("songplays", "relationships: user_id to users", "each user_id in users"),
    ("songplays", "relationships: song_id to songs", "each song_id in songs"),
    ("songplays", "freshness: start_time", "newest play on the run's day"),
    ("songplays", "in_range: session_id", "1 to 1000000"),
    ("users", "unique: user_id", "no duplicate"),
    ("users", "not_null: first_name, last_name, level", "no NULL"),
    ("users", "accepted_values: level", "free, paid"),
    ("songs", "unique: song_id", "no duplicate"),
    ("songs", "not_null: title, duration", "no NULL"),
    ("artists", "unique: artist_id", "no duplicate"),
    ("artists", "in_range: latitude, longitude", "on this planet"),
    ("time", "unique: start_time", "no duplicate"),
    ("time", "schema", "columns and types as described"),
)

TASKS = {
    "staging_events": ("Stage_events", 1.9),
    "staging_songs": ("Stage_songs", 4.2),
    "songplays": ("Load_songplays_fact_table", 0.9),
    "users": ("Load_user_dim_table", 0.35),
    "songs": ("Load_song_dim_table", 0.2),
    "artists": ("Load_artist_dim_table", 0.25),
    "time": ("Load_time_dim_table", 0.3),
}
QUALITY_TASK = "Run_data_quality_checks"

NEVER_CAME = FIRST + dt.timedelta(days=26)
TAKEN_OUT = FIRST + dt.timedelta(days=37)
CORRECTED = FIRST + dt.timedelta(days=11)
STILL_WRONG = FIRST + dt.timedelta(days=47)
NOT_CHECKED = FIRST + dt.timedelta(days=DAYS - 1)
REJECTED = {
    FIRST + dt.timedelta(days=6): 3,
    FIRST + dt.timedelta(days=19): 17,
    FIRST + dt.timedelta(days=33): 1,
    FIRST + dt.timedelta(days=50): 8,
}
DRIFTED = {FIRST + dt.timedelta(days=days) for days in (21, 22, 55)}


@dataclass
class Story:
    """Rows of the two tables.

    Attributes:
        loads, results: rows by column.
    """

    loads: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(8))

    def load(self, target: str, run_id: str, at: dt.datetime, **values: Any) -> dict[str, Any]:
        """Adds a load that began at a time; returns it."""
        task, usual = TASKS[target]
        seconds = round(usual * self.dice.lognormvariate(0, 0.35), 3)
        row = {
            "load_id": len(self.loads) + 1,
            "dag_id": DAG,
            "run_id": run_id,
            "task_id": task,
            "target": target,
            "outcome": "loaded",
            "log_day": None,
            "object_key": None,
            "etag": None,
            "last_modified": None,
            "bytes": None,
            "rows_read": None,
            "rows_loaded": None,
            "rows_rejected": None,
            "source_load": None,
            "started_at": at,
            "loaded_at": at + dt.timedelta(seconds=seconds),
            "seconds": seconds,
        }
        self.loads.append(row | values)
        return self.loads[-1]

    def check(
        self, run_id: str, at: dt.datetime, load: dict[str, Any], **verdicts: tuple[str, int, str]
    ) -> None:
        """Adds all checks of a run; `verdicts` has those that did not pass, by part of the name."""
        for table, name, expectation in CHECKS:
            verdict, failing, actual = next(
                (found for part, found in verdicts.items() if part in f"{table}: {name}"),
                ("pass", 0, "as expected"),
            )
            seconds = round(0.04 * self.dice.lognormvariate(0, 0.4), 4)
            at += dt.timedelta(seconds=seconds)
            self.results.append(
                {
                    "dag_id": DAG,
                    "run_id": run_id,
                    "task_id": QUALITY_TASK,
                    "log_day": load["log_day"],
                    "load_id": load["load_id"],
                    "check_name": name,
                    "table_name": table,
                    "severity": "warn" if "drift" in name else "error",
                    "verdict": verdict,
                    "failing_rows": failing,
                    "expectation": expectation,
                    "actual": actual,
                    "seconds": seconds,
                    "checked_at": at,
                }
            )

    def run(self, day: dt.date, run_id: str, begins: dt.datetime, *, factor: float = 1.0) -> None:
        """Adds the run that loads a day."""
        weekend = 1.35 if day.weekday() >= 5 else 1.0
        rows = int(factor * weekend * self.dice.gauss(290, 45) * (0.2 if day in DRIFTED else 1))
        refused = REJECTED.get(day, 0)
        events = self.load(
            "staging_events",
            run_id,
            begins,
            log_day=day,
            object_key=f"log_data/{day:%Y/%m}/{day}-events.json",
            etag=f"{self.dice.getrandbits(128):032x}",
            last_modified=dt.datetime.combine(day, dt.time(0, 10)) + dt.timedelta(days=1),
            bytes=rows * 463,
            rows_read=rows + refused,
            rows_loaded=rows,
            rows_rejected=refused,
        )
        if day in {FIRST, FIRST + dt.timedelta(days=30)}:
            self.load(
                "staging_songs",
                run_id,
                begins,
                object_key="song_data/",
                etag=f"{self.dice.getrandbits(128):032x}",
                last_modified=dt.datetime.combine(day, dt.time(0, 1)),
                bytes=71 * 245,
                rows_read=71,
                rows_loaded=71,
                rows_rejected=0,
            )
        plays = int(rows * 0.84)
        at = events["loaded_at"]
        for target, count in (
            ("songplays", plays),
            ("users", min(plays, self.dice.randint(24, 48))),
            ("songs", 71 if day == FIRST else 0),
            ("artists", 69 if day == FIRST else 0),
            ("time", plays - self.dice.randint(0, 2)),
        ):
            made = self.load(target, run_id, at, rows_loaded=count, source_load=events["load_id"])
            at = made["loaded_at"] if target == "songplays" else at
        if day == NOT_CHECKED:
            return
        verdicts: dict[str, tuple[str, int, str]] = {}
        if day == CORRECTED and factor < 1:
            verdicts["reconciles"] = ("fail", 142, "142 staged plays are not in songplays")
        if day == STILL_WRONG:
            verdicts["unique: songplay_id"] = ("fail", 2, "2 songplay_id stand more than once")
        if day in DRIFTED:
            verdicts["drift"] = ("warn", 1, f"{rows} rows, 305 on average")
        self.check(run_id, at + dt.timedelta(seconds=1), events, **verdicts)


def story() -> Story:
    """The sixty days."""
    told = Story()
    for day in (FIRST + dt.timedelta(days=days) for days in range(DAYS)):
        if day == NEVER_CAME:
            continue
        next_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0, 15, 20))
        half = 0.5 if day == CORRECTED else 1.0
        told.run(day, f"scheduled__{day}T00:00:00+00:00", next_day, factor=half)
        if day == CORRECTED:
            told.run(day, f"manual__{day}T09:12:44+00:00", next_day + dt.timedelta(hours=9))
        if day == TAKEN_OUT:
            told.load(
                "staging_events",
                "unload-day",
                next_day + dt.timedelta(hours=2),
                outcome="removed",
                log_day=day,
                object_key=f"log_data/{day:%Y/%m}/{day}-events.json",
                rows_loaded=0,
            )
    return told


def statements(
    told: Story, load_audit: str = "load_audit", data_quality_results: str = "data_quality_results"
) -> Iterator[tuple[str, list[Any]]]:
    """What creates and fills the two tables: SQL with `%s`, and its values."""
    for ddl in DDL:
        yield ddl.format(load_audit=load_audit, data_quality_results=data_quality_results), []
    for table, rows in ((load_audit, told.loads), (data_quality_results, told.results)):
        for start in range(0, len(rows), 100):
            batch = rows[start : start + 100]
            names = ", ".join(batch[0])
            marks = ", ".join(["(" + ", ".join(["%s"] * len(batch[0])) + ")"] * len(batch))
            values = [value for row in batch for value in row.values()]
            yield f"INSERT INTO {table} ({names}) VALUES {marks}", values
