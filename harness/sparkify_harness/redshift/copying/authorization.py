"""Whose keys a COPY uses: exactly one of the forms that Redshift takes.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

import re
from collections.abc import Mapping

from sparkify_harness.redshift.copying.options import Authorization, Role
from sparkify_harness.redshift.copying.s3_settings import DEFAULT_ROLE, Credentials
from sparkify_harness.redshift.errors import RedshiftError, SyntaxFault

_KEYS = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
_PAIR = re.compile(
    r"(aws_access_key_id|aws_secret_access_key|token|aws_iam_role|aws_role_arn)=(.+)"
)


def authorization(options: Mapping[str, str]) -> Authorization:
    """The credentials that the options give.

    Args:
        options: Text argument by option name; options of other kinds are ignored.

    Raises:
        SyntaxFault: No form of authorization, or several.
        RedshiftError: A credentials string or ARN is malformed.
    """
    forms = [form for form in ("IAM_ROLE", "CREDENTIALS") if form in options]
    if any(key in options for key in _KEYS):
        forms.append("ACCESS_KEY_ID")
    match forms:
        case []:
            raise SyntaxFault("CREDENTIALS argument is required but not specified.")
        case ["IAM_ROLE"]:
            return _role(options["IAM_ROLE"])
        case ["CREDENTIALS"]:
            return _credentials(options["CREDENTIALS"])
        case ["ACCESS_KEY_ID"]:
            return _keys(options)
        case _:
            raise SyntaxFault(
                "conflicting or redundant options: IAM_ROLE, CREDENTIALS and ACCESS_KEY_ID "
                "exclude each other"
            )


def _role(text: str) -> Role:
    if text.lower() == DEFAULT_ROLE:
        return Role(DEFAULT_ROLE)
    for arn in text.split(","):
        if not _ROLE.fullmatch(arn):
            raise RedshiftError(f"Invalid IAM role ARN '{arn}'")
    return Role(text)


def _keys(options: Mapping[str, str]) -> Credentials:
    access_key = options.get("ACCESS_KEY_ID")
    secret_key = options.get("SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        raise SyntaxFault("ACCESS_KEY_ID and SECRET_ACCESS_KEY must be specified together")
    return Credentials(access_key, secret_key, options.get("SESSION_TOKEN"))


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
