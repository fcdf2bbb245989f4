"""The database behind the server: one backend for each client."""

import shutil
from collections.abc import Mapping

from sparkify_harness.redshift.errors import RedshiftError, UndefinedDatabase
from sparkify_harness.redshift.execute.backend import SessionBackend
from sparkify_harness.redshift.execute.configuration import SETTINGS
from sparkify_harness.redshift.execute.protocol import Login
from sparkify_harness.redshift.execute.session import Instance, Session


class SessionBackends:
    """Implements ``Backends``.

    Args:
        instance: What its sessions share; its engine and its folder are closed with it.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def password(self, user: str) -> str | None:
        """The user's password, or None for an unknown user."""
        return self._instance.users.get(user)

    def connect(self, login: Login) -> SessionBackend:
        """A backend for a client that proved who it is."""
        if login.database != self._instance.database:
            raise UndefinedDatabase(f'database "{login.database}" does not exist')
        return SessionBackend(Session(self._instance, login, _overrides(login.options)))

    def close(self) -> None:
        """Checkpoint, close the engine, remove what COPY left."""
        for session in list(self._instance.sessions.values()):
            session.close()
        self._instance.engine.close()
        shutil.rmtree(self._instance.folder, ignore_errors=True)


def _overrides(options: Mapping[str, str]) -> dict[str, str]:
    """Parameters that a client sets in its start-up message; what is not one is ignored.

    Drivers send keys of their own there, and Redshift does not mind.
    """
    found = {}
    for name, value in options.items():
        setting = SETTINGS.get(name.lower())
        if setting is None or not setting.writable:
            continue
        try:
            found[name] = setting.check(name, value)
        except RedshiftError:
            continue
    return found
