"""Objects and statements that Redshift has and this substitute does not.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html
"""

from typing import Final, NoReturn

from sparkify_harness.redshift.errors import Unsupported
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.tokens import Token

OBJECTS: Final = (
    ("external", "function"),
    ("external", "model"),
    ("external", "schema"),
    ("external", "table"),
    ("external", "view"),
    ("external", "protected", "view"),
    ("materialized", "view"),
    ("masking", "policy"),
    ("rls", "policy"),
    ("identity", "provider"),
    ("database",),
    ("datashare",),
    ("default", "privileges"),
    ("function",),
    ("group",),
    ("library",),
    ("model",),
    ("procedure",),
    ("role",),
    ("system",),
    ("template",),
    ("user",),
)
STATEMENTS: Final = (
    ("attach", "masking", "policy"),
    ("attach", "rls", "policy"),
    ("call",),
    ("desc", "datashare"),
    ("desc", "identity", "provider"),
    ("detach", "masking", "policy"),
    ("detach", "rls", "policy"),
    ("insert", "external"),
    ("refresh", "materialized", "view"),
    ("use",),
)
POSTGRES: Final = (
    ("checkpoint",),
    ("cluster",),
    ("create", "aggregate"),
    ("create", "conversion"),
    ("create", "domain"),
    ("create", "index"),
    ("create", "operator"),
    ("create", "rule"),
    ("create", "sequence"),
    ("create", "tablespace"),
    ("create", "trigger"),
    ("create", "unique", "index"),
    ("drop", "aggregate"),
    ("drop", "domain"),
    ("drop", "index"),
    ("drop", "operator"),
    ("drop", "rule"),
    ("drop", "sequence"),
    ("drop", "tablespace"),
    ("drop", "trigger"),
    ("listen",),
    ("load",),
    ("move",),
    ("notify",),
    ("reindex",),
    ("release",),
    ("rollback", "to"),
    ("savepoint",),
    ("unlisten",),
)
"""Commands of PostgreSQL 8.0 that Redshift's parser knows and its executor refuses."""


def refuse_postgres(stream: Stream) -> None:
    """Refuse commands that only PostgreSQL has.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html

    Raises:
        Unsupported: It is one of them. The wording is that of CREATE INDEX.
    """
    for words in POSTGRES:
        if stream.at(*words):
            raise _unsupported(stream.sql[stream.token.start : stream.tokens[-2].end])
    if stream.at("create", "type"):
        _refuse_type(stream)


def _refuse_type(stream: Stream) -> NoReturn:
    """Refuse CREATE TYPE: the grammar knows composite types, and no enumerations.

    Raises:
        Unsupported: A composite type.
        SyntaxFault: Anything else.
    """
    text = stream.sql[stream.token.start : stream.tokens[-2].end]
    stream.expect("create", "type")
    stream.name()
    stream.expect("as", "(")
    raise _unsupported(text)


def refuse_object(stream: Stream, verb: Token) -> NoReturn:
    """Refuse what stands after CREATE, ALTER or DROP.

    Raises:
        NotEmulated: It is an object of Redshift's.
        SyntaxFault: It is not.
    """
    for words in OBJECTS:
        if stream.at(*words):
            stream.not_emulated(" ".join((verb.key, *words)).upper(), verb)
    stream.fail()


def refuse_statement(stream: Stream) -> NoReturn:
    """Refuse a statement by its first words.

    Raises:
        NotEmulated: Redshift has it.
        SyntaxFault: Redshift does not know it.
    """
    for words in STATEMENTS:
        if stream.at(*words):
            stream.not_emulated(" ".join(words).upper())
    stream.fail()


def _unsupported(text: str) -> Unsupported:
    return Unsupported(f'SQL command "{text}" not supported on Redshift tables.')
