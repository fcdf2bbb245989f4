"""The fixtures that start containers, as a user's own tests have them."""

from contextlib import closing

import boto3
import psycopg
import pytest
import redshift_connector
from botocore.config import Config
from testcontainers.community.minio import MinioContainer
from testcontainers.community.postgres import PostgresContainer

from sparkify_harness.containers import RedshiftContainer
from sparkify_harness.objectstore.container import find_container
from tests.objectstore.kinds import KINDS
from tests.stack.subject import StackUnderTest

pytestmark = pytest.mark.timeout(300, func_only=True)


@pytest.fixture(scope="module", autouse=True)
def built(stack: StackUnderTest) -> None:
    """The stack has built the image of the substitute."""


def test_the_suites_on_a_container_have_their_image() -> None:
    """Else they would be skipped: the object store's contract and the pipeline."""
    find_container()  # raises where there is none
    assert [kind for kind in KINDS if kind.id == "container"]


def test_postgres_answers(postgres_container: PostgresContainer) -> None:
    url = postgres_container.get_connection_url(driver=None)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_copy_reads_what_minio_has(
    minio_container: MinioContainer, redshift_container: RedshiftContainer
) -> None:
    key = minio_container.get_config()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{key['endpoint']}",
        aws_access_key_id=key["access_key"],
        aws_secret_access_key=key["secret_key"],
        region_name="us-west-2",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(
        Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    client.put_object(Bucket="lake", Key="a/1.json", Body=b'{"n": 1} {"n": 2}')
    dsn = redshift_container.warehouse().dsn(with_password=True)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (n int)")
        connection.execute(
            "COPY t FROM 's3://lake/a/' "
            f"ACCESS_KEY_ID '{key['access_key']}' SECRET_ACCESS_KEY '{key['secret_key']}' "
            "JSON 'auto'"
        )
        assert connection.execute("SELECT sum(n) FROM t").fetchone() == (3,)


def test_redshift_connector_connects_with_its_defaults(
    redshift_container: RedshiftContainer,
) -> None:
    """The fixture makes this process trust the container's authority."""
    at = redshift_container.warehouse()
    connection = redshift_connector.connect(
        host=at.host, port=at.port, user=at.user, password=at.password, database=at.database
    )
    with closing(connection):
        cursor = connection.cursor()
        cursor.execute("SELECT 7 / 2")
        assert [tuple(row) for row in cursor.fetchall()] == [(3,)]


def test_who_comes_without_tls_is_refused(redshift_container: RedshiftContainer) -> None:
    dsn = redshift_container.warehouse().dsn(with_password=True)
    with pytest.raises(psycopg.OperationalError, match="SSL off"):
        psycopg.connect(dsn, sslmode="disable")


def test_a_wrong_password_is_refused(redshift_container: RedshiftContainer) -> None:
    right = redshift_container.warehouse()
    wrong = psycopg.conninfo.make_conninfo(right.dsn(), password="no")
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(wrong)
