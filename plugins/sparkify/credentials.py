"""By what right COPY reads from S3: taken from an Airflow connection of type aws.

Airflow: https://airflow.apache.org/docs/apache-airflow-providers-amazon/stable/connections/aws.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from sparkify.copying import AccessKeys, Authorization, IamRole
from sparkify.errors import SourceError
from sparkify.objects import CONNECT_SECONDS, READ_SECONDS, TRIES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROLE_EXTRAS = ("iam_role", "aws_iam_role", "role_arn")
"""Fields of the connection's extra that name a role for the cluster. `role_arn` means so in the
provider's own S3ToRedshiftOperator, too."""


@dataclass(frozen=True)
class S3Access:
    """What an aws connection says about reading from S3."""

    authorization: Authorization
    region: str | None


def s3_access(aws_conn_id: str, iam_role: str | None = None) -> S3Access:
    """Reads an aws connection: a role for the cluster to assume, else keys.

    Args:
        aws_conn_id: name of the connection.
        iam_role: takes precedence over what the connection says.

    Raises:
        SourceError: it has neither.
    """
    connection = BaseHook.get_connection(aws_conn_id)
    extra = connection.extra_dejson
    region = extra.get("region_name")
    role = iam_role or next((extra[name] for name in ROLE_EXTRAS if extra.get(name)), None)
    if role:
        return S3Access(IamRole(role), region)
    return S3Access(_keys(aws_conn_id), region)


def s3_client(aws_conn_id: str) -> "S3Client":
    """A client that lists the bucket; it needs `s3:ListBucket`, as COPY does.

    It waits and tries as `sparkify.objects` says, where `config_kwargs` in the connection's extra
    do not say otherwise.

    Args:
        aws_conn_id: name of the connection; without keys, boto3 looks where it always does.
    """
    # Imported here: parsing a DAG must not load boto3.
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415 - see above

    hook = S3Hook(aws_conn_id=aws_conn_id)
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
    )
    client: S3Client = hook.get_client_type(hook.region_name, config.merge(hook.config))
    return client


def _keys(aws_conn_id: str) -> AccessKeys:
    # Imported here: parsing a DAG must not load boto3.
    from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook  # noqa: PLC0415 - see above

    hook: AwsGenericHook[Any] = AwsGenericHook(aws_conn_id=aws_conn_id, client_type="s3")
    try:
        keys = hook.get_credentials()
    except AttributeError:  # boto3 found no credentials at all
        keys = None
    if keys is None or not keys.access_key or not keys.secret_key:
        raise SourceError(
            f"connection {aws_conn_id} has neither keys nor a role: set login and password, "
            f"or one of {', '.join(ROLE_EXTRAS)} in its extra"
        )
    return AccessKeys(keys.access_key, keys.secret_key, keys.token)
