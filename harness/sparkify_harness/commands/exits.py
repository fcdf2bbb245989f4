"""How a command ends: exit codes, and the error that carries one.

| code | means |
|---|---|
| 0 | done; a pipeline ran and its quality checks passed |
| 1 | the pipeline failed: a task or a quality check; or the warehouse refused a statement |
| 2 | the command line is wrong |
| 3 | the surroundings: a server did not start, a file cannot be read, something is missing |
| 70 | a fault of this program |
| 130, 143 | ended by Ctrl-C, by SIGTERM; everything that it started is stopped |
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the caller's shell sees."""

    SUCCESS = 0
    FAILED = 1
    USAGE = 2
    SURROUNDINGS = 3
    FAULT = 70
    INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot go on; the message says what failed and what to do.

    Args:
        message: For the user.
        code: To end with.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.SURROUNDINGS) -> None:
        super().__init__(message)
        self.code = code
