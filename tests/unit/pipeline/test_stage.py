"""Staging: all or nothing, rows counted, failures explained, secrets shown nowhere."""

import datetime as dt
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk import Asset
from redshift_connector.error import InterfaceError, ProgrammingError
from sparkify.errors import (
    ConnectionLostError,
    LoadError,
    PipelineError,
    SourceChangedError,
    SourceError,
    StatementError,
)
from sparkify.landing import EVENT_COLUMNS
from sparkify.objects import ObjectInfo, digest
from sparkify.operators import StageLogsOperator, StageToRedshiftOperator
from sparkify.quoting import identifiers
from sparkify.star import FOLLOWERS

SECRET = "s3cret/+sentinel"
TOKEN = "t0ken-sentinel"


@pytest.fixture(autouse=True)
def _connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def connection(name: str, **fields: Any) -> None:
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(fields))

    connection("REDSHIFT", conn_type="redshift", host="localhost", password="x")
    connection(
        "KEYS",
        conn_type="aws",
        login="AKIA",
        password=SECRET,
        extra={"region_name": "eu-west-1", "aws_session_token": TOKEN},
    )
    connection("LONG_TERM", conn_type="aws", login="AKIA", password=SECRET)
    connection("ROLE", conn_type="aws", extra={"iam_role": "arn:aws:iam::1:role/load"})
    connection("PROVIDER_ROLE", conn_type="aws", extra={"role_arn": "arn:aws:iam::1:role/load"})
    connection("NOTHING", conn_type="aws")
    monkeypatch.setenv("HOME", "/nonexistent")


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


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Bucket]:
    """Replaces S3."""

    def answer(*answers: list[ObjectInfo]) -> Bucket:
        made = Bucket(*answers)
        for module in ("stage", "stage_logs"):
            monkeypatch.setattr(f"sparkify.operators.{module}.list_objects", made.list)
        monkeypatch.setattr("sparkify.operators.stage.s3_client", lambda name: object())
        return made

    return answer


@pytest.fixture(autouse=True)
def _one_log(bucket: Callable[..., Bucket]) -> None:
    bucket([LOG])


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


def copy_of(connection: Any) -> str:
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


def test_a_log_is_read_apart_and_replaced_under_a_lock(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"MAX": [(4,)], "pg_last_copy_count": [(8056,)]})
    assert stage().execute(context) == 8056
    assert copy_of(connection) == COPY_LOG
    assert LOCK in connection.statements
    assert heads(connection) == [
        "CREATE TEMP TABLE",
        'COPY "staging_events_incoming" ("artist",',
        "SELECT pg_last_copy_count()",
        'UPDATE "staging_events_incoming" SET',
        "commit",
        'LOCK "public"."load_audit", "public"."staging_events",',
        "SELECT object_key, load_id,",
        "SELECT MAX(load_id) FROM",
        'INSERT INTO "public"."load_audit"',
        'DELETE FROM "public"."staging_events"',
        'INSERT INTO "public"."staging_events"',
        "commit",
        "close",
    ]
    assert connection.sent[3][1] == (dt.date(2018, 11, 1), KEY)
    values = connection.sent[8][1]
    assert values[6:15] == (
        "staging_events",
        "loaded",
        dt.date(2018, 11, 1),
        KEY,
        "e1",
        NOON,
        100,
        8056,
        8056,
    )


SEEN = [(table.name, 4, seen, 1, 4) for seen, table in enumerate(FOLLOWERS, start=3)]
"""What `load_audit` says of the tables that follow: one has taken notice of three loads only."""


def held(etag: str, modified: dt.datetime | None, key: str = KEY) -> list[tuple[Any, ...]]:
    """What `load_audit` says of a log that is loaded."""
    return [(key, 3, etag, modified, 90, 10, dt.date(2018, 11, 1), "loaded")]


def test_plays_of_the_version_before_are_kept_until_all_tables_know(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "PARTITION BY object_key": held("e0", NOON - dt.timedelta(1)),
            "newest": SEEN,
            "MAX": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    stage().execute(context)
    forgotten, kept, gone = [
        entry
        for entry in connection.sent
        if re.match(
            r'(DELETE|INSERT INTO) .*("withdrawn_plays"|FROM "public"."staging_events")', entry[0]
        )
    ]
    assert forgotten[1] == (3,)  # the load of which every table has taken notice
    assert kept[1] == (5, KEY)
    assert gone[1] == (KEY,)


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(1, id="older"),
        pytest.param(0, id="of-the-same-second-and-still-there"),
        pytest.param(-1, id="newer"),
    ],
)
def test_an_older_object_changes_nothing(
    seconds: int,
    warehouse: Callable[..., Any],
    context: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    modified, stays = NOON + dt.timedelta(seconds=seconds), seconds > 0
    connection = warehouse(
        {
            "PARTITION BY object_key": held("other", modified),
            "newest": SEEN,
            "MAX": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    assert stage().execute(context) == (10 if stays else 5)
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[7] == ("older" if stays else "loaded")
    cleared = 'DELETE FROM "public"."staging_events"'
    assert any(text.startswith(cleared) for text in connection.statements) is not stays
    assert ("nothing is changed" in caplog.text) is stays


CHANGED = ObjectInfo(KEY, "e2", NOON + dt.timedelta(1), 120)


def test_a_log_that_is_replaced_while_it_is_read_is_read_again(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([LOG], [CHANGED])
    connection = warehouse({"MAX": [(4,)], "pg_last_copy_count": [(5,)]})
    assert stage().execute(context) == 5
    assert sum(text.startswith("COPY") for text in connection.statements) == 2
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[10] == "e2"


def test_of_two_objects_of_one_second_the_one_that_is_there_counts(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    newer = ObjectInfo(KEY, "e2", NOON, 120)
    bucket([LOG], [newer])
    connection = warehouse(
        {
            "PARTITION BY object_key": held("e2", NOON),
            "newest": SEEN,
            "MAX": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    stage().execute(context)
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[10] == "e2"
    assert 'DROP TABLE "staging_events_incoming"' in connection.statements


def test_a_log_that_never_stays_the_same_is_an_error(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket(*([ObjectInfo(KEY, str(number), NOON, 1)] for number in range(20)))
    connection = warehouse({"pg_last_copy_count": [(5,)]})
    with pytest.raises(SourceChangedError, match=f"{KEY} was replaced while COPY"):
        stage().execute(context)
    assert not any('"load_audit" (' in text for text in connection.statements)


def test_what_is_put_in_is_what_is_there_under_the_lock(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    connection = warehouse({"MAX": [(4,)], "pg_last_copy_count": [(5,)]})
    there = bucket([LOG])
    asked_at: list[int] = []

    def listing(client: object, name: str, prefix: str) -> list[ObjectInfo]:
        asked_at.append(len(connection.sent))
        return there.list(client, name, prefix)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sparkify.operators.stage_logs.list_objects", listing)
        stage().execute(context)
    first, last = asked_at
    assert first == 0
    assert LOCK in connection.statements[:last]
    assert not any(text.startswith("INSERT") for text in connection.statements[:last])


def test_a_day_without_a_log_fails_unless_it_may_be_empty(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([])
    connection = warehouse(
        {"PARTITION BY object_key": held("e1", NOON), "newest": [], "MAX": [(4,)]}
    )
    with pytest.raises(SourceError, match=f"there is no log at s3://sparkify/{KEY};"):
        stage().execute(context)
    assert connection.statements == ["close"]
    assert stage(no_log="empty").execute(context) == 0
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[6:10] == ("staging_events", "removed", dt.date(2018, 11, 1), KEY)
    with pytest.raises(ValueError, match="no_log is fail or empty, not 'skip'"):
        stage(no_log="skip").execute(context)


def test_other_objects_whose_keys_begin_with_the_logs_are_refused(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([LOG, ObjectInfo(KEY + ".bak", "b", NOON, 1)])
    warehouse()
    with pytest.raises(SourceError, match=r"move .*2018-11-01-events.json.bak elsewhere"):
        stage().execute(context)


def test_a_full_load_takes_out_the_logs_that_are_gone(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "PARTITION BY object_key": [*held("e1", NOON), *held("x", NOON, "log_data/gone.json")],
            "newest": SEEN,
            "MAX": [(4,)],
            "pg_last_copy_count": [(5,)],
        }
    )
    assert stage(key="log_data/").execute(context) == 5
    loaded, removed = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert loaded[6:10] == ("staging_events", "loaded", dt.date(2018, 11, 1), KEY)
    assert removed[6:10] == (
        "staging_events",
        "removed",
        dt.date(2018, 11, 1),
        "log_data/gone.json",
    )
    clear = 'DELETE FROM "public"."staging_events"'
    cleared = [entry[1] for entry in connection.sent if entry[0].startswith(clear)]
    assert cleared == [(KEY,), ("log_data/gone.json",)]


def test_many_logs_are_shared_out_and_nothing_is_replaced_before_all_are_read(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    logs = [ObjectInfo(f"log_data/{number}.json", "e", NOON, 1) for number in range(5)]
    bucket(logs)
    connection = warehouse({"MAX": [(4,)], "pg_last_copy_count": [(3,)]})
    assert stage(key="log_data/", sessions=2).execute(context) == 15
    copies = [at for at, text in enumerate(connection.statements) if text.startswith("COPY")]
    assert len(copies) == 5
    assert connection.statements.count(LOCK) == 3  # for two shares, and for logs that are gone
    assert max(copies) < connection.statements.index(LOCK)
    assert connection.statements.count("close") == 2


def test_files_that_have_not_changed_are_not_read_again(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    same = digest("song_data/", [LOG])
    row = ("song_data/", 3, same.etag, NOON, 100, 71, None, "loaded")
    connection = warehouse({"PARTITION BY object_key": [row], r"COUNT\(\*\)": [(71,)]})
    assert stage_folder().execute(context) == 71
    assert not any(text.startswith(("COPY", "LOCK", "DELETE")) for text in connection.statements)


@pytest.mark.parametrize("count", [71, 70], ids=["other-files", "rows-are-missing"])
def test_files_that_have_changed_are_read_under_a_lock(
    count: int, warehouse: Callable[..., Any], context: Any
) -> None:
    etag = "other" if count == 71 else digest("song_data/", [LOG]).etag
    row = ("song_data/", 3, etag, NOON, 100, 71, None, "loaded")
    connection = warehouse(
        {
            "PARTITION BY object_key": [row],
            r"COUNT\(\*\)": [(count,)],
            "MAX": [(4,)],
            "copy_count": [(72,)],
        }
    )
    assert stage_folder().execute(context) == 72
    sent = heads(connection)
    begin = sent.index('LOCK "public"."load_audit", "public"."staging_songs"')
    assert 'DELETE FROM "public"."staging_songs"' in sent[begin:]
    assert any(text.startswith("COPY") for text in sent[begin:])
    assert sent[-2:] == ["commit", "close"]


def test_files_that_change_while_they_are_read_are_an_error(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    bucket([LOG], [LOG], [CHANGED])
    connection = warehouse({"copy_count": [(72,)]})
    with pytest.raises(SourceChangedError, match="below song_data/ were changed while COPY"):
        stage_folder().execute(context)
    assert connection.statements.count("commit") == 1  # of the first look, which changed nothing


def test_records_that_copy_passed_over_are_counted(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "MAX": [(4,)],
            "pg_last_copy_count": [(5,)],
            "pg_last_copy_id": [(42,)],
            "stl_load_errors": [(2,)],
        }
    )
    assert stage(options={"MAXERROR": 10}).execute(context) == 5
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[13:16] == (7, 5, 2)


def test_the_rows_are_told_to_the_assets(warehouse: Callable[..., Any], context: Any) -> None:
    class Event:
        extra: Any = None

    asset, event = Asset("sparkify_staging_events"), Event()
    context["outlet_events"] = {asset: event}
    warehouse({"pg_last_copy_count": [(3,)]})
    stage(outlets=[asset]).execute(context)
    assert event.extra["rows"] == 3


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"aws_conn_id": "role"}, "IAM_ROLE 'arn:aws:iam::1:role/load'", id="role"),
        pytest.param(
            {"aws_conn_id": "provider_role"},
            "IAM_ROLE 'arn:aws:iam::1:role/load'",
            id="role-as-the-provider-names-it",
        ),
        pytest.param({"iam_role": "default"}, "IAM_ROLE default", id="role-of-the-task"),
        pytest.param(
            {"aws_conn_id": "long_term"},
            f"ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY '{SECRET}'",
            id="keys-without-token",
        ),
        pytest.param({"region": "us-west-2"}, "REGION 'us-west-2'", id="region-of-the-task"),
        pytest.param({"jsonpaths": "auto"}, "FORMAT AS JSON 'auto'", id="auto"),
        pytest.param(
            {"jsonpaths": "auto ignorecase"}, "FORMAT AS JSON 'auto ignorecase'", id="ignorecase"
        ),
        pytest.param(
            {"jsonpaths": "s3://other/paths.json"},
            "FORMAT AS JSON 's3://other/paths.json'",
            id="jsonpaths-in-another-bucket",
        ),
        pytest.param({"file_format": "CSV", "jsonpaths": None}, "FORMAT AS CSV", id="csv"),
        pytest.param({"options": {"ACCEPTINVCHARS": True}}, "ACCEPTINVCHARS", id="option"),
    ],
)
def test_the_copy_has_the_line(
    changes: dict[str, Any], line: str, warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"pg_last_copy_count": [(1,)]})
    stage(**changes).execute(context)
    assert line in copy_of(connection).splitlines()


def test_without_a_region_the_bucket_is_in_the_region_of_the_cluster(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse({"pg_last_copy_count": [(1,)]})
    stage(aws_conn_id="long_term", region="").execute(context)
    assert "REGION" not in copy_of(connection)


def test_a_connection_without_keys_or_role_is_refused(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse()
    with pytest.raises(SourceError, match="nothing has neither keys nor a role"):
        stage(aws_conn_id="nothing").execute(context)
    assert connection.sent == []


LOAD_FAILED = refused("XX000", "Load into table 'staging_events' failed.  Check 'stl_load_errors'")
ERROR_ROW = (
    "s3://sparkify/log_data/x.json",
    3,
    "length",
    "float8",
    "0",
    12,
    "abc",
    1208,
    "Invalid digit",
)


def test_a_failed_load_shows_the_refused_records(
    warehouse: Callable[..., Any], context: Any
) -> None:
    too_long = ("s3://sparkify/y.json", 1, "artist", "varchar", "1024", 0, "x" * 200, 1204, "Too…")
    connection = warehouse(
        {
            "COPY": LOAD_FAILED,
            "pg_last_copy_id": [(42,)],
            "stl_load_errors": [ERROR_ROW, too_long],
        }
    )
    with pytest.raises(LoadError) as caught:
        stage().execute(context)
    assert str(caught.value).splitlines()[1:] == [
        "  s3://sparkify/log_data/x.json line 3: column length (float8): Invalid digit [1208], "
        "value 'abc'",
        "  s3://sparkify/y.json line 1: column artist (varchar(1024)): Too… [1204], "
        f"value '{'x' * 80}…'",
    ]
    # The records are asked for when the failed transaction is undone, by the COPY's own number.
    assert connection.statements[2:4] == ["rollback", "SELECT pg_last_copy_id()"]
    assert connection.sent[4][1] == (42,)
    assert connection.statements[5:] == ["rollback", "close"]


def test_a_copy_that_the_session_forgot_is_found_by_its_process(
    warehouse: Callable[..., Any], context: Any
) -> None:
    connection = warehouse(
        {
            "COPY": LOAD_FAILED,
            "pg_last_copy_id": [(-1,)],
            "pg_backend_pid": [(77,)],
            r"MAX\(query\)": [(43,)],
            "stl_load_errors": [ERROR_ROW],
        }
    )
    with pytest.raises(LoadError, match="line 3: column length"):
        stage().execute(context)
    assert connection.sent[4] == "SELECT pg_backend_pid()"
    assert [entry[1] for entry in connection.sent[5:7]] == [(77,), (43,)]


def test_many_refused_records_are_cut_short(warehouse: Callable[..., Any], context: Any) -> None:
    warehouse(
        {"COPY": LOAD_FAILED, "pg_last_copy_id": [(42,)], "stl_load_errors": [ERROR_ROW] * 11}
    )
    with pytest.raises(LoadError) as caught:
        stage().execute(context)
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + 10 + 1
    assert lines[-1] == "  … and more in stl_load_errors"


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        pytest.param(
            refused("XX000", "The specified S3 prefix 'log_data/x' does not exist"),
            SourceError,
            "S3 prefix 'log_data/x' does not exist",
            id="missing-prefix",
        ),
        pytest.param(
            InterfaceError("BrokenPipe: server socket closed."),
            ConnectionLostError,
            "BrokenPipe",
            id="lost-connection",
        ),
    ],
)
def test_other_failures_are_told_as_they_are(
    error: Exception,
    kind: type[PipelineError],
    text: str,
    warehouse: Callable[..., Any],
    context: Any,
) -> None:
    connection = warehouse({"COPY": error, "pg_last_copy_id": [(-1,)]})
    with pytest.raises(kind, match=text):
        stage().execute(context)
    assert "commit" not in connection.statements


LEAKY = [
    pytest.param(
        refused("42601", f'syntax error at or near "x" in context "KEY \'{SECRET[:6]}", at line 4'),
        id="piece-of-the-statement",
    ),
    pytest.param(refused("XX000", f"Load into table failed: {SECRET} {TOKEN}"), id="whole-secret"),
    pytest.param(InterfaceError(f"cannot send COPY … {SECRET}"), id="error-of-the-driver"),
]


@pytest.mark.parametrize("error", LEAKY)
def test_no_secret_shows(
    error: Exception,
    warehouse: Callable[..., Any],
    context: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    record = (*ERROR_ROW[:6], SECRET, 1208, f"reason {TOKEN}")
    warehouse({"COPY": error, "pg_last_copy_id": [(42,)], "stl_load_errors": [record]})
    operator = stage()
    with pytest.raises(PipelineError) as caught:
        operator.execute(context)
    printed = capfd.readouterr()
    shown = "".join(
        [
            str(caught.value),
            repr(caught.value),
            caplog.text,
            printed.out,
            printed.err,
            json.dumps(context["ti"].xcoms),
            str([getattr(operator, name) for name in operator.template_fields]),
            str(vars(operator)),
        ]
    )
    for secret in (SECRET, TOKEN, SECRET[:6]):
        assert secret not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_secret_that_no_statement_can_hold_is_not_repeated(
    warehouse: Callable[..., Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_NUL", json.dumps({"conn_type": "aws", "login": "A", "password": "hid\0den"})
    )
    connection = warehouse()
    with pytest.raises(StatementError, match="must not contain NUL") as caught:
        stage(aws_conn_id="nul").execute(context)
    assert "hid" not in str(caught.value)
    assert connection.sent == []


def test_credentials_are_in_no_template_field() -> None:
    assert not {"sql", "statement", "credentials", "options"} & set(stage().template_fields)
