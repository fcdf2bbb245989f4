"""Which channels are told: the setting `sparkify_alerts`, read and checked.

    file:/var/log/sparkify/alerts.jsonl
    slack:slack_alerts?channel=#data
    smtp:mail?to=on-call@example.com&to=lead@example.com&on=run_timed_out&on=run_failed

Several are separated by commas. Each may name the kinds of alert that it wants (`on=`, as often as
need be); it gets all otherwise. A comma, `?`, `&` or `%` inside a value is written as `%2C`, ...
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote

from sparkify.alerts.alert import Alert, AlertKind
from sparkify.alerts.errors import AlertSettingError
from sparkify.alerts.file import FileChannel
from sparkify.alerts.slack import SlackChannel
from sparkify.alerts.smtp import SmtpChannel

VARIABLE = "sparkify_alerts"
"""The Airflow Variable with the setting. Nobody is told where it is missing or empty."""


class Channel(Protocol):
    """Something that carries alerts to people."""

    @property
    def conn_id(self) -> str | None:
        """The Airflow connection that it needs, if any."""

    @classmethod
    def at(cls, place: str, options: Mapping[str, Sequence[str]]) -> Self:
        """The channel that the setting describes.

        Args:
            place: what stands after the colon.
            options: what stands after the question mark.

        Raises:
            AlertSettingError: it describes none.
        """

    def send(self, alert: Alert) -> None:
        """Tells the alert; returns when it is delivered to the next machine.

        Raises:
            Exception: it was not; whatever the client library raises.
        """


CHANNELS: dict[str, tuple[type[Channel], str]] = {
    "file": (FileChannel, "file:/absolute/path"),
    "slack": (SlackChannel, "slack:CONNECTION, or slack:CONNECTION?channel=#NAME"),
    "smtp": (SmtpChannel, "smtp:CONNECTION?to=ADDRESS"),
}
"""By the word before the colon: the kind of channel, and how it is written."""


@dataclass(frozen=True)
class Route:
    """A channel, and the kinds of alert that it gets.

    Attributes:
        name: as the setting has it.
        channel: that is told.
        kinds: of alert that it wants.
    """

    name: str
    channel: Channel
    kinds: frozenset[AlertKind]


@dataclass(frozen=True)
class Undelivered:
    """An alert that a channel did not take; the error may hold secrets of its connection."""

    route: Route
    error: Exception


def parse(text: str) -> tuple[Route, ...]:
    """The channels of a setting.

    Raises:
        AlertSettingError: with the part that is wrong, and how it is written.
    """
    return tuple(_route(part.strip()) for part in text.split(",") if part.strip())


def _route(text: str) -> Route:
    kind, colon, rest = text.partition(":")
    if not colon or kind not in CHANNELS:
        forms = "; ".join(form for _, form in CHANNELS.values())
        raise AlertSettingError(f"{text!r} names no channel for alerts; write one of: {forms}")
    channel, form = CHANNELS[kind]
    place, question, query = rest.partition("?")
    options = parse_qs(query, keep_blank_values=True)
    if not place or (question and not options):
        raise AlertSettingError(f"{text!r} is incomplete; write {form}")
    wanted = options.pop("on", [])
    if unknown := sorted(set(wanted) - set(AlertKind)):
        raise AlertSettingError(
            f"{text!r} wants alerts {', '.join(unknown)}; there are {', '.join(AlertKind)}"
        )
    kinds = (
        frozenset(map(AlertKind, wanted)) | {AlertKind.TRIAL} if wanted else frozenset(AlertKind)
    )
    try:
        made = channel.at(unquote(place), options)
    except AlertSettingError as error:
        raise AlertSettingError(f"{text!r}: {error}; write {form}") from None
    return Route(text, made, kinds)


def tell(alert: Alert, routes: Sequence[Route]) -> list[Undelivered]:
    """Tells every channel that wants the alert; one that fails keeps none of the others from it.

    Returns:
        Those that failed.
    """
    failed = []
    for route in routes:
        if alert.kind in route.kinds:
            try:
                route.channel.send(alert)
            except Exception as error:  # noqa: BLE001 - whatever a client library raises
                failed.append(Undelivered(route, error))
    return failed
