"""Once before Airflow starts: its database, the two connections and the pipeline's Variables.

What is there already stays as it is: who points the connections to AWS keeps them so.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from airflow.cli.cli_parser import get_parser


def airflow(*arguments: str) -> None:
    """Runs a command of Airflow in this process; each further process would take seconds."""
    parsed = get_parser().parse_args(arguments)
    parsed.func(parsed)


def connections(environment: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """The warehouse, and S3 with a key that may read the bucket alone."""
    return {
        "redshift": {
            "conn_type": "redshift",
            "host": "redshift",
            "port": 5439,
            "login": "awsuser",
            "password": environment["SPARKIFY_REDSHIFT_PASSWORD"],
            "schema": "dev",
            # Where the authority is, the environment says: see docker-compose.yaml.
            "extra": json.dumps({"sslmode": "verify-full", "application_name": "sparkify"}),
        },
        "aws_credentials": {
            "conn_type": "aws",
            "login": environment["SPARKIFY_S3_KEY_ID"],
            "password": environment["SPARKIFY_S3_SECRET"],
            "extra": json.dumps(
                {
                    "region_name": environment["SPARKIFY_REGION"],
                    "endpoint_url": environment["S3_ENDPOINT"],
                }
            ),
        },
    }


def variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Where the data is, and a short wait between tries."""
    return {
        "sparkify_bucket": environment["SPARKIFY_BUCKET"],
        "sparkify_region": environment["SPARKIFY_REGION"],
        "sparkify_retry_delay_seconds": "2",
    }


def main() -> None:
    """Does all of it."""
    airflow("db", "migrate")
    with tempfile.TemporaryDirectory() as folder:
        for command, values in (
            (["connections", "import"], connections(os.environ)),
            (
                ["variables", "import", "--action-on-existing-key", "skip"],
                variables(os.environ),
            ),
        ):
            file = Path(folder) / f"{command[0]}.json"
            file.write_text(json.dumps(values), encoding="utf-8")
            airflow(*command, str(file))


if __name__ == "__main__":
    main()
