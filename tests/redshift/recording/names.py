"""The target's names for the contract's, and back: what is recorded tells nobody whose it was."""

import re
from collections.abc import Mapping
from typing import Any

from harness.warehouse import DATABASE, HOST, USER
from tests.redshift.copies import ROLE
from tests.redshift.recording.target import Target

SCHEMA = "public"
BUCKET = "contract"
ACCOUNT = ROLE.split(":")[4]
_ACCOUNT = re.compile(r"(?<=:)\d{12}(?=:)")
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
                value = _ACCOUNT.sub(ACCOUNT, _renamed(value, self._ours))
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


def refuse_secrets(text: str, target: Target) -> None:
    """Nothing, if the text tells neither whose the target is nor how to get in.

    Raises:
        SecretError: It does.
    """
    warehouse = target.warehouse
    names = {
        "host": (warehouse.host, HOST),
        "user": (warehouse.user, USER),
        "database": (warehouse.database, DATABASE),
        "bucket": (target.bucket or BUCKET, BUCKET),
    }
    for what, (theirs, ours) in names.items():
        if theirs != ours and re.search(_word(theirs), text):
            raise SecretError(f"the recording would tell the {what}")
    if any(secret in text for secret in secrets(target)):
        raise SecretError("the recording would tell a password or key")
    if any(found != ACCOUNT for found in _ACCOUNT.findall(text)):
        raise SecretError("the recording would tell an account")


def _renamed(text: str, names: Mapping[str, str]) -> str:
    """Each name, where it stands as a whole word, by another; all at once."""
    words = "|".join(_word(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(words, lambda found: names[found.group()], text)


def _word(name: str) -> str:
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"
