"""Checks changed for one run: switched off, or with another severity or threshold.

A change is addressed to a check by its name, to several by a pattern (`users.*`), or to all of a
kind (`row_count_drift`). The more precise address wins: a name over a pattern, a longer pattern
over a shorter one, and any of them over a kind.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from sparkify.quality.check import Check
from sparkify.quality.kinds import KINDS
from sparkify.quality.severity import Severity, Threshold

_WILD = re.compile(r"[*?]")

CHANGES: Mapping[str, Any] = {
    "enabled": {"type": "boolean"},
    "severity": {"enum": [str(severity) for severity in Severity]},
    "warn_if": {"type": "string"},
    "error_if": {"type": "string"},
}
"""What can be changed, as JSON schema has it."""


@dataclass(frozen=True)
class Override:
    """A change of checks.

    Attributes:
        address: a check's name, a pattern of names, or a kind.
        enabled: whether they are asked at all; None: as it is.
        severity: likewise.
        warn_if: likewise.
        error_if: likewise.

    Raises:
        ValueError: it says something that is no change.
    """

    address: str
    enabled: bool | None = None
    severity: Severity | None = None
    warn_if: str | None = None
    error_if: str | None = None

    @classmethod
    def read(cls, address: str, changes: object) -> "Override":
        """From JSON: `{"severity": "warn"}`."""
        if not isinstance(changes, Mapping):
            raise ValueError(  # noqa: TRY004 - as for any other mistake in a Param
                f"{address}: {changes!r} is no object such as {{'severity': 'warn'}}"
            )
        if unknown := sorted(map(str, set(changes) - set(CHANGES))):
            raise ValueError(f"{address}: {', '.join(unknown)}: only {', '.join(CHANGES)} change")
        severity = changes.get("severity")
        if severity is not None and severity not in set(Severity):
            raise ValueError(f"{address}: severity is {' or '.join(Severity)}, not {severity!r}")
        enabled = changes.get("enabled")
        if enabled is not None and not isinstance(enabled, bool):
            raise ValueError(f"{address}: enabled is true or false, not {enabled!r}")
        thresholds = {name: changes.get(name) for name in ("warn_if", "error_if")}
        for name, text in thresholds.items():
            if text is not None:
                try:
                    Threshold(str(text))
                except ValueError as error:
                    raise ValueError(f"{address}: {name}: {error}") from None
        return cls(address, enabled, Severity(severity) if severity else None, **thresholds)

    def concerns(self, check: Check) -> bool:
        """Whether the check is among those that it addresses."""
        if self.address in (check.name, check.kind):
            return True
        return bool(_WILD.search(self.address)) and fnmatchcase(check.name, _literal(self.address))

    def applied(self, check: Check) -> Check:
        """The check with the changes."""
        wanted = {
            name: value
            for name in ("severity", "warn_if", "error_if")
            if (value := getattr(self, name)) is not None
        }
        return replace(check, **wanted)

    @property
    def precision(self) -> tuple[int, int, str]:
        """Orders addresses: what comes later wins."""
        if self.address in KINDS:
            return 0, 0, self.address
        wild = bool(_WILD.search(self.address))
        return (1 if wild else 2), len(self.address), self.address


def changed(checks: Sequence[Check], overrides: Mapping[str, object] | None) -> tuple[Check, ...]:
    """The checks of a run.

    Args:
        checks: all there are.
        overrides: changes by address: `{"users.*": {"severity": "warn"}}`.

    Raises:
        ValueError: an address is none of a check, a change is none, or no check is left.
    """
    read = [Override.read(address, changes) for address, changes in (overrides or {}).items()]
    for override in read:
        if not any(override.concerns(check) for check in checks):
            names = "\n  ".join(check.name for check in checks)
            raise ValueError(
                f"there is no check {override.address!r}; the kinds are {', '.join(KINDS)}, "
                f"the checks are\n  {names}"
            )
    left = []
    for check in checks:
        enabled, now = True, check
        for override in sorted(read, key=lambda item: item.precision):
            if override.concerns(check):
                enabled = enabled if override.enabled is None else override.enabled
                now = override.applied(now)
        if enabled:
            left.append(now)
    if not left:
        raise ValueError("every check is switched off: a task without checks would always be green")
    return tuple(left)


def schema_of(checks: Sequence[Check]) -> dict[str, Any]:
    """The JSON schema of overrides, for a Param: a mistake is refused when a run is triggered."""
    return {
        "type": "object",
        "propertyNames": {
            "anyOf": [
                {"enum": [*KINDS, *(check.name for check in checks)]},
                {"pattern": _WILD.pattern},
            ]
        },
        "additionalProperties": {
            "type": "object",
            "properties": dict(CHANGES),
            "additionalProperties": False,
        },
    }


def _literal(pattern: str) -> str:
    """The pattern with nothing but `*` and `?` special: brackets are part of names."""
    return pattern.replace("[", "[[]")
