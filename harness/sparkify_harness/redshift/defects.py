"""Defects of the substitute itself: what the client is told and what the log keeps."""

import errno
import logging
import secrets
import traceback

from sparkify_harness.redshift.errors import ComputeBlock, ComputeFault, RedshiftError

_log = logging.getLogger(__name__)

_HINT = "This is a defect of the Redshift substitute; its log has "

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def internal_error(exception: BaseException) -> RedshiftError:
    """The error that a client sees when something failed that should not; logs where.

    Neither carries the exception's own text, which may quote a statement with credentials in it. A
    disk without room for what COPY spools is no defect; Redshift has a word for it.

    Args:
        exception: What escaped.
    """
    if isinstance(exception, OSError) and exception.errno in _NO_ROOM:
        return ComputeFault("Disk Full", ComputeBlock(1016, "node: 0", 0, "fdisk_api.cpp:345", ""))
    frames = traceback.extract_tb(exception.__traceback__)
    name = type(exception).__name__
    lines = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    _log.error("internal error: %s%s", name, lines)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return RedshiftError(
        f"internal error: {name}{where}",
        hint=f"{_HINT}the call stack.",
    )


def engine_error(text: str) -> RedshiftError:
    """The error that a client sees when the engine fails in a way that we have no words for.

    Args:
        text: what the engine says; the log has it under the number that the client is told. It may
            quote rows and literals, but no credentials: these never reach the engine.
    """
    number = secrets.token_hex(4)
    _log.error("internal error %s: the engine says: %s", number, text)
    return RedshiftError(
        f"internal error {number}", hint=f"{_HINT}what its engine said, under this number."
    )
