"""What a task saw: in words, in numbers, and for OpenLineage."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from airflow.sdk import Asset
from airflow.sdk.observability import stats

from sparkify.lineage import Place, lineage
from sparkify.metrics import METRICS, measure
from sparkify.observation import Checked, Copied, Finding, Loaded, TableAt
from sparkify.operators.base import WarehouseOperator
from sparkify.warehouse import redshift_hook

EVENTS = TableAt("staging_events", "public", "staging_events", {"ts": "bigint", "level": "text"})
PLAYS = TableAt("songplays", "public", "plays_2", {"start_time": "timestamp", "level": "text"})
STAGED = Loaded(
    EVENTS,
    rows=1284,
    seconds=0.4126,
    staged=True,
    copied=[Copied("sparkify", "log_data/a.json", 1284, 3)],
)
LOADED = Loaded(
    PLAYS,
    rows=284,
    seconds=1.5,
    sources=[EVENTS],
    sql="-- what\nSELECT DATEADD(ms, 1, ts) AS start_time, level FROM plays",
    subqueries={"plays": "-- plays\nSELECT ts, level FROM public.staging_events"},
)
SAME = Loaded(EVENTS, rows=71, seconds=0.1, changed=False, staged=True)
CHECKED = Checked(
    [
        Finding("a", "songplays", "pass"),
        Finding("b", "songplays", "warn", severity="warn", kind="drift", actual="40 %"),
        Finding("c", "staging_events", "fail", kind="not_null", column="ts", failing_rows=2),
        Finding("d", None, "fail", text="d: expected x, found y"),
    ],
    [PLAYS, EVENTS],
    2.25,
)
PLACE = Place("redshift://127.0.0.1:5439", "dev")


@pytest.mark.parametrize(
    ("observed", "text"),
    [
        (STAGED, "staging_events: 1,284 rows in 0.41 s, 3 records passed over"),
        (LOADED, "songplays: 284 rows in 1.50 s"),
        (SAME, "staging_events: 71 rows in 0.10 s, nothing had changed"),
        (CHECKED, "4 checks in 2.25 s: 2 failed, 1 warned"),
        (Checked([Finding("a", None, "pass")], [], 0.5), "1 check in 0.50 s: all passed"),
    ],
    ids=["staged", "loaded", "unchanged", "checked", "all passed"],
)
def test_in_words(observed: Loaded | Checked, text: str) -> None:
    assert str(observed) == text


def test_a_finding_in_words() -> None:
    assert [str(item) for item in CHECKED.findings] == [
        "✓ a: ",
        "! b: 40 %",
        "✗ c: ",
        "✗ d: expected x, found y",
    ]


@pytest.mark.parametrize(
    ("observed", "sent"),
    [
        (
            STAGED,
            {
                "sparkify.rows_staged": 1284,
                "sparkify.records_read": 1287,
                "sparkify.records_rejected": 3,
                "sparkify.load_duration": 412.6,
            },
        ),
        (LOADED, {"sparkify.rows_loaded": 284, "sparkify.load_duration": 1500}),
        (
            SAME,
            {
                "sparkify.rows_staged": 0,
                "sparkify.records_read": 0,
                "sparkify.records_rejected": 0,
                "sparkify.load_duration": 100,
            },
        ),
        (
            CHECKED,
            {
                "sparkify.checks_passed": 1,
                "sparkify.checks_warned": 1,
                "sparkify.checks_failed": 2,
                "sparkify.checks_duration": 2250,
            },
        ),
    ],
    ids=["staged", "loaded", "unchanged", "checked"],
)
def test_in_numbers(
    observed: Loaded | Checked, sent: Mapping[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, float] = {}
    tagged: list[Mapping[str, str]] = []

    def keep(name: str, value: float, tags: Mapping[str, str]) -> None:
        found[name] = value
        tagged.append(tags)

    monkeypatch.setattr(stats, "incr", keep)
    monkeypatch.setattr(stats, "timing", keep)
    measure(observed, "a_dag", "a_task")
    assert found == pytest.approx(sent)
    assert set(found) <= {metric.name for metric in METRICS}
    table = {"table": observed.into.table} if isinstance(observed, Loaded) else {}
    assert all(tags == {"dag_id": "a_dag", "task_id": "a_task", **table} for tags in tagged)


def test_a_dataset_is_called_as_in_the_warehouse() -> None:
    (output,) = lineage(LOADED, PLACE).outputs
    assert (output.namespace, output.name) == (PLACE.namespace, "dev.public.plays_2")


def test_columns_come_from_the_landing_area_through_what_exists_only_meanwhile() -> None:
    (output,) = lineage(LOADED, PLACE).outputs
    columns = {
        name: [(item.name, item.field) for item in fields.inputFields]
        for name, fields in output.facets["columnLineage"].fields.items()
    }
    assert columns == {
        "start_time": [("dev.public.staging_events", "ts")],
        "level": [("dev.public.staging_events", "level")],
    }


def test_tables_that_nobody_named_are_found_in_the_sql() -> None:
    sql = 'SELECT p.level FROM "public"."plays_2" AS p JOIN other.songs AS s ON s.ts = p.start_time'
    weekly = Loaded(TableAt("weekly", "public", "weekly", {"level": "text"}), 1, 1.0, sql=sql)
    told = lineage(weekly, PLACE)
    assert {dataset.name for dataset in told.inputs} == {"dev.public.plays_2", "dev.other.songs"}
    fields = told.outputs[0].facets["columnLineage"].fields
    assert [item.name for item in fields["level"].inputFields] == ["dev.public.plays_2"]


def test_sql_that_the_parser_cannot_read_costs_only_the_columns() -> None:
    told = lineage(Loaded(PLAYS, 1, 1.0, sources=[EVENTS], sql="SELECT (((", subqueries={}), PLACE)
    assert "columnLineage" not in told.outputs[0].facets
    assert [dataset.name for dataset in told.inputs] == ["dev.public.staging_events"]


def test_a_table_without_change_got_no_rows() -> None:
    (output,) = lineage(SAME, PLACE).outputs
    assert output.outputFacets["outputStatistics"].rowCount == 0


def test_a_check_is_told_at_its_table_and_all_are_tests_of_the_run() -> None:
    told = lineage(CHECKED, PLACE)
    plays, events = (item.inputFacets["dataQualityAssertions"].assertions for item in told.inputs)
    assert [(item.name, item.success, item.severity) for item in plays] == [
        ("a", True, "error"),
        ("b", False, "warn"),
    ]
    assert [(item.assertion, item.column) for item in events] == [("not_null", "ts")]
    assert [item.status for item in told.run_facets["test"].tests] == [
        "pass",
        "fail",
        "fail",
        "fail",
    ]


@pytest.mark.parametrize(
    ("host", "namespace"),
    [
        ("cluster.abc.us-west-2.redshift.amazonaws.com", "redshift://cluster.us-west-2:5439"),
        ("127.0.0.1", "redshift://127.0.0.1:5439"),
    ],
)
def test_the_warehouse_is_called_as_the_providers_own_operators_call_it(
    host: str, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = {"conn_type": "redshift", "host": host, "schema": "dev", "login": "me"}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", json.dumps(connection))
    assert Place.of(redshift_hook("warehouse")) == Place(namespace, "dev")


class Event:
    extra: Any = None


def test_a_task_does_not_fail_for_what_it_cannot_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no collector")

    monkeypatch.setattr("sparkify.operators.observed.measure", broken)
    asset, event = Asset("a"), Event()
    task = WarehouseOperator(task_id="t", redshift_conn_id="nonesuch", outlets=[asset])
    context: Any = {"outlet_events": {asset: event}}
    task.observe(context, LOADED)
    assert event.extra["rows"] == 284


def test_a_task_that_saw_nothing_has_no_lineage() -> None:
    assert WarehouseOperator(task_id="t").get_openlineage_facets_on_complete(None) is None
