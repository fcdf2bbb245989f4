"""What can be wrong with alerts.

AlertError
├── AlertSettingError      the setting `sparkify_alerts` cannot be read
└── MissingProviderError   a channel needs a provider that is not installed
"""

from collections.abc import Collection, Mapping, Sequence


class AlertError(Exception):
    """An alert cannot be told."""


class AlertSettingError(AlertError, ValueError):
    """The setting names something that is no channel; the message says how one is written."""


class MissingProviderError(AlertError, ImportError):
    """A provider of Airflow is not installed; the message names the extra that brings it."""

    def __init__(self, extra: str, error: ImportError) -> None:
        super().__init__(
            f"alerts by {extra} need a provider that is not installed ({error}): "
            f"pip install 'sparkify[{extra}]'"
        )


def only(options: Mapping[str, Sequence[str]], known: Collection[str]) -> None:
    """Refuses options that a channel does not have.

    Raises:
        AlertSettingError: there is one.
    """
    if unknown := sorted(set(options) - set(known)):
        there = ", ".join(sorted({*known, "on"}))
        raise AlertSettingError(f"unknown option {', '.join(unknown)}; there are {there}")
