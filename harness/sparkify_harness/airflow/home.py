"""The folder and the environment in which Airflow runs, shut off from the user's own."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib import metadata
from pathlib import Path

from sparkify_harness.process import clean_environment

DATABASE = "airflow.db"
NOWHERE = "http://127.0.0.1:1"
"""Where boto3 goes with a connection that names no endpoint; without it, that would be AWS."""


def environment(home: Path, *, dags: Path, plugins: Path) -> dict[str, str]:
    """The whole environment of a process that runs Airflow.

    Nothing of the user's `AIRFLOW__*` and `AWS_*` gets in, nothing is written but below `home`, and
    nothing calls out: usage collection is off, and boto3 finds no credentials but a connection's.
    Airflow: https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html

    Args:
        home: becomes AIRFLOW_HOME.
        dags: folder with the DAGs.
        plugins: folder with the plugins; Airflow puts it on the import path.
    """
    settings = {
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__PLUGINS_FOLDER": str(plugins),
        "CORE__LOAD_EXAMPLES": "False",
        # What was rendered for earlier runs goes with the home; to look for it costs each task.
        "CORE__NUM_DAG_RUNS_TO_RETAIN_RENDERED_FIELDS": "0",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / DATABASE}",
        "DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return clean_environment(
        AIRFLOW_HOME=str(home),
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_ENDPOINT_URL=NOWHERE,
        SCARF_NO_ANALYTICS="true",
        DO_NOT_TRACK="true",
    )


def template_path(cache: Path) -> Path:
    """Where the migrated, empty metadata database of this version of Airflow is kept."""
    return cache / "airflow" / f"metadata-{metadata.version('apache-airflow')}.db"


def prepare(home: Path, cache: Path) -> None:
    """Makes the folder, with a copy of the migrated database where the cache has one."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = home / DATABASE
    if not database.exists() and (template := template_path(cache)).exists():
        shutil.copyfile(template, database)


def keep_template(database: Path, cache: Path) -> None:
    """Keeps a freshly migrated database for later homes; several processes may do so at once.

    A cache that cannot be written costs later runs two seconds, and nothing else.
    """
    target = template_path(cache)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / DATABASE
            with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as to:
                source.backup(to)
            copy.replace(target)
    except (OSError, sqlite3.Error):
        return
