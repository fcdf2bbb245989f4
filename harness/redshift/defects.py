"""Defects of the substitute itself: what the client is told and what the log keeps."""

import logging
import traceback

from harness.redshift.errors import RedshiftError

_log = logging.getLogger(__name__)


def internal_error(exception: BaseException) -> RedshiftError:
    """The error that a client sees when something failed that should not; logs where.

    Neither carries the exception's own text, which may quote a statement with credentials in it.

    Args:
        exception: What escaped.
    """
    frames = traceback.extract_tb(exception.__traceback__)
    name = type(exception).__name__
    lines = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    _log.error("internal error: %s%s", name, lines)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return RedshiftError(
        f"internal error: {name}{where}",
        hint="This is a defect of the Redshift substitute; its log has the call stack.",
    )
