"""Alerts into a channel of Slack, by an Airflow connection of type slackwebhook or slack.

Airflow: https://airflow.apache.org/docs/apache-airflow-providers-slack/stable/connections/index.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sparkify.alerts.alert import Alert
from sparkify.alerts.errors import AlertError, MissingProviderError, only

TIMEOUT = 10
"""Seconds that Slack may take: the task's process waits."""

_BLOCK = 2900
"""Characters of a block: Slack refuses a message with more than 3,000 in one."""

_WEBHOOK = "slackwebhook"


@dataclass(frozen=True)
class SlackChannel:
    """Posts a message.

    Attributes:
        conn_id: of the connection. Of type slackwebhook: its URL decides where to; of type slack:
            its token needs the scope chat:write.
        channel: where to, for type slack: `#data` or a channel's id.
    """

    conn_id: str
    channel: str | None = None

    @classmethod
    def at(cls, place: str, options: Mapping[str, Sequence[str]]) -> Self:
        """See `Channel`."""
        only(options, ("channel",))
        return cls(place, next(iter(options.get("channel", ())), None))

    def send(self, alert: Alert) -> None:
        """Posts it.

        Raises:
            MissingProviderError: Slack's provider is not installed.
            Exception: Slack did not take it.
        """
        try:
            # Imported here: parsing a DAG must not load it, and it may not be installed.
            from airflow.providers.slack.hooks.slack import SlackHook  # noqa: PLC0415 - see above
            from airflow.providers.slack.hooks.slack_webhook import (  # noqa: PLC0415 - see above
                SlackWebhookHook,
            )
            from airflow.sdk import BaseHook  # noqa: PLC0415 - see above
        except ImportError as error:
            raise MissingProviderError("slack", error) from None

        message = message_of(alert)
        if BaseHook.get_connection(self.conn_id).conn_type == _WEBHOOK:
            SlackWebhookHook(slack_webhook_conn_id=self.conn_id, timeout=TIMEOUT).send(**message)
            return
        if not self.channel:
            raise AlertError(
                f"connection {self.conn_id} is not of type {_WEBHOOK}: say where to post, "
                f"slack:{self.conn_id}?channel=#NAME"
            )
        SlackHook(slack_conn_id=self.conn_id, timeout=TIMEOUT).call(
            "chat.postMessage", json={"channel": self.channel, **message}
        )


def message_of(alert: Alert) -> dict[str, Any]:
    """The message: text for notifications, blocks for reading.

    Slack: https://docs.slack.dev/messaging/formatting-message-text
    """
    lines = [f"*Run* {_escaped(alert.run_id)}"]
    if alert.log:
        web = alert.log.startswith(("http://", "https://"))
        lines.append(f"<{alert.log}|Log>" if web else f"*Log* {_escaped(alert.log)}")
    body = "\n".join(filter(None, [alert.error.strip(), *alert.checks]))
    blocks = [_section(f"*{_escaped(alert.title)}*")]
    if body:
        blocks.append(_section(f"```{_escaped(_shortened(body))}```"))
    return {"text": _escaped(alert.title), "blocks": [*blocks, _section("\n".join(lines))]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}


def _shortened(text: str) -> str:
    """Short enough, also when each of its characters that mean something is escaped."""
    while len(_escaped(text)) > _BLOCK:
        text = text[: len(text) * _BLOCK // len(_escaped(text)) - 1] + "…"
    return text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
