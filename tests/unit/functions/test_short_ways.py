"""The short ways past the patterns give what the patterns give, or leave the text to them."""

from random import Random

import pyarrow as pa
import pytest

from sparkify_harness.redshift.engine.duckdb import moment_input
from sparkify_harness.redshift.engine.duckdb.casts import cast_sql
from sparkify_harness.redshift.sql.tree import Cast, CastContext, ColumnRef
from sparkify_harness.redshift.types import (
    BIGINT,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    TEXT,
    RedshiftType,
    numeric,
)
from tests.unit.functions.evaluation import Engine

pytestmark = pytest.mark.medium

DATES = ("2018-11-01", "0001-01-01", "9999-12-31", "2018-02-30", "0000-01-01", "2018-1-1")
MOMENTS = ("2018-11-01 21:01:46", "0001-01-01 00:00:00.5", "2018-02-28 24:00:00", "2018-11-01")
NUMBERS = ("0", "7", "-7", "+7", "007", " 7 ", "7.5", ".5", "5.", "1e3", "-1.5e-3", "32768", "0x1F",
           "2147483648", "1_000", "9223372036854775807", "NaN", "-infinity", "1e400")  # fmt: skip
SIGNS = "0123456789-/ .:\\TZzabeEBC()+_\t\n\v\f\r٣é'"


def near(texts: tuple[str, ...]) -> list[str]:
    """The texts, and many that differ from them by a few characters."""
    dice = Random(len(texts))
    found = set(texts)
    for _ in range(20_000):
        text = list(dice.choice(texts))
        for _ in range(dice.randint(1, 3)):
            text[dice.randrange(len(text))] = dice.choice(SIGNS)
        found.add("".join(text[: dice.randint(1, len(text))] if dice.random() < 0.2 else text))
    return sorted(found)


def other_than(
    engine: Engine, texts: list[str], short: str, whole: str
) -> list[tuple[object, ...]]:
    """Texts of which the short way makes something else than the whole one does."""
    engine.connection.register("given", pa.table({"x": texts}))
    known = f"SELECT x, {short} AS short, {whole} AS long FROM given"
    many = f"SELECT count(*) > 100 FROM ({known}) WHERE short IS NOT NULL"
    assert engine.rows(many) == [(True,)]
    return engine.rows(f"FROM ({known}) WHERE short IS NOT NULL AND short IS DISTINCT FROM long")


def test_dates(engine: Engine) -> None:
    whole = moment_input._day(moment_input._pieces("x", moment_input._MOMENT))
    assert other_than(engine, near(DATES), moment_input._printed_date("x"), whole) == []


@pytest.mark.parametrize("short", [moment_input._plain("x"), moment_input._printed_moment("x")])
def test_timestamps(short: str, engine: Engine) -> None:
    whole = moment_input._moment(moment_input._pieces("x", moment_input._MOMENT), None)
    assert other_than(engine, near(MOMENTS), short, whole) == []


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        *((kind, r"[ \t\n\r]*[+-]?[0-9]+[ \t\n\r]*") for kind in (SMALLINT, INTEGER, BIGINT)),
        *(
            (kind, r"[ \t\n\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r]*")
            for kind in (numeric(18, 2), numeric(38, 10))
        ),
        *(
            (
                kind,
                r"[ \t\n\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r]*"
                r"|(?i)[ \t]*(nan|[+-]?infinity)[ \t]*",
            )
            for kind in (REAL, DOUBLE)
        ),
    ],
    ids=str,
)
def test_numbers(kind: RedshiftType, pattern: str, engine: Engine) -> None:
    """What is read is what the pattern knows, with the blanks around it cut off."""
    node = Cast(kind, ColumnRef(TEXT, "given", "x"), CastContext.TRY)
    storage = {SMALLINT: "SMALLINT", INTEGER: "INTEGER", BIGINT: "BIGINT", REAL: "FLOAT",
               DOUBLE: "DOUBLE"}.get(kind, str(kind))  # fmt: skip
    trimmed = f"TRY_CAST(trim(x, E' \\t\\n\\r') AS {storage})"
    whole = f"CASE WHEN regexp_full_match(x, '{pattern}') THEN {trimmed} END"
    assert other_than(engine, near(NUMBERS), cast_sql('"given"."x"', node), whole) == []
