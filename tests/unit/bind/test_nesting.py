"""The SQL for the engine grows with the depth of an expression, and not faster."""

from collections.abc import Callable
from itertools import pairwise

import pytest

LEVEL = "u.level"
DEPTH = 10
LIMIT = 200_000
"""Characters that no expression of this depth reaches."""
NESTED = {
    "a narrowing cast": ("upper({x})::varchar(4)", LEVEL),
    "a narrowing cast to CHAR": ("upper({x})::char(4)", LEVEL),
    "a date of its text": ("to_char({x}::timestamp, 'YYYY-MM-DD')::date", "e.day"),
    "a timestamp of its text": ("{x}::varchar::timestamp", "e.at"),
    "a zoned timestamp of its text": ("{x}::varchar::timestamptz", "e.at"),
    "a time of its text": ("{x}::varchar::time", "'10:00'::time"),
    "an integer of its text": ("{x}::varchar::int", "e.id"),
    "a float of its text": ("{x}::varchar::float", "e.ratio"),
    "a float rounded to a DECIMAL": ("({x}::numeric(9, 2))::float", "e.ratio"),
    "TO_DATE": ("to_date(to_char({x}, 'Day DD Month YYYY'), 'YYYY-MM-DD', true)", "e.day"),
    "TO_CHAR of a number": ("to_number(to_char({x}, 'S999D99'), '999D99')", "e.price"),
    "JSON": ("json_extract_path_text({x}, {x}, 'b', true)", LEVEL),
    "an element of JSON": ("json_extract_array_element_text({x}, 1, true)", LEVEL),
    "LPAD": ("lpad({x}, length({x}), 'x')", LEVEL),
    "RPAD": ("rpad({x}, 5)", LEVEL),
    "SUBSTRING": ("substring({x}, len({x}) - 1, 2)", LEVEL),
    "SPLIT_PART": ("split_part({x}, ',', 1)", LEVEL),
    "REPEAT": ("repeat({x}, 2)", LEVEL),
    "QUOTE_IDENT": ("quote_ident({x})", LEVEL),
    "STRTOL": ("strtol({x}::varchar, 10)", "e.big"),
    "FNV_HASH": ("fnv_hash({x})", "e.big"),
    "SOUNDEX": ("soundex({x})", LEVEL),
    "REGEXP_SUBSTR": ("regexp_substr({x}, 'a', 1, 1)", LEVEL),
    "REGEXP_REPLACE": ("regexp_replace({x}, 'a', 'b', 2)", LEVEL),
    "NULLIF": ("nullif({x}, 'a')", LEVEL),
    "DECODE": ("decode({x}, 'a', 'b', 'c', 'd')", LEVEL),
    "CASE x WHEN": ("CASE {x} WHEN 'a' THEN 'b' WHEN 'c' THEN 'd' END", LEVEL),
    "BETWEEN": ("({x} BETWEEN false AND true)", "(e.id > 1)"),
    "a float product": ("({x} / e.ratio) * 2", "e.ratio"),
    "a power": ("power({x}, 2)", "e.ratio"),
    "LN": ("ln({x})", "e.ratio"),
    "ROUND": ("round({x}, e.id)", "e.price"),
    "ADD_MONTHS": ("add_months({x}, 1)", "e.at"),
    "a year later": ("dateadd(year, 1, {x})", "e.at"),
    "a difference of weeks": ("datediff(week, {x}, e.at)::varchar::timestamp", "e.at"),
    "MONTHS_BETWEEN": ("(e.day + months_between({x}, e.day)::int)", "e.day"),
    "an interval times a number": ("{x} * 2.5", "(e.at - e.at)"),
}


@pytest.mark.parametrize(("template", "operand"), NESTED.values(), ids=list(NESTED))
def test_each_level_adds_as_much_as_the_last(
    template: str, operand: str, lowered: Callable[[str], str]
) -> None:
    lengths: list[int] = []
    # What doubles is told by few levels; all of them would not fit the memory.
    while len(lengths) < DEPTH and (not lengths or lengths[-1] < LIMIT):
        operand = template.replace("{x}", operand, 1).replace("{x}", LEVEL)
        lengths.append(len(lowered(f"SELECT {operand} FROM events e, users u")))
    growth = [later - sooner for sooner, later in pairwise(lengths[1:])]
    assert len(lengths) == DEPTH
    assert max(growth) <= 1.1 * growth[0] + 100
