"""The registry as a whole: every overload is lowered, documented and runs."""

import re

import pytest

from sparkify_harness.redshift.engine.duckdb.functions import LOWERINGS
from sparkify_harness.redshift.engine.duckdb.types import storage_type
from sparkify_harness.redshift.execute.effects import EFFECTS
from sparkify_harness.redshift.sql.functions import conversion, dates
from sparkify_harness.redshift.sql.functions.library import OVERLOADS, by_name
from sparkify_harness.redshift.sql.functions.registry import ALIKE, NUMERIC, FunctionKind, Overload
from sparkify_harness.redshift.sql.functions.signatures import by_kind
from sparkify_harness.redshift.sql.functions.unavailable import NOT_EMULATED
from sparkify_harness.redshift.sql.tree import Aggregate, Call, Expression, Literal, SortKey, Window
from sparkify_harness.redshift.types import (
    BOOLEAN,
    DOUBLE,
    INTEGER,
    TEXT,
    Kind,
    RedshiftType,
    numeric,
)
from tests.unit.functions.evaluation import Engine, column, context, lower

EVERY = [item for overloads in OVERLOADS.values() for item in overloads]
CONSTANTS = {
    "date part": (
        "dateadd date_add datediff date_diff date_part pgdate_part extract date_trunc",
        0,
        "hour",
    ),
    "pattern": (
        "~ ~* regexp_replace regexp_substr regexp_count regexp_instr similar to",
        1,
        "a",
    ),
    "zone": ("convert_timezone timezone", 0, "UTC"),
    "template": ("to_date to_timestamp", 1, "YYYY"),
    "base": ("strtol", 1, 10),
    "bits": ("sha2", 1, 256),
    "encoding": ("to_varbyte from_varbyte", 1, "utf8"),
    "day": ("next_day", 1, "monday"),
    "setting": ("current_setting", 0, "timezone"),
    "escape": ("similar to", 2, "^"),
    "separator": ("listagg", 1, ","),
    "flag": ("current_schemas current_schemas[]", 0, True),
    "fraction": ("percentile_cont percentile_disc", 0, 0.5),
}
ENGINE_FUNCTIONS = frozenset(
    """
    abs acos age any_value array_slice ascii asin atan atan2 avg bit_and bit_or bool_and bool_or
    cbrt ceil chr coalesce cos cot count cume_dist date_diff date_trunc datepart dayname decode
    degrees dense_rank encode epoch epoch_us error exp first_value floor get_bit greatest grouping
    hex instr isinf json json_array_length json_extract_string json_type json_valid lag last_day
    last_value lead least left len length list_aggregate list_extract list_filter list_prepend
    list_reduce list_transform ln log10 lower lpad ltrim make_date max md5 median min monthname
    nth_value ntile nullif octet_length percent_rank pi power printf quantile_cont quantile_disc
    radians random
    range rank regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches
    regexp_replace repeat replace reverse right round row_number rpad rtrim sha1 sha256 sign sin
    sqrt starts_with stddev_pop stddev_samp string_agg string_split strlen struct_pack substr
    substring sum tan timezone to_days to_microseconds to_months translate trim trunc try
    try_strptime unhex upper var_pop var_samp xor
    """.split()  # noqa: SIM905 - as text it is read at a glance
)
"""Functions of DuckDB that lowerings may call: a name that is new here wants a reason."""
KEYWORDS = frozenset(
    """
    and as between bigint case cast decimal else end in is lambda not or over then try_cast when
    """.split()  # noqa: SIM905
)
REFUSED = {conversion.TO_CHAR[Kind.INTERVAL]}
DATED = {conversion.TO_CHAR[kind] for kind in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ)}
TABLE = {
    Kind.BOOLEAN: "true",
    Kind.VARCHAR: "'1'",
    Kind.CHAR: "'1'",
    Kind.DATE: "DATE '2020-01-01'",
    Kind.TIME: "TIME '10:00:00'",
    Kind.TIMETZ: "'10:00:00+00'::TIMETZ",
    Kind.TIMESTAMP: "TIMESTAMP '2020-01-01 10:00:00'",
    Kind.TIMESTAMPTZ: "'2020-01-01 10:00:00+00'::TIMESTAMPTZ",
    Kind.INTERVAL: "INTERVAL 1 DAY",
    Kind.SUPER: "'[1]'",
    Kind.VARBYTE: "'ab'::BLOB",
}


def argument(item: Overload, index: int, parameter: RedshiftType | None) -> Expression:
    for names, place, value in CONSTANTS.values():
        known = re.split(r" (?!to$)", names)
        if item.name in known and place == index:
            kind = {str: TEXT, int: INTEGER, bool: BOOLEAN, float: DOUBLE}[type(value)]
            return Literal(kind, value)
    if item.name == "convert_timezone" and index == 1 and len(item.parameters) == 3:
        return Literal(TEXT, "UTC")
    if item.name == "to_char" and index == 1:
        template = "Day Month YYYY" if item in DATED else "999"
        return Literal(TEXT, template)
    if item.name == "to_number" and index == 1:
        return Literal(TEXT, "9")
    if item.name.startswith("regexp") and index >= 2:
        return Literal(parameter or TEXT, 1 if parameter == INTEGER else "i")
    if item.name in {"to_date", "to_timestamp"} and index == 2:
        return Literal(BOOLEAN, value=False)
    if parameter in (None, ALIKE):
        parameter = INTEGER
    if parameter == NUMERIC:
        parameter = numeric(8, 2)
    assert parameter is not None
    if item.name.startswith(("json_", "is_valid", "can_json")) and index == 0:
        return column("j", parameter)
    if item is dates.DATE_OF[Kind.VARCHAR]:
        return Literal(TEXT, "2020-01-01")
    if item.name in {"asin", "acos"} or item.name == "nth_value":
        return Literal(parameter, 1)
    return column(parameter.kind.name.lower(), parameter)


def node(item: Overload, count: int) -> Expression:
    arguments = tuple(
        argument(item, index, parameter) for index, parameter in enumerate(item.parameters[:count])
    )
    result = item.result([part.type for part in arguments])
    order = (SortKey(column("integer", INTEGER), descending=False, nulls_first=False),)
    match item.kind:
        case FunctionKind.AGGREGATE:
            sorted_ = "percentile" in item.name
            return Aggregate(result, item, arguments, order_by=order if sorted_ else ())
        case FunctionKind.WINDOW:
            if "percentile" in item.name:
                return Window(result, item, arguments, within_group=order)
            return Window(result, item, arguments, order_by=order)
    return Call(result, item, arguments)


@pytest.fixture(scope="session")
def source() -> str:
    columns = []
    for kind in Kind:
        if kind in {Kind.VOID, Kind.UNKNOWN, Kind.NAME}:
            continue
        of = numeric(8, 2) if kind is Kind.NUMERIC else RedshiftType(kind)
        value = TABLE.get(kind, "1")
        columns.append(f"CAST({value} AS {storage_type(of)}) AS {kind.name.lower()}")
    return f"FROM (SELECT {', '.join(columns)}, '{{}}' AS j) t"


def test_a_signature_is_registered_once() -> None:
    again = Overload("upper", (TEXT,), TEXT, "r_UPPER")
    with pytest.raises(ValueError, match=r"^upper:varchar is registered twice$"):
        by_name([*EVERY, again])


def test_a_family_has_one_member_of_each_kind() -> None:
    members = [Overload("abs", (INTEGER,), INTEGER, "r_ABS") for _ in range(2)]
    with pytest.raises(ValueError, match=r"^abs:integer is in its family twice$"):
        by_kind(members)


def test_what_has_an_effect_is_done_by_the_executor() -> None:
    assert {item for item in EVERY if item.effect} == set(EFFECTS)


def test_overloads_and_lowerings_are_the_same_set() -> None:
    assert set(EVERY) == set(LOWERINGS)


def test_nothing_is_both_registered_and_missing() -> None:
    assert NOT_EMULATED & set(OVERLOADS) == frozenset()


def test_every_overload_has_its_page() -> None:
    pages = [
        item
        for item in EVERY
        if not item.source.startswith("https://docs.aws.amazon.com/redshift/")
    ]
    assert pages == []


RUNNABLE = [
    (item, count)
    for item in EVERY
    if item not in REFUSED and not item.effect and item.kind is not FunctionKind.SET
    for count in range(len(item.parameters) - item.optional, len(item.parameters) + 1)
]


@pytest.mark.parametrize(
    ("item", "count"), RUNNABLE, ids=[f"{item.signature}/{count}" for item, count in RUNNABLE]
)
def test_lowering_runs_and_has_the_declared_type(
    engine: Engine, source: str, item: Overload, count: int
) -> None:
    call = node(item, count)
    if item.name.startswith(("json_array", "json_extract_array", "is_valid_json_array")):
        source = source.replace("'{}' AS j", "'[1]' AS j")
    sql = lower(call, context())
    try:
        keys = "GROUP BY t.integer" if item.grouping else ""
        [(name,)] = engine.rows(f"SELECT typeof({sql}) {source} {keys}")
    except Exception as error:  # noqa: BLE001 - the SQL belongs to the message
        pytest.fail(f"{error}\n{sql}")
    declared = storage_type(call.type).replace(" ", "")
    known = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE", "TIMETZ": "TIME WITH TIME ZONE"}
    assert name in {known.get(declared, declared), storage_type(call.type).replace(", ", ",")}


def test_only_known_functions_of_the_engine_are_called() -> None:
    called: set[str] = set()
    for item, count in RUNNABLE:
        sql = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"", "", lower(node(item, count), context()))
        called |= set(re.findall(r"\b([a-z_0-9]+)\s*\(", sql.lower()))
    assert called - KEYWORDS == ENGINE_FUNCTIONS
