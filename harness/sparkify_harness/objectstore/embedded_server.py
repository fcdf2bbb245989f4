"""The embedded object store's process: moto's S3, IAM and STS behind the gate.

    python -m sparkify_harness.objectstore.embedded_server --region us-west-2 --address-file FILE

The administrator's key comes by environment; the address is written when requests are served.
"""

import argparse
import os
from pathlib import Path

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"  # moto reads it once: every request is verified

import werkzeug.serving
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from moto.s3.responses import ACTION_MAP

from sparkify_harness.objectstore.embedded import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from sparkify_harness.objectstore.gate import Gate
from sparkify_harness.objectstore.policy import EVERYTHING, as_json

_PARTITION = "aws"
_ADMIN = "administrator"


class RequestHandler(MotoRequestHandler):
    """Answers one connection, and logs what was asked without its query."""

    # An answer's head and body are written apart; Nagle's algorithm would wait in between.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - its signature
        """One line for a request."""
        self.log("info", "%s %s %s", self.command, self.path.partition("?")[0], code)


def create_administrator(key_id: str, secret: str) -> None:
    """Makes the user that may do everything."""
    iam = iam_backends[DEFAULT_ACCOUNT_ID][_PARTITION]
    iam.create_user(_PARTITION, _ADMIN)
    iam.put_user_policy(_ADMIN, _ADMIN, as_json(EVERYTHING))
    key = iam.create_access_key(_ADMIN)
    iam.access_keys[key_id] = iam.access_keys.pop(key.access_key_id)
    key.access_key_id, key.secret_access_key = key_id, secret


def bucket_exists(name: str) -> bool:
    """Whether there is such a bucket."""
    return name in s3_backends[DEFAULT_ACCOUNT_ID][_PARTITION].buckets


def main() -> None:
    """Serves until it is terminated."""
    parser = argparse.ArgumentParser(prog="python -m sparkify_harness.objectstore.embedded_server")
    parser.add_argument("--region", required=True)
    parser.add_argument("--address-file", required=True, type=Path)
    options = parser.parse_args()

    # HEAD on a bucket needs s3:ListBucket; moto asks for a right that IAM does not have.
    # AWS: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    ACTION_MAP["BUCKET"]["HEAD"]["DEFAULT"] = "ListBucket"
    create_administrator(os.environ.pop(ACCESS_KEY_ID), os.environ.pop(SECRET_ACCESS_KEY))

    # Not moto's own dispatcher: it takes a third of the time of a small request.
    apps = {service: create_backend_app(service) for service in ("s3", "iam", "sts")}
    server = werkzeug.serving.make_server(
        "127.0.0.1",
        0,
        Gate(apps, options.region, bucket_exists),
        threaded=True,
        request_handler=RequestHandler,
    )
    complete = options.address_file.with_suffix(".new")
    complete.write_text(f"http://{server.host}:{server.port}\n")
    complete.rename(options.address_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
