"""Hash functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/hash-functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Family, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
from sparkify_harness.redshift.types import BIGINT, INTEGER, SMALLINT, TEXT, VARBYTE, Kind


def _digest(name: str, page: str) -> Family[Kind]:
    return by_kind(Overload(name, (value,), TEXT, page) for value in (TEXT, VARBYTE))


FNV_HASH: Final = by_kind(
    Overload("fnv_hash", (value, BIGINT), BIGINT, "r_FNV_HASH", optional=1)
    for value in (SMALLINT, INTEGER, BIGINT, TEXT, VARBYTE)
)
MD5: Final = _digest("md5", "r_MD5")
SHA: Final = _digest("sha", "SHA")
SHA1: Final = _digest("sha1", "SHA1")
FUNC_SHA1: Final = _digest("func_sha1", "FUNC_SHA1")
SHA2: Final = by_kind(
    Overload("sha2", (value, INTEGER), TEXT, "SHA2", constants={1: "a number of bits"})
    for value in (TEXT, VARBYTE)
)
CRC32: Final = Overload("crc32", (TEXT,), TEXT, "crc32-function")
