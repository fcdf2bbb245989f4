"""What a case may do to somebody's warehouse: whatever stays in the schema that is its own."""

import re

_MADE = (
    "table", "temp", "temporary", "local", "view", "materialized", "function", "procedure",
    "index", "unique", "sequence", "trigger", "unlogged", "type",
)  # fmt: skip
"""What lies in a schema and is dropped with it, or what Redshift does not have at all."""
_BEYOND = {
    "it is about more than one schema": (
        r"\b(?:create|drop|alter)\s+(?:external\s+)?schema\b",
        r"\bsearch_path\b",
    ),
    "it would change more than its schema": (
        rf"^\s*(?:create|drop|alter)\s+(?!(?:or\s+replace\s+)?(?:{'|'.join(_MADE)})\b)",
        r"^\s*(?:grant|revoke|unload|attach|detach|export|use)\b",
        r"^\s*set\s+(?:local\s+|session\s+)?(?:session\s+authorization|role)\b",
        r"^\s*(?:vacuum|analyze)(?:\s+(?:full|reindex|recluster|verbose|sort\s+only|delete\s+only"
        r"|boost|compression))*\s*;?\s*$",
    ),
    "it would end what others do": (
        r"^\s*cancel\b",
        r"\bpg_(?:cancel|terminate)_backend\b",
    ),
}
_CATALOG = re.compile(
    r"\b(?:pg|stl|stv|svv|svl|svcs|sys)_\w+\b(?!\s*\()|\binformation_schema\b|^\s*show\b",
    re.IGNORECASE,
)
_OF_THE_SESSION = re.compile(r"\bpg_(?:last_copy_id|last_query_id|backend_pid)\b", re.IGNORECASE)


class BeyondSchemaError(Exception):
    """A case would leave the schema that is its own, which nobody would clean up."""


def refuse_beyond(sql: str) -> None:
    """Nothing, if a statement stays in its schema.

    Raises:
        BeyondSchemaError: It does not.
    """
    for reason, forms in _BEYOND.items():
        if any(re.search(form, sql, re.IGNORECASE) for form in forms):
            raise BeyondSchemaError(reason)


def shows_others(sql: str) -> bool:
    """Whether the rows of a statement may name what belongs to others: tables, users."""
    return bool(_CATALOG.search(sql)) and not _OF_THE_SESSION.search(sql)
