"""The COPY statement: where from, with whose rights, in which format, into which table.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from sparkify.errors import LoadError, PipelineError
from sparkify.load_errors import (
    count_load_errors,
    last_copy_id,
    last_load_errors,
    with_load_errors,
)
from sparkify.quoting import identifiers, literal, qualified
from sparkify.warehouse import WarehouseSession

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

Option = str | int | bool | None
"""The argument of a COPY option: none (None or True), a number, a word that Redshift knows
(`CopyWord`) or a string; False leaves the option out."""


class CopyWord(str):
    """An argument that is a keyword and not a string, such as OFF in `COMPUPDATE OFF`."""

    __slots__ = ()

    def __new__(cls, word: str) -> "CopyWord":
        """Checks that it is a plain word.

        Raises:
            ValueError: it is not.
        """
        if not _WORD.fullmatch(word):
            raise ValueError(f"a keyword of COPY is one plain word, not {word!r}")
        return super().__new__(cls, word.upper())


class Authorization(Protocol):
    """By what right COPY reads the files."""

    def clause(self) -> str:
        """The clause of the statement; may hold secrets."""

    def secrets(self) -> tuple[str, ...]:
        """What must show nowhere."""


@dataclass(frozen=True)
class AccessKeys:
    """An access key of a user, or a temporary one with its session token.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def clause(self) -> str:
        """`ACCESS_KEY_ID ... SECRET_ACCESS_KEY ... [SESSION_TOKEN ...]`."""
        parts = [
            f"ACCESS_KEY_ID {literal(self.access_key_id)}",
            f"SECRET_ACCESS_KEY {literal(self.secret_access_key)}",
        ]
        if self.session_token:
            parts.append(f"SESSION_TOKEN {literal(self.session_token)}")
        return " ".join(parts)

    def secrets(self) -> tuple[str, ...]:
        """Secret and token, as they are and as the statement spells them."""
        plain = [text for text in (self.secret_access_key, self.session_token) if text]
        return tuple(dict.fromkeys([*plain, *(literal(text)[1:-1] for text in plain)]))


@dataclass(frozen=True)
class IamRole:
    """A role that the cluster assumes: an ARN, several chained by commas, or `default`.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
    """

    arn: str

    def clause(self) -> str:
        """`IAM_ROLE ...`."""
        return f"IAM_ROLE {'default' if self.arn == 'default' else literal(self.arn)}"

    def secrets(self) -> tuple[str, ...]:
        """None: an ARN opens nothing."""
        return ()


@dataclass(frozen=True)
class HiddenAuthorization:
    """Stands for any right, in a statement that is shown and never sent."""

    def clause(self) -> str:
        """`CREDENTIALS '***'`."""
        return "CREDENTIALS '***'"

    def secrets(self) -> tuple[str, ...]:
        """None."""
        return ()


HIDDEN = HiddenAuthorization()


@dataclass(frozen=True)
class CopyStatement:
    """COPY from S3.

    Attributes:
        schema: of the table; None for the search path.
        table: to load.
        bucket: to read from.
        key: prefix of the objects' keys: COPY reads all that begin with it.
        authorization: by what right.
        columns: to load, in the order of the fields; empty for all.
        file_format: words after FORMAT AS: JSON, CSV, PARQUET, AVRO, ORC; None for delimited text.
        format_argument: of JSON or AVRO: `auto`, `auto ignorecase`, `noshred`, or an S3 URL.
        region: of the bucket; None for the cluster's own.
        options: any others, such as `{"TIMEFORMAT": "auto", "MAXERROR": 10, "GZIP": True}`.
    """

    schema: str | None
    table: str
    bucket: str
    key: str
    authorization: Authorization
    columns: Sequence[str] = ()
    file_format: str | None = None
    format_argument: str | None = None
    region: str | None = None
    options: Mapping[str, Option] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The URL that COPY reads from."""
        return f"s3://{self.bucket}/{self.key}"

    def sql(self) -> str:
        """The statement. It holds the secrets of its authorization: send it, show it nowhere.

        Raises:
            ValueError: an option's name is not a word, or a text contains NUL.
        """
        lines = [f"COPY {qualified(self.schema, self.table)}"]
        if self.columns:
            lines.append(f"({identifiers(self.columns)})")
        lines += [f"FROM {literal(self.source)}", self.authorization.clause()]
        if self.region:
            lines.append(f"REGION {literal(self.region)}")
        if self.file_format:
            lines.append(f"FORMAT AS {CopyWord(self.file_format)}")
            if self.format_argument:
                lines[-1] += f" {literal(self.format_argument)}"
        lines += [
            _option(name, value) for name, value in self.options.items() if value is not False
        ]
        return "\n".join(lines)


def _option(name: str, value: Option) -> str:
    """One option with its argument; names may have several words, such as `NULL AS`."""
    words = " ".join(CopyWord(word) for word in name.split())
    if not words:
        raise ValueError("an option of COPY needs a name")
    match value:
        case None | True:
            return words
        case CopyWord():
            return f"{words} {value}"
        case int():
            return f"{words} {value:d}"
        case _:
            return f"{words} {literal(value)}"


def run_copy(
    session: WarehouseSession, sql: str, *, doing: str, count_rejected: bool
) -> tuple[int, int]:
    """Sends a COPY in the session's transaction.

    Args:
        session: of the warehouse, which knows the statement's secrets; after an error its
            transaction is rolled back.
        sql: the statement.
        doing: for errors.
        count_rejected: whether COPY may pass over records (MAXERROR), which are counted then.

    Returns:
        Rows loaded, and records passed over.

    Raises:
        LoadError: with the refused records.
        PipelineError: see `sparkify.errors`.
    """
    try:
        session.execute(sql, doing=doing)
        rows = session.scalar("SELECT pg_last_copy_count()", doing="counting loaded rows")
        rejected = count_load_errors(session) if count_rejected else 0
        return int(rows), rejected
    except PipelineError as error:
        found = []
        # Only reading the load errors may fail quietly; the COPY's own error is raised below.
        with suppress(PipelineError):
            session.rollback()
            copy_id = last_copy_id(session)
            if copy_id > 0 or isinstance(error, LoadError):
                found = last_load_errors(session, copy_id)
        if isinstance(error, LoadError) or found:
            error = with_load_errors(error, found, session.secrets)
        raise error from None
