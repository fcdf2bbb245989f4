"""How identifiers and literals get into SQL text: one function for each, used everywhere.

Values go into statements as bound parameters. COPY takes none, so its strings are literals.
"""

from collections.abc import Iterable

_MAX_IDENTIFIER = 127
"""Bytes; Redshift silently cuts what is longer."""


def identifier(name: str) -> str:
    """The name as a quoted identifier, safe whatever it contains.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_names.html

    Args:
        name: one part of a name: a schema, a table or a column, without dots.

    Raises:
        ValueError: the name is empty, longer than 127 bytes, or contains NUL.
    """
    if not name:
        raise ValueError("an identifier must not be empty")
    if "\0" in name:
        raise ValueError(f"an identifier must not contain NUL: {name!r}")
    if len(name.encode()) > _MAX_IDENTIFIER:
        raise ValueError(f"an identifier has at most {_MAX_IDENTIFIER} bytes: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    """The names as a comma-separated list of quoted identifiers."""
    return ", ".join(identifier(name) for name in names)


def qualified(schema: str | None, table: str) -> str:
    """The table's quoted name, with its schema where one is given."""
    return f"{identifier(schema)}.{identifier(table)}" if schema else identifier(table)


def literal(text: str) -> str:
    r"""The text as a string literal, safe whatever it contains.

    In Redshift a backslash escapes inside every string literal, so both it and the quote are
    doubled: `\` -> `\\`, `'` -> `''`.
    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html

    Raises:
        ValueError: the text contains NUL, which no Redshift string can hold. The message does not
            repeat the text: it may be a secret.
    """
    if "\0" in text:
        raise ValueError("a string literal must not contain NUL")
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
