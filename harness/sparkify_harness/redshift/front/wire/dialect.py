"""What a client understands beyond PostgreSQL's protocol 3.0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

NEWEST: Final = 3
"""Version 1 adds origin and flags to RowDescription, 2 binary forms, 3 one more flag."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Redshift's extensions as agreed at start-up.

    Source: https://github.com/aws/amazon-redshift-python-driver (``ClientProtocolVersion``)

    Args:
        announced: Whether the client asked for a version at all, as Redshift's own drivers do.
        version: The version in force, 0 to 3.
    """

    announced: bool = False
    version: int = 0

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Self:
        """The dialect that start-up parameters ask for: the newest that both sides know."""
        requested = options.get("client_protocol_version")
        if requested is None:
            return cls()
        version = int(requested) if requested.isascii() and requested.isdigit() else 0
        return cls(announced=True, version=min(version, NEWEST))

    @property
    def scaled_numerics(self) -> bool:
        """Whether binary NUMERIC is Redshift's scaled integer instead of PostgreSQL's digits."""
        return self.version >= 2

    @property
    def short_intervals(self) -> bool:
        """Whether binary INTERVAL has 12 bytes, without days, as in PostgreSQL 8.0.

        Redshift's drivers read these; clients made for newer PostgreSQL read 16.
        """
        return self.announced
