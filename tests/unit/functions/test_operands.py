"""However often a lowering asks for an operand, it stands once in the engine's SQL."""

import re

import pytest

from sparkify_harness.redshift.engine.duckdb.casts import cast_sql
from sparkify_harness.redshift.engine.duckdb.functions import lower_call
from sparkify_harness.redshift.engine.duckdb.operands import apart, is_constant, once
from sparkify_harness.redshift.engine.duckdb.trimming import trimmed
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql.functions.registry import FunctionKind, Overload
from sparkify_harness.redshift.sql.tree import Call, Cast, CastContext, Literal
from sparkify_harness.redshift.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTERVAL,
    REAL,
    SUPER,
    TEXT,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    VARBYTE,
    RedshiftType,
    char,
    numeric,
    varchar,
)
from tests.unit.functions.evaluation import Engine, column, context
from tests.unit.functions.test_registry import ENGINE_FUNCTIONS, RUNNABLE, node

SCALARS = [
    (item, count) for item, count in RUNNABLE if item.kind is FunctionKind.SCALAR and count > 0
]
SOURCES = (
    BOOLEAN, INTEGER, BIGINT, numeric(8, 2), REAL, DOUBLE, TEXT, varchar(20), char(20), DATE, TIME,
    TIMESTAMP, TIMESTAMPTZ, INTERVAL, SUPER, VARBYTE,
)  # fmt: skip
TARGETS = (*SOURCES, varchar(3), char(3))


@pytest.mark.parametrize(
    ("item", "count"), SCALARS, ids=[f"{item.signature}/{count}" for item, count in SCALARS]
)
def test_a_function_names_each_compound_operand_once(item: Overload, count: int) -> None:
    call = node(item, count)
    assert isinstance(call, Call)
    operands = [
        "'1'" if isinstance(argument, Literal) else f"operand_{place}(t.x)"
        for place, argument in enumerate(call.arguments)
    ]
    sql = lower_call(call, operands, context("Europe/Vienna"))
    assert [name for name in operands if name != "'1'" and sql.count(name) > 1] == []


@pytest.mark.parametrize("way", list(CastContext))
@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_a_cast_names_its_operand_once(source: RedshiftType, way: CastContext) -> None:
    for target in TARGETS:
        cast = Cast(target, column("x", source), way)
        try:
            sql = cast_sql("operand(t.x)", cast, timezone="Europe/Vienna")
        except NotEmulated:
            continue
        assert sql.count("operand(t.x)") == 1, f"{source} to {target}"


def test_no_macro_of_the_engine_copies_an_operand(engine: Engine) -> None:
    macros = engine.rows(
        "SELECT function_name, parameters, macro_definition FROM duckdb_functions() "
        "WHERE function_type = 'macro'"
    )
    copying = {
        name
        for name, parameters, definition in macros
        if name in ENGINE_FUNCTIONS
        and any(len(re.findall(rf"\b{each}\b", str(definition))) > 1 for each in parameters)  # type: ignore[attr-defined]  # a list
    }
    # Of aggregates, which stand in no other.
    assert copying == {"nullif"}


def test_a_column_and_a_constant_are_repeated() -> None:
    def twice(operand: str) -> str:
        return f"{operand} || {operand}"

    for operand in ('"t1"."a"', 'r."c1"', "'it''s'", "CAST($1 AS VARCHAR)", '("t1"."n" + 1)'):
        assert once(twice, operand) == f"{operand} || {operand}"


def test_a_compound_operand_is_bound() -> None:
    assert once(lambda x: f"{x} + {x}", "f(1)") == (
        'list_transform([f(1)], lambda "v1": "v1" + "v1")[1]'
    )


def test_several_operands_are_bound_together() -> None:
    assert once(lambda x, y: f"{x} + {x} * {y} - {y}", "f(1)", "g(2)") == (
        "list_transform([struct_pack(f0 := f(1), f1 := g(2))], "
        'lambda "v1": "v1"[\'f0\'] + "v1"[\'f0\'] * "v1"[\'f1\'] - "v1"[\'f1\'])[1]'
    )


def test_what_is_named_once_stays_in_its_place() -> None:
    assert once(lambda x, y: f"{x} + {y}", "f(1)", "g(2)") == "f(1) + g(2)"
    assert once(lambda x, y: f"{x} + {x} + {y}", "f(1)", "g(2)") == (
        'list_transform([f(1)], lambda "v1": "v1" + "v1" + g(2))[1]'
    )


def test_a_sub_query_stands_outside_of_the_lambda() -> None:
    query = "(SELECT 1)"
    assert once(lambda x, y: f"{x} + {x} + {y}", "f(1)", query) == (
        "list_transform([struct_pack(f0 := f(1), f1 := (SELECT 1))], "
        'lambda "v1": "v1"[\'f0\'] + "v1"[\'f0\'] + "v1"[\'f1\'])[1]'
    )
    assert once(lambda x, y: f"{x} + {x} + {y}", "f(1)", query, lazy=True) == (
        "f(1) + f(1) + (SELECT 1)"
    )


def test_names_do_not_meet() -> None:
    inner = once(lambda x: f"{x} + {x}", "f(1)")
    assert '"v2"' in once(lambda x: f"{x} + {x}", inner)
    text = """'"v7"'"""
    assert once(lambda x, y: f"{x} || {x} || {y}", "f(1)", text).endswith(
        f"""lambda "v8": "v8" || "v8" || {text})[1]"""
    )


@pytest.mark.parametrize(
    ("sql", "constant"),
    [
        ("4711", True),
        ("'alice'", True),
        ("true", True),
        ("CAST('2018-11-15' AS DATE)", True),
        ("CAST(NULL AS VARCHAR)", True),
        ('"t1"."a"', False),
        ("rtrim('alice', ' ')", False),
        ("'a' || 'b'", False),
        ("(1 + 1)", False),
    ],
)
def test_a_constant_is_known(sql: str, constant: bool) -> None:
    assert is_constant(sql) is constant


WITHOUT_BLANKS = {
    "'free'": "'free'",
    "'it''s  '": "'it''s'",
    "'  '": "''",
    """rtrim("t1"."a", ' ')""": """rtrim("t1"."a", ' ')""",
    "rtrim(f('(', \"t1\".\"(\"), ' ')": "rtrim(f('(', \"t1\".\"(\"), ' ')",
    "rtrim(a, ' ') || rtrim(b, ' ')": "rtrim(rtrim(a, ' ') || rtrim(b, ' '), ' ')",
    "'a ' || 'b '": "rtrim('a ' || 'b ', ' ')",
}


@pytest.mark.parametrize(("sql", "expected"), WITHOUT_BLANKS.items())
def test_blanks_are_cut_off_once(sql: str, expected: str) -> None:
    assert trimmed(sql) == expected


def test_a_comparison_asks_for_no_blanks_twice() -> None:
    def compared(left: str, right: str) -> str:
        return f"{trimmed(left)} = {trimmed(right)}"

    assert once(compared, "rtrim(f(1), ' ')", "'a '") == "rtrim(f(1), ' ') = 'a'"


def test_what_few_rows_need_stands_apart_in_a_lambda() -> None:
    def pattern(text: str) -> str:
        return f"p({text})"

    assert apart(pattern, '"t1"."a"') == 'p("t1"."a")'
    bound = once(lambda x: f"coalesce(c({x}), {apart(pattern, x)})", "f(1)")
    assert bound == (
        'list_transform([f(1)], lambda "v1": '
        'coalesce(c("v1"), list_transform(["v1"], lambda "v2": p("v2"))[1]))[1]'
    )
