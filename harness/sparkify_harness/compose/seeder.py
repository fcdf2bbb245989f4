"""`python -m sparkify_harness.compose.seeder`: fills the store of the stack, once, when it starts.

Makes the bucket, the key with which the pipeline reads it, and, where the bucket has no data yet,
a generated data set. What is there stays: a stack that starts again keeps its data.
"""

import os
import sys
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from sparkify_fixtures import LOG_JSON_PATH_KEY, Settings, generate, log_json_path
from sparkify_harness.objectstore import Endpoint, GrantError, StoreKind, open_store
from sparkify_harness.objectstore.cache import cache_folder
from sparkify_harness.objectstore.minio_keys import add_service_account
from sparkify_harness.objectstore.policy import reader_policy
from sparkify_harness.seeding import upload

GENERATED = "generated"
NOTHING = "none"


def main() -> int:
    """Does all of it; exit code 0 or 1."""
    try:
        _say(seed(os.environ))
    except (BotoCoreError, ClientError, GrantError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a program's own message
        return 1
    return 0


def seed(environment: Mapping[str, str]) -> str:
    """Fills the store that the environment names.

    Returns:
        What was done, one line.

    Raises:
        botocore.exceptions.ClientError: the store refuses.
        GrantError: it makes no key for the pipeline.
        ValueError: SPARKIFY_SEED has no known value.
    """
    wanted = environment["SPARKIFY_SEED"]
    if wanted not in {GENERATED, NOTHING}:
        raise ValueError(f"SPARKIFY_SEED is {GENERATED!r} or {NOTHING!r}, not {wanted!r}")
    bucket = environment["SPARKIFY_BUCKET"]
    url, region = environment["S3_ENDPOINT"], environment["SPARKIFY_REGION"]
    admin = Endpoint(
        url, region, environment["MINIO_ROOT_USER"], environment["MINIO_ROOT_PASSWORD"]
    )
    reader = Endpoint(
        url, region, environment["SPARKIFY_S3_KEY_ID"], environment["SPARKIFY_S3_SECRET"]
    )
    _make_bucket(admin, bucket)
    if not _reads(reader, bucket):
        add_service_account(admin, reader_policy(bucket), reader)
    if wanted == NOTHING or is_filled(admin, bucket):
        return f"s3://{bucket} is ready; its objects stay as they are"
    settings = Settings()
    # The jsonpaths file comes last: where it is, nothing is missing.
    count = upload(admin, bucket, generate(settings)) + upload(admin, bucket, [log_json_path()])
    return f"s3://{bucket} is ready; {count:,} objects generated with seed {settings.seed}"


def is_filled(endpoint: Endpoint, bucket: str) -> bool:
    """Whether an earlier start has come to its end here, or a user has put data of their own."""
    found = endpoint.client().list_objects_v2(Bucket=bucket, Prefix=LOG_JSON_PATH_KEY, MaxKeys=1)
    return bool(found.get("KeyCount"))


def _make_bucket(admin: Endpoint, bucket: str) -> None:
    with open_store(StoreKind.EXTERNAL, folder=cache_folder(), external=admin) as store:
        try:
            store.create_bucket(bucket)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "BucketAlreadyOwnedByYou":
                raise


def _reads(reader: Endpoint, bucket: str) -> bool:
    """Whether the key is there already."""
    try:
        reader.client().list_objects_v2(Bucket=bucket, MaxKeys=1)
    except ClientError:
        return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - for the log of the container


if __name__ == "__main__":
    sys.exit(main())
