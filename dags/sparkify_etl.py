"""Listening logs and songs from S3 into a star schema on Amazon Redshift.

**What it does.** A run stages the log of its day (`log_data/YYYY/MM/YYYY-MM-DD-events.json`), and
the song files where one of them has changed, brings the fact table `songplays` and the dimensions
`users`, `songs`, `artists` and `time` up to date, and checks the result.

**What it promises.** After any history of runs, repeats, corrections, kills and retries, at any
parallelism, every table is what the logs and songs that are loaded now make of it.

**Runs.** A scheduled run loads the day of its data interval. A run without a data interval, or with
`full_load`, loads all logs under the prefix, takes out those that are gone, and computes every
table anew. How many runs go on at once is yours to choose, here and in a backfill.

**Settings.** Each Param has a Variable `sparkify_<name>` as its default. The connections are
`redshift` (type redshift) and `aws_credentials` (type aws: keys, or a role in its extra as
`iam_role`). The Variable `sparkify_retry_delay_seconds` changes the wait between tries.

**When it fails.** What waiting cannot cure (bad data, a missing log, a refused key or password)
fails at once; a lost connection is tried three times more, five minutes apart; a conflict with
another transaction within the task. The error of a staging task lists the refused records; that of
the quality checks lists what is wrong. Any task may be cleared alone. The channels in the Variable
`sparkify_alerts` (`file:`, `slack:`, `smtp:`) are told of tasks that failed for good, of runs that
failed or took too long, and of checks that warn.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, chain

from sparkify.alerts.deadline import dagrun_timeout
from sparkify.alerts.notifier import AlertNotifier
from sparkify.assets import LOG_FILES, SONG_FILES, table_assets
from sparkify.definitions import refuse_missing_sql
from sparkify.macros import macros
from sparkify.operators import (
    CreateTablesOperator,
    DataQualityOperator,
    LoadDimensionOperator,
    LoadFactOperator,
    LoadTableOperator,
    S3Arguments,
    StageLogsOperator,
    StageToRedshiftOperator,
    WarehouseArguments,
)
from sparkify.params import params
from sparkify.retry import RETRIES, RETRY_DELAY, PipelineRetryPolicy
from sparkify.star import CHECKS, SHOWN, STAGING_EVENTS, STAGING_SONGS, STAR, TABLES
from sparkify.table import TableKind

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"

refuse_missing_sql(TABLES.values(), SQL_FOLDER, "create_tables.sql")

ASSETS = table_assets(TABLES)

LOADS: dict[TableKind, type[LoadTableOperator]] = {
    TableKind.FACT: LoadFactOperator,
    TableKind.DIMENSION: LoadDimensionOperator,
}

WAREHOUSE: WarehouseArguments = {
    "redshift_conn_id": "{{ setting('redshift_conn_id') }}",
    "schema": "{{ setting('schema') }}",
    "tables": {table: f"{{{{ table_name('{table}') }}}}" for table in TABLES},
}

ALERTS = AlertNotifier()

S3: S3Arguments = {
    "bucket": "{{ setting('bucket') }}",
    "region": "{{ setting('region') }}",
    "aws_conn_id": "{{ setting('aws_conn_id') }}",
}

with DAG(
    dag_id="sparkify_etl",
    description="Listening logs and songs from S3 into a star schema on Amazon Redshift",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2018, 11, 1, tzinfo=UTC),
    catchup=False,
    dagrun_timeout=dagrun_timeout(),
    on_failure_callback=ALERTS,
    template_searchpath=str(SQL_FOLDER),
    user_defined_macros=macros(TABLES),
    params=params(TABLES, CHECKS),
    default_args={
        "owner": "sparkify",
        "depends_on_past": False,
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
    create_tables = CreateTablesOperator(
        task_id="Create_tables",
        sql="create_tables.sql",
        definitions=tuple(TABLES.values()),
        log_key="{{ run_log() }}",
        doc_md="Creates the staging tables, the star schema and the pipeline's records, where "
        "they are not there yet.",
        **WAREHOUSE,
    )

    stage_events = StageLogsOperator(
        task_id=STAGING_EVENTS.task_id,
        key="{{ log_key() }}",
        jsonpaths="{{ setting('log_jsonpaths') }}",
        no_log="{{ setting('no_log') }}",
        doc_md=STAGING_EVENTS.doc,
        inlets=[LOG_FILES],
        outlets=[ASSETS[STAGING_EVENTS.name]],
        **WAREHOUSE,
        **S3,
    )
    stage_songs = StageToRedshiftOperator(
        task_id=STAGING_SONGS.task_id,
        table=STAGING_SONGS.name,
        key="{{ song_key() }}",
        jsonpaths="auto",
        doc_md=STAGING_SONGS.doc,
        inlets=[SONG_FILES],
        outlets=[ASSETS[STAGING_SONGS.name]],
        **WAREHOUSE,
        **S3,
    )

    loads: dict[TableKind, list[LoadTableOperator]] = {
        kind: [
            LOADS[kind](
                task_id=table.task_id,
                definition=table,
                log_key="{{ run_log() }}",
                mode=f"{{{{ load_mode('{table.name}') }}}}",
                inlets=[ASSETS[source] for source in table.sources],
                outlets=[ASSETS[table.name]],
                **WAREHOUSE,
            )
            for table in STAR
            if table.kind is kind
        ]
        for kind in LOADS
    }

    run_quality_checks = DataQualityOperator(
        task_id="Run_data_quality_checks",
        checks=CHECKS,
        definitions=tuple(TABLES.values()),
        log_key="{{ run_log() }}",
        no_log="{{ setting('no_log') }}",
        plays="staged_plays.sql",
        on_warning=ALERTS,
        inlets=[ASSETS[table] for table in SHOWN],
        doc_md="Runs every check on what the run's log has brought, and lists those that fail.",
        **WAREHOUSE,
    )

    chain(
        EmptyOperator(task_id="Begin_execution", doc_md="Where a run begins."),
        create_tables,
        [stage_events, stage_songs],
        *loads[TableKind.FACT],
        loads[TableKind.DIMENSION],
        run_quality_checks,
        EmptyOperator(task_id="End_execution", doc_md="Where a run ends."),
    )
