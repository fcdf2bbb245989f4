"""Alerts into a file, a line of JSON each: needs nothing, and works offline."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sparkify.alerts.alert import Alert
from sparkify.alerts.errors import AlertSettingError, only


@dataclass(frozen=True)
class FileChannel:
    """Appends to a file that only its owner may read.

    Attributes:
        path: of the file; absolute, for the folder in which a task runs is Airflow's business.
    """

    path: Path

    @property
    def conn_id(self) -> None:
        """None: a file needs no connection."""

    @classmethod
    def at(cls, place: str, options: Mapping[str, Sequence[str]]) -> Self:
        """See `Channel`."""
        only(options, ())
        path = Path(place)
        if not path.is_absolute():
            raise AlertSettingError("the path must be absolute")
        return cls(path)

    def send(self, alert: Alert) -> None:
        """Appends a line, whole even when several processes write at once.

        Raises:
            OSError: the file cannot be written.
        """
        line = json.dumps(alert.as_dict(), ensure_ascii=False, default=str) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # One write: appends of different processes do not mix.
            os.write(file, line.encode())
        finally:
            os.close(file)
