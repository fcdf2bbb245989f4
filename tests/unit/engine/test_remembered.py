"""A statement that is sent again is bound once, and anew where its names mean something else."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from sparkify_harness.redshift.engine.duckdb.faults import translate
from sparkify_harness.redshift.execute import queries
from sparkify_harness.redshift.sql.bind import bind
from tests.unit.engine.sessions import Client, open_client

ALL = "select * from t"


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with open_client(tmp_path_factory.mktemp("remembered")) as client:
        client.rows("create table t (a int)")
        client.rows("insert into t values (1)")
        yield client


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the statements that were bound."""
    texts: list[str] = []

    def note(statement: Any, *arguments: Any) -> Any:
        texts.append(statement.text)
        return bind(statement, *arguments)

    monkeypatch.setattr(queries, "bind", note)
    return texts


def test_the_same_text_is_bound_once(client: Client, bound: list[str]) -> None:
    assert [client.rows(ALL) for _ in range(3)] == [[(1,)]] * 3
    assert bound == [ALL]


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        pytest.param(["alter table t add column b int default 2"], [(1, 2)], id="another-column"),
        pytest.param(["create temp table t as select 7 as x"], [(7,)], id="temporary-table"),
        pytest.param(
            ["create schema s", "create table s.t as select 8 as y", "set search_path to s"],
            [(8,)],
            id="search-path",
        ),
        pytest.param(
            ["drop table t", "create view t as select 9 as z"], [(9,)], id="a-view-in-its-place"
        ),
    ],
)
def test_it_is_bound_anew_where_names_mean_something_else(
    change: list[str], rows: list[tuple[int, ...]], client: Client
) -> None:
    assert client.rows(ALL) == [(1,)]
    for sql in change:
        client.rows(sql)
    assert client.rows(ALL) == rows


def test_a_temporary_table_gives_the_name_back(client: Client) -> None:
    client.rows(ALL)
    client.rows("create temp table t as select 7 as x")
    client.rows(ALL)
    client.rows("drop table t")
    assert client.rows(ALL) == [(1,)]


def test_the_engines_own_words_stay_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    told = translate(duckdb.Error("Binder Error: a thing of the engine\n\nLINE 1: select"))
    word, error, number = told.message.split()
    assert (word, error, told.sqlstate) == ("internal", "error", "XX000")
    assert f"internal error {number}: the engine says: Binder Error: a thing" in caplog.text
