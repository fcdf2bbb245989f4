"""Whatever a table holds, UNLOAD and COPY bring it back."""

import decimal
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparkify_harness.warehouse import Warehouse
from tests.redshift.clients import Client, Psycopg3
from tests.redshift.copies import Lake, keys_of

_TABLES = count()

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.text(CHARACTERS | st.sampled_from([*"|,\"'\\\n\r\t {}[]:tfN@😀é"]), max_size=12)


@dataclass(frozen=True)
class Kind:
    """A column: its type, and values of it."""

    type: str
    values: st.SearchStrategy[Any]


KINDS = [
    Kind("smallint", st.integers(-(2**15), 2**15 - 1)),
    Kind("int", st.integers(-(2**31), 2**31 - 1)),
    Kind("bigint", st.integers(-(2**63), 2**63 - 1)),
    Kind("bool", st.booleans()),
    Kind("date", st.dates()),
    Kind("timestamp", st.datetimes()),
    Kind(
        "decimal(18,4)",
        st.decimals(-(10**13), 10**13, places=4, allow_nan=False, allow_infinity=False),
    ),
    Kind("varchar(200)", TEXT),
    Kind("double precision", st.sampled_from([0.0, -1.5, 1e300, 2.0**-40, 123456.789])),
    Kind("time", st.times()),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Kind], list[tuple[Any, ...]]]:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    row = st.tuples(*(st.none() | kind.values for kind in kinds))
    return kinds, draw(st.lists(row, max_size=12))


FORMATS: dict[str, tuple[str, str]] = {
    "text": ("ESCAPE NULL AS '@NULL@'", "ESCAPE NULL AS '@NULL@'"),
    "quoted text": ("ADDQUOTES ESCAPE NULL AS '@N@'", "REMOVEQUOTES ESCAPE NULL AS '@N@'"),
    "csv": ("CSV NULL AS '@NULL@'", "CSV NULL AS '@NULL@'"),
    "csv with a header": (
        "CSV HEADER GZIP NULL AS '@NULL@'", "CSV IGNOREHEADER 1 GZIP NULL AS '@NULL@'"
    ),
    "json": ("JSON ZSTD", "JSON 'auto' ZSTD"),
}  # fmt: skip


@pytest.fixture(scope="module")
def session(warehouse: Warehouse) -> Any:
    client = Psycopg3(warehouse)
    client.run("SET extra_float_digits TO 2")
    yield client
    client.close()


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=tables(), parallel=st.booleans())
def test_what_is_unloaded_is_loaded_again(
    form: str,
    made: tuple[list[Kind], list[tuple[Any, ...]]],
    parallel: bool,
    session: Client,
    lake: Lake,
) -> None:
    kinds, rows = made
    writing, reading = FORMATS[form]
    number = next(_TABLES)
    columns = ", ".join(f"c{place} {kind.type}" for place, kind in enumerate(kinds))
    source, target = f"from_{number}", f"into_{number}"
    session.run(*(f"CREATE TEMP TABLE {name} ({columns})" for name in (source, target)))
    if rows:
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
        session.run(f"INSERT INTO {source} VALUES {values}")
    url = f"s3://{lake.bucket}/round-trip-{form.replace(' ', '-')}-{number}/"
    keys = keys_of(lake.running.endpoint)
    off = "" if parallel else "PARALLEL OFF"
    session.run(f"UNLOAD ('SELECT * FROM {source}') TO '{url}' {keys} {writing} {off}")
    if rows or form != "json":
        session.run(f"COPY {target} FROM '{url}' {keys} {reading}")
    for one, other in ((source, target), (target, source)):
        assert session.rows(f"SELECT * FROM {one} EXCEPT SELECT * FROM {other}") == []
    assert session.rows(f"SELECT count(*) FROM {target}") == [(len(rows),)]
    session.run(f"DROP TABLE {source}", f"DROP TABLE {target}")


def literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            quoted = value.replace("\\", "\\\\").replace("'", "''")
            return f"'{quoted}'"
        case bool() | int() | float() | decimal.Decimal():
            return str(value)
        case _:
            return f"'{value}'"
