"""Airflow as it is deployed: scheduler, api-servers and DAG processor, each a process of ours.

    with Deployment(folder, cache=cache, wiring=stack.wiring()) as airflow:
        airflow.wait_until_ready("sparkify_etl")
        airflow.command("backfill", "create", "--dag-id", "sparkify_etl", ...)
        airflow.wait_for_runs("sparkify_etl", timeout=120)

Where `sparkify_harness.airflow.Airflow` runs tasks one after another in one process, this runs them
as production does: the scheduler decides, several run at once, each in a process of its own, and
all of it can be asked and told by the REST API and by Airflow's command.
"""

import datetime as dt
import re
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sparkify_harness.airflow.deployment_home import HOST, SCHEDULE_END, DeploymentHome, Ports, url
from sparkify_harness.airflow.errors import (
    AirflowApiError,
    CommandFailed,
    DeploymentFailed,
    RunTimedOut,
)
from sparkify_harness.airflow.home import DATABASE, keep_template
from sparkify_harness.airflow.rest import ENDED, RestClient
from sparkify_harness.airflow.wiring import Wiring
from sparkify_harness.locations import DAGS, PLUGINS
from sparkify_harness.process import Child, free_port, spawn

START_TIMEOUT = 300.0
"""Seconds until all must be healthy: 9 on an idle machine with two processors."""

COMMAND_TIMEOUT = 120.0
"""Seconds that a command may take; importing Airflow takes 4 of them."""

RUNS_TIMEOUT = 600.0
"""Seconds that runs may take by default."""

PARALLELISM = 4
"""Tasks at once, by default; Airflow's own default is 32 processes of 130 MB."""

_LOOK = 0.3
"""Seconds between looks at what starts."""

_LOOK_AT_RUNS = 1.0
"""Seconds between looks at runs: each makes the api-server read the whole DAG again."""

_TAIL = 40
_PORT_ATTEMPTS = 3
_PORT_TAKEN = re.compile(r"address already in use", re.IGNORECASE)

_COMPONENTS: Mapping[str, Sequence[str]] = {
    "api-server": ["api-server", "--apps", "core"],
    # What tasks ask. A server of its own because of SQLite: a server notes down what users do on
    # its event loop and waits there for the lock, while who has the lock may need that loop to end.
    "execution-api": ["api-server", "--apps", "execution"],
    # The api-server reads logs from the folder that they share.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
}
"""In the order in which they are started: the first two take longest."""


class Deployment:
    """An Airflow with a scheduler, whose processes die with us; use as a context.

    It is shut off from the user's settings, listens on loopback alone, and calls nobody. Its
    metadata is in SQLite, which `sparkify_harness.airflow.local_settings` makes wait for locks.
    """

    def __init__(
        self,
        home: Path,
        *,
        cache: Path,
        wiring: Wiring,
        dags: Path = DAGS,
        plugins: Path = PLUGINS,
        schedule_end: dt.date | None = None,
        parallelism: int = PARALLELISM,
        preload: Sequence[str] = (),
        settings: str = "sparkify_harness.airflow.local_settings",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Describes a deployment; starts nothing.

        Args:
            home: its AIRFLOW_HOME; all that it writes is there. Made if need be.
            cache: folder where the migrated database is kept for later homes.
            wiring: connections and Variables of every task.
            dags: folder with the DAGs; none is paused.
            plugins: folder with the plugins.
            schedule_end: last day for which a run is scheduled; None: the schedule goes on, and
                with `catchup` off a DAG runs *yesterday* at once.
            parallelism: how many tasks run at once.
            preload: modules that tasks import; the scheduler does it once for all of them.
            settings: module to use instead, which begins with
                `from sparkify_harness.airflow.local_settings import *`.
            variables: of the environment of all its processes, over what is said here.
        """
        end = {SCHEDULE_END: schedule_end.isoformat()} if schedule_end else {}
        self._home = DeploymentHome(
            folder=home.absolute(),
            dags=dags,
            plugins=plugins,
            settings=settings,
            parallelism=parallelism,
            preload=preload,
            extra=wiring.environment() | end | dict(variables or {}),
        )
        self._cache = cache.absolute()
        self._ports = Ports(0, 0)
        self._children: list[Child] = []
        self._warming: HTTPConnection | None = None
        self._api: RestClient | None = None
        self._commands = count(1)

    @property
    def url(self) -> str:
        """Of the api-server and its web interface, whose user is `admin`."""
        return url(self._ports.api)

    @property
    def password(self) -> str:
        """Of the user `admin`."""
        return self._home.password

    @property
    def home(self) -> Path:
        """AIRFLOW_HOME: `logs` has those of tasks, `*.log` those of the components."""
        return self._home.folder

    @property
    def api(self) -> RestClient:
        """The REST API, logged in; not before all is ready."""
        if self._api is None:
            self._api = RestClient(self.url, self.password, timeout=COMMAND_TIMEOUT)
        return self._api

    def start(self) -> None:
        """Starts the processes and returns at once, so that others can start meanwhile."""
        if self._children:
            return
        self._home.prepare(self._cache)
        self._ports = Ports(free_port(HOST), free_port(HOST))
        self._migrate()
        for name, words in _COMPONENTS.items():
            log_path = self.home / f"{name}.log"
            log_path.unlink(missing_ok=True)
            argv = [sys.executable, "-m", "sparkify_harness.airflow.component", *words]
            if name == "execution-api":
                argv += ["--port", str(self._ports.execution)]
            self._children.append(self._spawn(argv, log_path))

    def wait_until_ready(self, *dag_ids: str, timeout: float = START_TIMEOUT) -> None:
        """Returns when every component is healthy and these DAGs are known.

        Raises:
            DeploymentFailed: a component died, or `timeout` seconds were not enough.
        """
        for attempts_left in reversed(range(_PORT_ATTEMPTS)):
            self.start()
            try:
                self._wait_until(lambda: self._is_ready(dag_ids), "ready", timeout)
                return
            except DeploymentFailed as error:
                if not (attempts_left and _PORT_TAKEN.search(str(error))):
                    raise
                self.close()

    def component(self, name: str) -> Child:
        """The process of `api-server`, `execution-api`, `scheduler` or `dag-processor`."""
        return self._children[list(_COMPONENTS).index(name)]

    def command(self, *words: str, timeout: float = COMMAND_TIMEOUT) -> str:
        """Runs `airflow ...` in the environment of this deployment.

        Args:
            words: after `airflow`.
            timeout: seconds.

        Returns:
            What it printed, standard error included.

        Raises:
            CommandFailed: its exit code is not 0.
            ChildTimeoutError: it took too long, and was ended.
        """
        name = f"{next(self._commands):04d}-{'-'.join(words[:2])}"
        log_path = self.home / "commands" / f"{name}.log"
        program = Path(sysconfig.get_path("scripts")) / "airflow"
        with self._spawn([str(program), *words], log_path) as child:
            code = child.wait(timeout, lambda: None)
        said = log_path.read_text(encoding="utf-8", errors="replace")
        if code:
            raise CommandFailed(f"airflow {' '.join(words)} ended with exit code {code}:\n{said}")
        return said

    def wait_for_runs(
        self,
        dag_id: str,
        *,
        run_type: str | None = None,
        timeout: float = RUNS_TIMEOUT,
    ) -> list[dict[str, Any]]:
        """The runs of a DAG when there is one and all have ended, however they ended.

        Args:
            dag_id: of the DAG.
            run_type: those of a type alone, such as `backfill`, `manual` or `asset_triggered`.
            timeout: seconds.

        Raises:
            RunTimedOut: some go on; the message has their states and where the logs are.
            DeploymentFailed: a component died.
        """
        deadline = time.monotonic() + timeout
        while True:
            runs = self.api.dag_runs(dag_id, run_type)
            if runs and all(run["state"] in ENDED for run in runs):
                return runs
            self._check_components()
            if time.monotonic() > deadline:
                raise RunTimedOut(
                    f"not all runs of {dag_id} have ended after {timeout:g} s:\n"
                    + self.explain(dag_id)
                )
            time.sleep(_LOOK_AT_RUNS)

    def explain(self, dag_id: str) -> str:
        """How the runs of a DAG stand: each with the tasks that are not done, and why."""
        lines = [f"{run['dag_run_id']}: {run['state']}" for run in self.api.dag_runs(dag_id)]
        for task in self.api.task_instances(dag_id):
            if task["state"] != "success":
                run_id = task["dag_run_id"]
                error = self.api.error(dag_id, run_id, task)
                why = f": {error}" if error else ""
                tries = f"try {task['try_number']}"
                lines.append(f"  {run_id} {task['task_id']}: {task['state']}, {tries}{why}")
        return "\n".join([*lines, f"logs: {self.home / 'logs'}"])

    def close(self) -> None:
        """Ends all processes at once, tasks included."""
        if self._api is not None:
            self._api.close()
            self._api = None
        if self._warming is not None:
            self._warming.close()
            self._warming = None
        while self._children:
            self._children.pop().kill()

    def _migrate(self) -> None:
        """Makes the metadata database, where neither the home nor the cache has one."""
        if not (self.home / DATABASE).exists():
            self.command("db", "migrate")
            keep_template(self.home / DATABASE, self._cache)

    def _spawn(self, argv: Sequence[str], log_path: Path) -> Child:
        return spawn(
            argv,
            name=f"Airflow ({log_path.stem})",
            env=self._home.environment(self._ports),
            log_path=log_path,
            cwd=self.home,
        )

    def _is_ready(self, dag_ids: Sequence[str]) -> bool:
        try:
            if self._warming is None:
                self._warm()
            health = self.api.ask("GET", "/api/v2/monitor/health")
            return all(
                health[part]["status"] == "healthy"
                for part in ("metadatabase", "scheduler", "dag_processor")
            ) and all(self.api.knows(dag_id) for dag_id in dag_ids)
        except (AirflowApiError, OSError):
            return False

    def _warm(self) -> None:
        """Asks as tasks will, and does not wait for the answer.

        The server makes what serves tasks when the first asks, which takes it four seconds:
        meanwhile a command can start.

        Raises:
            OSError: it does not listen yet.
        """
        connection = HTTPConnection(HOST, self._ports.execution, timeout=START_TIMEOUT)
        connection.request("GET", "/execution/health")
        self._warming = connection

    def _wait_until(self, holds: Callable[[], bool], what: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not holds():
            self._check_components()
            if time.monotonic() > deadline:
                tails = "\n".join(f"{one.name}:\n{one.log_tail()}" for one in self._children)
                raise DeploymentFailed(
                    f"Airflow was not {what} after {timeout:g} s; its logs in {self.home} end "
                    f"with:\n{tails}"
                )
            time.sleep(_LOOK)

    def _check_components(self) -> None:
        for child in self._children:
            if child.exit_code is not None:
                raise DeploymentFailed(
                    f"{child.name} ended with exit code {child.exit_code}; its log ends with:\n"
                    f"{child.log_tail(_TAIL)}\nthe whole log: {child.log_path}"
                )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
