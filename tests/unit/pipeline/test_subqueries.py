"""Queries become the first elements of the WITH clause of the one that reads them."""

import pytest

from sparkify.subqueries import with_subqueries

PLAYS = "WITH plays AS (\nSELECT 2\n)"


@pytest.mark.parametrize(
    ("sql", "whole"),
    [
        pytest.param("SELECT 1", f"{PLAYS}\nSELECT 1", id="plain"),
        pytest.param("-- why\n\n-- how\nSELECT 1", f"{PLAYS}\nSELECT 1", id="comments"),
        pytest.param("/* a\nb */ -- c\n/**/SELECT 1", f"{PLAYS}\nSELECT 1", id="long-comments"),
        pytest.param(
            "with a AS (SELECT 3)\nSELECT 1", f"{PLAYS}, a AS (SELECT 3)\nSELECT 1", id="with"
        ),
        pytest.param(
            "WITH recursive a(n) AS (SELECT 3) SELECT 1",
            "WITH RECURSIVE plays AS (\nSELECT 2\n), a(n) AS (SELECT 3) SELECT 1",
            id="recursive",
        ),
        pytest.param("WITHIN", f"{PLAYS}\nWITHIN", id="another-word"),
    ],
)
def test_they_come_first(sql: str, whole: str) -> None:
    assert with_subqueries(sql, {"plays": "-- plays\nSELECT 2"}) == whole


def test_without_any_the_query_stays_what_it_is() -> None:
    assert with_subqueries("-- why\nSELECT 1", {}) == "SELECT 1"
