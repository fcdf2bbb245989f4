"""Keys with fewer rights on a MinIO server.

A permanent one is a service account, made through MinIO's admin API, whose payloads are encrypted
with the secret of who asks. A temporary one comes from its STS.

MinIO: https://github.com/minio/madmin-go (`AddServiceAccount`, `EncryptData`)
"""

import hashlib
import json
import os
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sparkify_harness.objectstore.aws import send_signed
from sparkify_harness.objectstore.endpoint import Endpoint, new_access_key_id, new_secret
from sparkify_harness.objectstore.errors import GrantError
from sparkify_harness.objectstore.policy import Policy, as_json

_ADD_SERVICE_ACCOUNT = "/minio/admin/v3/add-service-account"

_PBKDF2_AES_GCM = b"\x02"
"""The one of MinIO's three formats that the standard library has the key derivation for."""

_PBKDF2_ITERATIONS = 8192
_FRAGMENT = 1 << 14
_NONCE = 8
"""Bytes of the random part of a nonce; four more count the fragments."""


class MinioKeys:
    """Makes keys on the MinIO server at an endpoint."""

    def permanent(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """A service account of the administrator, restricted by `policy`."""
        key = admin.with_key(new_access_key_id(), new_secret())
        add_service_account(admin, policy, key)
        return key

    def temporary(self, admin: Endpoint, policy: Policy) -> Endpoint:
        """An assumed role; MinIO ignores which, the session policy says what it may do."""
        answer = admin.service("sts").assume_role(
            RoleArn="arn:aws:iam::000000000000:role/reader",
            RoleSessionName="reader",
            Policy=as_json(policy),
        )
        key = answer["Credentials"]
        return admin.with_key(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])


def add_service_account(admin: Endpoint, policy: Policy, key: Endpoint) -> None:
    """Makes a key of given id and secret.

    Args:
        admin: whose service account it is.
        policy: what it may do.
        key: has the id and the secret.

    Raises:
        GrantError: MinIO refuses, for example because the id is taken.
    """
    request = {
        "accessKey": key.access_key_id,
        "secretKey": key.secret_access_key,
        "policy": policy,
    }
    body = encrypt(json.dumps(request).encode(), admin.secret_access_key)
    answer = send_signed(admin, "PUT", _ADD_SERVICE_ACCOUNT, body)
    if answer.status != 200:
        why = answer.body.decode(errors="replace")
        raise GrantError(f"MinIO at {admin.url} made no key: {answer.status} {why}")


def encrypt(plain: bytes, secret: str) -> bytes:
    """`plain` as MinIO's admin API takes it: salt, format, nonce, then sealed fragments.

    Args:
        plain: any number of bytes.
        secret: secret key of the key that signs the request.
    """
    salt, nonce = os.urandom(32), os.urandom(_NONCE)
    cipher = AESGCM(hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, _PBKDF2_ITERATIONS, 32))
    seal = cipher.encrypt(_numbered(nonce, 0), b"", None)
    sealed = (
        cipher.encrypt(_numbered(nonce, number), fragment, (b"\x80" if last else b"\x00") + seal)
        for number, fragment, last in _fragments(plain)
    )
    return salt + _PBKDF2_AES_GCM + nonce + b"".join(sealed)


def _numbered(nonce: bytes, number: int) -> bytes:
    return nonce + number.to_bytes(4, "little")


def _fragments(plain: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Number from 1, content, whether it is the last; at least one."""
    count = max(1, -(-len(plain) // _FRAGMENT))
    for index in range(count):
        yield index + 1, plain[index * _FRAGMENT : (index + 1) * _FRAGMENT], index + 1 == count
