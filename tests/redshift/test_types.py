"""Types of columns: names, lengths, ranges, rounding.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

LONG = "x" * 257


@table(
    *(
        Case(
            f"{written} is {meant}",
            "SELECT type FROM pg_table_def WHERE tablename = 't'",
            (f"CREATE TABLE t (a {written})",),
            [(meant,)],
        )
        for written, meant in {
            "smallint": "smallint",
            "int2": "smallint",
            "int": "integer",
            "int4": "integer",
            "integer": "integer",
            "bigint": "bigint",
            "int8": "bigint",
            "decimal": "numeric(18,0)",
            "numeric": "numeric(18,0)",
            "decimal(9)": "numeric(9,0)",
            "dec(9,2)": "numeric(9,2)",
            "numeric(38,37)": "numeric(38,37)",
            "real": "real",
            "float4": "real",
            "float": "double precision",
            "float8": "double precision",
            "double precision": "double precision",
            "bool": "boolean",
            "boolean": "boolean",
            "char": "character(1)",
            "character(3)": "character(3)",
            "nchar(3)": "character(3)",
            "bpchar": "character(256)",
            "char(max)": "character(4096)",
            "varchar": "character varying(256)",
            "text": "character varying(256)",
            "nvarchar": "character varying(256)",
            "character varying(3)": "character varying(3)",
            "varchar(max)": "character varying(65535)",
            "varchar(65535)": "character varying(65535)",
            "date": "date",
            "time": "time without time zone",
            "timetz": "time with time zone",
            "timestamp": "timestamp without time zone",
            "timestamp without time zone": "timestamp without time zone",
            "timestamptz": "timestamp with time zone",
            "timestamp with time zone": "timestamp with time zone",
            "super": "super",
        }.items()
    )
)
def test_names(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case(
        "INTERVAL of a query",
        "CREATE TABLE t AS SELECT current_date - sysdate AS v",
        error=("0A000", "not emulated: columns of type INTERVAL"),
    ),
    Case(
        "INTERVAL into a table",
        "SELECT sysdate - sysdate AS v INTO t",
        error=("0A000", "not emulated: columns of type INTERVAL"),
    ),
    Case("varchar(65536)", "CREATE TABLE t (a varchar(65536))", error=("22023", "length for type")),
    Case("varchar(0)", "CREATE TABLE t (a varchar(0))", error=("22023", "length for type")),
    Case("char(4097)", "CREATE TABLE t (a char(4097))", error=("22023", "length for type")),
    Case("decimal(39,2)", "CREATE TABLE t (a decimal(39, 2))", error=("22023", "DECIMAL")),
    Case("decimal(10,11)", "CREATE TABLE t (a decimal(10, 11))", error=("22023", "DECIMAL")),
    *(
        Case(kind, f"CREATE TABLE t (a {kind})", error=error)
        for kind, error in {
            "serial": ("0A000", 'Column "t.a" has unsupported type "serial".'),
            "bigserial": ("0A000", 'Column "t.a" has unsupported type "bigserial".'),
            "bytea": ("0A000", 'Column "t.a" has unsupported type "bytea".'),
            "money": ("0A000", 'Column "t.a" has unsupported type "money".'),
            "bit": ("0A000", 'Column "t.a" has unsupported type "bit".'),
            "inet": ("0A000", 'Column "t.a" has unsupported type "inet".'),
            "name": ("0A000", 'Column "t.a" has unsupported type "name".'),
            "oid": ("0A000", 'Column "t.a" has unsupported type "oid".'),
            "point": ("0A000", 'Column "t.a" has unsupported type "point".'),
            "uuid": ("42704", 'type "uuid" does not exist'),
            "json": ("42704", 'type "json" does not exist'),
            "jsonb": ("42704", 'type "jsonb" does not exist'),
            "xml": ("42704", 'type "xml" does not exist'),
            "hstore": ("42704", 'type "hstore" does not exist'),
            "tsvector": ("42704", 'type "tsvector" does not exist'),
            "int4range": ("42704", 'type "int4range" does not exist'),
            "string": ("42704", 'type "string" does not exist'),
            "hugeint": ("42704", 'type "hugeint" does not exist'),
            "datetime": ("42704", 'type "datetime" does not exist'),
            "tinyint": ("42704", 'type "tinyint" does not exist'),
        }.items()
    ),
    Case("int[]", "CREATE TABLE t (a int[])", error=("0A000", 'Column "t.a" has unsupported type')),
    Case("an enumeration", "CREATE TYPE e AS ENUM ('a')", error=("42601", "")),
)
def test_refused(case: Case, sql: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-datatypes.html"""
    case.check(sql)


TOO_LONG = ("22001", "value too long for type character varying(3)")
TEXTS = "CREATE TABLE t (v varchar(3), c char(5), x text)"


@table(
    Case("the length counts bytes", "INSERT INTO t (v) VALUES ('é€')", (TEXTS,), error=TOO_LONG),
    Case(
        "bytes that fit",
        "SELECT v, len(v), octet_length(v) FROM t",
        (TEXTS, "INSERT INTO t (v) VALUES ('aé')"),
        [("aé", 2, 3)],
    ),
    Case("one byte too many", "INSERT INTO t (v) VALUES ('abcd')", (TEXTS,), error=TOO_LONG),
    Case(
        "TEXT holds 256 bytes",
        f"INSERT INTO t (x) VALUES ('{LONG}')",
        (TEXTS,),
        error=("22001", "value too long for type character varying(256)"),
    ),
    Case(
        "too long on the compute nodes",
        "INSERT INTO t (v) SELECT x FROM t",
        (TEXTS, "INSERT INTO t (x) VALUES ('abcdef')"),
        error=("XX000", "Value too long for character type"),
        detail="Value too long for type character varying(3)",
    ),
    Case(
        "too long by UPDATE",
        "UPDATE t SET v = x || x",
        (TEXTS, "INSERT INTO t (x) VALUES ('abcdef')"),
        error=("XX000", "Value too long for character type"),
        detail="code:      8001",
    ),
    Case(
        "blanks beyond the length are cut",
        "SELECT v, octet_length(v) FROM t",
        (TEXTS, "INSERT INTO t (v) VALUES ('abc   ')"),
        [("abc", 3)],
    ),
    Case(
        "blanks within the length are kept",
        "SELECT v, len(v), octet_length(v) FROM t",
        (TEXTS, "INSERT INTO t (v) VALUES ('a ')"),
        [("a ", 2, 2)],
    ),
    Case(
        "an explicit cast cuts",
        "SELECT 'City in the mountains'::varchar(4), CAST('abc' AS char(2))",
        rows=[("City", "ab")],
    ),
    Case(
        "a cast cuts between characters",
        "SELECT 'aé€'::varchar(4)",
        rows=[("aé",)],
    ),
    Case(
        "CHAR is padded, its length is not",
        "SELECT c, len(c), c || '|', c = 'ab', 'ab' = c FROM t",
        (TEXTS, "INSERT INTO t (c) VALUES ('ab')"),
        [("ab   ", 2, "ab|", True, True)],
    ),
    Case(
        "CHAR takes no multibyte characters",
        "INSERT INTO t (c) VALUES ('é')",
        (TEXTS,),
        error=("XX000", "CHAR string contains invalid ASCII character"),
    ),
    Case(
        "an empty string is not NULL",
        "SELECT v = '', v IS NULL, nvl(v, 'x') FROM t",
        (TEXTS, "INSERT INTO t (v) VALUES ('')"),
        [(True, False, "")],
    ),
    Case(
        "order is by bytes",
        "SELECT v FROM t ORDER BY v",
        (TEXTS, "INSERT INTO t (v) VALUES ('b'), ('a'), ('é'), ('B'), ('_')"),
        [("B",), ("_",), ("a",), ("b",), ("é",)],
    ),
)
def test_text(case: Case, client: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html"""
    case.check(client)


NUMBERS = (
    "CREATE TABLE t (s smallint, i int, b bigint, d decimal(8, 2), n decimal, r real, f float)"
)


@table(
    Case(
        "DECIMAL has no fraction",
        "SELECT n FROM t",
        (NUMBERS, "INSERT INTO t (n) VALUES (1.6)"),
        [(Decimal(2),)],
    ),
    Case(
        "INSERT rounds, halves away from zero",
        "SELECT d FROM t ORDER BY d",
        (NUMBERS, "INSERT INTO t (d) VALUES (20.259), (0.125), (-0.125), (1.005)"),
        [(Decimal("-0.13"),), (Decimal("0.13"),), (Decimal("1.01"),), (Decimal("20.26"),)],
    ),
    Case(
        "a decimal becomes an integer by rounding",
        "SELECT i, 1.5::int, -1.5::int, 2.5::int FROM t",
        (NUMBERS, "INSERT INTO t (i) VALUES (1.5)"),
        [(2, 2, -2, 3)],
    ),
    Case(
        "DECIMAL overflow",
        "INSERT INTO o VALUES (100)",
        ("CREATE TABLE o (a decimal(4, 2))",),
        error=("22003", "numeric field overflow"),
        detail="The absolute value is greater than or equal to 10^2 for field with precision 4, "
        "scale 2.",
    ),
    Case(
        "SMALLINT overflow",
        "INSERT INTO t (s) VALUES (32768)",
        (NUMBERS,),
        error=("22003", "smallint out of range"),
    ),
    Case(
        "INTEGER overflow",
        "INSERT INTO t (i) VALUES (2147483648)",
        (NUMBERS,),
        error=("22003", "integer out of range"),
    ),
    Case(
        "BIGINT overflow",
        "INSERT INTO t (b) VALUES (9223372036854775808)",
        (NUMBERS,),
        error=("22003", "bigint out of range"),
    ),
    Case(
        "SMALLINT overflow on the compute nodes is no wrap",
        "INSERT INTO t (s) SELECT i FROM t",
        (NUMBERS, "INSERT INTO t (i) VALUES (40000)"),
        error=("22003", "smallint out of range"),
    ),
    Case(
        "the ends of the ranges",
        "SELECT s, i, b FROM t",
        (NUMBERS, "INSERT INTO t (s, i, b) VALUES (-32768, -2147483648, -9223372036854775808)"),
        [(-32768, -2147483648, -9223372036854775808)],
    ),
    Case(
        "text becomes a number",
        "SELECT i, d, f FROM t",
        (NUMBERS, "INSERT INTO t (i, d, f) VALUES ('12', '1.255', '1e3')"),
        [(12, Decimal("1.26"), 1000.0)],
    ),
    Case(
        "text that is none",
        "INSERT INTO t (i) VALUES ('1.5')",
        (NUMBERS,),
        error=("22P02", 'invalid input syntax for integer: "1.5"'),
    ),
    Case(
        "REAL and DOUBLE PRECISION",
        "SELECT r, f FROM t",
        (NUMBERS, "INSERT INTO t (r, f) VALUES (0.5, 0.1)"),
        [(0.5, 0.1)],
    ),
    Case(
        "types on the wire",
        "SELECT * FROM t",
        (NUMBERS,),
        [],
        types=[21, 23, 20, 1700, 1700, 700, 701],
    ),
)
def test_numbers(case: Case, client: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html"""
    case.check(client)


@table(
    Case(
        "BOOLEAN input",
        "SELECT a, count(*) FROM t GROUP BY a ORDER BY a",
        ("CREATE TABLE t (a boolean)",
         "INSERT INTO t VALUES ('t'), ('true'), ('y'), ('yes'), ('1'), (TRUE)",
         "INSERT INTO t VALUES ('f'), ('false'), ('n'), ('no'), ('0'), (FALSE), (NULL)"),
        [(False, 6), (True, 6), (None, 1)],
    ),
    Case(
        "BOOLEAN input that is none",
        "INSERT INTO t VALUES ('maybe')",
        ("CREATE TABLE t (a boolean)",),
        error=("22P02", 'invalid input syntax for type boolean: "maybe"'),
    ),
    Case(
        "IS TRUE in a select list",
        "SELECT a IS TRUE FROM t",
        ("CREATE TABLE t (a boolean)",),
        error=("XX000", "Not implemented"),
    ),
    Case(
        "IS TRUE in WHERE",
        "SELECT count(*) FROM t WHERE a IS TRUE",
        ("CREATE TABLE t (a boolean)", "INSERT INTO t VALUES (TRUE), (FALSE), (NULL)"),
        [(1,)],
    ),
    Case(
        "TIMESTAMP ignores a zone",
        "SELECT '2001-02-16 18:38:40-08'::timestamp",
        rows=[(datetime(2001, 2, 16, 18, 38, 40),)],  # noqa: DTZ001  # TIMESTAMP has no zone
    ),
    Case(
        "TIMESTAMPTZ converts to UTC",
        "SELECT '2001-02-16 18:38:40-08'::timestamptz",
        rows=[(datetime(2001, 2, 17, 2, 38, 40, tzinfo=UTC),)],
    ),
    Case(
        "missing parts are zero, fractions have six digits",
        "SELECT a FROM t ORDER BY a",
        ("CREATE TABLE t (a timestamp)",
         "INSERT INTO t VALUES ('2008-06-01'), ('2008-06-01 12:30'), ('2008-06-01 1:2:3.1234567')"),
        [(datetime(2008, 6, 1),), (datetime(2008, 6, 1, 1, 2, 3, 123457),),  # noqa: DTZ001  # TIMESTAMP has no zone
         (datetime(2008, 6, 1, 12, 30),)],  # noqa: DTZ001  # TIMESTAMP has no zone
    ),
    Case("dates are month first", "SELECT '12-31-2008'::date", rows=[(date(2008, 12, 31),)]),
    Case(
        "a date that is none",
        "SELECT '2008-13-01'::date",
        error=("22008", "date/time field value out of range"),
    ),
    Case(
        "types on the wire",
        "SELECT 'a'::varchar(9), 'a'::char(2), TRUE, '2008-01-01'::date, '2008-01-01'::timestamp, "
        "'2008-01-01'::timestamptz, '12:00'::time, json_parse('1')",
        types=[1043, 1042, 16, 1082, 1114, 1184, 1083, 4000],
    ),
)  # fmt: skip
def test_booleans_and_dates(case: Case, client: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html"""
    case.check(client)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        pytest.param("00:00:00 EST", time(5), id="west of Greenwich"),
        pytest.param("22:44:54.5 CET", time(21, 44, 54, 500_000), id="east of Greenwich"),
        pytest.param("18:42:22 GMT", time(18, 42, 22), id="UTC"),
        pytest.param("01:02:03+05", time(20, 2, 3), id="the day before"),
    ],
)
def test_times_with_a_zone_arrive_in_utc(text: str, clock: time, client: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html"""
    client.run("CREATE TABLE t (a timetz)", f"INSERT INTO t VALUES ('{text}')")
    [(seen,)] = client.rows("SELECT a FROM t")
    assert datetime.combine(date(2018, 11, 1), seen).astimezone(UTC).time() == clock
