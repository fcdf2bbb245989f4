"""The songs of each week that were played most, whenever the star schema was brought up to date.

Made of the same operators as `sparkify_etl`: a table described as data, its SELECT, its checks. It
runs when `songplays`, `songs` and `artists` have all been loaded since its last run; Variables and
connections are those of `sparkify_etl`.
"""

from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, chain

from sparkify.alerts.deadline import dagrun_timeout
from sparkify.alerts.notifier import AlertNotifier
from sparkify.assets import table_asset
from sparkify.definitions import refuse_missing_sql
from sparkify.macros import macros
from sparkify.operators import (
    CreateTablesOperator,
    DataQualityOperator,
    LoadFactOperator,
    WarehouseArguments,
)
from sparkify.params import params
from sparkify.retry import RETRIES, RETRY_DELAY, PipelineRetryPolicy
from sparkify.weekly import WEEKLY_TABLES, WEEKLY_TOP_SONGS

SOURCES = [table_asset(name) for name in ("songplays", "songs", "artists")]

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"

refuse_missing_sql([WEEKLY_TOP_SONGS], SQL_FOLDER, "create_weekly_top_songs.sql")

WAREHOUSE: WarehouseArguments = {
    "redshift_conn_id": "{{ setting('redshift_conn_id') }}",
    "schema": "{{ setting('schema') }}",
    "tables": {table: f"{{{{ table_name('{table}') }}}}" for table in WEEKLY_TABLES},
}

ALERTS = AlertNotifier()

with DAG(
    dag_id="sparkify_weekly_top_songs",
    description="The songs of each week that were played most",
    schedule=SOURCES,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=dagrun_timeout(),
    on_failure_callback=ALERTS,
    template_searchpath=str(SQL_FOLDER),
    user_defined_macros=macros(WEEKLY_TABLES),
    params={
        name: param
        for name, param in params(WEEKLY_TABLES, WEEKLY_TOP_SONGS.checks).items()
        if name in {"schema", "redshift_conn_id", "tables", "load_modes", "checks"}
    },
    default_args={
        "owner": "sparkify",
        "retries": RETRIES,
        "retry_delay": RETRY_DELAY,
        "retry_policy": PipelineRetryPolicy(),
        "email_on_retry": False,
        "on_failure_callback": ALERTS,
        "execution_timeout": timedelta(hours=1),
    },
    tags=["sparkify", "redshift"],
    doc_md=__doc__,
) as dag:
    chain(
        CreateTablesOperator(
            task_id="Create_weekly_top_songs",
            sql="create_weekly_top_songs.sql",
            definitions=[WEEKLY_TOP_SONGS],
            doc_md="Creates the table, where it is not there yet.",
            **WAREHOUSE,
        ),
        LoadFactOperator(
            task_id=WEEKLY_TOP_SONGS.task_id,
            definition=WEEKLY_TOP_SONGS,
            mode="{{ load_mode('weekly_top_songs') or 'replace' }}",
            inlets=SOURCES,
            outlets=[table_asset(WEEKLY_TOP_SONGS.name)],
            **WAREHOUSE,
        ),
        DataQualityOperator(
            task_id="Check_weekly_top_songs",
            checks=WEEKLY_TOP_SONGS.checks,
            definitions=[WEEKLY_TOP_SONGS],
            on_warning=ALERTS,
            doc_md="Runs the checks of the table and lists those that fail.",
            **WAREHOUSE,
        ),
    )
