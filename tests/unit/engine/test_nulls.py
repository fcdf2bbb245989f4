"""NULL in any argument of a function gives NULL, whatever the engine's own function makes of it."""

from collections.abc import Iterator

import pytest

from harness.redshift.errors import NotEmulated
from tests.unit.engine.sessions import Client, open_client

CALLS = {
    "left": ("s", "2"),
    "right": ("s", "2"),
    "repeat": ("s", "2"),
    "replicate": ("s", "2"),
    "lpad": ("s", "8", "'x'"),
    "rpad": ("s", "8", "'x'"),
    "substring": ("s", "2", "2"),
    "substr": ("s", "2", "2"),
    "split_part": ("s", "'m'", "1"),
    "replace": ("s", "'m'", "'n'"),
    "translate": ("s", "'m'", "'n'"),
    "strpos": ("s", "'m'"),
    "charindex": ("'m'", "s"),
    "btrim": ("s", "'m'"),
    "ltrim": ("s", "'m'"),
    "rtrim": ("s", "'m'"),
    "round": ("n", "1"),
    "trunc": ("n", "1"),
    "mod": ("i", "3"),
    "power": ("f", "2"),
    "add_months": ("d", "1"),
}
"""Arguments of a call that is not NULL; a letter is a column of that kind."""

KINDS = {"s": "varchar", "n": "numeric(9,2)", "f": "float", "d": "date"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A table with a row of values, and columns that are NULL."""
    with open_client(tmp_path_factory.mktemp("nulls")) as client:
        client.rows(
            "create table t (s varchar, n numeric(9,2), i int, f float, d date, no_s varchar, "
            "no_n numeric(9,2), no_i int, no_f float, no_d date)"
        )
        client.rows("insert into t values ('Mamma Mia', 1.25, 7, 2.5, '2020-01-31')")
        yield client


@pytest.mark.parametrize("column", [True, False], ids=["column", "constant"])
@pytest.mark.parametrize(
    ("name", "place"),
    [(name, place) for name, arguments in CALLS.items() for place in range(len(arguments))],
)
def test_null_gives_null(name: str, place: int, column: bool, client: Client) -> None:
    arguments = list(CALLS[name])
    [(value,)] = client.rows(f"select {name}({', '.join(arguments)}) from t")
    assert value is not None
    letter = "s" if "'" in arguments[place] else arguments[place]
    letter = letter if letter in KINDS else "i"
    none = f"no_{letter}" if column else f"cast(null as {KINDS.get(letter, 'int')})"
    arguments[place] = none
    try:
        [(value,)] = client.rows(f"select {name}({', '.join(arguments)}) from t")
    except NotEmulated:
        assert column  # where only constants are emulated
    else:
        assert value is None
