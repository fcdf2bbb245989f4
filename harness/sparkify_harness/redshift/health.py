"""`python -m sparkify_harness.redshift.health`: exit code 0 where clients get answers.

The way of every client: TCP, TLS, start-up, password, a statement and its row.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import psycopg

from sparkify_harness.redshift.__main__ import PASSWORD

_TIMEOUT = 5
"""Seconds for connecting."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Asks the server on this machine.

    Args:
        arguments: Command line without the program's name; the password comes from the environment.
    """
    parser = argparse.ArgumentParser(
        prog="python -m sparkify_harness.redshift.health", description=__doc__
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5439)
    parser.add_argument("--user", default="awsuser")
    parser.add_argument("--database", default="dev")
    options = parser.parse_args(arguments)
    try:
        with psycopg.connect(
            host=options.host,
            port=options.port,
            user=options.user,
            dbname=options.database,
            password=os.environ.get(PASSWORD),
            sslmode="require",  # the certificate is not at stake here
            connect_timeout=_TIMEOUT,
            application_name="health",
        ) as connection:
            answered = connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a program's own message
        return 1
    return not answered


if __name__ == "__main__":
    sys.exit(main())
