"""Functions and operators that PostgreSQL has no counterpart of, with the reason of each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sparkify_harness.redshift.sql.functions import (
    aggregates,
    conversion,
    hashes,
    json,
    operators,
    session,
    strings,
)
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.types import Kind

_OF_AWS = "which is AWS's own"
_MODULE = "which PostgreSQL has in a module alone, that is not built in"
_BITS = "as PostgreSQL has no bits of bytea"
_CATALOG = "which is about another catalog than PostgreSQL's"
_NEW = "which PostgreSQL has since 18 alone"
_EFFECT = "which does something to a session, and is no query"

ABSENT: Final[Mapping[Overload, str]] = MappingProxyType(
    {
        **dict.fromkeys(hashes.FNV_HASH.values(), _OF_AWS),
        hashes.CRC32: _OF_AWS,
        strings.STRTOL: _OF_AWS,
        json.JSON_PARSE: _OF_AWS,
        **dict.fromkeys(hashes.SHA.values(), _MODULE),
        **dict.fromkeys(hashes.SHA1.values(), _MODULE),
        **dict.fromkeys(hashes.FUNC_SHA1.values(), _MODULE),
        strings.SOUNDEX: _MODULE,
        strings.DIFFERENCE: _MODULE,
        operators.BITWISE_AND[Kind.VARBYTE]: _BITS,
        operators.BITWISE_OR[Kind.VARBYTE]: _BITS,
        operators.BITWISE_XOR[Kind.VARBYTE]: _BITS,
        operators.BITWISE_NOT[Kind.VARBYTE]: _BITS,
        aggregates.MIN[Kind.VARBYTE]: _NEW,
        aggregates.MAX[Kind.VARBYTE]: _NEW,
        conversion.TO_CHAR[Kind.INTERVAL]: "which the substitute refuses",
        session.SCHEMA_AT: _CATALOG,
        session.FORMAT_TYPE: _CATALOG,
        session.PG_GET_EXPR: _CATALOG,
        session.PG_FUNCTION_IS_VISIBLE: _CATALOG,
        session.PG_TABLE_IS_VISIBLE: _CATALOG,
        session.PG_CANCEL_BACKEND: _EFFECT,
        session.PG_TERMINATE_BACKEND: _EFFECT,
        session.SET_CONFIG: _EFFECT,
    }
)
