"""Hashes in PostgreSQL's SQL.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/hash-functions.html
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.sql.functions import hashes
from sparkify_harness.redshift.sql.functions.registry import Overload


def _sha2(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """SHA2; other lengths than the documented ones give an empty string.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/SHA2.html
    """
    del context
    bits, value = constant(node, 1), arguments[0]
    if node.arguments[0].type.kind.is_text:
        value = f"convert_to({value}, 'UTF8')"
    if bits not in {0, 224, 256, 384, 512}:
        return f"left(encode({value}, 'hex'), 0)"
    return f"encode(sha{bits or 256}({value}), 'hex')"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    **dict.fromkeys(hashes.MD5.values(), "md5({0})"),
    **dict.fromkeys(hashes.SHA2.values(), _sha2),
}
