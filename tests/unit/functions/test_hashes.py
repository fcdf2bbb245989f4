import pytest

from sparkify_harness.redshift.sql.tree import Expression
from sparkify_harness.redshift.types import BIGINT, TIMESTAMP
from tests.unit.functions.evaluation import Engine, call, cast

CASES = {
    "md5": (call("md5", "Amazon Redshift"), "f7415e33f972c03abd4f3fed36748f7a"),
    "md5 of an integer and a timestamp": (
        call("md5", call("||", 139, cast("2018-11-01 21:01:46.796", TIMESTAMP))),
        "d288a3885cc3df473fbd2ed8406b9174",
    ),
    "sha1": (call("sha1", "Amazon Redshift"), "eeac5ed1e11cda66032c30ad77b25071b5487f55"),
    "sha2 of 256 bits": (
        call("sha2", "abc", 256),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    "sha2 of 0 bits is 256": (
        call("sha2", "abc", 0),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    "sha2 of other bits is empty": (call("sha2", "abc", 1), ""),
    "fnv_hash of an integer": (call("fnv_hash", 1), "-5968735742475085980"),
    "fnv_hash of a string": (call("fnv_hash", "Amazon Redshift"), "7783490368944507294"),
    "fnv_hash of a bigint": (call("fnv_hash", cast(1, BIGINT)), "-8517097267634966620"),
}


@pytest.mark.parametrize(("expression", "text"), CASES.values(), ids=CASES)
def test_value(engine: Engine, expression: Expression, text: str) -> None:
    assert engine.text(expression) == text
