"""Statements of the pipeline mean the same to psycopg as to the pipeline's driver."""

import pytest
from redshift_connector.core import convert_paramstyle

from sparkify_harness.commands.placeholders import numbered

STATEMENTS = [
    "SELECT 1",
    "SELECT %s, %s",
    "SELECT '%s', \"%s\", %s",
    "SELECT a FROM t WHERE b LIKE 'x%' AND c = %s",
    "SELECT 'it''s %s' || %s",
    "SELECT 7 %% 2, %s",
    "SELECT %s -- 100%s of 'them\n, %s",
    "SELECT %s /* 'not %s */ , %s",
    "SELECT 'a''' || %s || ''",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_placeholders_are_those_of_the_driver(sql: str) -> None:
    assert numbered(sql) == convert_paramstyle("format", sql)[0]
