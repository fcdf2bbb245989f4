"""An S3 server in a child process of ours, for machines that have Python alone.

It is moto's server behind a gate of ours: `sparkify_harness.objectstore.embedded_server`.

Deviates: presigned URLs and requests that are not signed are refused, even where a bucket's policy
allows them; a bucket's policy can deny access to objects, and grants nothing; the clock of a
request is not checked; a missing key is NoSuchKey even to who may not list; objects with a form's
content type are refused; a ranged read costs the server as much as a whole one.
"""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sparkify_harness.objectstore.endpoint import Endpoint, new_access_key_id, new_secret
from sparkify_harness.objectstore.policy import EVERYTHING, Policy, as_json
from sparkify_harness.objectstore.store import RunningStore
from sparkify_harness.process import clean_environment, spawn
from sparkify_harness.store_kinds import StoreKind

ACCESS_KEY_ID = "SPARKIFY_STORE_ACCESS_KEY_ID"
SECRET_ACCESS_KEY = "SPARKIFY_STORE_SECRET_ACCESS_KEY"  # noqa: S105 - a variable's name
"""The environment variables in which the server gets the administrator's key."""

_READY_TIMEOUT = 60.0


@contextmanager
def open_embedded(*, folder: Path, region: str, origin: str) -> Iterator[RunningStore]:
    """Runs the embedded server until the context ends.

    Args:
        folder: takes `embedded.log` and the file in which the server reports its address; objects
            are in memory, large ones in unnamed temporary files.
        region: of every bucket; requests signed for another one are refused.
        origin: why this store was chosen, for `describe`.

    Raises:
        ChildError: it does not start; the message has the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = folder / "embedded.url"
    address.unlink(missing_ok=True)
    key_id, secret = new_access_key_id(), new_secret()
    child = spawn(
        [
            sys.executable,
            "-P",
            "-m",
            "sparkify_harness.objectstore.embedded_server",
            "--region",
            region,
            "--address-file",
            str(address),
        ],
        name="the embedded object store",
        env=clean_environment(**{ACCESS_KEY_ID: key_id, SECRET_ACCESS_KEY: secret}),
        log_path=folder / "embedded.log",
        cwd=folder,
    )
    with child:
        child.wait_until(address.exists, _READY_TIMEOUT)
        yield RunningStore(
            kind=StoreKind.EMBEDDED,
            endpoint=Endpoint(address.read_text().strip(), region, key_id, secret),
            log_path=child.log_path,
            origin=origin,
            keys=EmbeddedKeys(),
        )


class EmbeddedKeys:
    """Makes keys through the server's IAM and STS, as on AWS."""

    def permanent(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """The access key of a fresh user with `policy` inline."""
        iam = admin.service("iam")
        name = _fresh_name()
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=as_json(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return admin.with_key(key["AccessKeyId"], key["SecretAccessKey"])

    def temporary(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """The key of a session of a fresh role with `policy` inline."""
        iam = admin.service("iam")
        name = _fresh_name()
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=as_json(EVERYTHING))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=as_json(policy))
        session = admin.service("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)
        key = session["Credentials"]
        return admin.with_key(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])


def _fresh_name() -> str:
    return f"reader-{uuid.uuid4().hex[:12]}"
