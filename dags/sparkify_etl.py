"""Listening logs and songs from S3 into a star schema on Amazon Redshift.

**What it does.** A run stages the log of its day (`log_data/YYYY/MM/YYYY-MM-DD-events.json`) and
all song files, loads the fact table `songplays`, then the dimensions `users`, `songs`, `artists`
and `time`, and checks the result.

**What it promises.** Every task is one transaction: a run may be repeated, killed and retried, and
days may come in any order, the tables end up the same.

**Runs.** A scheduled run loads the day of its data interval. A run without a data interval, or with
`full_load`, loads all logs under the prefix.

**Settings.** Each Param has a Variable `sparkify_<name>` as its default. The connections are
`redshift` (type redshift) and `aws_credentials` (type aws: keys, or a role in its extra as
`iam_role`). The Variable `sparkify_retry_delay_seconds` changes the wait between tries.

**When it fails.** What waiting cannot cure (bad data, a missing prefix, a refused key or password)
fails at once; a lost connection or a conflict is tried three times more, five minutes apart. The
error of a staging task lists the refused records; that of the quality checks lists what is wrong.
The channels in the Variable `sparkify_alerts` (`file:`, `slack:`, `smtp:`) are told of tasks that
failed for good, of runs that failed or took too long, and of checks that warn.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, chain
from sparkify.alerts.deadline import dagrun_timeout
from sparkify.alerts.notifier import AlertNotifier
from sparkify.operators import (
    DataQualityOperator,
    LoadDimensionOperator,
    LoadFactOperator,
    SqlScriptOperator,
    StageToRedshiftOperator,
)
from sparkify.retry import RETRIES, RETRY_DELAY, PipelineRetryPolicy
from sparkify.settings import MACROS, TABLES, params
from sparkify.star import CHECKS, COLUMNS, KEYS

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"

ASSETS = {table: Asset(f"sparkify_{table}") for table in TABLES}


def target(table: str) -> dict[str, object]:
    """The arguments of an operator that name its table and announce that it changed."""
    return {
        "table": f"{{{{ table_name('{table}') }}}}",
        "schema": "{{ setting('schema') }}",
        "redshift_conn_id": "{{ setting('redshift_conn_id') }}",
        "outlets": [ASSETS[table]],
    }


def selected(table: str) -> dict[str, object]:
    """The arguments of an operator that loads a table of the star schema from its SELECT."""
    return target(table) | {"columns": COLUMNS[table], "key": KEYS[table], "sql": f"{table}.sql"}


ALERTS = AlertNotifier()

S3 = {
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
    max_active_runs=1,
    dagrun_timeout=dagrun_timeout(),
    on_failure_callback=ALERTS,
    template_searchpath=str(SQL_FOLDER),
    user_defined_macros=MACROS,
    params=params(),
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
    create_tables = SqlScriptOperator(
        task_id="Create_tables",
        sql="create_tables.sql",
        redshift_conn_id="{{ setting('redshift_conn_id') }}",
        doc_md="Creates the staging tables and the star schema, where they are not there yet.",
    )

    stage_events = StageToRedshiftOperator(
        task_id="Stage_events",
        key="{{ log_key() }}",
        jsonpaths="{{ setting('log_jsonpaths') }}",
        doc_md="Replaces `staging_events` by the log of the run's day, or by all logs.",
        **target("staging_events"),
        **S3,
    )
    stage_songs = StageToRedshiftOperator(
        task_id="Stage_songs",
        key="{{ song_key() }}",
        jsonpaths="auto",
        doc_md="Replaces `staging_songs` by all song files.",
        **target("staging_songs"),
        **S3,
    )

    load_songplays = LoadFactOperator(
        task_id="Load_songplays_fact_table",
        doc_md="One row per play, with the song it was where title, artist and length match one. "
        "Plays that are there already are replaced.",
        **selected("songplays"),
    )

    load_dimensions = [
        LoadDimensionOperator(
            task_id="Load_song_dim_table",
            doc_md="One row per song.",
            **selected("songs"),
        ),
        LoadDimensionOperator(
            task_id="Load_user_dim_table",
            mode="merge",
            doc_md="One row per user, as the latest play shows it, in whatever order days come.",
            **selected("users"),
        ),
        LoadDimensionOperator(
            task_id="Load_artist_dim_table",
            doc_md="One row per artist, from the song file that knows most about its place.",
            **selected("artists"),
        ),
        LoadDimensionOperator(
            task_id="Load_time_dim_table",
            doc_md="One row per time at which something was played, taken apart.",
            **selected("time"),
        ),
    ]

    run_quality_checks = DataQualityOperator(
        task_id="Run_data_quality_checks",
        checks=CHECKS,
        schema="{{ setting('schema') }}",
        tables={table: f"{{{{ table_name('{table}') }}}}" for table in TABLES},
        redshift_conn_id="{{ setting('redshift_conn_id') }}",
        doc_md="Runs every check on the staged and loaded rows and lists those that fail.",
    )

    chain(
        EmptyOperator(task_id="Begin_execution", doc_md="Where a run begins."),
        create_tables,
        [stage_events, stage_songs],
        load_songplays,
        load_dimensions,
        run_quality_checks,
        EmptyOperator(task_id="End_execution", doc_md="Where a run ends."),
    )
