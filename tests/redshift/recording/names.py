"""The target's names for the contract's, and back: what is recorded tells nobody whose it was."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sparkify_harness.warehouse import DATABASE, HOST, USER
from tests.redshift.copies import ROLE
from tests.redshift.recording.target import Target

SCHEMA = "public"
BUCKET = "contract"
ACCOUNT = ROLE.split(":")[4]
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ARN = re.compile(
    r"\barn:aws[\w-]*:(?P<service>[\w-]*):(?P<region>[\w-]*):(?P<account>\d{12}):[^\s'\",;)]+"
)
_ADDRESS = re.compile(r"(?<![\d.])(?!127\.0\.0\.1(?!\d))(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_NUMBERS = re.compile(r"(query:|query0_|pid=|node: |\[pid=)(\s*)\d+")
_HIDDEN = "***"


class SecretError(Exception):
    """What is to be written names the target."""


class Names:
    """Schema, user, database and bucket of a target, and its secrets.

    Args:
        target: Whose.
        schema: Of the case that runs.
    """

    def __init__(self, target: Target, schema: str) -> None:
        warehouse = target.warehouse
        self._theirs = {
            SCHEMA: schema,
            USER: warehouse.user,
            DATABASE: warehouse.database,
            **({BUCKET: target.bucket} if target.bucket else {}),
        }
        self._ours = {
            **{theirs: ours for ours, theirs in self._theirs.items()},
            warehouse.host: HOST,
        }
        self._accounts = accounts(target)
        self._hidden = secrets(target)

    def ask(self, sql: str) -> str:
        """A statement of the contract, as the target is asked it."""
        return _renamed(sql, self._theirs)

    def told(self, value: Any) -> Any:
        """A value of the target's, as the contract would have it."""
        match value:
            case str():
                for secret in self._hidden:
                    value = value.replace(secret, _HIDDEN)
                value = _ADDRESS.sub(
                    HOST, _renamed(_ARN.sub(_somebody, value), self._ours, fold=True)
                )
                for account in self._accounts:
                    value = value.replace(account, ACCOUNT)
                return _NUMBERS.sub(r"\g<1>\g<2>0", value)
            case tuple() | list():
                return type(value)(self.told(item) for item in value)
            case _:
                return value


def secrets(target: Target) -> list[str]:
    """What no answer and no recording may have in it."""
    store = target.store
    keys = (store.access_key_id, store.secret_access_key, store.session_token) if store else ()
    return [text for text in (target.warehouse.password, *keys) if text]


def accounts(target: Target) -> list[str]:
    """The accounts that the target's address names, as that of a serverless workgroup does."""
    return _ACCOUNT.findall(target.warehouse.host)


def refuse_secrets(recorded: object, target: Target) -> None:
    """Nothing, if a record tells neither whose the target is nor how to get in.

    Args:
        recorded: Texts, in lists and dictionaries of whatever depth.
        target: Whose names and secrets are sought.

    Raises:
        SecretError: It does.
    """
    text = "\n".join(_texts(recorded))
    warehouse = target.warehouse
    names = {
        "host": (warehouse.host, HOST),
        "user": (warehouse.user, USER),
        "database": (warehouse.database, DATABASE),
        "bucket": (target.bucket or BUCKET, BUCKET),
    }
    for what, (theirs, ours) in names.items():
        if theirs != ours and re.search(_word(theirs), text, re.IGNORECASE):
            raise SecretError(f"the recording would tell the {what}")
    if any(secret in text for secret in secrets(target)):
        raise SecretError("the recording would tell a password or key")
    arns = {found["account"] for found in _ARN.finditer(text)} - {ACCOUNT}
    if arns or any(account in text for account in accounts(target)):
        raise SecretError("the recording would tell an account")
    if _ADDRESS.search(text):
        raise SecretError("the recording would tell an address")


def _texts(recorded: object) -> Iterator[str]:
    """The values, not the names of their fields, which are ours."""
    match recorded:
        case str():
            yield recorded
        case dict():
            for value in recorded.values():
                yield from _texts(value)
        case list() | tuple():
            for value in recorded:
                yield from _texts(value)


def _somebody(found: re.Match[str]) -> str:
    """An ARN as the contract has it, or of nobody: a role and a session name people, too."""
    if found["account"] == ACCOUNT:
        return found.group()
    return f"arn:aws:{found['service']}:{found['region']}:{ACCOUNT}:{_HIDDEN}"


def _renamed(text: str, names: Mapping[str, str], *, fold: bool = False) -> str:
    """Each name, where it stands as a whole word, by another; all at once.

    Args:
        text: The text.
        names: Names, and what they become.
        fold: In upper and lower case alike.
    """
    words = "|".join(_word(name) for name in sorted(names, key=len, reverse=True))
    known = {name.lower() if fold else name: other for name, other in names.items()}
    flags = re.IGNORECASE if fold else 0

    def other(found: re.Match[str]) -> str:
        return known[found.group().lower() if fold else found.group()]

    return re.sub(words, other, text, flags=flags)


def _word(name: str) -> str:
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"
