"""What the tests of staging are about: one log, a bucket that is told what it lists, operators."""

import datetime as dt
from typing import Any

from redshift_connector.error import ProgrammingError

from sparkify.landing import EVENT_COLUMNS
from sparkify.objects import ObjectInfo
from sparkify.operators import StageLogsOperator, StageToRedshiftOperator
from sparkify.quoting import identifiers
from sparkify.star import FOLLOWERS
from tests.unit.pipeline.conftest import RecordingConnection

SECRET = "s3cret/+sentinel"
TOKEN = "t0ken-sentinel"

NOON = dt.datetime(2018, 11, 2, 12)  # noqa: DTZ001 - Redshift's TIMESTAMP has no zone
KEY = "log_data/2018/11/2018-11-01-events.json"
LOG = ObjectInfo(KEY, "e1", NOON, 100)


class Bucket:
    """An S3 that lists what it is told to, call after call; the last answer stays."""

    def __init__(self, *answers: list[ObjectInfo]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def list(self, client: object, bucket: str, prefix: str) -> list[ObjectInfo]:
        self.asked.append(prefix)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def stage(**changes: Any) -> StageLogsOperator:
    arguments = {
        "task_id": "stage",
        "schema": "public",
        "bucket": "sparkify",
        "key": KEY,
        "jsonpaths": "log_json_path.json",
        "aws_conn_id": "keys",
    }
    operator = StageLogsOperator(**(arguments | changes))
    operator.plays = "SELECT plays"  # as it is when the template is rendered
    return operator


def stage_folder(**changes: Any) -> StageToRedshiftOperator:
    arguments = {
        "task_id": "stage",
        "table": "staging_songs",
        "schema": "public",
        "bucket": "sparkify",
        "key": "song_data/",
        "jsonpaths": "auto",
        "aws_conn_id": "keys",
    }
    return StageToRedshiftOperator(**(arguments | changes))


def refused(code: str, message: str) -> ProgrammingError:
    return ProgrammingError({"S": "ERROR", "C": code, "M": message})


def copy_of(connection: RecordingConnection) -> str:
    return next(text for text in connection.statements if text.startswith("COPY"))


COPY_LOG = (
    'COPY "staging_events_incoming"\n'
    f"({identifiers(EVENT_COLUMNS)})\n"
    f"FROM 's3://sparkify/{KEY}'\n"
    f"ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY '{SECRET}' SESSION_TOKEN '{TOKEN}'\n"
    "REGION 'eu-west-1'\n"
    "FORMAT AS JSON 's3://sparkify/log_json_path.json'"
)
LOCK = 'LOCK "public"."load_audit", "public"."staging_events", "public"."withdrawn_plays"'


def heads(connection: Any) -> list[str]:
    """The first words of what was sent."""
    return [" ".join(text.split()[:3]) for text in connection.statements]


SEEN = [(table.name, 4, seen, 1) for seen, table in enumerate(FOLLOWERS, start=3)]
"""What `load_audit` says of the tables that follow: one has taken notice of three loads only."""


def held(etag: str, modified: dt.datetime | None, key: str = KEY) -> list[tuple[Any, ...]]:
    """What `load_audit` says of a log that is loaded."""
    return [(key, 3, etag, modified, 90, 10, dt.date(2018, 11, 1))]


CHANGED = ObjectInfo(KEY, "e2", NOON + dt.timedelta(1), 120)
