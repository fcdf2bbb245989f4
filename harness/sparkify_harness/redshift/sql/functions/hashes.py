"""Hash functions.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/hash-functions.html
"""

from typing import Final

from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.functions.signatures import overload
from sparkify_harness.redshift.types import BIGINT, INTEGER, SMALLINT, TEXT, VARBYTE

OVERLOADS: Final[tuple[Overload, ...]] = (
    *(
        overload("fnv_hash", (value, BIGINT), BIGINT, "r_FNV_HASH", optional=1)
        for value in (SMALLINT, INTEGER, BIGINT, TEXT, VARBYTE)
    ),
    *(
        overload(name, (value, *more), TEXT, page, constants=constants)
        for name, more, page, constants in (
            ("md5", (), "r_MD5", {}),
            ("sha", (), "SHA", {}),
            ("sha1", (), "SHA1", {}),
            ("func_sha1", (), "FUNC_SHA1", {}),
            ("sha2", (INTEGER,), "SHA2", {1: "a number of bits"}),
        )
        for value in (TEXT, VARBYTE)
    ),
    overload("crc32", (TEXT,), TEXT, "crc32-function"),
)
