"""Many rows of constants in one INSERT come to what as many INSERTs of one row come to."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.redshift.clients import Client, ServerError

COLUMNS = {
    "flag": "boolean",
    "small": "smallint",
    "whole": "int",
    "big": "bigint",
    "price": "decimal(9,3)",
    "large": "decimal(38,0)",
    "ratio": "float8",
    "code": "char(4)",
    "name": "varchar(6)",
    "day": "date",
    "seen": "timestamp",
}
WORDS = ["", "a", "a  ", "ab cd ", "too long for it", "größe", "'", "1", "-7", "2018-11-01", "x\ty"]
TEXTS = st.one_of(st.none(), st.sampled_from(WORDS), st.text("ab ü'\\%", max_size=8))
INTEGERS = st.one_of(
    st.none(),
    st.sampled_from([0, 1, -1, 32767, 32768, 2**31 - 1, 2**31, -(2**63) + 1, 2**63 - 1]),
    st.integers(-(2**63) + 1, 2**63 - 1),
)
DECIMALS = st.one_of(
    st.none(),
    st.integers(-100, 100).map(Decimal),
    st.decimals(-(10**7), 10**7, places=3),
    st.sampled_from([Decimal("0.0005"), Decimal(99999999999999999999999999999999999999)]),
)
DATES = st.one_of(st.none(), st.dates())
MOMENTS = st.one_of(st.none(), st.datetimes())
VALUES = {
    "flag": st.one_of(st.none(), st.booleans()),
    "small": INTEGERS,
    "whole": st.one_of(INTEGERS, DECIMALS),
    "big": INTEGERS,
    "price": st.one_of(DECIMALS, INTEGERS, st.sampled_from(["1.5", "x"])),
    "large": st.one_of(DECIMALS, INTEGERS),
    "ratio": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), DECIMALS),
    "code": TEXTS,
    "name": TEXTS,
    "day": st.one_of(DATES, MOMENTS, st.sampled_from(["2018-11-01", "yesterday-ish"])),
    "seen": st.one_of(MOMENTS, DATES, st.sampled_from(["2018-11-01 21:01:46.796"])),
}
"""What is put into each column: what fits, what is cast to fit, and what is refused."""

Table = tuple[Sequence[str], list[list[Any]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=3, unique=True))
    values = [draw(st.lists(VALUES[name], min_size=4, max_size=12)) for name in names]
    height = min(map(len, values))
    return names, [list(row) for row in zip(*(column[:height] for column in values), strict=True)]


def literal(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int() | Decimal() | float():
            return str(value)
        case dt.datetime():
            return f"timestamp '{value}'"
        case dt.date():
            return f"date '{value}'"
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def outcome(client: Client, names: Sequence[str], statements: list[tuple[str, list[Any]]]) -> Any:
    """The rows that come of them; or what the first that fails is told, and no row."""
    client.run("DELETE FROM constant_rows")
    try:
        for sql, arguments in statements:
            client.rows(sql, arguments)
    except ServerError as error:
        return error.sqlstate, error.message
    found = client.rows(f"SELECT {', '.join(names)} FROM constant_rows")
    return sorted(map(repr, found))


@pytest.mark.parametrize("bound", [False, True], ids=["literals", "parameters"])
def test_as_if_they_came_one_by_one(sql: Client, *, bound: bool) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    sql.run(f"CREATE TABLE constant_rows ({columns})")

    @settings(max_examples=60, deadline=None)
    @given(tables())
    def same(table: Table) -> None:
        names, rows = table

        def insert(some: list[list[Any]]) -> tuple[str, list[Any]]:
            cell = (lambda value: "%s") if bound else literal
            values = ", ".join(f"({', '.join(map(cell, row))})" for row in some)
            arguments = [value for row in some for value in row] if bound else []
            return f"INSERT INTO constant_rows ({', '.join(names)}) VALUES {values}", arguments

        together = outcome(sql, names, [insert(rows)])
        faults = [outcome(sql, names, [insert([row])]) for row in rows]
        refused = [fault for fault in faults if isinstance(fault, tuple)]
        if refused:  # of several faults, it is not said which is told
            assert together in refused
        else:
            assert together == outcome(sql, names, [insert([row]) for row in rows])

    same()


def test_they_are_numbered_in_their_order(sql: Client) -> None:
    sql.run("CREATE TABLE constant_rows (number int IDENTITY(1, 1), big bigint)")
    values = [1, 40_000, 3_000_000_000, 2, 50_000, 4_000_000_000] * 4  # of three types
    marks = ", ".join(["(%s)"] * len(values))
    sql.rows(f"INSERT INTO constant_rows (big) VALUES {marks}", values)
    found = sql.rows("SELECT number, big FROM constant_rows ORDER BY number")
    assert [tuple(row) for row in found] == list(enumerate(values, 1))
