"""CREATE TABLE, CREATE TABLE AS, SELECT INTO, views and schemas."""

import pytest

from sparkify_harness.redshift.catalog.relations import Column, Identity
from sparkify_harness.redshift.errors import RedshiftError
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.sql.statements import (
    ColumnDefinition,
    CreateSchema,
    CreateTable,
    CreateTableAs,
    CreateView,
    Drop,
    LikeClause,
    TableAttributes,
    TableConstraint,
)
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    REAL,
    SMALLINT,
    SUPER,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    TIMETZ,
    Kind,
    RedshiftType,
    char,
    numeric,
    varchar,
)
from tests.unit.sql_parse.shapes import shape


def table(sql: str) -> CreateTable:
    parsed = parse_one(sql)
    assert isinstance(parsed, CreateTable)
    return parsed


TYPES = [
    ("smallint", SMALLINT),
    ("int2", SMALLINT),
    ("INTEGER", INTEGER),
    ("int", INTEGER),
    ("int4", INTEGER),
    ("bigint", BIGINT),
    ("int8", BIGINT),
    ("decimal", numeric(18, 0)),
    ("numeric(5)", numeric(5, 0)),
    ("dec(38,37)", numeric(38, 37)),
    ("real", REAL),
    ("float4", REAL),
    ("float(24)", REAL),
    ("float", DOUBLE),
    ("float(25)", DOUBLE),
    ("float8", DOUBLE),
    ("double precision", DOUBLE),
    ("boolean", BOOLEAN),
    ("bool", BOOLEAN),
    ("char", char(1)),
    ("character(7)", char(7)),
    ("nchar(7)", char(7)),
    ("bpchar", char(256)),
    ("char(max)", char(4096)),
    ("varchar", varchar(256)),
    ("varchar(65535)", varchar(65535)),
    ("varchar(MAX)", varchar(65535)),
    ("character varying(3)", varchar(3)),
    ("char varying", varchar(256)),
    ("nvarchar", varchar(256)),
    ("text", varchar(256)),
    ("date", DATE),
    ("time", TIME),
    ("timetz", TIMETZ),
    ("time with time zone", TIMETZ),
    ("timestamp", TIMESTAMP),
    ("timestamp without time zone", TIMESTAMP),
    ("timestamp with time zone", TIMESTAMPTZ),
    ("timestamptz", TIMESTAMPTZ),
    ("super", SUPER),
    ("varbyte", RedshiftType(Kind.VARBYTE, length=64_000)),
    ("varbinary(10)", RedshiftType(Kind.VARBYTE, length=10)),
    ("binary varying(1024000)", RedshiftType(Kind.VARBYTE, length=1_024_000)),
]


@pytest.mark.parametrize(("written", "expected"), TYPES, ids=[written for written, _ in TYPES])
def test_column_has_type(written: str, expected: RedshiftType) -> None:
    assert table(f"create table t (a {written})").columns[0].column.type == expected


REFUSED_TYPES = [
    *(
        (name, "0A000", f'Column "t.a" has unsupported type "{name}".')
        for name in ("serial", "bigserial", "bytea", "money", "inet", "bit", "xid", "refcursor")
    ),
    *(
        (name, "42704", f'type "{name}" does not exist')
        for name in ("uuid", "json", "jsonb", "xml", "hstore", "tsvector", "string")
    ),
    ("name", "0A000", 'Column "t.a" has unsupported type "name".'),
    ('"char"', "0A000", 'not emulated: type "char"'),
    ("varchar[]", "0A000", 'Column "t.a" has unsupported type "character varying[]".'),
    ("int array", "0A000", 'Column "t.a" has unsupported type "integer[]".'),
    ("interval", "0A000", "not emulated: columns of type INTERVAL"),
    ("interval year to month", "0A000", "not emulated: columns of type INTERVAL"),
    ("geometry", "0A000", "not emulated: type GEOMETRY"),
    ("hllsketch", "0A000", "not emulated: type HLLSKETCH"),
    ("timestamp(3)", "0A000", "not emulated: precision of time types"),
    ("varchar(0)", "22023", "length for type character varying must be at least 1"),
    ("varchar(65536)", "22023", "length for type character varying cannot exceed 65535"),
    ("char(4097)", "22023", "length for type character cannot exceed 4096"),
    ("varbyte(1024001)", "22023", "length for type binary varying cannot exceed 1024000"),
    ("decimal(39)", "22023", "DECIMAL precision 39 must be between 1 and 38"),
    ("decimal(5,6)", "22023", "DECIMAL scale 6 must be between 0 and precision 5"),
    ("decimal(38,38)", "22023", "DECIMAL scale 38 must be between 0 and 37"),
    ("float(54)", "22023", "precision for type float must be less than 54 bits"),
    ("text(10)", "42601", 'syntax error at or near "("'),
    ("int(11)", "42601", 'syntax error at or near "("'),
    ("double", "42601", 'syntax error at or near ")"'),
    ("varchar(-1)", "42601", 'syntax error at or near "-"'),
    ("varchar(10 char)", "42601", 'syntax error at or near "char"'),
    ("int unsigned", "42601", 'syntax error at or near "unsigned"'),
    ("enum('a')", "42704", 'type "enum" does not exist'),
]


@pytest.mark.parametrize(
    ("written", "sqlstate", "message"), REFUSED_TYPES, ids=[case[0] for case in REFUSED_TYPES]
)
def test_column_cannot_have_type(written: str, sqlstate: str, message: str) -> None:
    with pytest.raises(RedshiftError) as raised:
        parse_one(f"create table t (a {written})")
    assert (raised.value.sqlstate, raised.value.message) == (sqlstate, message)


def test_column_attributes_stand_in_any_order() -> None:
    one, two = table(
        "create table s.t ("
        "a bigint generated by default as identity(1, -2) not null primary key distkey encode az64,"
        "b varchar(9) encode zstd collate case_sensitive sortkey default 'x' || 'y' null unique"
        " references q (c))"
    ).columns
    assert one == ColumnDefinition(
        column=Column(
            name="a",
            type=BIGINT,
            not_null=True,
            identity=Identity(1, -2, by_default=True),
            encoding="AZ64",
            distkey=True,
        ),
        keys=(TableConstraint(kind="PRIMARY KEY", columns=("a",)),),
    )
    assert shape(two.default) == "('x' || 'y')"
    assert two == ColumnDefinition(
        column=Column(name="b", type=varchar(9), default="'x' || 'y'", encoding="ZSTD", sortkey=1),
        default=two.default,
        keys=(
            TableConstraint(kind="UNIQUE", columns=("b",)),
            TableConstraint(kind="FOREIGN KEY", columns=("b",), references=(("q",), ("c",))),
        ),
    )


DEFAULTS = [
    ("sysdate", "sysdate()"),
    ("getdate()", "getdate()"),
    ("-1", "(- 1)"),
    ("(1 + 2) * 3", "(Paren((1 + 2)) * 3)"),
    ("'a'::varchar(5)", "Cast('a', character varying(5))"),
    ("null", "NULL"),
    ("timestamp '2018-11-01'", "Cast('2018-11-01', timestamp without time zone)"),
]


@pytest.mark.parametrize(("text", "expected"), DEFAULTS, ids=[text for text, _ in DEFAULTS])
def test_default_keeps_tree_and_text(text: str, expected: str) -> None:
    (definition,) = table(f"create table t (a int default {text} not null)").columns
    column = definition.column
    assert (shape(definition.default), column.default, column.not_null) == (expected, text, True)


def test_table_constraints() -> None:
    parsed = table(
        "create table t (a int, b int, primary key (a, b), constraint u unique (b),"
        " foreign key (a) references s.q)"
    )
    assert parsed.constraints == (
        TableConstraint(kind="PRIMARY KEY", columns=("a", "b")),
        TableConstraint(kind="UNIQUE", columns=("b",), name="u"),
        TableConstraint(kind="FOREIGN KEY", columns=("a",), references=(("s", "q"), ())),
    )


ATTRIBUTES = [
    ("", TableAttributes()),
    ("backup no", TableAttributes(backup=False)),
    ("diststyle all", TableAttributes(diststyle="ALL")),
    ('distkey("A")', TableAttributes(distkey="a")),
    ("sortkey (a)", TableAttributes(sortkey=("a",), sortkey_style="COMPOUND")),
    ("sortkey auto", TableAttributes(sortkey_style="AUTO")),
    ("interleaved sortkey(a, b)", TableAttributes(sortkey=("a", "b"), sortkey_style="INTERLEAVED")),
    ("encode auto", TableAttributes(encode_auto=True)),
    (
        "compound sortkey (a,b) backup yes distkey(b) diststyle key",
        TableAttributes(diststyle="KEY", distkey="b", sortkey=("a", "b"), sortkey_style="COMPOUND"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), ATTRIBUTES, ids=[text for text, _ in ATTRIBUTES])
def test_table_attributes_stand_in_any_order(text: str, expected: TableAttributes) -> None:
    assert table(f"create table t (a int, b int) {text}").attributes == expected


TEMPORARY = [
    ("create table t (a int)", False),
    ("create temp table t (a int)", True),
    ("create temporary table t (a int)", True),
    ("create local temp table t (a int)", True),
    ("create table #t (a int)", True),
]


@pytest.mark.parametrize(("sql", "expected"), TEMPORARY, ids=[sql for sql, _ in TEMPORARY])
def test_temporary_tables(sql: str, *, expected: bool) -> None:
    assert table(sql).temporary is expected


def test_like_with_columns_beside() -> None:
    parsed = table("create table if not exists d.s.t (like q including defaults, a int, like r)")
    assert parsed.name == ("d", "s", "t")
    assert parsed.if_not_exists
    assert parsed.like == (
        LikeClause(table=("q",), including_defaults=True),
        LikeClause(table=("r",)),
    )
    assert [definition.column.name for definition in parsed.columns] == ["a"]


CONTRADICTIONS = [
    ("(a int distkey, b int distkey)", "42P16"),
    ("(a int distkey) diststyle even", "42P16"),
    ("(a int) distkey(a) diststyle all", "42P16"),
    ("(a int) diststyle key", "42P16"),
    ("(a int sortkey, b int sortkey)", "42P16"),
    ("(a int sortkey) sortkey(a)", "42P16"),
    ("(a int primary key, primary key (a))", "42P16"),
    ("(a varchar identity(0,1))", "42P16"),
    ("(like q) distkey(a)", "42P16"),
    ("(a int) distkey(b)", "42703"),
    ("(a int) sortkey(b)", "42703"),
    ("(a int, unique (b))", "42703"),
    ("(a int, A int)", "42701"),
    ("(xmin int)", "42701"),
    ("(a int not null null)", "42601"),
    ("(a int identity(0,1) null)", "42601"),
    ("(a super distkey)", "42P16"),
    ("(a int not null not null)", "42601"),
    ("(a int identity(0,1) default 1)", "42601"),
    ("(a int encode fast)", "42601"),
    ("(a int) interleaved sortkey(a,a,a,a,a,a,a,a,a)", "42P16"),
    ("(a int constraint c not null)", "42601"),
    ("(a int generated always as (1) stored)", "42601"),
    ("(a int, exclude using gist (a with =))", "42601"),
]


@pytest.mark.parametrize(
    ("body", "sqlstate"), CONTRADICTIONS, ids=[body for body, _ in CONTRADICTIONS]
)
def test_definition_is_refused(body: str, sqlstate: str) -> None:
    with pytest.raises(RedshiftError) as raised:
        parse_one(f"create table t {body}")
    assert raised.value.sqlstate == sqlstate


def test_no_more_than_1600_columns() -> None:
    columns = ", ".join(f"c{number} int" for number in range(1601))
    with pytest.raises(RedshiftError, match="at most 1600 columns"):
        parse_one(f"create table t ({columns})")


AS = [
    ("create table t as select 1", "Select(1)", (), False, TableAttributes()),
    ("create table t as (select 1)", "Subquery(Select(1))", (), False, TableAttributes()),
    ("create temp table t (x) as select 1", "Select(1)", ("x",), True, TableAttributes()),
    (
        "create table #t (x, y) backup no diststyle key distkey(1) sortkey(2) as select 1, 2",
        "Select(1, 2)",
        ("x", "y"),
        True,
        TableAttributes(
            backup=False, diststyle="KEY", distkey=1, sortkey=(2,), sortkey_style="COMPOUND"
        ),
    ),
    ("select 1 into t", "Select(1)", (), False, TableAttributes()),
    ("select 1 into temp t", "Select(1)", (), True, TableAttributes()),
    ("select 1 into #t", "Select(1)", (), True, TableAttributes()),
    (
        "select 1 into table t union select 2",
        "SetOperation(UNION, Select(1), Select(2), distinct=True)",
        (),
        False,
        TableAttributes(),
    ),
]


@pytest.mark.parametrize(
    ("sql", "query", "columns", "temporary", "attributes"), AS, ids=[case[0] for case in AS]
)
def test_table_made_of_a_query(
    sql: str,
    query: str,
    columns: tuple[str, ...],
    *,
    temporary: bool,
    attributes: TableAttributes,
) -> None:
    parsed = parse_one(sql)
    assert isinstance(parsed, CreateTableAs)
    assert parsed.name[-1] in {"t", "#t"}
    assert shape(parsed.query) == query
    assert (parsed.columns, parsed.temporary, parsed.attributes) == (columns, temporary, attributes)


def test_view() -> None:
    parsed = parse_one(
        "create or replace view s.v (x) as /* why */ select a from s.t with no schema binding;"
    )
    assert isinstance(parsed, CreateView)
    assert parsed.name == ("s", "v")
    assert parsed.columns == ("x",)
    assert parsed.query_text == "select a from s.t"
    assert shape(parsed.query) == "Select(a, sources=[s.t])"
    assert parsed.replace
    assert parsed.late_binding


SCHEMAS = [
    ("create schema s", CreateSchema(name="s")),
    ("create schema if not exists s", CreateSchema(name="s", if_not_exists=True)),
    ("create schema authorization u", CreateSchema(name="u", authorization="u")),
    ("create schema s authorization u quota 5 gb", CreateSchema(name="s", authorization="u")),
    ("create schema s quota unlimited", CreateSchema(name="s")),
    ("drop schema s", Drop(kind="SCHEMA", names=(("s",),))),
    ("drop schema if exists s, r cascade",
     Drop(kind="SCHEMA", names=(("s",), ("r",)), if_exists=True, cascade=True)),
    ("drop table a.b, #c restrict", Drop(kind="TABLE", names=(("a", "b"), ("#c",)))),
    ("drop view v", Drop(kind="VIEW", names=(("v",),))),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), SCHEMAS, ids=[sql for sql, _ in SCHEMAS])
def test_schemas_and_drops(sql: str, expected: object) -> None:
    parsed = parse_one(sql)
    assert parsed is not None
    assert repr(parsed) == repr(expected).replace("text=''", f"text={sql!r}")
