"""Many rows of plain constants are stored as if each had come alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql import plain_rows
from tests.unit.engine.sessions import Client, open_client

pytestmark = pytest.mark.medium

COUNT = 3_000

CELLS: dict[str, tuple[str, Callable[[int], str]]] = {
    "flag": ("boolean", lambda n: ("true", "FALSE", "NULL")[n % 3]),
    "small": ("smallint", lambda n: str(n - 1500)),
    "whole": ("int", lambda n: str(n) if n % 5 else f"{n}.5"),
    "big": ("bigint", lambda n: str(n * 2**50)),
    "price": ("decimal(9,3)", lambda n: f"{n - 99}.{n % 1000:03}"),
    "large": ("decimal(38,2)", lambda n: f"{10**33 + n}.5"),
    "single": ("real", lambda n: f"{n}.1"),
    "ratio": ("float8", lambda n: f"{n}e-{n % 300}" if n % 7 == 0 else f"{n / 7!r}"),
    "code": ("char(4)", lambda n: f"'{n % 100} '"),
    "name": ("varchar(20)", lambda n: rf"'größe \\ ''{n}'''" if n % 2 else "NULL"),
    "day": ("date", lambda n: f"'{2000 + n % 30}-{n % 12 + 1:02}-{n % 28 + 1}'"),
    "seen": ("timestamp", lambda n: f"'2018-11-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:01.5'"),
}  # fmt: skip


def row(number: int) -> str:
    return f"({', '.join(cell(number) for _, cell in CELLS.values())})"


def test_they_are_stored_as_if_each_came_alone(tmp_path: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in CELLS.items())
    numbers = range(COUNT)
    with open_client(tmp_path) as client:
        for table in ("together", "apart"):
            client.rows(f"CREATE TABLE {table} ({columns}, rest int DEFAULT 7, other int)")
        names = ", ".join(CELLS)
        client.rows(
            f"INSERT INTO together ({names}) VALUES {', '.join(row(number) for number in numbers)}"
        )
        for begin in range(0, COUNT, plain_rows.FEWEST - 1):
            some = ", ".join(
                row(number) for number in numbers[begin : begin + plain_rows.FEWEST - 1]
            )
            client.rows(f"INSERT INTO apart ({names}) VALUES {some}")
        together = client.rows("SELECT * FROM together ORDER BY small")
        assert together == client.rows("SELECT * FROM apart ORDER BY small")
        assert len(together) == COUNT


def _values(last: str) -> str:
    return ", ".join([*(f"({number})" for number in range(COUNT)), last])


@pytest.mark.parametrize(
    ("last", "sqlstate", "message"),
    [
        ("('x')", "22P02", 'invalid input syntax for integer: "x"'),
        ("(3000000000)", "22003", "integer out of range"),
        ("(NULL)", "XX000", "Cannot insert a NULL value into column a"),
        ("(true)", "42804", 'column "a" is of type integer but expression is of type boolean'),
    ],
)
def test_one_that_is_refused_refuses_all(
    last: str, sqlstate: str, message: str, client: Client
) -> None:
    client.rows("CREATE TABLE t (a int NOT NULL)")
    with pytest.raises(RedshiftError) as error:
        client.rows(f"INSERT INTO t VALUES {_values(last)}")
    assert (error.value.sqlstate, error.value.message) == (sqlstate, message)
    assert client.rows("SELECT count(*) FROM t") == [(0,)]


def test_the_first_that_is_refused_is_told(client: Client) -> None:
    client.rows("CREATE TABLE t (a int, b varchar(1))")
    rows = [*["(1, 'a')"] * 5000, "(3000000000, 'b')", "(1, 'too long')"]
    for order in (rows, rows[::-1]):
        with pytest.raises(RedshiftError) as error:
            client.rows(f"INSERT INTO t VALUES {', '.join(order)}")
        assert error.value.sqlstate == ("22003" if order is rows else "22001")


def test_rows_are_numbered_in_their_order(client: Client) -> None:
    client.rows("CREATE TABLE t (number int IDENTITY(1, 1), a int)")
    client.rows(f"INSERT INTO t (a) VALUES {_values(f'({COUNT})')}")
    found = client.rows("SELECT number, a FROM t ORDER BY number")
    assert found == [(number + 1, number) for number in range(COUNT + 1)]


def test_they_are_part_of_a_transaction(client: Client) -> None:
    client.rows("CREATE TABLE t (a int NOT NULL)")
    client.rows("BEGIN")
    for _ in range(2):
        client.rows(f"INSERT INTO t VALUES {_values('(-1)')}")
    assert client.rows("SELECT count(*) FROM t") == [(2 * COUNT + 2,)]
    with pytest.raises(RedshiftError, match="Cannot insert a NULL value into column a"):
        client.rows(f"INSERT INTO t VALUES {_values('(NULL)')}")
    client.rows("ROLLBACK")
    client.rows(f"INSERT INTO t VALUES {_values('(-1)')}")
    assert client.rows("SELECT count(*) FROM t") == [(COUNT + 1,)]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with open_client(tmp_path) as opened:
        yield opened
