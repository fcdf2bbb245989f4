"""Connections and Variables as Airflow reads them from the environment.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sparkify_harness.certificates import TRUSTED, Certificates

JsonObject = Mapping[str, Any]


@dataclass(frozen=True)
class Wiring:
    """What a DAG needs to find its services.

    Attributes:
        connections: by their ids; see `redshift_connection` and `aws_connection`. A text stands for
            itself: a URI or JSON, as Airflow reads it.
        variables: by their names.
        certificates: what a warehouse with an authority of its own is verified by.
    """

    connections: Mapping[str, JsonObject | str] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict)
    certificates: Certificates | None = None

    def environment(self) -> dict[str, str]:
        """The environment variables that say so; they hold secrets.

        The authority is told to `redshift_connector`, which a `RedshiftSQLHook` uses, and to libpq,
        which a `PostgresHook` does: a connection's extra could do so for one of them alone.
        """
        connections = {
            f"AIRFLOW_CONN_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in self.connections.items()
        }
        variables = {f"AIRFLOW_VAR_{name.upper()}": text for name, text in self.variables.items()}
        trust = {}
        if self.certificates is not None:
            authority = str(self.certificates.authority)
            trust = {TRUSTED: str(self.certificates.bundle), "PGSSLROOTCERT": authority}
        return connections | variables | trust


def redshift_connection(
    *, host: str, port: int, user: str, password: str, database: str, **extra: object
) -> JsonObject:
    """A connection for RedshiftSQLHook, and for PostgresHook where `extra` suits both.

    Args:
        host: of the warehouse.
        port: of the warehouse.
        user: to log in as.
        password: of the user.
        database: to use.
        extra: passed to `redshift_connector.connect` or to libpq, such as `sslmode="verify-full"`.
    """
    return {
        "conn_type": "redshift",
        "host": host,
        "port": port,
        "login": user,
        "password": password,
        "schema": database,
        "extra": extra,
    }


def aws_connection(
    *,
    access_key: str,
    secret_key: str,
    session_token: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    **extra: object,
) -> JsonObject:
    """A connection for the hooks of AWS.

    Args:
        access_key: id of the access key.
        secret_key: of the access key.
        session_token: of a temporary key.
        region: of the bucket.
        endpoint_url: of an S3 that is not AWS's.
        extra: more of the connection's extra, such as `iam_role="arn:..."`.
    """
    fields = {
        "aws_session_token": session_token,
        "region_name": region,
        "endpoint_url": endpoint_url,
        **extra,
    }
    return {
        "conn_type": "aws",
        "login": access_key,
        "password": secret_key,
        "extra": {name: value for name, value in fields.items() if value is not None},
    }
