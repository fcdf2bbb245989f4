"""A cast of each type to each type: which there are, and which are refused."""

import re

import pytest

from sparkify_harness.redshift.errors import CannotCoerce, NotEmulated
from sparkify_harness.redshift.sql.coercion import CASTS, castable
from sparkify_harness.redshift.sql.traversal import walk
from sparkify_harness.redshift.sql.tree import Cast, CastContext
from sparkify_harness.redshift.types import Kind, RedshiftType, numeric
from tests.unit.engine.sessions import Client
from tests.unit.places.subjects import Argument, casts

SUBJECTS = casts()
VALUES = {
    Kind.BOOLEAN: Argument("t", "boolean"),
    Kind.SMALLINT: Argument("7", "smallint"),
    Kind.INTEGER: Argument("7", "integer"),
    Kind.BIGINT: Argument("7", "bigint"),
    Kind.NUMERIC: Argument("2.50", "numeric(8,2)"),
    Kind.REAL: Argument("2.5", "real"),
    Kind.DOUBLE: Argument("2.5", "double precision"),
    Kind.CHAR: Argument("ab", "char(9)"),
    Kind.VARCHAR: Argument("ab", "varchar(9)"),
    Kind.NAME: Argument("ab", "name"),
    Kind.DATE: Argument("2020-02-29", "date"),
    Kind.TIME: Argument("10:11:12", "time"),
    Kind.TIMETZ: Argument("10:11:12+00", "timetz"),
    Kind.TIMESTAMP: Argument("2020-02-29 10:11:12", "timestamp"),
    Kind.TIMESTAMPTZ: Argument("2020-02-29 10:11:12+00", "timestamptz"),
    Kind.INTERVAL: Argument("1 day", "interval"),
    Kind.SUPER: Argument("1", "super"),
    Kind.VARBYTE: Argument("6162", "varbyte(9)"),
    Kind.OID: Argument("7", "oid"),
}
NOT_EMULATED = {
    *((Kind.VARBYTE, kind) for kind in (Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT)),
    *((text, kind) for text in (Kind.VARCHAR, Kind.CHAR) for kind in (Kind.INTERVAL, Kind.TIMETZ)),
    *((Kind.NAME, kind) for kind in (Kind.INTERVAL, Kind.TIMETZ)),
}
"""Of a column; constants are read by the leader node."""


def test_every_pair_is_cast(client: Client) -> None:
    """What the table of conversions allows has a recorded value, or is not emulated."""
    found = set()
    for subject in SUBJECTS:
        columns = [f"t.a{place}" for place, _ in enumerate(subject.arguments)]
        [argument] = subject.arguments
        if not argument.is_storable:
            columns = [f"nvl({argument.constant})"]
        source = f"(SELECT {argument.constant} AS a0) AS t"
        bound = client.prepare(f"SELECT {subject.sql(*columns)} FROM {source}").bound
        assert bound is not None
        found |= {
            (part.operand.type.kind, part.type.kind)
            for part in walk(bound.node)
            if isinstance(part, Cast)
        }
    missing = set(CASTS) - found
    assert {pair for pair in missing if Kind.NAME not in pair} == {
        pair for pair in NOT_EMULATED if Kind.NAME not in pair
    }


def _type(kind: Kind) -> RedshiftType:
    return numeric(8, 2) if kind is Kind.NUMERIC else RedshiftType(kind)


@pytest.mark.parametrize("target", VALUES, ids=lambda kind: kind.value)
def test_every_other_pair_is_refused(target: Kind, client: Client) -> None:
    written = VALUES[target].type
    for source, argument in VALUES.items():
        sql = f"SELECT x::{written} FROM (SELECT {argument.constant} AS x) AS t"
        if (source, target) in NOT_EMULATED:
            with pytest.raises(NotEmulated, match=r"^not emulated: cast of "):
                client.rows(sql)
        elif castable(_type(source), _type(target), CastContext.EXPLICIT):
            client.prepare(sql)
        else:
            words = re.escape(f"cannot cast type {source.value} to {target.value}")
            with pytest.raises(CannotCoerce, match=words):
                client.prepare(sql)
