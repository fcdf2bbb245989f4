"""Whose keys read or write the objects."""

import re
from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Text
from sparkify_harness.redshift.sql.options.option import Option, Transfer, Use, always

_PAGE: Final = "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html"
_ROLE: Final = re.compile(r"aws_iam_role=[^;]*", re.IGNORECASE)


def _both(use: Use) -> dict[Transfer, Use]:
    return dict.fromkeys(Transfer, use)


def _has_keys(credentials: str) -> bool:
    return not _ROLE.fullmatch(credentials)


IAM_ROLE: Final = Option(
    "IAM_ROLE",
    _both(
        Use(
            argument=Text("arn[,arn ...]", keyword="DEFAULT"),
            means="the role, or chain of roles, that is taken on",
            source=_PAGE,
        )
    ),
)
CREDENTIALS: Final = Option(
    "CREDENTIALS",
    _both(
        Use(
            argument=Text("credentials"),
            means="keys or a role, in one string",
            source=_PAGE,
            prefixes=frozenset({"with"}),
        )
    ),
    is_secret=_has_keys,
)
ACCESS_KEY_ID: Final = Option(
    "ACCESS_KEY_ID",
    _both(Use(argument=Text("id"), means="a user's key", source=_PAGE)),
    is_secret=always,
)
SECRET_ACCESS_KEY: Final = Option(
    "SECRET_ACCESS_KEY",
    _both(Use(argument=Text("secret"), means="the secret of that key", source=_PAGE)),
    is_secret=always,
)
SESSION_TOKEN: Final = Option(
    "SESSION_TOKEN",
    _both(Use(argument=Text("token"), means="the token of a temporary key", source=_PAGE)),
    is_secret=always,
)
