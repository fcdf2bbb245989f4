"""Keys inform the planner and are not enforced; NOT NULL is.

https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
"""

from tests.redshift.cases import Case, table
from tests.redshift.clients import Client

PARENT = "CREATE TABLE p (id int PRIMARY KEY, u int UNIQUE)"
CHILD = "CREATE TABLE c (id int REFERENCES p (id), other int, FOREIGN KEY (other) REFERENCES p)"
PRIMARY_KEY = (
    "SELECT kcu.column_name FROM information_schema.table_constraints tco "
    "JOIN information_schema.key_column_usage kcu ON kcu.constraint_name = tco.constraint_name "
    "AND kcu.constraint_schema = tco.constraint_schema "
    "AND kcu.constraint_name = tco.constraint_name "
    "WHERE tco.constraint_type = 'PRIMARY KEY' AND kcu.table_schema = 'public' "
    "AND kcu.table_name = 'p' ORDER BY kcu.ordinal_position"
)
NULL_IN_ID = ("XX000", "Cannot insert a NULL value into column id")


@table(
    Case(
        "a primary key takes duplicates",
        "SELECT * FROM p",
        (PARENT, "INSERT INTO p VALUES (1, 1), (1, 1)"),
        [(1, 1), (1, 1)],
    ),
    Case(
        "a composite key takes duplicates",
        "SELECT count(*) FROM k",
        (
            "CREATE TABLE k (a int, b int, PRIMARY KEY (a, b), UNIQUE (b, a))",
            "INSERT INTO k VALUES (1, 1), (1, 1)",
        ),
        [(2,)],
    ),
    Case(
        "a foreign key takes orphans",
        "SELECT * FROM c",
        (PARENT, CHILD, "INSERT INTO c VALUES (99, 98)"),
        [(99, 98)],
    ),
    Case(
        "a parent that is referred to can be deleted",
        "SELECT count(*) FROM p",
        (PARENT, CHILD, "INSERT INTO p VALUES (1, 1)", "INSERT INTO c VALUES (1, 1)",
         "DELETE FROM p"),
        [(0,)],
    ),
    Case(
        "a parent that is referred to can be truncated",
        "SELECT count(*) FROM p",
        (PARENT, CHILD, "INSERT INTO p VALUES (1, 1)", "INSERT INTO c VALUES (1, 1)",
         "TRUNCATE p"),
        [(0,)],
    ),
    Case(
        "NOT NULL is enforced on VALUES",
        "INSERT INTO n VALUES (NULL)",
        ("CREATE TABLE n (id int NOT NULL)",),
        error=NULL_IN_ID,
    ),
    Case("a primary key is NOT NULL", "INSERT INTO p (u) VALUES (1)", (PARENT,), error=NULL_IN_ID),
    Case(
        "NOT NULL is enforced on INSERT SELECT",
        "INSERT INTO p SELECT u, u FROM s",
        (PARENT, "CREATE TABLE s (u int)", "INSERT INTO s VALUES (1), (NULL)"),
        error=NULL_IN_ID,
    ),
    Case(
        "NOT NULL is enforced on UPDATE",
        "UPDATE p SET id = NULL",
        (PARENT, "INSERT INTO p VALUES (1, 1)"),
        error=NULL_IN_ID,
    ),
    Case(
        "a table constraint makes its columns NOT NULL",
        "INSERT INTO k VALUES (1, NULL)",
        ("CREATE TABLE k (a int, id int, PRIMARY KEY (a, id))",),
        error=NULL_IN_ID,
    ),
    Case("declared keys are listed", PRIMARY_KEY, (PARENT,), [("id",)]),
    Case(
        "the columns of a composite key are listed in order",
        PRIMARY_KEY,
        ("CREATE TABLE p (a int, b int, CONSTRAINT pk PRIMARY KEY (b, a))",),
        [("b",), ("a",)],
    ),
    Case(
        "a table has one primary key",
        "CREATE TABLE k (a int PRIMARY KEY, b int PRIMARY KEY)",
        error=("42P16", 'multiple primary keys for table "k" are not allowed'),
    ),
    Case(
        "a key names columns of its table",
        "CREATE TABLE k (a int, PRIMARY KEY (b))",
        error=("42703", 'column "b" named in key does not exist'),
    ),
    Case(
        "a foreign key names a table that is there",
        "CREATE TABLE k (a int REFERENCES nowhere (id))",
        error=("42P01", 'relation "nowhere" does not exist'),
    ),
)  # fmt: skip
def test_keys(case: Case, sql: Client) -> None:
    case.check(sql)


@table(
    Case("CHECK", "CREATE TABLE k (a int CHECK (a > 0))", error=("0A000", "")),
    Case("a CHECK of the table", "CREATE TABLE k (a int, CHECK (a > 0))", error=("0A000", "")),
    Case("EXCLUDE", "CREATE TABLE k (a int, EXCLUDE USING gist (a WITH =))", error=("42601", "")),
    Case("PARTITION BY", "CREATE TABLE k (a int) PARTITION BY RANGE (a)", error=("42601", "")),
    Case("INHERITS", "CREATE TABLE k (a int) INHERITS (p)", error=("42601", "")),
    Case("TABLESPACE", "CREATE TABLE k (a int) TABLESPACE t", error=("42601", "")),
    Case("ON COMMIT", "CREATE TEMP TABLE k (a int) ON COMMIT DROP", error=("42601", "")),
    Case("CREATE INDEX", "CREATE INDEX i ON k (a)", error=("0A000", "")),
    Case("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX i ON k (a)", error=("0A000", "")),
    Case("CREATE SEQUENCE", "CREATE SEQUENCE s", error=("0A000", "")),
    Case(
        "CREATE TRIGGER",
        "CREATE TRIGGER t BEFORE INSERT ON k FOR EACH ROW EXECUTE PROCEDURE f()",
        error=("0A000", ""),
    ),
)
def test_what_postgresql_enforces_is_refused(case: Case, sql: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html"""
    case.check(sql)


ATTRIBUTES = (
    'SELECT "column", encoding, distkey, sortkey FROM pg_table_def '
    "WHERE schemaname = 'public' AND tablename = 't'"
)


@table(
    Case(
        "of columns",
        ATTRIBUTES,
        ("CREATE TABLE t (a int ENCODE az64 DISTKEY SORTKEY NOT NULL, b varchar(10) ENCODE zstd)",),
        [("a", "az64", True, 1), ("b", "zstd", False, 0)],
    ),
    Case(
        "in any order",
        ATTRIBUTES,
        ("CREATE TABLE t (a int NOT NULL DISTKEY DEFAULT 1 ENCODE raw, b int SORTKEY UNIQUE)",),
        [("a", "raw", True, 0), ("b", "none", False, 1)],
    ),
    Case(
        "of the table",
        ATTRIBUTES,
        ("CREATE TABLE t (a int, b int) diststyle key distkey(a) compound sortkey(a, b)",),
        [("a", "none", True, 1), ("b", "none", False, 2)],
    ),
    Case(
        "of the table, in another order, quoted",
        ATTRIBUTES,
        ('CREATE TABLE t (a int, b int) BACKUP NO SORTKEY ("b") DISTKEY ("a")',),
        [("a", "az64", True, 0), ("b", "none", False, 1)],
    ),
    Case(
        "interleaved sort keys alternate in sign",
        ATTRIBUTES,
        ("CREATE TABLE t (a int, b int) DISTSTYLE EVEN INTERLEAVED SORTKEY (a, b)",),
        [("a", "none", False, 1), ("b", "none", False, -2)],
    ),
    Case(
        "what Redshift chooses",
        ATTRIBUTES,
        ("CREATE TABLE t (a bigint, b varchar, c boolean, d real, e date, f char(3)) "
         "DISTSTYLE AUTO SORTKEY AUTO ENCODE AUTO",),
        [("a", "az64", False, 0), ("b", "lzo", False, 0), ("c", "none", False, 0),
         ("d", "none", False, 0), ("e", "az64", False, 0), ("f", "lzo", False, 0)],
    ),
    Case(
        "DISTSTYLE KEY needs a key",
        "CREATE TABLE t (a int) DISTSTYLE KEY",
        error=("42P16", "DISTSTYLE KEY needs a DISTKEY column"),
    ),
    Case(
        "two distribution keys",
        "CREATE TABLE t (a int DISTKEY, b int DISTKEY)",
        error=("42P16", "multiple DISTKEY"),
    ),
    Case(
        "DISTKEY with DISTSTYLE ALL",
        "CREATE TABLE t (a int DISTKEY) DISTSTYLE ALL",
        error=("42P16", "DISTKEY"),
    ),
    Case(
        "two column sort keys",
        "CREATE TABLE t (a int SORTKEY, b int SORTKEY)",
        error=("42P16", "multiple SORTKEY"),
    ),
    Case(
        "an encoding that is none",
        "CREATE TABLE t (a int ENCODE fast)",
        error=("42601", 'syntax error at or near "fast"'),
    ),
    *(
        Case(f"ENCODE {name}", ATTRIBUTES, (f"CREATE TABLE t (a {kind} ENCODE {name})",),
             [("a", name.lower(), False, 0)])
        for name, kind in {
            "AZ64": "int", "BYTEDICT": "int", "DELTA": "int", "DELTA32K": "int", "LZO": "int",
            "MOSTLY8": "int", "MOSTLY16": "int", "MOSTLY32": "bigint", "RAW": "int",
            "RUNLENGTH": "int", "TEXT255": "varchar(9)", "TEXT32K": "varchar(9)", "ZSTD": "int",
        }.items()
    ),
)  # fmt: skip
def test_physical_attributes_are_kept(case: Case, sql: Client) -> None:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html"""
    case.check(sql)
