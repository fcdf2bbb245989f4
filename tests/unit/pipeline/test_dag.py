"""The DAG is what its users were promised, and its templates say what they should."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import CronDataIntervalTimetable
from airflow.sdk.exceptions import ParamValidationError

from sparkify.retry import PipelineRetryPolicy
from sparkify.settings import PARAM_NAMES, SETTINGS, SWITCHES
from sparkify.star import STAR, TABLES, USERS, by_name
from sparkify.table import Table
from sparkify_harness.locations import DAGS
from tests.unit.pipeline.conftest import dag_of

pytestmark = pytest.mark.medium

if TYPE_CHECKING:
    from airflow.sdk import DAG

DIMENSIONS = {
    "Load_song_dim_table",
    "Load_user_dim_table",
    "Load_artist_dim_table",
    "Load_time_dim_table",
}
UPSTREAM: Mapping[str, set[str]] = {
    "Begin_execution": set(),
    "Create_tables": {"Begin_execution"},
    "Stage_events": {"Create_tables"},
    "Stage_songs": {"Create_tables"},
    "Load_songplays_fact_table": {"Stage_events", "Stage_songs"},
    **{task: {"Load_songplays_fact_table"} for task in sorted(DIMENSIONS)},
    "Run_data_quality_checks": DIMENSIONS,
    "End_execution": {"Run_data_quality_checks"},
}


def test_the_tasks_and_their_order(dag: "DAG") -> None:
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == UPSTREAM


def test_the_dag_runs_daily_without_catching_up(dag: "DAG") -> None:
    assert dag.dag_id == "sparkify_etl"
    assert isinstance(dag.timetable, CronDataIntervalTimetable)
    assert dag.timetable == CronDataIntervalTimetable("0 0 * * *", timezone="UTC")
    assert dag.start_date == dt.datetime(2018, 11, 1, tzinfo=dt.UTC)
    assert dag.catchup is False
    assert dag.doc_md
    assert "Listening logs" in dag.doc_md


@pytest.mark.parametrize("task_id", UPSTREAM)
def test_every_task_is_owned_documented_and_retried(task_id: str, dag: "DAG") -> None:
    task = dag.get_task(task_id)
    assert task.owner == "sparkify"
    assert task.depends_on_past is False
    assert task.retries == 3
    assert task.retry_delay == dt.timedelta(minutes=5)
    assert isinstance(task.retry_policy, PipelineRetryPolicy)
    assert task.email_on_retry is False
    assert task.execution_timeout
    assert task.doc_md


COLOURS = {
    "Stage_events": "#358140",
    "Stage_songs": "#358140",
    "Load_songplays_fact_table": "#F98866",
    **dict.fromkeys(sorted(DIMENSIONS), "#80BD9E"),
    "Run_data_quality_checks": "#89DA59",
}


@pytest.mark.parametrize(("task_id", "colour"), COLOURS.items())
def test_a_kind_of_task_has_its_colour(task_id: str, colour: str, dag: "DAG") -> None:
    assert dag.get_task(task_id).ui_color == colour


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance ."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("task_id", COLOURS)
def test_the_name_of_a_task_is_readable_on_its_colour(task_id: str, dag: "DAG") -> None:
    task = dag.get_task(task_id)
    dark, light = sorted(luminance(colour) for colour in (task.ui_color, task.ui_fgcolor))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_param_is_described_and_empty_by_default(dag: "DAG") -> None:
    assert set(dag.params) == {*SETTINGS, *SWITCHES}
    for name in dag.params:
        assert dag.params.get_param(name).description
    assert {name: dag.params[name] for name in SETTINGS} == dict.fromkeys(SETTINGS)


def test_the_command_line_knows_the_params(dag: "DAG") -> None:
    assert set(PARAM_NAMES) == set(dag.params)


@pytest.mark.parametrize(
    "conf",
    [
        pytest.param({"bucket": 3}, id="bucket-that-is-no-text"),
        pytest.param({"full_load": "yes"}, id="switch-that-is-no-boolean"),
        pytest.param({"tables": ["users"]}, id="tables-that-are-no-mapping"),
        pytest.param({"checks": {"users.row_counts": {}}}, id="a-check-that-is-not-there"),
        pytest.param({"checks": {"users.*": {"severity": "bad"}}}, id="no-such-severity"),
        pytest.param({"load_modes": {"users": "upsert"}}, id="unknown-mode"),
        pytest.param({"load_modes": {"staging_songs": "replace"}}, id="mode-of-a-staging-table"),
    ],
)
def test_a_param_of_another_type_is_refused(conf: dict[str, Any], dag: "DAG") -> None:
    [(name, value)] = conf.items()
    with pytest.raises(ParamValidationError):
        dag.params.get_param(name).resolve(value)


class Variables:
    """What templates know as `var.value`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get(self, name: str, default: str) -> str:
        return self._values.get(name, default)


def rendered(
    dag: "DAG",
    task_id: str,
    *,
    day: str | None = "2018-11-10",
    params: Mapping[str, Any] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Any:
    """A copy of the task with its templates rendered, as in a run of that day."""
    from copy import copy

    context: dict[str, Any] = {
        "params": {name: dag.params[name] for name in dag.params} | dict(params or {}),
        "var": {"value": Variables(variables or {})},
    }
    if day:
        context["data_interval_start"] = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
        # What must not be used: in Airflow 3 it is another day for some kinds of runs.
        context["ds"] = "1999-01-01"
    task: Any = copy(dag.get_task(task_id))
    task.render_template_fields(context, dag.get_template_env())
    return task


DAY = "log_data/2018/11/2018-11-10-events.json"


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        pytest.param({}, DAY, id="day-of-the-interval"),
        pytest.param(
            {"day": "2019-02-03T23:59"}, "log_data/2019/02/2019-02-03-events.json", id="its-start"
        ),
        pytest.param({"day": None}, "log_data/", id="no-interval"),
        pytest.param({"params": {"full_load": True}}, "log_data/", id="full-load"),
        pytest.param(
            {"params": {"log_prefix": "raw/logs/"}}, f"raw/logs/{DAY[9:]}", id="prefix-of-the-run"
        ),
        pytest.param(
            {"variables": {"sparkify_log_prefix": "other"}}, f"other/{DAY[9:]}", id="variable"
        ),
        pytest.param(
            {"variables": {"sparkify_log_prefix": "b"}, "params": {"log_prefix": "a"}},
            f"a/{DAY[9:]}",
            id="param-before-variable",
        ),
        pytest.param({"params": {"log_prefix": "/"}}, DAY[9:], id="logs-at-the-root"),
    ],
)
def test_a_run_reads_the_log(arguments: dict[str, Any], key: str, dag: "DAG") -> None:
    assert rendered(dag, "Stage_events", **arguments).key == key


def test_every_run_reads_all_songs(dag: "DAG") -> None:
    task = rendered(dag, "Stage_songs")
    assert (task.key, task.jsonpaths) == ("song_data/", "auto")


def test_the_defaults_need_no_setting(dag: "DAG") -> None:
    task = rendered(dag, "Stage_events")
    fields = {name: getattr(task, name) for name in task.template_fields}
    assert 'FROM "public"."staging_events"' in fields.pop("plays")
    assert fields == {
        "tables": {name: name for name in TABLES},
        "no_log": "fail",
        "schema": "public",
        "bucket": "sparkify",
        "key": DAY,
        "jsonpaths": "log_json_path.json",
        "region": "",
        "iam_role": None,
        "redshift_conn_id": "redshift",
        "aws_conn_id": "aws_credentials",
    }


def test_everything_can_be_set_elsewhere(dag: "DAG") -> None:
    params = {
        "bucket": "b",
        "log_jsonpaths": "auto",
        "region": "eu-west-1",
        "schema": "s",
        "redshift_conn_id": "r",
        "aws_conn_id": "a",
        "tables": {"staging_events": "t"},
    }
    task = rendered(dag, "Stage_events", params=params)
    assert [task.bucket, task.jsonpaths, task.region] == ["b", "auto", "eu-west-1"]
    assert [task.schema, task.names("staging_events")] == ["s", '"s"."t"']
    assert [task.redshift_conn_id, task.aws_conn_id] == ["r", "a"]
    checks = rendered(dag, "Run_data_quality_checks", params=params)
    assert (checks.schema, checks.tables["staging_events"]) == ("s", "t")
    assert checks.tables["users"] == "users"


def test_another_name_for_an_unknown_table_is_a_mistake(dag: "DAG") -> None:
    with pytest.raises(ValueError, match="unknown user: the tables are load_audit, "):
        rendered(dag, "Create_tables", params={"tables": {"user": "x"}})


LOADS = {table.task_id: table.name for table in STAR}


@pytest.mark.parametrize(
    ("arguments", "log"),
    [
        pytest.param({}, DAY, id="day-of-the-interval"),
        pytest.param({"day": None}, "", id="no-interval"),
        pytest.param({"params": {"full_load": True}}, "", id="full-load"),
    ],
)
@pytest.mark.parametrize("task_id", [*LOADS, "Create_tables"])
def test_a_load_knows_whether_the_run_loads_one_log(
    task_id: str, arguments: dict[str, Any], log: str, dag: "DAG"
) -> None:
    assert rendered(dag, task_id, **arguments).log_key == log


def test_a_run_may_load_a_table_by_another_mode(dag: "DAG") -> None:
    params = {"load_modes": {"users": "replace"}}
    assert rendered(dag, "Load_user_dim_table", params=params).mode == "replace"
    assert rendered(dag, "Load_time_dim_table", params=params).mode == ""


@pytest.mark.parametrize("task_id", [*LOADS, "Create_tables"])
def test_the_sql_is_rendered_for_schema_and_tables(task_id: str, dag: "DAG") -> None:
    names = {table: f'my "{table}"' for table in TABLES}
    sql = rendered(dag, task_id, params={"schema": "S", "tables": names}).sql
    assert "{{" not in sql
    assert "{%" not in sql
    used = set(re.findall(r'"S"\."((?:[^"]|"")+)"', sql))
    assert used or "FROM plays" in sql
    assert used <= {name.replace('"', '""') for name in names.values()}
    without_comments = re.sub(r"--.*", "", sql)
    bare = re.search(rf"(?:FROM|JOIN|EXISTS) (?:{'|'.join(TABLES)})\b", without_comments)
    assert bare is None


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_created_as_it_is_described(table: str, dag: "DAG") -> None:
    script = rendered(dag, "Create_tables").sql
    definition = re.search(rf'"{table}" \((.*?)\n\)', script, re.DOTALL)
    assert definition
    columns = re.findall(
        r"^    ([a-z_]+) +([A-Z]+(?: PRECISION)?(?:\(\d+\))?)", definition[1], re.MULTILINE
    )
    written = {
        name: kind.lower()
        .replace("varchar", "character varying")
        .replace("timestamp", "timestamp without time zone")
        for name, kind in columns
    }
    assert written == TABLES[table].columns
    assert list(written) == list(TABLES[table].columns)


def test_the_tables_are_created_in_the_order_in_which_they_are_locked(dag: "DAG") -> None:
    script = rendered(dag, "Create_tables").sql
    assert re.findall(r'EXISTS "public"."([a-z_]+)"', script) == list(TABLES)


@pytest.mark.parametrize("path", sorted(Path("sql").rglob("*.sql")), ids=lambda p: p.name)
def test_no_statement_truncates_for_that_would_commit(path: Path) -> None:
    assert "TRUNCATE" not in path.read_text(encoding="utf-8").upper()


@pytest.mark.parametrize(
    "path", ["dags/sparkify_etl.py", "plugins/sparkify/settings.py", "plugins/sparkify/params.py"]
)
def test_nothing_names_a_local_endpoint(path: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert not re.search(r"localhost|127\.0\.0\.1|endpoint|https?://", text)


@pytest.mark.parametrize("path", sorted(Path("dags").glob("*.py")), ids=lambda path: path.stem)
def test_parsing_a_dag_loads_no_heavy_library(path: Path) -> None:
    heavy = ["boto3", "redshift_connector", "pandas", "numpy", "duckdb", "slack_sdk"]
    heavy += ["smtplib", "aiosmtplib", "bokeh", "openlineage"]
    heavy += [f"airflow.providers.{name}.hooks" for name in ("slack", "smtp", "amazon.aws")]
    code = (
        f"import runpy, sys; runpy.run_path('{path}'); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'plugins'); {code}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_weekly_dag_waits_for_the_tables_that_it_reads() -> None:
    code = (
        "import runpy; dag = runpy.run_path('dags/sparkify_weekly_top_songs.py')['dag']; "
        "print(sorted(asset.name for asset in dag.schedule))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'plugins'); {code}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    expected = ["sparkify_artists", "sparkify_songplays", "sparkify_songs"]
    assert done.stdout.splitlines()[-1] == str(expected)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        pytest.param(
            replace(USERS, sql="place.sql", checks=()),
            r"table users: there is no place\.sql in /",
            id="select",
        ),
        pytest.param(
            replace(USERS, name="people", checks=()),
            r"table people: create_tables\.sql has no CREATE",
            id="create",
        ),
    ],
)
def test_a_table_that_lacks_its_sql_is_refused_when_the_dag_is_parsed(
    wrong: Table, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = [wrong if table is USERS else table for table in TABLES.values()]
    monkeypatch.setattr("sparkify.star.TABLES", by_name(*tables))
    with pytest.raises(ValueError, match=problem):
        dag_of(DAGS / "sparkify_etl.py")


@pytest.mark.parametrize("day", [dt.date(2018, 11, 10), dt.date(2019, 12, 31)], ids=str)
def test_a_run_of_ours_has_the_interval_of_the_scheduler(day: dt.date, dag: "DAG") -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import DataInterval, TimeRestriction
    from pendulum import instance

    from sparkify_harness.airflow.runs import RunRequest

    timetable = coerce_to_core_timetable(dag.timetable)
    midnight = instance(dt.datetime.combine(day, dt.time(), dt.UTC))
    scheduled = timetable.next_dagrun_info(
        last_automated_data_interval=DataInterval(midnight.subtract(days=1), midnight),
        restriction=TimeRestriction(earliest=None, latest=None, catchup=True),
    )
    assert scheduled
    assert scheduled.data_interval
    assert scheduled.data_interval.start.date() == day
    request = RunRequest("sparkify_etl", day, {}, {}, Path("x.log"))
    assert request.logical_date
    ours = timetable.infer_manual_data_interval(run_after=instance(request.logical_date))
    assert ours == scheduled.data_interval
