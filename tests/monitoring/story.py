"""Sixty days of a pipeline's life, as its runs would have written them down.

Made up, but believable: plays go up at weekends, a log is corrected, one is taken out again, one
never came, some have records that COPY refuses, a check fails now and then and is mended or not.
"""

import datetime as dt
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from sparkify.names import Names
from sparkify_harness.locations import SQL

Verdict = tuple[str, int, str]
"""Verdict, failing rows, what was found."""

NAMES = Names("public")

DAG = "sparkify_etl"
FIRST = dt.date(2018, 11, 1)
DAYS = 60
TABLES = ("load_audit", "data_quality_results")

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

# Days, counted from the first.
NEVER_CAME = 26
TAKEN_OUT = 37
CORRECTED = 11
STILL_WRONG = 47
NOT_CHECKED = DAYS - 1
REJECTED = {6: 3, 19: 17, 33: 1, 50: 8}
DRIFTED = {21, 22, 55}
SONGS_CAME = {0, 30}


@dataclass
class Story:
    """Rows of the two tables.

    Attributes:
        first: day.
        loads, results: rows by column.
    """

    first: dt.date
    loads: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(8))

    def day(self, number: int) -> dt.date:
        """A day, counted from the first."""
        return self.first + dt.timedelta(days=number)

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
        self,
        run_id: str,
        at: dt.datetime,
        load: dict[str, Any],
        verdicts: Mapping[str, Verdict],
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

    def run(self, number: int, run_id: str, begins: dt.datetime, *, factor: float = 1.0) -> None:
        """Adds the run that loads a day, counted from the first."""
        day = self.day(number)
        weekend = 1.35 if day.weekday() >= 5 else 1.0
        rows = int(factor * weekend * self.dice.gauss(290, 45) * (0.2 if number in DRIFTED else 1))
        refused = REJECTED.get(number, 0)
        events = self.load(
            "staging_events",
            run_id,
            begins,
            log_day=day,
            object_key=key(day),
            etag=f"{self.dice.getrandbits(128):032x}",
            last_modified=dt.datetime.combine(day, dt.time(0, 10)) + dt.timedelta(days=1),
            bytes=rows * 463,
            rows_read=rows + refused,
            rows_loaded=rows,
            rows_rejected=refused,
        )
        if number in SONGS_CAME:
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
            ("songs", 71 if number in SONGS_CAME else 0),
            ("artists", 69 if number in SONGS_CAME else 0),
            ("time", plays - self.dice.randint(0, 2)),
        ):
            made = self.load(target, run_id, at, rows_loaded=count, source_load=events["load_id"])
            at = made["loaded_at"] if target == "songplays" else at
        if number == NOT_CHECKED:
            return
        verdicts: dict[str, Verdict] = {}
        if number == CORRECTED and factor < 1:
            verdicts["reconciles"] = ("fail", 142, "142 staged plays are not in songplays")
        if number == STILL_WRONG:
            verdicts["unique: songplay_id"] = ("fail", 2, "2 songplay_id stand more than once")
        if number in DRIFTED:
            verdicts["drift"] = ("warn", 1, f"{rows} rows, 305 on average")
        self.check(run_id, at + dt.timedelta(seconds=1), events, verdicts)


def key(day: dt.date) -> str:
    """Of a day's log."""
    return f"log_data/{day:%Y/%m}/{day}-events.json"


def story(first: dt.date = FIRST) -> Story:
    """The sixty days, from a first one on."""
    told = Story(first)
    for number in range(DAYS):
        if number == NEVER_CAME:
            continue
        day = told.day(number)
        next_day = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(0, 15, 20))
        half = 0.5 if number == CORRECTED else 1.0
        told.run(number, f"scheduled__{day}T00:00:00+00:00", next_day, factor=half)
        if number == CORRECTED:
            told.run(number, corrected_run(told), next_day + dt.timedelta(hours=9))
        if number == TAKEN_OUT:
            told.load(
                "staging_events",
                "unload-day",
                next_day + dt.timedelta(hours=2),
                outcome="removed",
                log_day=day,
                object_key=key(day),
                rows_loaded=0,
            )
    return told


def corrected_run(told: Story) -> str:
    """The run that loaded the corrected log."""
    return f"manual__{told.day(CORRECTED)}T09:12:44+00:00"


def fill(connection: psycopg.Connection[Any], told: Story, names: Names = NAMES) -> None:
    """Creates the two tables as the pipeline does, and fills them."""
    script = (SQL / "create_tables.sql").read_text(encoding="utf-8")
    statements = re.sub(r"\{\{ table\('(\w+)'\) \}\}", lambda found: names(found[1]), script).split(
        ";"
    )
    for table in TABLES:
        (create,) = (text for text in statements if f"EXISTS {names(table)} " in text)
        connection.execute(create.encode())
    # Values are put into the statement here: a row at a time would take minutes.
    with psycopg.ClientCursor(connection) as cursor:
        for table, rows in zip(TABLES, (told.loads, told.results), strict=True):
            for start in range(0, len(rows), 100):
                batch = rows[start : start + 100]
                columns = ", ".join(batch[0])
                marks = ", ".join([f"({', '.join(['%s'] * len(batch[0]))})"] * len(batch))
                values = [value for row in batch for value in row.values()]
                target = names(table).replace("%", "%%")
                sql = f"INSERT INTO {target} ({columns}) VALUES {marks}"
                cursor.execute(sql.encode(), values)
    connection.commit()


ATTACKS = (
    "<script>document.title = 'taken'</script>",
    '"><img src=x onerror="document.title = \'taken\'">',
    "'><svg onload=\"document.title = 'taken'\">",
    "</script><script>document.title = 'taken'</script>",
    "</style><!--",
    "$$x^2$$",
    "\\(x\\)",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:document.title='taken'",
    "&lt;b&gt; & \u202e \\u003c",
)
"""What must be shown as it stands here."""


def hostile() -> Story:
    """A few runs in which every text is one of `ATTACKS`, or begins with one."""
    told = Story(FIRST)
    for number, attack in enumerate(ATTACKS):
        begins = dt.datetime.combine(told.day(number + 1), dt.time(0, 15))
        told.run(number, f"run {attack}", begins)
        for load in [load for load in told.loads if load["run_id"] == f"run {attack}"]:
            load["task_id"] = f"task {attack}"
            load["rows_rejected"] = 1
            load["etag"] = attack[:64]
            load["object_key"] = f"key {attack} {load['load_id']}"
            if load["target"] == "users":
                load["target"] = f"users {attack}"[:127]
    for number, result in enumerate(told.results):
        attack = ATTACKS[number % len(ATTACKS)]
        result |= {
            "check_name": f"check {attack}",
            "table_name": f"table {attack}"[:127],
            "task_id": f"task {attack}",
            "expectation": f"expectation {attack}",
            "actual": f"actual {attack}",
            "verdict": ("pass", "warn", "fail")[number % 3],
            "severity": "error",
        }
    return told
