"""Long statements end: with the right answer, or refused before the engine takes too long.

https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html
"""

from pathlib import Path

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from tests.unit.engine.sessions import Rows, open_client

pytestmark = pytest.mark.medium

CHAIN = [f"a <> {n}" for n in range(100, 30_100)]
UNKNOWN = ["a = 1", *["b IS NULL"] * 3000]


@pytest.mark.parametrize(
    ("place", "chain", "found"),
    [
        pytest.param("WHERE {}", CHAIN, [(1,), (2,)], id="longer than the engine's stack"),
        pytest.param("WHERE {}", UNKNOWN, [], id="WHERE"),
        pytest.param("JOIN (SELECT 1) o ON {}", CHAIN[:3000], [(1,), (2,)], id="ON"),
        pytest.param("JOIN (SELECT 1) o ON {}", UNKNOWN, [], id="what is unknown in ON"),
        pytest.param("GROUP BY a HAVING {}", CHAIN[:3000], [(1,), (2,)], id="HAVING"),
    ],
)
def test_a_chain_of_conditions(place: str, chain: list[str], found: Rows, tmp_path: Path) -> None:
    condition = " AND ".join(chain)
    with open_client(tmp_path) as client:
        client.rows("CREATE TABLE t (a int, b int)")
        client.rows("INSERT INTO t VALUES (1, 1), (2, NULL)")
        assert client.rows(f"SELECT a FROM t {place.format(condition)} ORDER BY a") == found


@pytest.mark.parametrize("size", [1000, 1001, 2500])
def test_a_chain_of_alternatives(size: int, tmp_path: Path) -> None:
    condition = " OR ".join(f"a = {n}" for n in range(1, size + 1))
    with open_client(tmp_path) as client:
        client.rows("CREATE TABLE t (a int)")
        client.rows(f"INSERT INTO t VALUES (1), ({size}), (-1), (NULL)")
        assert client.rows(f"SELECT a FROM t WHERE {condition} ORDER BY a") == [(1,), (size,)]
        assert client.rows(f"SELECT a FROM t WHERE NOT ({condition})") == [(-1,)]
        unknown = f"SELECT count(*) FROM t WHERE ({condition}) IS UNKNOWN"
        assert client.rows(unknown) == [(1,)]


def test_a_hash_of_the_longest_string(tmp_path: Path) -> None:
    text = "é" * 32_767
    with open_client(tmp_path) as client:
        client.rows("CREATE TABLE t (s varchar(65535))")
        client.rows("INSERT INTO t VALUES ($1)", [text])
        assert client.rows("SELECT fnv_hash(s) FROM t") == [(fnv(text.encode()),)]


def fnv(data: bytes) -> int:
    """FNV-1a of 64 bits, signed."""
    value = 14_695_981_039_346_656_037
    for byte in data:
        value = (value ^ byte) * 1_099_511_628_211 % 2**64
    return value - 2**64 if value >= 2**63 else value


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("SELECT count(*) FROM generate_series(1, 100000000)", [(100_000_000,)]),
        ("SELECT * FROM generate_series(3, 1, -1)", [(3,), (2,), (1,)]),
        ("SELECT * FROM generate_series(1, NULL)", []),
        ("SELECT * FROM generate_series(3000000000, 3000000001)", [(3 * 10**9,), (3 * 10**9 + 1,)]),
    ],
)
def test_a_series_streams(statement: str, rows: Rows, tmp_path: Path) -> None:
    with open_client(tmp_path) as client:
        assert client.rows(statement) == rows


DOUBLING = [
    f"CREATE VIEW v{n} AS SELECT x.a FROM {f'v{n - 1}' if n else 't'} x, t y{n}, "
    f"{f'v{n - 1}' if n else 't'} z"
    for n in range(6)
]


REFUSED = [
    pytest.param([], "SELECT * FROM generate_series(1, 3, 0)", "22023",
                 "step size may not equal zero", id="a step of zero"),
    pytest.param([], "SELECT 1 FROM " + ", ".join(f"t t{n}" for n in range(201)), "0A000",
                 "not emulated: a query that joins more than 200 tables", id="201 tables"),
    pytest.param(DOUBLING, "SELECT 1 FROM v5 a, v5 b", "0A000",
                 "not emulated: a query that joins more than 200 tables", id="views over views"),
    pytest.param([], " UNION ALL ".join(["SELECT a FROM t"] * 2001), "0A000",
                 "not emulated: a statement that reads more than 2,000 tables", id="2,001 tables"),
    pytest.param([], "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT a.i FROM c a, "
                 "generate_series(1, 100) b) SELECT count(*) FROM c", "XX000",
                 "Exceeded recursive CTE max rows limit.", id="recursion without end"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "statement", "sqlstate", "message"), REFUSED)
def test_what_would_not_end_is_refused(
    before: list[str], statement: str, sqlstate: str, message: str, tmp_path: Path
) -> None:
    with open_client(tmp_path) as client:
        client.rows("CREATE TABLE t (a int)")
        for view in before:
            client.rows(view)
        with pytest.raises(RedshiftError) as caught:
            client.rows(statement)
        assert (caught.value.sqlstate, caught.value.message) == (sqlstate, message)
