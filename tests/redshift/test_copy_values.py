r"""How COPY turns fields into values: numbers, dates, booleans, lengths, invalid bytes, defaults.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.redshift.clients import Client
from tests.redshift.copies import Copy, Lake, Loader, copies, ordered

LENGTH = "String length exceeds DDL length"
BEYOND_SMALL = 16 << 10
"""Objects of this size are read by whole columns, smaller ones record by record."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def digit(value: str, position: int, kind: str = "Integer") -> str:
    return f"Invalid digit, Value '{value}', Pos {position}, Type: {kind}"


def bad(
    table: str, data: str | bytes, code: int, reason: str, options: str = "", *, name: str = ""
) -> Copy:
    """One line that cannot be loaded, because of column a."""
    text = data if isinstance(data, str) else str(data)
    described = f"{table.split(maxsplit=1)[1]}: {text.strip()[:30]!r} {options}".strip()
    return Copy(name or described, table, data, options, faults=[(1, "a", code, reason)])


GOOD = (
    Copy("SMALLINT", "a smallint", "32767\n-32768\n+7\n007\n 5 \n",
         rows=[(32767,), (-32768,), (7,), (7,), (5,)]),
    Copy("INTEGER", "a int", "2147483647\n-2147483648\n-0\n",
         rows=[(2147483647,), (-2147483648,), (0,)]),
    Copy("BIGINT", "a bigint", "9223372036854775807\n-9223372036854775808\n",
         rows=[(9223372036854775807,), (-9223372036854775808,)]),
    Copy("DOUBLE PRECISION", "a float", "1.5\n-.5\n2.\n1e3\n1.7976931348623157e308\n0.1\n",
         rows=[(1.5,), (-0.5,), (2.0,), (1000.0,), (1.7976931348623157e308,), (0.1,)]),
    Copy("REAL", "a real", "1.5\n-0.25\n1e10\n", rows=[(1.5,), (-0.25,), (1e10,)]),
    Copy("DECIMAL is cut", "a decimal(8,2)", "20.259\n-20.259\n20.2\n.999\n1e2\n",
         rows=[(Decimal(text),) for text in ("20.25", "-20.25", "20.20", "0.99", "100.00")]),
    Copy("DECIMAL with ROUNDEC is rounded", "a decimal(8,2)", "20.259\n-20.255\n20.254\n",
         "ROUNDEC", rows=[(Decimal("20.26"),), (Decimal("-20.26"),), (Decimal("20.25"),)]),
    Copy("DECIMAL without scale", "a decimal", "12.9\n-12.9\n",
         rows=[(Decimal(12),), (Decimal(-12),)]),
    Copy("DECIMAL that ROUNDEC makes longer", "a decimal(4,2)", "9.999\n", "ROUNDEC",
         rows=[(Decimal("10.00"),)]),
    Copy("true", "a boolean", "t\nT\ntrue\nTRUE\nTrue\ny\nY\nyes\nYES\n1\n", rows=[(True,)] * 10),
    Copy("false", "a boolean", "f\nF\nfalse\nFALSE\nn\nN\nno\nNO\n0\n", rows=[(False,)] * 9),
    Copy("DATE", "a date", "2018-11-01\n1996-02-29\n",
         rows=[(date(2018, 11, 1),), (date(1996, 2, 29),)]),
    Copy("TIMESTAMP", "a timestamp",
         "2018-11-01 21:01:46\n2018-11-01 21:01:46.796\n2018-11-01 21:01:46.123456\n",
         rows=[(moment("2018-11-01 21:01:46"),), (moment("2018-11-01 21:01:46.796"),),
               (moment("2018-11-01 21:01:46.123456"),)]),
    Copy("a date in a TIMESTAMP column is midnight", "a timestamp", "2018-11-01\n",
         "TIMEFORMAT 'auto'", rows=[(moment("2018-11-01 00:00:00"),)]),
    Copy("a time in a DATE column is dropped", "a date", "2018-11-01 21:01:46\n",
         "DATEFORMAT 'auto'", rows=[(date(2018, 11, 1),)]),
    Copy("TIMESTAMPTZ", "a timestamptz", "2018-11-01 21:01:46+00\n2018-11-01 21:01:46-08\n",
         rows=[(datetime(2018, 11, 1, 21, 1, 46, tzinfo=UTC),),
               (datetime(2018, 11, 2, 5, 1, 46, tzinfo=UTC),)]),
    Copy("epochsecs", "a timestamp", "1541106106\n0\n", "TIMEFORMAT 'epochsecs'",
         rows=[(moment("2018-11-01 21:01:46"),), (moment("1970-01-01 00:00:00"),)]),
    Copy("epochmillisecs", "a timestamp", "1541106106796\n0\n-1\n",
         "TIMEFORMAT AS 'epochmillisecs'",
         rows=[(moment("2018-11-01 21:01:46.796"),), (moment("1970-01-01 00:00:00"),),
               (moment("1969-12-31 23:59:59.999"),)]),
    Copy("epochmillisecs in TIMESTAMPTZ", "a timestamptz", "1541106106796\n",
         "TIMEFORMAT 'epochmillisecs'",
         rows=[(datetime(2018, 11, 1, 21, 1, 46, 796000, tzinfo=UTC),)]),
    Copy("DATEFORMAT", "a date", "03/31/2003\n", "DATEFORMAT AS 'MM/DD/YYYY'",
         rows=[(date(2003, 3, 31),)]),
    Copy("DATEFORMAT: DD-MON-YYYY", "a date", "01-Nov-2018\n02-DEC-2018\n",
         "DATEFORMAT 'DD-MON-YYYY'", rows=[(date(2018, 11, 1),), (date(2018, 12, 2),)]),
    Copy("DATEFORMAT: YYYYMMDD", "a date", "20181101\n", "DATEFORMAT 'YYYYMMDD'",
         rows=[(date(2018, 11, 1),)]),
    Copy("DATEFORMAT leaves timestamps alone", "a date, b timestamp",
         "03/31/2003|2018-11-01 21:01:46\n", "DATEFORMAT 'MM/DD/YYYY'",
         rows=[(date(2003, 3, 31), moment("2018-11-01 21:01:46"))]),
    Copy("TIMEFORMAT: HH is HH24", "a timestamp", "01.11.2018 21:01:46\n",
         "TIMEFORMAT 'DD.MM.YYYY HH:MI:SS'", rows=[(moment("2018-11-01 21:01:46"),)]),
    Copy("TIMEFORMAT: HH12 and AM", "a timestamp", "11/01/2018 09:01:46 PM\n",
         "TIMEFORMAT 'MM/DD/YYYY HH12:MI:SS AM'", rows=[(moment("2018-11-01 21:01:46"),)]),
    Copy("TIMEFORMAT: fractions follow the seconds", "a timestamp", "01.11.2018 21:01:46.796\n",
         "TIMEFORMAT 'DD.MM.YYYY HH:MI:SS'", rows=[(moment("2018-11-01 21:01:46.796"),)]),
    Copy("TIMEFORMAT: YYYY-MM-DDTHH:MI:SS", "a timestamp", "2018-11-01T21:01:46\n",
         "TIMEFORMAT 'YYYY-MM-DDTHH:MI:SS'", rows=[(moment("2018-11-01 21:01:46"),)]),
    Copy("VARCHAR of its full length in bytes", "a varchar(4), b varchar(4)", "abcd|éé\n",
         rows=[("abcd", "éé")]),
    Copy("TRUNCATECOLUMNS cuts CHAR and VARCHAR", "a varchar(3), b char(3)", "abcdef|abcdef\n",
         "TRUNCATECOLUMNS", rows=[("abc", "abc")]),
    Copy("TRUNCATECOLUMNS leaves no half of a character", "a varchar(3)", "éé\n日本\n",
         "TRUNCATECOLUMNS", rows=[("é",), ("日",)]),
    Copy("VARCHAR(MAX)", "a varchar(max)", "x" * 65535 + "\n", rows=[("x" * 65535,)]),
    Copy("blanks at the end of CHAR do not count", "a char(3)", "ab      \n", rows=[("ab ",)]),
    Copy("ACCEPTINVCHARS: a ? for each byte", "a varchar(10)", b"a\xa4b\xc3\n", "ACCEPTINVCHARS",
         rows=[("a?b?",)]),
    Copy("ACCEPTINVCHARS AS", "a varchar(10)", b"a\xe0\xa1\xc7\xa4b\n", "ACCEPTINVCHARS AS '^'",
         rows=[("a^^Ǥb",)]),
    Copy("noncharacters are valid", "a varchar(10)", "a\ufdd0\U0001ffff\n",
         rows=[("a\ufdd0\U0001ffff",)]),
    Copy("ACCEPTINVCHARS replaces noncharacters", "a varchar(10)", "a\ufdd0\U0001ffffb\n",
         "ACCEPTINVCHARS", rows=[("a???????b",)]),
    Copy("ACCEPTINVCHARS leaves valid characters", "a varchar(10)", "é日🎵\n", "ACCEPTINVCHARS",
         rows=[("é日🎵",)]),
    Copy("ACCEPTANYDATE: what does not fit is NULL", "a date, b timestamp", "31/31/2003|soon\n",
         "DATEFORMAT 'MM/DD/YYYY' ACCEPTANYDATE", rows=[(None, None)]),
)  # fmt: skip


@copies(*GOOD)
def test_values(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    case.check(loader)


@copies(*GOOD)
def test_values_of_large_objects(case: Copy, loader: Loader) -> None:
    """What a field means does not depend on the size of its file."""
    assert isinstance(case.data, str | bytes)
    assert case.rows is not None
    data = case.data.encode() if isinstance(case.data, str) else case.data
    times = BEYOND_SMALL // len(data) + 1
    replace(case, data=data * times, rows=case.rows * times).check(loader)


BAD = (
    bad("a smallint", "32768", 1222, "Overflow, Column type: Short"),
    bad("a int", "2147483648", 1222, "Overflow, Column type: Integer"),
    bad("a int", "-2147483649", 1222, "Overflow, Column type: Integer"),
    bad("a bigint", "9223372036854775808", 1222, "Overflow, Column type: Long"),
    bad("a int", "a", 1207, digit("a", 0)),
    bad("a int", "12x4", 1207, digit("x", 2)),
    bad("a int", "1.0", 1207, digit(".", 1)),
    bad("a int", "1,000", 1207, digit(",", 1)),
    bad("a int", "1e3", 1207, digit("e", 1)),
    bad("a int", "0x1", 1207, digit("x", 1)),
    bad("a int", "1 2", 1207, digit(" ", 1)),
    bad("a int", "true", 1207, digit("t", 0)),
    bad("a int", "١", 1207, digit("١", 0)),
    bad("a smallint", "x", 1207, digit("x", 0, "Short")),
    bad("a bigint", "x", 1207, digit("x", 0, "Long")),
    bad("a float", "1.5x", 1208, digit("x", 3, "Double")),
    bad("a float", "1,5", 1208, digit(",", 1, "Double")),
    bad("a float", "1e999", 1208, "Overflow, Column type: Double"),
    bad("a real", "1e39", 1208, "Overflow, Column type: Float"),
    bad("a decimal(8,2)", "1.5x", 1209, digit("x", 3, "Decimal")),
    bad("a decimal(8,2)", "$5", 1209, digit("$", 0, "Decimal")),
    bad("a decimal(8,2)", "1000000", 1209, "Overflow for NUMERIC(8,2)"),
    bad("a decimal(4,2)", "99.999", 1209, "Overflow for NUMERIC(4,2)", "ROUNDEC"),
    bad("a boolean", "maybe", 1210, "Unknown boolean format"),
    bad("a boolean", "2", 1210, "Unknown boolean format"),
    bad("a boolean", "on", 1210, "Unknown boolean format"),
    bad("a date", "11/01/2018", 1205, "Invalid date format or value [YYYY-MM-DD]"),
    bad("a date", "2018-1-1", 1205, "Invalid Date Format - length must be 10 or more"),
    bad("a date", "2018-02-30", 1205, "Invalid date format or value [YYYY-MM-DD]"),
    bad("a date", "2018-13-01", 1205, "Invalid date format or value [YYYY-MM-DD]"),
    bad("a date", "31/01/2018", 1205, "Invalid date format or value [MM/DD/YYYY]",
        "DATEFORMAT 'MM/DD/YYYY'"),
    bad("a timestamp", "soon", 1206,
        "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    bad("a timestamp", "1541106106796", 1206,
        "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    bad("a timestamp", "1541106106796", 1206, "Invalid timestamp format or value [auto]",
        "TIMEFORMAT 'auto'"),
    bad("a timestamp", "2018-11-01 21:01:46", 1206,
        "Invalid timestamp format or value [epochmillisecs]", "TIMEFORMAT 'epochmillisecs'"),
    bad("a timestamp", "2018-11-01T21:01:46Z", 1206,
        "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"),
    bad("a varchar(3)", "abcd", 1204, LENGTH),
    bad("a varchar(3)", "éé", 1204, LENGTH),
    bad("a varchar", "x" * 257, 1204, LENGTH, name="VARCHAR is VARCHAR(256)"),
    bad("a text", "x" * 257, 1204, LENGTH, name="TEXT is VARCHAR(256)"),
    bad("a varchar(3)", "ab  ", 1204, LENGTH, name="blanks at the end of VARCHAR count"),
    bad("a char(3)", "é", 1220,
        "Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). "
        "Invalid char: c3 a9"[:100]),
    bad("a varchar(9)", b"a\xa4", 1220,
        "String contains invalid or unsupported UTF-8 codepoints. "
        "Bad UTF-8 hex sequence: a4 (error 3)"),
    bad("a char(3)", b"a\xa4", 1220,
        "Multibyte character not supported for CHAR (Hint: Try using  VARCHAR). "
        "Invalid char: a4"[:100], "ACCEPTINVCHARS"),
    bad("a int not null", "\n", 1213, "Missing data for not-null field",
        name="NOT NULL and an empty field"),
    bad("a varchar(3) not null", "\\N\n", 1213, "Missing data for not-null field"),
    bad("a varchar(3) not null", "  \n", 1213, "Missing data for not-null field",
        "BLANKSASNULL", name="NOT NULL and BLANKSASNULL"),
    bad("a date not null", "soon\n", 1213, "Missing data for not-null field",
        "DATEFORMAT 'auto' ACCEPTANYDATE", name="NOT NULL and ACCEPTANYDATE"),
)  # fmt: skip


@copies(*BAD)
def test_what_is_no_value(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html"""
    case.check(loader)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-02-11T05:09:12.195Z", "2019-02-11 05:09:12.195"),
        ("2019-02-11 05:09:12", "2019-02-11 05:09:12"),
        ("2019-02-11", "2019-02-11 00:00:00"),
        ("19960108 040809", "1996-01-08 04:08:09"),
        ("960108 040809", "1996-01-08 04:08:09"),
        ("1996.008", "1996-01-08 00:00:00"),
        ("1996-01-08 04:05:06.789", "1996-01-08 04:05:06.789"),
        ("J2451187", "1999-01-08 00:00:00"),
        ("12/17/1997 07:37:16.00 PST", "1997-12-17 07:37:16"),
        ("12.17.1997 07:37:16.00 PST", "1997-12-17 07:37:16"),
        ("17 Dec 07:37:16 1997 PST", "1997-12-17 07:37:16"),
        ("1997-12-17 07:37:16-08", "1997-12-17 07:37:16"),
        ("January 8, 1999", "1999-01-08 00:00:00"),
        ("08-Jan-1999", "1999-01-08 00:00:00"),
        ("1/8/1999", "1999-01-08 00:00:00"),
    ],
)
def test_what_auto_recognizes(loader: Loader, text: str, expected: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/automatic-recognition.html"""
    instant = moment(expected)
    Copy("", "a timestamp, b date", f"{text}|{text}\n", "TIMEFORMAT 'auto' DATEFORMAT 'auto'",
         rows=[(instant, instant.date())]).check(loader)  # fmt: skip


@pytest.mark.parametrize(
    "option",
    [
        "TIMEFORMAT 'EPOCHMILLISECS'",
        "TIMEFORMAT 'epochmicrosecs'",
        "TIMEFORMAT 'soon'",
        "TIMEFORMAT ''",
        "DATEFORMAT 'epochsecs'",
        "DATEFORMAT ''",
    ],
)
def test_formats_that_mean_nothing(loader: Loader, option: str) -> None:
    """The keywords are case-sensitive."""
    loader.client.run("CREATE TABLE IF NOT EXISTS format_options (a timestamp)")
    refusal = loader.refused("format_options", "s3://none/at/all", option)
    assert not refusal.message.startswith(("internal", "S3ServiceException", "Load into"))


# --- defaults, NOT NULL, IDENTITY -------------------------------------------------------------


@copies(
    Copy("a column that is not listed has its DEFAULT", "a int, b int default 7, c varchar(5)",
         "1\n", columns="(a)", rows=[(1, 7, None)]),
    Copy("a listed column has none", "a int, b int default 7", "1|\n", rows=[(1, None)]),
    Copy("a listed column that FILLRECORD fills has none", "a int, b int default 7", "1\n",
         "FILLRECORD", rows=[(1, None)]),
    Copy("a NOT NULL column has its DEFAULT for null", "a int, b int not null default 1000",
         "1|\n2|5\n", rows=[(1, 1000), (2, 5)]),
    Copy("a NOT NULL column has its DEFAULT for the null string",
         "a int, b varchar(5) not null default 'none'", "1|\\N\n2|\n",
         rows=[(1, "none"), (2, "")]),
    Copy("an empty VARCHAR is not null", "a varchar(5) not null", "\n", rows=[("",)]),
    Copy("a column that is not listed, NOT NULL and without DEFAULT", "a int, b int not null",
         "1\n", columns="(a)", error=("XX000", "Cannot insert a NULL value into column b")),
    Copy("a column that is not listed, NOT NULL and with DEFAULT",
         "a int, b int not null default 3", "1\n", columns="(a)", rows=[(1, 3)]),
    Copy("a column that is not there", "a int", "1\n", columns="(a, z)",
         error=("42703", 'column "z" of relation "target_')),
    Copy("a column that is listed twice", "a int, b int", "1|2\n", columns="(a, a)",
         error=("42701", 'column "a" specified more than once')),
    Copy("IDENTITY takes no field", "i int identity(1,1), a varchar(5)", "x\ny\n",
         rows=[(1, "x"), (2, "y")]),
    Copy("IDENTITY in the list", "i int identity(1,1), a varchar(5)", "7|x\n",
         columns="(i, a)", error=("XX000", "cannot set an identity column to a value")),
    Copy("IDENTITY and EXPLICIT_IDS", "i int identity(1,1), a varchar(5)", "7|x\n7|y\n",
         "EXPLICIT_IDS", rows=[(7, "x"), (7, "y")]),
    Copy("IDENTITY in the list and EXPLICIT_IDS", "i int identity(1,1), a varchar(5)", "x|7\n",
         "EXPLICIT_IDS", columns="(a, i)", rows=[(7, "x")]),
    Copy("EXPLICIT_IDS and no IDENTITY in the list", "i int identity(1,1), a varchar(5)", "x\n",
         "EXPLICIT_IDS", columns="(a)", error=("XX000", "EXPLICIT_IDS needs the IDENTITY column")),
    Copy("EXPLICIT_IDS and no IDENTITY at all", "a varchar(5)", "x\n", "EXPLICIT_IDS",
         error=("XX000", "EXPLICIT_IDS needs the IDENTITY column")),
    Copy("GENERATED BY DEFAULT takes values", "i int generated by default as identity(1,1), "
         "a varchar(5)", "7|x\n", columns="(i, a)", rows=[(7, "x")]),
    Copy("GENERATED BY DEFAULT makes values", "i int generated by default as identity(1,1), "
         "a varchar(5)", "x\n", columns="(a)", rows=[(1, "x")]),
    Copy("keys are not enforced", "a int primary key, b int unique", "1|2\n1|2\n",
         rows=[(1, 2), (1, 2)]),
)  # fmt: skip
def test_columns(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-column-mapping.html"""
    case.check(loader)


def test_a_default_is_evaluated_once(client: Client, lake: Lake) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/c_loading_default_values.html"""
    client.run("CREATE TABLE t (a int, b float default random(), c timestamp default sysdate)")
    Loader(client, lake).copy("t (a)", lake.put({"data": "1\n2\n3\n"}))
    assert client.rows("SELECT count(*), count(distinct b), count(distinct c) FROM t") == [
        (3, 1, 1)
    ]


@pytest.mark.parametrize("times", [1, 1000], ids=["small", "large"])
def test_decimal_of_38_digits(sql: Client, lake: Lake, times: int) -> None:
    """Read as text: Python's default context keeps 28 digits."""
    numbers = [f"{'9' * 36}.99", f"-{'9' * 36}.99", f"{'9' * 35}.99"]
    sql.run("CREATE TABLE t (a decimal(38,2))")
    Loader(sql, lake).copy("t", lake.put({"data": "".join(f"{n}\n" for n in numbers) * times}))
    assert ordered(sql.rows("SELECT a::varchar, count(*) FROM t GROUP BY 1")) == ordered(
        [(number, times) for number in numbers]
    )


def test_an_insert_rounds_where_copy_cuts(client: Client, lake: Lake) -> None:
    client.run("CREATE TABLE t (a decimal(8,2))", "INSERT INTO t VALUES (20.259)")
    Loader(client, lake).copy("t", lake.put({"data": "20.259\n"}))
    assert ordered(client.rows("SELECT a FROM t")) == [(Decimal("20.25"),), (Decimal("20.26"),)]
