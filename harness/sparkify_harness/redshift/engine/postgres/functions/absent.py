"""Functions and operators that PostgreSQL has no counterpart of, with the reason of each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_OF_AWS = "which is AWS's own"
_MODULE = "which PostgreSQL has in a module alone, that is not built in"
_BITS = "as PostgreSQL has no bits of bytea"
_CATALOG = "which is about another catalog than PostgreSQL's"
_EFFECT = "which does something to a session, and is no query"

ABSENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{
            f"fnv_hash:{kind},bigint": _OF_AWS
            for kind in ("smallint", "integer", "bigint", "varchar", "varbyte")
        },
        "crc32:varchar": _OF_AWS,
        "strtol:varchar,integer": _OF_AWS,
        "json_parse:varchar": _OF_AWS,
        **{
            f"{name}:{kind}": _MODULE
            for name in ("sha", "sha1", "func_sha1")
            for kind in ("varchar", "varbyte")
        },
        "soundex:varchar": _MODULE,
        "difference:varchar,varchar": _MODULE,
        **{f"{symbol}:varbyte,varbyte": _BITS for symbol in "&|#"},
        "unary~:varbyte": _BITS,
        **{f"{name}:varbyte": "which PostgreSQL has since 18 alone" for name in ("min", "max")},
        "to_char:interval,varchar": "which the substitute refuses",
        "current_schemas[]:boolean,integer": _CATALOG,
        "format_type:oid,integer": _CATALOG,
        "pg_get_expr:varchar,oid": _CATALOG,
        "pg_function_is_visible:oid": _CATALOG,
        "pg_table_is_visible:oid": _CATALOG,
        **dict.fromkeys(
            (
                "pg_cancel_backend:integer",
                "pg_terminate_backend:integer",
                "set_config:varchar,varchar,boolean",
            ),
            _EFFECT,
        ),
    }
)
