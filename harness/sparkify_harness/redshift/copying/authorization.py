"""Whose keys a COPY uses: exactly one of the forms that Redshift takes.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

import re

from sparkify_harness.redshift.copying.combinations import Given, text_of
from sparkify_harness.redshift.copying.options import Authorization, Role
from sparkify_harness.redshift.copying.s3_settings import DEFAULT_ROLE, Credentials
from sparkify_harness.redshift.errors import RedshiftError, SyntaxFault
from sparkify_harness.redshift.sql.options.authorization import (
    ACCESS_KEY_ID,
    CREDENTIALS,
    IAM_ROLE,
    SECRET_ACCESS_KEY,
    SESSION_TOKEN,
)

_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_PAIR = re.compile(
    r"(aws_access_key_id|aws_secret_access_key|token|aws_iam_role|aws_role_arn)=(.+)"
)


def authorization(given: Given) -> Authorization:
    """The credentials that the options give.

    Args:
        given: All options; those of other kinds are ignored.

    Raises:
        SyntaxFault: No form of authorization, or several.
        RedshiftError: A credentials string or ARN is malformed.
    """
    role, credentials = text_of(given, IAM_ROLE), text_of(given, CREDENTIALS)
    keys = [text_of(given, option) for option in (ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN)]
    has_keys = any(key is not None for key in keys)
    match role, credentials, has_keys:
        case None, None, False:
            raise SyntaxFault(f"{CREDENTIALS} argument is required but not specified.")
        case str(), None, False:
            return _role(role)
        case None, str(), False:
            return _credentials(credentials)
        case None, None, True:
            return _keys(*keys)
        case _:
            raise SyntaxFault(
                f"conflicting or redundant options: {IAM_ROLE}, {CREDENTIALS} and {ACCESS_KEY_ID} "
                "exclude each other"
            )


def _role(text: str) -> Role:
    if text.lower() == DEFAULT_ROLE:
        return Role(DEFAULT_ROLE)
    for arn in text.split(","):
        if not _ROLE.fullmatch(arn):
            raise RedshiftError(f"Invalid IAM role ARN '{arn}'")
    return Role(text)


def _keys(access_key: str | None, secret_key: str | None, token: str | None) -> Credentials:
    if not access_key or not secret_key:
        raise SyntaxFault(f"{ACCESS_KEY_ID} and {SECRET_ACCESS_KEY} must be specified together")
    return Credentials(access_key, secret_key, token)


def _credentials(text: str) -> Authorization:
    pairs: dict[str, str] = {}
    for part in text.split(";"):
        pair = _PAIR.fullmatch(part)
        if not pair or pair[1] in pairs or re.search(r"\s", part):
            raise _malformed()
        pairs[pair[1]] = pair[2]
    match pairs:
        case {"aws_iam_role": arn, **rest} if not rest:
            return _role(arn)
        case {"aws_access_key_id": key, "aws_secret_access_key": secret, **rest} if set(rest) <= {
            "token"
        }:
            return Credentials(key, secret, rest.get("token"))
        case _:
            raise _malformed()


def _malformed() -> RedshiftError:
    """Redshift: https://docs.aws.amazon.com/redshift/latest/dg/s3serviceexception-error.html"""
    return RedshiftError(
        "Invalid credentials. Must be of the format: credentials "
        "'aws_access_key_id=<access-key-id>;aws_secret_access_key=<secret-access-key>"
        "[;token=<temporary-session-token>]'"
    )
