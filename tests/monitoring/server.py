"""Airflow's web server as a process of its own, with the pipeline's plugin and DAGs."""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from sparkify_harness.airflow.home import DATABASE, environment, prepare
from sparkify_harness.airflow.wiring import Wiring
from sparkify_harness.locations import DAGS, PLUGINS
from sparkify_harness.objectstore import cache_folder
from sparkify_harness.process import Child, ChildExitError, free_port, spawn

START = 300.0
"""Seconds for what takes ten on a machine that has nothing else to do."""

ROLES = {"admin": "admin", "viewer": "viewer", "nobody": ""}
"""People and their roles; who has none may do nothing."""


@dataclass(frozen=True)
class AirflowServer:
    """A running web server.

    Attributes:
        url: of it.
        passwords: of people, by their names.
        child: its process.
    """

    url: str
    passwords: dict[str, str] = field(repr=False)
    child: Child
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def token(self, person: str) -> str:
        """What says who somebody is."""
        if person not in self._tokens:
            answer = httpx.post(
                f"{self.url}/auth/token",
                json={"username": person, "password": self.passwords[person]},
                timeout=60,
            )
            self._tokens[person] = answer.raise_for_status().json()["access_token"]
        return self._tokens[person]

    def get(self, path: str, person: str | None = None, **parameters: str) -> httpx.Response:
        """What a person, or nobody, is given."""
        headers = {"Authorization": f"Bearer {self.token(person)}"} if person else {}
        return httpx.get(f"{self.url}{path}", params=parameters, headers=headers, timeout=60)


@contextmanager
def airflow_server(home: Path, wiring: Wiring) -> Iterator[AirflowServer]:
    """A web server that knows the pipeline's DAGs, until the context ends.

    Args:
        home: its AIRFLOW_HOME.
        wiring: connections and Variables.
    """
    prepare(home, cache_folder())
    fresh = not (home / DATABASE).exists()
    passwords = {person: secrets.token_urlsafe(12) for person in ROLES}
    file = home / "passwords.json"
    file.write_text(json.dumps(passwords), encoding="utf-8")
    settings = {
        "API__HOST": "127.0.0.1",
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(32),
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(map(":".join, ROLES.items())),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(file),
    }
    env = environment(home, dags=DAGS, plugins=PLUGINS)
    env |= {f"AIRFLOW__{name}": value for name, value in settings.items()}
    env |= wiring.environment()
    if fresh:
        with _airflow(home, env, "db", "migrate") as migrating:
            assert migrating.wait(START, lambda: None) == 0, migrating.log_tail()
    with _airflow(home, env, "dags", "reserialize") as dags, _serving(home, env) as (url, child):
        assert dags.wait(START, lambda: None) == 0, dags.log_tail()
        yield AirflowServer(url, passwords, child)


@contextmanager
def _serving(home: Path, env: Mapping[str, str]) -> Iterator[tuple[str, Child]]:
    """The web server that answers; another one where its port was taken as it started."""
    for last in (False, False, True):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        serve = ("api-server", "--host", "127.0.0.1", "--port", str(port))
        with _airflow(home, {**env, "AIRFLOW__API__BASE_URL": url}, *serve) as child:
            try:
                child.wait_until(partial(_answers, url), START)
            except ChildExitError as ended:
                if last or "address already in use" not in str(ended).lower():
                    raise
                continue
            yield url, child
            return


def _airflow(home: Path, env: Mapping[str, str], *command: str) -> Child:
    return spawn(
        [sys.executable, "-m", "airflow", *command],
        name=f"airflow {' '.join(command[:2])}",
        env=env,
        log_path=home / f"{command[0]}.log",
    )


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/api/v2/version", timeout=5).is_success
    return False
