"""What an engine would say in words of its own is said in Redshift's: one statement each."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sparkify_harness.redshift.engine.cancellation import Cancellation
from sparkify_harness.redshift.engine.duckdb.database import DuckDBEngine
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.fields import Format
from tests.unit.engine.sessions import Client, open_client

NO_OPERAND = "Invalid preceding regular expression prior to repetition operator."
DIGITS = "9" * 5000
PATTERNS = {
    r"'\\'": "XX000 Invalid or unterminated escape sequence.",
    "'[a-'": "XX000 Unmatched [ or [^ in character class declaration.",
    "'('": "XX000 Unmatched marking parenthesis ( or \\(.",
    "')'": "XX000 Unmatched marking parenthesis ( or \\(.",
    "'*'": (
        'XX000 The repeat operator "*" cannot start a regular expression.  The error occurred '
        "while parsing the regular expression: '>>>HERE>>>*'."
    ),
    "'a{2,1}'": (
        "XX000 Invalid content of repeat range.  The error occurred while parsing the regular "
        "expression: 'a{2,>>>HERE>>>1}'."
    ),
    "'(a{1,1000}){1,1000}'": "XX000 Invalid content of repeat range.",
    "'(a{1,100}){1,100}'": (
        "0A000 not emulated: regular expression that repeats what repeats: {1,100}"
    ),
    "'a{1,9}{1,9}'": (
        f"XX000 {NO_OPERAND}  The error occurred while parsing the regular expression fragment: "
        "'{1,9}{1,9}>>>HERE>>>'."
    ),
    "'[[:foo:]]'": ("XX000 Invalid character class name, collating name, or character range."),
    "'^(?!DELIVERED|PENDING).*$'": (
        f"XX000 {NO_OPERAND}  The error occurred while parsing the regular expression fragment: "
        "'^(?>>>HERE>>>!DELIVERED'."
    ),
    "'(?i)1234'": (
        f"XX000 {NO_OPERAND}  The error occurred while parsing the regular expression: "
        "'(?>>>HERE>>>i)1234'."
    ),
    "'abcdefghijklm(?:n)'": (
        f"XX000 {NO_OPERAND}  The error occurred while parsing the regular expression fragment: "
        "'fghijklm(?>>>HERE>>>:n)'."
    ),
    r"'\\Za'": r"0A000 not emulated: regular expression with \Z",
}
MATCHES = (
    "'a' ~ {p}", "'a' !~* {p}", "regexp_substr('a', {p})", "regexp_substr('a', {p}, 1, 1, 'e')",
    "regexp_replace('a', {p}, 'b')", "regexp_count('a', {p})", "regexp_instr('a', {p})",
)  # fmt: skip
REFUSED = {
    "timestamptz '9999-12-31 23:59:59 America/New_York'": (
        '22008 timestamp out of range: "9999-12-31 23:59:59 America/New_York"'
    ),
    "timestamptz '0001-01-01 00:00:00 Asia/Tokyo'": (
        '22008 timestamp out of range: "0001-01-01 00:00:00 Asia/Tokyo"'
    ),
    DIGITS: "22003 numeric field overflow",
    f"{DIGITS}.5": "22003 numeric field overflow",
    f"'{DIGITS}'::int": f'22003 value "{DIGITS}" is out of range for type integer',
    f"'{DIGITS}'::numeric": "22003 numeric field overflow",
    f"1e{DIGITS}": f'22003 "1e{DIGITS}" is out of range for type double precision',
    "from_hex('UTC')": "XX000 invalid hexadecimal data",
    "to_varbyte('UTC', 'hex')": "XX000 invalid hexadecimal data",
    "to_varbyte('UTC', 'base64')": "XX000 invalid base64 data",
    "from_varbyte(to_varbyte('ff', 'hex'), 'utf8')": (
        "XX000 String contains invalid or unsupported UTF8 codepoints."
    ),
    "chr(-1)": "XX000 requested character not valid for encoding: -1",
    "chr(1114112)": "XX000 requested character not valid for encoding: 1114112",
    "chr(55296)": "XX000 requested character not valid for encoding: 55296",
    "interval_cmp(interval '9999999999 days', interval '1 day')": "22008 interval out of range",
    "interval '999999999 years'": "22008 interval out of range",
    "percentile_cont(0.5) FROM t": "42883 function percentile_cont(numeric) does not exist",
    "percentile_cont(0.5) OVER () FROM t": (
        "42883 function percentile_cont(numeric) does not exist"
    ),
    "percentile_disc(0.5) OVER () FROM t": (
        "42883 function percentile_disc(numeric) does not exist"
    ),
    "listagg(DISTINCT w, ',') WITHIN GROUP (ORDER BY n) FROM t": (
        "0A000 not emulated: LISTAGG(DISTINCT x) in the order of anything but x"
    ),
    "listagg(DISTINCT n::varchar(1)) WITHIN GROUP (ORDER BY n) FROM t": (
        "0A000 not emulated: LISTAGG(DISTINCT x) in the order of anything but x"
    ),
    "ntile(0) OVER (ORDER BY n) FROM t": "22023 argument of ntile must be greater than zero",
    "nth_value(n, 0) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) FROM t": (
        "22023 argument of nth_value must be greater than zero"
    ),
    "'a' LIKE 'a' ESCAPE 'ab'": "22025 invalid escape string",
    "w LIKE 'a\\\\' FROM t": "22025 LIKE pattern must not end with escape character",
    "substr(w, 1, 2) FROM t": (
        "0A000 SUBSTR() function is not supported (Hint: use SUBSTRING instead)"
    ),
    "to_char(n, '" + "9" * 201 + "') FROM t": (
        "0A000 not emulated: a template of more than 200 characters"
    ),
}
ANSWERED = {
    "substr('abc', 1, 2)": "ab",
    "regexp_count('None', NULL)": None,
    "strtol('12', NULL)": None,
    "chr(233)": "é",
    "regexp_substr('This is a cat', 'a (\\\\w+)', 1, 1, 'e')": "cat",
    "regexp_substr('a(b', '[(]b', 1, 1, 'e')": "(b",
    "-(1) FROM t GROUP BY -(1)": "-1",
    "count(*) FROM t ORDER BY -(1)": "2",
    "-(-(1)) FROM t GROUP BY 1": "1",
    "listagg(DISTINCT w, ',') WITHIN GROUP (ORDER BY w) FROM t": "a,b",
    "listagg(DISTINCT n, ',') WITHIN GROUP (ORDER BY n DESC) FROM t": "2,1",
    "listagg(DISTINCT n * 5, '') WITHIN GROUP (ORDER BY n * 5) FROM t": "510",
    "listagg(DISTINCT n) WITHIN GROUP (ORDER BY n) FROM t WHERE n > 2": None,
    "listagg(DISTINCT nullif(n, n)) WITHIN GROUP (ORDER BY nullif(n, n)) FROM t": None,
    "listagg(DISTINCT n::numeric(5, 2), '|') WITHIN GROUP (ORDER BY n::numeric(5, 2)) FROM t": (
        "1.00|2.00"
    ),
}


@pytest.fixture
def sql(client: Client) -> Iterator[Client]:
    """A session with a table; what a test does is undone."""
    client.rows("BEGIN")
    client.rows("CREATE TABLE t (n int, w varchar(9))")
    client.rows("INSERT INTO t VALUES (1, 'b'), (2, 'a')")
    yield client
    client.rows("ROLLBACK")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        *REFUSED.items(),
        *(
            (match.format(p=pattern), words)
            for pattern, words in PATTERNS.items()
            for match in MATCHES
        ),
    ],
)
def test_refused(expression: str, words: str, sql: Client) -> None:
    with pytest.raises(RedshiftError) as caught:
        sql.rows(f"SELECT {expression}")
    assert f"{caught.value.sqlstate} {caught.value.message}" == words


@pytest.mark.parametrize(("expression", "value"), ANSWERED.items())
def test_answered(expression: str, value: str | None, sql: Client) -> None:
    assert sql.rows(f"SELECT {expression}", (), Format.TEXT) == [(value,)]


@pytest.mark.parametrize("name", ["main", "temp", "memory", "_catalog", '"_user:main"'])
def test_a_schema_may_have_any_name(name: str, sql: Client) -> None:
    sql.rows(f"CREATE SCHEMA {name}")
    sql.rows(f"CREATE TABLE {name}.x (i int)")
    sql.rows(f"INSERT INTO {name}.x VALUES (7)")
    assert sql.rows(f"SELECT i FROM {name}.x") == [(7,)]
    assert sql.rows("SELECT count(*) FROM svv_table_info WHERE \"table\" = 'x'") == [(1,)]
    sql.rows(f"DROP SCHEMA {name} CASCADE")


def test_a_schema_may_be_called_as_the_file_of_a_run(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    with open_client(tmp_path, file) as client:
        client.rows("CREATE SCHEMA warehouse")
        client.rows("CREATE TABLE warehouse.x AS SELECT 7 AS i")
    with open_client(tmp_path, file) as client:
        assert client.rows("SELECT i FROM warehouse.x") == [(7,)]


def test_a_table_that_is_gone_has_no_rows(client: Client) -> None:
    client.rows("CREATE TABLE gone (i int)")
    engine = client._session._session.engine  # below the protocol
    relation = client._session._session.catalog.require(("gone",))
    client.rows("DROP TABLE gone")
    assert engine.count(relation) == 0


@pytest.mark.parametrize("step", ["begin", "commit", "rollback"])
def test_what_fails_around_statements_is_an_internal_error(step: str, tmp_path: Path) -> None:
    engine = DuckDBEngine(None)
    connection = engine.connect(Cancellation())
    if step != "begin":
        connection.begin()

    class Broken:
        def execute(self, *_: object) -> None:
            raise duckdb.FatalException("FATAL Error: the engine says so")

    cursor, connection._cursor = connection._cursor, Broken()  # type: ignore[assignment]
    with pytest.raises(RedshiftError, match=r"^internal error [0-9a-f]{8}$"):
        getattr(connection, step)()
    cursor.close()
    engine.close()
