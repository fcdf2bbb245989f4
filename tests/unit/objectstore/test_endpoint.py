"""An endpoint is all that a client needs, and shows no secret."""

import re
from dataclasses import replace
from pathlib import Path

from sparkify_harness.objectstore import Endpoint
from sparkify_harness.objectstore.endpoint import new_access_key_id, new_secret

ENDPOINT = Endpoint("http://127.0.0.1:1", "us-west-2", "AKIAEXAMPLE", "s3cr3t", "t0k3n")


def test_repr_shows_no_secret() -> None:
    assert "AKIAEXAMPLE" in repr(ENDPOINT)
    assert not re.search("s3cr3t|t0k3n", repr(ENDPOINT))


def test_with_another_key_it_is_the_same_place_verified_by_the_same_authority() -> None:
    secure = replace(ENDPOINT, ca_file=Path("ca.pem"))
    other = secure.with_key("AKIAOTHER", "other")
    assert other == Endpoint(
        secure.url, secure.region, "AKIAOTHER", "other", session_token=None, ca_file=Path("ca.pem")
    )


def test_a_client_signs_for_the_endpoint_with_its_key_and_region() -> None:
    client = ENDPOINT.client()
    assert (client.meta.endpoint_url, client.meta.region_name) == (ENDPOINT.url, ENDPOINT.region)
    url = client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert url.startswith("http://127.0.0.1:1/bucket/key?")


def test_keys_have_the_form_of_awss_and_do_not_repeat() -> None:
    ids = {new_access_key_id() for _ in range(100)}
    secrets = {new_secret() for _ in range(100)}
    assert len(ids) == len(secrets) == 100
    assert all(re.fullmatch("AKIA[A-Z2-7]{16}", key_id) for key_id in ids)
    assert all(re.fullmatch("[A-Za-z0-9]{40}", secret) for secret in secrets)
