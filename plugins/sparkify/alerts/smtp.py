"""Alerts by mail, by an Airflow connection of type smtp.

Airflow: https://airflow.apache.org/docs/apache-airflow-providers-smtp/stable/connections/smtp.html
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from sparkify.alerts.alert import Alert
from sparkify.alerts.errors import AlertSettingError, MissingProviderError, only


@dataclass(frozen=True)
class SmtpChannel:
    """Sends a mail.

    Attributes:
        conn_id: of the connection; its extra names the sender (`from_email`).
        to: addresses.
    """

    conn_id: str
    to: tuple[str, ...]

    @classmethod
    def at(cls, place: str, options: Mapping[str, Sequence[str]]) -> Self:
        """See `Channel`."""
        only(options, ("to",))
        to = tuple(options.get("to", ()))
        if not to or any("@" not in address for address in to):
            raise AlertSettingError("it needs addresses")
        return cls(place, to)

    def send(self, alert: Alert) -> None:
        """Hands it to the mail server.

        Raises:
            MissingProviderError: the provider for SMTP is not installed.
            Exception: the server did not take it.
        """
        try:
            # Imported here: parsing a DAG must not load it, and it may not be installed.
            from airflow.providers.smtp.hooks.smtp import SmtpHook  # noqa: PLC0415 - see above
        except ImportError as error:
            raise MissingProviderError("smtp", error) from None

        with SmtpHook(smtp_conn_id=self.conn_id) as hook:
            hook.send_email_smtp(
                to=self.to,
                subject=" ".join(alert.title.split()),
                html_content=f"<pre>{html.escape(alert.text)}</pre>",
            )
