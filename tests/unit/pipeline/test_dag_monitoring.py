"""What the DAG wires for those who watch: callbacks, a limit, assets with inlets and outlets."""

from typing import TYPE_CHECKING

import pytest
from airflow.sdk import Asset

from sparkify.alerts.deadline import DEFAULT
from sparkify.alerts.notifier import AlertNotifier
from sparkify.assets import LOG_FILES, SONG_FILES, table_asset
from sparkify.star import SHOWN, STAR
from sparkify.table import Table

if TYPE_CHECKING:
    from airflow.sdk import DAG


def test_every_task_tells_when_it_has_failed_for_good(dag: "DAG") -> None:
    for task in dag.tasks:
        assert isinstance(task.on_failure_callback, list)
        assert [type(callback) for callback in task.on_failure_callback] == [AlertNotifier]
        assert not task.on_retry_callback


def test_a_run_tells_when_it_failed_or_took_too_long(dag: "DAG") -> None:
    assert isinstance(dag.on_failure_callback, AlertNotifier)
    assert dag.dagrun_timeout == DEFAULT


def names(assets: "list[Asset]") -> list[str]:
    return [asset.name for asset in assets]


@pytest.mark.parametrize(
    ("task_id", "files", "table"),
    [
        ("Stage_events", LOG_FILES, "staging_events"),
        ("Stage_songs", SONG_FILES, "staging_songs"),
    ],
)
def test_staging_reads_files_and_changes_a_table(
    task_id: str, files: Asset, table: str, dag: "DAG"
) -> None:
    task = dag.get_task(task_id)
    assert task.inlets == [files]
    assert task.outlets == [table_asset(table)]


@pytest.mark.parametrize("table", STAR, ids=lambda table: table.name)
def test_a_load_reads_its_sources_and_changes_its_table(table: Table, dag: "DAG") -> None:
    task = dag.get_task(table.task_id)
    assert names(task.inlets) == [f"sparkify_{source}" for source in table.sources]
    assert names(task.outlets) == [f"sparkify_{table.name}"]


def test_the_checks_read_every_table_and_change_none(dag: "DAG") -> None:
    task = dag.get_task("Run_data_quality_checks")
    assert names(task.inlets) == [f"sparkify_{table}" for table in SHOWN]
    assert task.outlets == []


def test_the_uri_of_an_asset_names_no_host_and_no_scheme_that_loads_providers(dag: "DAG") -> None:
    uris = {asset.uri for task in dag.tasks for asset in [*task.inlets, *task.outlets]}
    assert "x-sparkify://warehouse/songplays" in uris
    assert "x-sparkify://lake/log_data" in uris
    assert {uri.rpartition("/")[0] for uri in uris} == {
        "x-sparkify://warehouse",
        "x-sparkify://lake",
    }
