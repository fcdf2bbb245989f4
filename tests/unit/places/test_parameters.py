"""Aggregates with a parameter for what has to be a constant; scalars: ``parameters``."""

from typing import Final

import pytest

from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from sparkify_harness.redshift.sql.functions.registry import FunctionKind
from tests.unit.engine.sessions import Client

AGGREGATES: Final = {
    "listagg(a0, $1) FROM t": "not emulated: listagg with a separator that is not a constant",
    "listagg(a0, $1) WITHIN GROUP (ORDER BY a0) FROM t": (
        "not emulated: listagg with a separator that is not a constant"
    ),
    "listagg(a0, $1) OVER () FROM t": (
        "not emulated: listagg with a separator that is not a constant"
    ),
    "percentile_cont($1) WITHIN GROUP (ORDER BY id) FROM t": (
        'function percentile_cont("unknown") does not exist'
    ),
    "percentile_disc($1) WITHIN GROUP (ORDER BY id) OVER () FROM t": (
        'function percentile_disc("unknown") does not exist'
    ),
}


def test_every_such_signature_is_asked() -> None:
    """Scalar ones by their subjects, the others below."""
    every = {
        item.name
        for overloads in OVERLOADS.values()
        for item in overloads
        if item.constants and item.kind is not FunctionKind.SCALAR
    }
    assert every == {"listagg", "percentile_cont", "percentile_disc"}


@pytest.mark.parametrize(("sql", "words"), AGGREGATES.items())
def test_of_an_aggregate(sql: str, words: str, client: Client) -> None:
    client.rows("BEGIN")
    try:
        client.rows("CREATE TABLE t AS SELECT 1 AS id, 'a'::varchar(3) AS a0")
        with pytest.raises(RedshiftError) as caught:
            client.rows(f"SELECT {sql}", ("1",))
        assert caught.value.message == words
    finally:
        client.rows("ROLLBACK")


@pytest.mark.parametrize("sql", ["NULL || $1", "upper(NULL || $1)", "$1::int + NULL::int"])
def test_beside_null(sql: str, client: Client) -> None:
    """NULL is the answer, and the parameter is taken nevertheless."""
    assert client.rows(f"SELECT {sql}", ("1",) if "int" not in sql else (1,)) == [(None,)]
