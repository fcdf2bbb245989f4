"""A store that does not take what is written is told with what to do next."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sparkify_harness.commands.exits import CommandError
from sparkify_harness.commands.storing import writing_to

URL = "http://127.0.0.1:1"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "PutObject")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(refusal("NoSuchBucket"), "seed --create-bucket makes it", id="no bucket"),
        pytest.param(refusal("InvalidAccessKeyId"), r"check \$AWS_ACCESS_KEY_ID", id="unknown key"),
        pytest.param(
            refusal("SignatureDoesNotMatch"), r"check \$AWS_SECRET_ACCESS_KEY", id="wrong secret"
        ),
        pytest.param(refusal("SlowDown"), r"refuses: .*SlowDown.*: no$", id="anything else"),
        pytest.param(
            EndpointConnectionError(endpoint_url=URL), f"cannot write to {URL}: ", id="not there"
        ),
    ],
)
def test_what_a_store_answers(error: Exception, text: str) -> None:
    with pytest.raises(CommandError, match=text), writing_to(URL):
        raise error
