"""Who is told by runs of a stack of our own, and how they learn of a run that hangs.

Airflow tells of what it sees. It does not see a run that hangs, for `dag.test()` knows no
`dagrun_timeout`; and a process that was killed tells nothing. That is told from here.
"""

import datetime as dt
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from sparkify.alerts.alert import Alert, AlertKind
from sparkify.alerts.channels import VARIABLE, Route, parse, tell
from sparkify.alerts.errors import AlertSettingError
from sparkify_harness.airflow.errors import RunTimedOut, WorkerDied
from sparkify_harness.airflow.home import environment
from sparkify_harness.airflow.wiring import Wiring
from sparkify_harness.locations import DAGS, PLUGINS
from sparkify_harness.process import ChildError, spawn

FILE = "alerts.jsonl"
"""In the folder of a stack: where alerts go unless somebody says otherwise."""

TELL_TIMEOUT = 90.0
"""Seconds for a process that imports Airflow and tells channels that need its connections."""

_STARTED = re.compile(r"\[DAG TEST\] starting task_id=(\S+)")
_TAIL_BYTES = 1_000_000


@dataclass(frozen=True)
class Alerting:
    """The channels that are told, and the connections that these need.

    Attributes:
        setting: as the Airflow Variable `sparkify_alerts` has it; empty to tell nobody.
        connections: by their ids, as in the environment: a URI or JSON; hold secrets.
    """

    setting: str
    connections: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, setting: str, environ: Mapping[str, str] = os.environ) -> Self:
        """Checks the setting and takes the connections that it names from the environment.

        Only those: a stack knows nothing else of the user's Airflow.

        Raises:
            AlertSettingError: it cannot be read, or a connection is missing.
        """
        connections = {}
        for route in parse(setting):
            if conn_id := route.channel.conn_id:
                variable = f"AIRFLOW_CONN_{conn_id.upper()}"
                if variable not in environ:
                    raise AlertSettingError(f"{route.name!r} needs its connection in ${variable}")
                connections[conn_id] = environ[variable]
        return cls(setting, connections)

    @classmethod
    def into(cls, folder: Path) -> Self:
        """Into a file of that folder."""
        return cls(f"file:{quoted(folder.absolute() / FILE)}")

    @property
    def files(self) -> tuple[Path, ...]:
        """The files among the channels."""
        paths = (getattr(route.channel, "path", None) for route in parse(self.setting))
        return tuple(path for path in paths if isinstance(path, Path))

    def wired(self, wiring: Wiring) -> Wiring:
        """The wiring with the setting and its connections."""
        return replace(
            wiring,
            connections={**wiring.connections, **self.connections},
            variables={**wiring.variables, VARIABLE: self.setting},
        )


def quoted(path: Path) -> str:
    """A path as it stands in the setting, where some characters mean something."""
    return "".join(f"%{ord(sign):02X}" if sign in "%,?&" else sign for sign in str(path))


def lost(dag_id: str, day: dt.date | None, error: RunTimedOut | WorkerDied) -> Alert:
    """The alert for a run that took too long and was ended, or whose process died.

    Args:
        dag_id: of the DAG.
        day: whose data the run was to load; None for all.
        error: what ended it.
    """
    log = error.log_path
    return Alert(
        AlertKind.RUN_TIMED_OUT if isinstance(error, RunTimedOut) else AlertKind.RUN_FAILED,
        dag_id=dag_id,
        run_id=log.stem if log else str(day or "all logs"),
        task_id=_last_started(log) if log else None,
        day=day,
        error=str(error),
        log=str(log or ""),
    )


def tell_channels(alert: Alert, wiring: Wiring, home: Path) -> list[str]:
    """Tells the channels of a wiring from outside Airflow.

    Files are written here. What needs connections is told by a process of its own, for they are
    Airflow's to read, and that process has a limit.

    Args:
        alert: to tell.
        wiring: with the setting and its connections.
        home: an AIRFLOW_HOME that no other process is using up.

    Returns:
        What went wrong, a text for each; empty if all were told.
    """
    here: list[Route] = []
    there: list[Route] = []
    for route in parse(wiring.variables.get(VARIABLE, "")):
        if alert.kind in route.kinds:
            (there if route.channel.conn_id else here).append(route)
    problems = [f"{item.route.name} was not told: {item.error}" for item in tell(alert, here)]
    if there:
        problems += _tell_by_process(alert, there, wiring, home)
    return problems


def _tell_by_process(alert: Alert, routes: list[Route], wiring: Wiring, home: Path) -> list[str]:
    setting = ",".join(route.name for route in routes)
    with tempfile.TemporaryDirectory(prefix="sparkify-alert-") as name:
        file, log = Path(name) / "alert.json", Path(name) / "alert.log"
        file.write_text(json.dumps(alert.as_dict()), encoding="utf-8")
        child = spawn(
            [sys.executable, "-m", "sparkify.alerts", setting, "--alert", str(file)],
            name="the telling of an alert",
            env=environment(home, dags=DAGS, plugins=PLUGINS) | wiring.environment(),
            log_path=log,
        )
        with child:
            try:
                code = child.wait(TELL_TIMEOUT, lambda: None)
            except ChildError as error:
                return [f"{setting} was not told: {error}"]
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        told = [line for line in lines if " was not told: " in line]
        if code and not told:
            return [f"{setting} was not told: {' '.join(lines[-1:])}"]
        return told


def _last_started(log: Path) -> str | None:
    """The task that was begun last, as far as the end of the log says."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            found = _STARTED.findall(file.read().decode(errors="replace"))
    except OSError:
        return None
    return found[-1] if found else None
