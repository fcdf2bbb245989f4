"""Names: folding, reserved words, length, qualification.

https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

WIDE = "é" * 70


@table(
    Case(
        "quoted names are folded",
        'SELECT "MYCOL", mycol FROM MYT',
        ('CREATE TABLE "MyT" ("MyCol" int)', "INSERT INTO myt VALUES (1)"),
        [(1, 1)],
        names=["mycol", "mycol"],
    ),
    Case("quoted aliases are folded", 'SELECT 1 AS "UserId"', rows=[(1,)], names=["userid"]),
    Case(
        "quoted camelCase columns of a public project",
        'SELECT DISTINCT "userId", firstname FROM staging WHERE page = \'NextSong\'',
        ('CREATE TABLE staging ("userId" int, "firstName" varchar, page varchar)',
         "INSERT INTO staging (USERID, \"firstname\", page) VALUES (1, 'A', 'NextSong')"),
        [(1, "A")],
        names=["userid", "firstname"],
    ),
    Case(
        "case-sensitive names are not had in silence",
        "SET enable_case_sensitive_identifier TO true",
        error=("0A000", "not emulated: enable_case_sensitive_identifier"),
    ),
    Case(
        "names end after 127 bytes",
        "SELECT max(octet_length(\"column\")) FROM pg_table_def WHERE tablename = 't'",
        (f"CREATE TABLE t ({WIDE} int)",),
        [(126,)],
    ),
    *(
        Case(
            f"the reserved word {word}",
            f"CREATE TABLE t ({word} int)",
            error=("42601", f'syntax error at or near "{word}"'),
        )
        for word in ("tag", "top", "sysdate", "open", "new", "percent", "start", "system", "raw",
                     "snapshot", "permissions", "language", "backup", "partition", "minus", "user")
    ),
    Case(
        "a reserved word in quotes",
        'SELECT "user", "tag" FROM t',
        ('CREATE TABLE t ("user" int, "tag" int)', "INSERT INTO t VALUES (1, 2)"),
        [(1, 2)],
    ),
    Case(
        "words that are not reserved",
        "SELECT year, month, level, status, page, method, location, key, value, name, date, time "
        "FROM t",
        ("CREATE TABLE t (year int, month int, level int, status int, page int, method int, "
         "location int, key int, value int, name int, date int, time int)",),
        [],
    ),
    Case("a table called time", "SELECT * FROM time", ("CREATE TABLE time (hour int)",), []),
    Case(
        "a table called user needs quotes",
        "CREATE TABLE user (id int)",
        error=("42601", 'syntax error at or near "user"'),
    ),
    Case(
        "a system column",
        "CREATE TABLE t (ctid int)",
        error=("42701", 'column name "ctid" conflicts with a system column name'),
    ),
    Case(
        "$ after the first character", "SELECT a$b FROM t", ("CREATE TABLE t (a$b int)",), [],
    ),
    Case("three parts", "SELECT a FROM dev.public.t", ("CREATE TABLE dev.public.t (a int)",), []),
    Case(
        "a database that is not there",
        "CREATE TABLE nowhere.public.t (a int)",
        error=("3D000", 'database "nowhere" does not exist'),
    ),
    Case(
        "a schema that is not there",
        "CREATE TABLE nowhere.t (a int)",
        error=("3F000", 'schema "nowhere" does not exist'),
    ),
    Case(
        "a table that is not there",
        "SELECT 1 FROM nowhere",
        error=("42P01", 'relation "nowhere" does not exist'),
    ),
    Case(
        "a column that is not there",
        "SELECT nothing FROM t",
        ("CREATE TABLE t (a int)",),
        error=("42703", 'column "nothing" does not exist'),
    ),
    Case(
        "a column of a table that is not there",
        "SELECT x.a FROM t",
        ("CREATE TABLE t (a int)",),
        error=("42P01", 'missing FROM-clause entry for table "x"'),
    ),
    Case(
        "a column of two tables",
        "SELECT a FROM t, u",
        ("CREATE TABLE t (a int)", "CREATE TABLE u (a int)"),
        error=("42702", 'column reference "a" is ambiguous'),
    ),
    Case(
        "IF NOT EXISTS tells",
        "CREATE TABLE IF NOT EXISTS t (other int)",
        ("CREATE TABLE t (a int)",),
        notice='Relation "t" already exists and will be skipped',
    ),
    Case(
        "IF EXISTS tells",
        "DROP TABLE IF EXISTS t",
        notice='Table "t" does not exist and will be skipped',
    ),
    Case(
        "a name that is taken",
        "CREATE TABLE T (a int)",
        ("CREATE TABLE t (a int)",),
        error=("42P07", 'Relation "t" already exists'),
    ),
    Case(
        "the label of an expression",
        "SELECT 1 + 1, count(*), upper('a'), nvl(1, 2), CASE WHEN TRUE THEN 1 END, "
        "decode(1, 1, 2), 'x', dateadd(day, 1, '2008-01-01'), "
        "datediff(day, '2008-01-01', '2008-01-02'), "
        "date_part(year, '2008-01-01'::date), extract(year FROM '2008-01-01'::date)",
        names=["?column?", "count", "upper", "coalesce", "case", "case", "?column?", "date_add",
               "date_diff", "pgdate_part", "date_part"],
    ),
)  # fmt: skip
def test_names(case: Case, sql: Client) -> None:
    case.check(sql)
