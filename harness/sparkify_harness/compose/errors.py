"""What can go wrong with the stack in containers; each message says what to do.

StackError
├── NoEngineError     no container engine, or no Compose for it
├── SettingsError     .env is missing, is there already, or does not say what it must
└── ComposeError      Compose or a service failed; the message has the end of its log
"""


class StackError(RuntimeError):
    """The root."""


class NoEngineError(StackError):
    """There is no engine to run containers with, or no Compose."""


class SettingsError(StackError):
    """The file of settings is missing, is there already, or does not say what it must."""


class ComposeError(StackError):
    """Compose, or a service of the stack, failed."""
