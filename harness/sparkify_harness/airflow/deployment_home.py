"""The home of an Airflow with a scheduler: its files, and what its processes find set.

Time-outs are short, so that what was killed, cleared or marked is noticed in a second or two. For
production they would be too nervous: docs/stack.md has the values for there.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sparkify_harness.airflow.component import PRELOAD
from sparkify_harness.airflow.home import environment, prepare
from sparkify_harness.airflow.rest import USER

HOST = "127.0.0.1"
SCHEDULE_END = "SPARKIFY_SCHEDULE_END"
"""Names the last day that has a log, ISO 8601; where it is not set the schedule goes on."""

_TIMES = {
    "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
    "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "20",
    # How soon a running task learns that it was cleared or marked.
    "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
    # The api-server and many tasks share few processors.
    "WORKERS__EXECUTION_API_TIMEOUT": "60",
    # Files are parsed once, and whenever somebody asks for it.
    "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
    "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
    "DAG_PROCESSOR__PARSING_PROCESSES": "1",
}


class Ports(NamedTuple):
    """Where the two api-servers listen: the one for users, and the one for tasks."""

    api: int
    execution: int


def url(port: int) -> str:
    """Of a server of ours."""
    return f"http://{HOST}:{port}"


@dataclass(frozen=True)
class DeploymentHome:
    """A home and its secrets, which are made for it.

    Attributes:
        folder: AIRFLOW_HOME.
        dags: folder with the DAGs.
        plugins: folder with the plugins.
        settings: module that holds what `sparkify_harness.airflow.local_settings` does, or more.
        parallelism: how many tasks run at once.
        preload: modules that the scheduler imports before it makes workers.
        extra: variables for all processes: connections, Variables, settings; may hold secrets.
    """

    folder: Path
    dags: Path
    plugins: Path
    settings: str
    parallelism: int
    preload: Sequence[str]
    extra: Mapping[str, str] = field(repr=False)
    password: str = field(default_factory=secrets.token_urlsafe, repr=False)
    _api_secret: str = field(default_factory=secrets.token_urlsafe, repr=False)
    _token_secret: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)
    _fernet_key: str = field(
        default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        repr=False,
    )

    def prepare(self, cache: Path) -> None:
        """Makes the folder and its files; a migrated database, where the cache has one."""
        prepare(self.folder, cache)
        # Airflow writes its defaults there where there is none, each process by itself.
        (self.folder / "airflow.cfg").touch()
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        (config / "airflow_local_settings.py").write_text(
            f"from {self.settings} import *\n", encoding="ascii"
        )
        self._passwords.unlink(missing_ok=True)
        with os.fdopen(os.open(self._passwords, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump({USER: self.password}, file)

    def environment(self, ports: Ports) -> dict[str, str]:
        """The whole environment of each process."""
        settings = {
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": str(self.parallelism),
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "CORE__FERNET_KEY": self._fernet_key,
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._passwords),
            "CORE__EXECUTION_API_SERVER_URL": f"{url(ports.execution)}/execution/",
            "API__BASE_URL": url(ports.api),
            "API__HOST": HOST,
            "API__PORT": str(ports.api),
            "API__SECRET_KEY": self._api_secret,
            "API_AUTH__JWT_SECRET": self._token_secret,
            **_TIMES,
        }
        return {
            **environment(self.folder, dags=self.dags, plugins=self.plugins),
            **{f"AIRFLOW__{name}": value for name, value in settings.items()},
            PRELOAD: ",".join(self.preload),
            **self.extra,
        }

    @property
    def _passwords(self) -> Path:
        return self.folder / "passwords.json"
