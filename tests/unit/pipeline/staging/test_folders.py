"""Files below a prefix are read when one has changed; rows are counted and told."""

from collections.abc import Callable
from typing import Any

import pytest
from airflow.sdk import Asset

from sparkify.errors import (
    SourceChangedError,
)
from sparkify.objects import digest
from tests.unit.pipeline.staging.subject import (
    CHANGED,
    LOG,
    NOON,
    Bucket,
    heads,
    stage,
    stage_folder,
)


def test_files_that_have_not_changed_are_not_read_again(
    warehouse: Callable[..., Any], bucket: Callable[..., Bucket], context: Any
) -> None:
    same = digest("song_data/", [LOG])
    row = ("song_data/", 3, same.etag, NOON, 100, 71, None)
    connection = warehouse({"GROUP BY last.object_key": [row], r"COUNT\(\*\)": [(71,)]})
    assert stage_folder().execute(context) == 71
    assert not any(text.startswith(("COPY", "LOCK", "DELETE")) for text in connection.statements)


@pytest.mark.parametrize("count", [71, 70], ids=["other-files", "rows-are-missing"])
def test_files_that_have_changed_are_read_under_a_lock(
    count: int, warehouse: Callable[..., Any], context: Any
) -> None:
    etag = "other" if count == 71 else digest("song_data/", [LOG]).etag
    row = ("song_data/", 3, etag, NOON, 100, 71, None)
    connection = warehouse(
        {
            "GROUP BY last.object_key": [row],
            r"COUNT\(\*\)": [(count,)],
            r"SELECT MAX\(load_id": [(4,)],
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
            r"MAX\(query_id\)": [(43,)],
            r"SELECT MAX\(load_id": [(4,)],
            "pg_last_copy_count": [(5,)],
            "pg_backend_pid": [(77,)],
            "sys_load_error_detail": [(2,)],
        }
    )
    assert stage(options={"MAXERROR": 10}).execute(context) == 5
    [values] = [entry[1] for entry in connection.sent if '"load_audit" (' in entry[0]]
    assert values[13:16] == (7, 5, 2)
    [asked] = [entry[1] for entry in connection.sent if "FROM sys_load_error_detail" in entry[0]]
    assert asked == (43,)


def test_the_rows_are_told_to_the_assets(warehouse: Callable[..., Any], context: Any) -> None:
    class Event:
        extra: Any = None

    asset, event = Asset("sparkify_staging_events"), Event()
    context["outlet_events"] = {asset: event}
    warehouse({"pg_last_copy_count": [(3,)]})
    stage(outlets=[asset]).execute(context)
    assert event.extra["rows"] == 3
