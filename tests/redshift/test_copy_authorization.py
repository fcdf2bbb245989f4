"""Whose keys a COPY uses, what it is told when they do not fit, and that nobody sees them.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sparkify_harness.objectstore import Endpoint
from sparkify_harness.warehouse import RunningWarehouse
from tests.redshift.clients import Client, ServerError
from tests.redshift.copies import ROLE, Lake, keys_of

OTHER_ROLE = "arn:aws:iam::123456789012:role/stranger"
SENTINEL = "SeNtInElSeCrEtSeNtInElSeCrEtSeNtInElSeCr"


def string_of(endpoint: Endpoint) -> str:
    """The string of CREDENTIALS for the keys of an endpoint."""
    text = f"aws_access_key_id={endpoint.access_key_id}"
    text += f";aws_secret_access_key={endpoint.secret_access_key}"
    return text + (f";token={endpoint.session_token}" if endpoint.session_token else "")


@pytest.fixture(scope="module")
def data(lake: Lake) -> str:
    return lake.put({"data": "1\n2\n"})


@pytest.fixture(scope="module")
def temporary(lake: Lake) -> Endpoint:
    """Keys with a session token."""
    return lake.running.grant_reader(lake.bucket, temporary=True)


@pytest.fixture
def target(sql: Client) -> Iterator[Client]:
    sql.run("CREATE TABLE t (a int)")
    yield sql
    assert not [text for text in sql.notices() if SENTINEL in text]


def refusal(client: Client, source: str, clause: str) -> ServerError:
    with pytest.raises(ServerError) as caught:
        client.run(f"COPY t FROM '{source}' {clause}")
    assert client.rows("SELECT count(*) FROM t") == [(0,)]
    return caught.value


FORMS: dict[str, Callable[[Endpoint], str]] = {
    "ACCESS_KEY_ID SECRET_ACCESS_KEY": keys_of,
    "SECRET_ACCESS_KEY before ACCESS_KEY_ID": lambda key: (
        f"SECRET_ACCESS_KEY '{key.secret_access_key}' ACCESS_KEY_ID '{key.access_key_id}'"
    ),
    "access_key_id AS": lambda key: (
        f"access_key_id AS '{key.access_key_id}' secret_access_key AS '{key.secret_access_key}'"
    ),
    "CREDENTIALS": lambda key: f"CREDENTIALS '{string_of(key)}'",
    "credentials": lambda key: f"credentials '{string_of(key)}'",
    "CREDENTIALS AS": lambda key: f"CREDENTIALS AS '{string_of(key)}'",
    "WITH CREDENTIALS": lambda key: f"WITH CREDENTIALS '{string_of(key)}'",
    "WITH CREDENTIALS AS": lambda key: f"with credentials as '{string_of(key)}'",
    "IAM_ROLE": lambda _: f"IAM_ROLE '{ROLE}'",
    "iam_role AS": lambda _: f"iam_role AS '{ROLE}'",
    "IAM_ROLE default": lambda _: "IAM_ROLE default",
    "CREDENTIALS aws_iam_role": lambda _: f"CREDENTIALS 'aws_iam_role={ROLE}'",
    "chained roles": lambda _: f"IAM_ROLE '{OTHER_ROLE},{ROLE}'",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form(target: Client, lake: Lake, data: str, form: Callable[[Endpoint], str]) -> None:
    target.run(f"COPY t FROM '{data}' {form(lake.reader)}")
    assert target.rows("SELECT sum(a) FROM t") == [(3,)]


TOKEN_FORMS: dict[str, Callable[[Endpoint], str]] = {
    "SESSION_TOKEN": keys_of,
    "token=": lambda key: f"CREDENTIALS '{string_of(key)}'",
}


@pytest.mark.parametrize("form", TOKEN_FORMS.values(), ids=TOKEN_FORMS)
def test_temporary_keys(
    target: Client, temporary: Endpoint, data: str, form: Callable[[Endpoint], str]
) -> None:
    target.run(f"COPY t FROM '{data}' {form(temporary)}")
    assert target.rows("SELECT sum(a) FROM t") == [(3,)]


@pytest.mark.parametrize("token", [None, SENTINEL], ids=["none", "wrong"])
@pytest.mark.parametrize("form", TOKEN_FORMS.values(), ids=TOKEN_FORMS)
def test_temporary_keys_without_their_token(
    target: Client,
    temporary: Endpoint,
    data: str,
    form: Callable[[Endpoint], str],
    token: str | None,
) -> None:
    seen = refusal(target, data, form(replace(temporary, session_token=token)))
    assert seen.sqlstate == "XX000"
    assert seen.message.startswith("S3ServiceException:The ")
    assert ",Status 40" in seen.message
    assert SENTINEL not in repr(seen)


UNKNOWN_KEY = (
    "S3ServiceException:The AWS Access Key Id you provided does not exist in our records.,"
    "Status 403,Error InvalidAccessKeyId,Rid "
)
WRONG_SECRET = (
    "S3ServiceException:The request signature we calculated does not match the signature you "
    "provided. Check your key and signing method.,Status 403,Error SignatureDoesNotMatch,Rid "
)
DENIED = "S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid "
NO_BUCKET = (
    "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket,Rid "
)
ELSEWHERE = (
    "S3ServiceException:The bucket you are attempting to access must be addressed using the "
    "specified endpoint."
)


def test_an_unknown_key(client: Client, lake: Lake, data: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    client.run("CREATE TABLE t (a int)")
    wrong = replace(lake.reader, access_key_id="AKIAIOSFODNN7EXAMPLE", secret_access_key=SENTINEL)
    seen = refusal(client, data, keys_of(wrong))
    assert (seen.sqlstate, seen.message[: len(UNKNOWN_KEY)]) == ("XX000", UNKNOWN_KEY)
    assert "code:      8001" in (seen.detail or "")
    assert SENTINEL not in repr(seen)


def test_a_wrong_secret(client: Client, lake: Lake, data: str) -> None:
    client.run("CREATE TABLE t (a int)")
    seen = refusal(client, data, keys_of(replace(lake.reader, secret_access_key=SENTINEL)))
    assert (seen.sqlstate, seen.message[: len(WRONG_SECRET)]) == ("XX000", WRONG_SECRET)
    assert SENTINEL not in repr(seen)


@pytest.fixture(scope="module")
def private(lake: Lake) -> str:
    """An object that the reader may not read."""
    lake.running.create_bucket("private")
    lake.s3.put_object(Bucket="private", Key="data", Body=b"1\n")
    return "s3://private/data"


def test_no_permission(client: Client, lake: Lake, private: str) -> None:
    client.run("CREATE TABLE t (a int)")
    seen = refusal(client, private, lake.keys)
    assert (seen.sqlstate, seen.message[: len(DENIED)]) == ("XX000", DENIED)
    assert seen.message.endswith(",CanRetry 1")
    assert "code:      8001" in (seen.detail or "")


def test_a_missing_bucket(target: Client, lake: Lake) -> None:
    seen = refusal(target, "s3://no-such-bucket-here/data", keys_of(lake.running.endpoint))
    assert (seen.sqlstate, seen.message[: len(NO_BUCKET)]) == ("XX000", NO_BUCKET)


@pytest.mark.parametrize("clause", ["REGION 'eu-west-1'", "REGION AS 'us-east-1'"])
@pytest.mark.parametrize("options", ["", "MANIFEST"])
def test_another_region(client: Client, lake: Lake, data: str, clause: str, options: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    client.run("CREATE TABLE t (a int)")
    seen = refusal(client, data, f"{lake.keys} {clause} {options}")
    assert (seen.sqlstate, seen.message[: len(ELSEWHERE)]) == ("XX000", ELSEWHERE)


@pytest.mark.parametrize(
    "clause", ["REGION 'us-west-2'", "REGION AS 'us-west-2'", "region 'us-west-2'"]
)
def test_the_region_of_the_bucket(target: Client, lake: Lake, data: str, clause: str) -> None:
    target.run(f"COPY t FROM '{data}' {lake.keys} {clause}")
    assert target.rows("SELECT sum(a) FROM t") == [(3,)]


@pytest.mark.parametrize(
    "clause",
    [
        f"IAM_ROLE '{OTHER_ROLE}'",
        f"CREDENTIALS 'aws_iam_role={OTHER_ROLE}'",
        f"IAM_ROLE '{ROLE},{OTHER_ROLE}'",
    ],
)
def test_a_role_that_may_not_be_assumed(target: Client, data: str, clause: str) -> None:
    seen = refusal(target, data, clause)
    assert seen.sqlstate == "XX000"
    assert seen.message.startswith("User arn:aws:redshift:us-west-2:")
    assert seen.message.endswith(f"/awsuser is not authorized to assume IAM Role {OTHER_ROLE}")


MALFORMED = (
    "Invalid credentials. Must be of the format: credentials "
    "'aws_access_key_id=<access-key-id>;aws_secret_access_key=<secret-access-key>"
    "[;token=<temporary-session-token>]'"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(SENTINEL, id="no pairs"),
        pytest.param(f"aws_access_key_id=A;aws_secret_access_key={SENTINEL};", id="an empty pair"),
        pytest.param(f"aws_access_key_id=A; aws_secret_access_key={SENTINEL}", id="a blank"),
        pytest.param(f"aws_access_key_id=A,aws_secret_access_key={SENTINEL}", id="a comma"),
        pytest.param(f"AWS_ACCESS_KEY_ID=A;AWS_SECRET_ACCESS_KEY={SENTINEL}", id="upper case"),
        pytest.param(f"aws_secret_access_key={SENTINEL}", id="no key id"),
        pytest.param("aws_access_key_id=A", id="no secret"),
        pytest.param(f"aws_access_key_id=;aws_secret_access_key={SENTINEL}", id="empty key id"),
        pytest.param(f"access_key_id=A;secret_access_key={SENTINEL}", id="other names"),
        pytest.param(
            f"aws_access_key_id=A;aws_secret_access_key={SENTINEL};role=x", id="an unknown pair"
        ),
        pytest.param(
            f"aws_access_key_id=A;aws_secret_access_key={SENTINEL};aws_iam_role={ROLE}",
            id="keys and role",
        ),
    ],
)
def test_malformed_credentials(target: Client, data: str, text: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    seen = refusal(target, data, f"CREDENTIALS '{text}'")
    assert seen.message == MALFORMED
    assert SENTINEL not in repr(seen)


@pytest.mark.parametrize(
    "clause",
    [
        pytest.param("", id="none"),
        pytest.param("CSV", id="none, with options"),
        pytest.param("ACCESS_KEY_ID 'A'", id="a key id alone"),
        pytest.param(f"SECRET_ACCESS_KEY '{SENTINEL}'", id="a secret alone"),
        pytest.param(f"SESSION_TOKEN '{SENTINEL}'", id="a token alone"),
        pytest.param(
            f"IAM_ROLE default ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '{SENTINEL}'", id="role and keys"
        ),
        pytest.param(
            f"IAM_ROLE default CREDENTIALS 'aws_access_key_id=A;aws_secret_access_key={SENTINEL}'",
            id="role and CREDENTIALS",
        ),
        pytest.param(
            f"CREDENTIALS 'aws_iam_role={ROLE}' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '{SENTINEL}'",
            id="CREDENTIALS and keys",
        ),
        pytest.param("IAM_ROLE default IAM_ROLE default", id="role twice"),
        pytest.param("IAM_ROLE 'loader'", id="a role's name"),
        pytest.param("IAM_ROLE ''", id="an empty role"),
        pytest.param("IAM_ROLE arn", id="a bare word"),
        pytest.param(f"IAM_ROLE '{ROLE}, {OTHER_ROLE}'", id="a blank in a chain"),
    ],
)
def test_exactly_one_form(target: Client, data: str, clause: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html"""
    seen = refusal(target, data, clause)
    assert not seen.message.startswith(("internal", "S3ServiceException", "Load into"))
    assert SENTINEL not in repr(seen)


def test_what_never_began_is_no_copy(target: Client, lake: Lake, data: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/PG_LAST_COPY_ID.html"""
    refusal(target, data, keys_of(replace(lake.reader, secret_access_key=SENTINEL)))
    refusal(target, data, "CREDENTIALS 'x'")
    assert target.rows("SELECT pg_last_copy_id(), pg_last_copy_count()") == [(-1, 0)]


SECRETIVE = {
    "loads": "COPY t FROM '$DATA' $KEYS",
    "loads with CREDENTIALS": "COPY t FROM '$DATA' credentials '$STRING'",
    "a line that is no number": "COPY t FROM '$DATA' $KEYS DELIMITER '2'",
    "wrong secret": "COPY t FROM '$DATA' ACCESS_KEY_ID '$ID' SECRET_ACCESS_KEY '$SENTINEL'",
    "no table": "COPY nosuch FROM '$DATA' ACCESS_KEY_ID '$ID' SECRET_ACCESS_KEY '$SENTINEL'",
    "no prefix": "COPY t FROM '$DATA/none' $KEYS",
    "syntax error after it": (
        "COPY t FROM '$DATA' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '$SENTINEL' NOSUCHOPTION"
    ),
    "syntax error at it": "COPY t FROM '$DATA' ACCESS_KEY_ID 'A' '$SENTINEL'",
    "syntax error before it": (
        "COPY t FROMM '$DATA' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '$SENTINEL'"
    ),
    "no blank before it": "COPY t FROM '$DATA' ACCESS_KEY_ID'A'SECRET_ACCESS_KEY'$SENTINEL'",
    "an equals sign": "COPY t FROM '$DATA' ACCESS_KEY_ID='A' SECRET_ACCESS_KEY='$SENTINEL'",
    "no quotation marks": "COPY t FROM '$DATA' ACCESS_KEY_ID A SECRET_ACCESS_KEY $SENTINEL",
    "double quotation marks": (
        'COPY t FROM \'$DATA\' ACCESS_KEY_ID "A" SECRET_ACCESS_KEY "$SENTINEL"'
    ),
    "an open quotation": "COPY t FROM '$DATA' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '$SENTINEL",
    "dollar quotes": "COPY t FROM '$DATA' CREDENTIALS $$aws_secret_access_key=$SENTINEL$$",
    "a token": (
        "COPY t FROM '$DATA' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY 'B' SESSION_TOKEN '$SENTINEL'"
    ),
    "a comment at the end": "COPY t FROM '$DATA' $KEYS -- SECRET_ACCESS_KEY '$SENTINEL'",
    "a comment at the beginning": "/* SECRET_ACCESS_KEY '$SENTINEL' */ COPY t FROM '$DATA' $KEYS",
    "a comment between": "COPY t FROM '$DATA' -- SECRET_ACCESS_KEY '$SENTINEL'\n$KEYS",
    "a symmetric key": "COPY t FROM '$DATA' $KEYS ENCRYPTED MASTER_SYMMETRIC_KEY '$SENTINEL'",
    "a symmetric key in CREDENTIALS": (
        "COPY t FROM '$DATA' CREDENTIALS '$STRING;master_symmetric_key=$SENTINEL' ENCRYPTED"
    ),
    "UNLOAD": "UNLOAD ('select 1') TO 's3://b/k' ACCESS_KEY_ID 'A' SECRET_ACCESS_KEY '$SENTINEL'",
    "in a prepared statement": "PREPARE p AS COPY t FROM '$DATA' CREDENTIALS '$SENTINEL'",
}


@pytest.mark.parametrize("statement", SECRETIVE.values(), ids=SECRETIVE)
def test_nobody_sees_a_secret(
    sql: Client, server: RunningWarehouse, lake: Lake, data: str, statement: str
) -> None:
    """Not the error, not a notice, not stl_query, not sys_query_history, not the server's log."""
    secrets = (SENTINEL, lake.reader.secret_access_key)
    for name, value in {
        "$DATA": data, "$KEYS": lake.keys, "$STRING": string_of(lake.reader),
        "$ID": lake.reader.access_key_id, "$SENTINEL": SENTINEL,
    }.items():  # fmt: skip
        statement = statement.replace(name, value)
    sql.run("CREATE TABLE t (a int)")
    try:
        sql.run(statement)
    except ServerError as error:
        shown = repr(error)
    else:
        shown = ""
    shown += repr(sql.notices())
    shown += repr(sql.rows("SELECT querytxt FROM stl_query WHERE pid = pg_backend_pid()"))
    shown += repr(
        sql.rows(
            "SELECT query_text, error_message FROM sys_query_history "
            "WHERE session_id = pg_backend_pid()"
        )
    )
    shown += server.log_path.read_text(encoding="utf-8")
    assert "CREATE TABLE t" in shown
    assert [secret for secret in secrets if secret in shown] == []
