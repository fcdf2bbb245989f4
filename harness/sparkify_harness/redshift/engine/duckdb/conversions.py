"""A value that becomes its text, or comes of one."""

from collections.abc import Callable
from dataclasses import dataclass

from sparkify_harness.redshift.types import RedshiftType


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the SQL for a value's text, or of it, depends on.

    Args:
        type: Type of the value.
        stored: DuckDB's type for it.
        timezone: The session's zone.
        extra_digits: The session's ``extra_float_digits``.
        lax: Whether a text that stands for no value becomes NULL, not an error.
    """

    type: RedshiftType
    stored: str
    timezone: str = "UTC"
    extra_digits: int = 0
    lax: bool = False


Converter = Callable[[str, Conversion], str]
"""SQL for what becomes of SQL."""
