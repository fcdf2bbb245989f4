"""LIKE, SIMILAR TO, POSIX operators and regular-expression functions, by PostgreSQL's own engine.

It takes the longest of several alternatives, as POSIX says. On compute nodes lines have beginnings
and ends, which is the option ``w``.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.posix import as_posix, check
from sparkify_harness.redshift.engine.postgres.faults import NoCounterpart, text_sql
from sparkify_harness.redshift.errors import InvalidParameterValue
from sparkify_harness.redshift.sql.functions import operators, strings
from sparkify_harness.redshift.sql.functions.registry import Overload

_ESCAPE: Final = re.compile(r"\\.", re.DOTALL)
_QUOTING: Final = re.compile(r"(?<!\\)(?:\\\\)*\\Q")
_EDGES: Final = {r"\b": r"\y", r"\B": r"\Y", r"\<": r"\m", r"\>": r"\M"}


def _like(operator: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del node, context
        escape = f" ESCAPE {arguments[2]}" if len(arguments) > 2 else ""
        return f"({arguments[0]} {operator} {arguments[1]}{escape})"

    return lower


def _pattern(node: Invocation, context: ExecutionContext) -> str:
    r"""A constant regular expression; ``\b`` is the edge of a word, which PostgreSQL calls ``\y``.

    Raises:
        ComputeFault: Redshift cannot read it, whatever PostgreSQL can.
        NoCounterpart: It quotes a part of itself.
    """
    pattern = str(constant(node, 1))
    check(pattern, context)
    if _QUOTING.search(pattern):
        raise NoCounterpart(r"a regular expression with \Q")
    return text_sql(_ESCAPE.sub(lambda found: _EDGES.get(found[0], found[0]), pattern))


def _matches(options: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        lines = "" if context.on_leader() else "w"
        return f"regexp_like({arguments[0]}, {_pattern(node, context)}, '{options}{lines}')"

    return lower


def _similar(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """SIMILAR TO: the whole string on the leader node, from one line's end to another's elsewhere.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-similar-to.html
    """
    escape = str(constant(node, 2)) if len(arguments) > 2 else "\\"
    pattern = str(constant(node, 1))
    check(as_posix(pattern, escape), context)
    if context.on_leader():
        return f"({arguments[0]} SIMILAR TO {text_sql(pattern)} ESCAPE {text_sql(escape)})"
    expression = f"similar_to_escape({text_sql(pattern)}, {text_sql(escape)})"
    return f"regexp_like({arguments[0]}, {expression}, 'w')"


def _options(node: Invocation, index: int, known: str) -> str:
    options = str(constant(node, index)) if len(node.arguments) > index else ""
    if set(options) - set(known):
        raise InvalidParameterValue(f"Invalid parameter for regular expression: {options}")
    if "p" in options:
        raise NoCounterpart("a regular expression of PCRE's")
    return "iw" if "i" in options else "w"


def _place(arguments: Sequence[str], index: int) -> str:
    """Where the search begins: PostgreSQL refuses what is before the first character."""
    if len(arguments) <= index:
        return "1"
    return f"(CASE WHEN {arguments[index]} < 1 THEN 1 ELSE {arguments[index]} END)"


def _replace(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    r"""All occurrences; ``$1`` stands for the first sub-expression, PostgreSQL's ``\1``."""
    options = _options(node, 4, "cip")
    replacement = "''"
    if len(arguments) > 2:
        kept = f"replace(replace({arguments[2]}, '\\', '\\\\'), '$0', '\\&')"
        replacement = f"regexp_replace({kept}, '\\$([1-9])', '\\\\\\1', 'g')"
    searched = f"{arguments[0]}, {_pattern(node, context)}, {replacement}"
    return f"regexp_replace({searched}, {_place(arguments, 3)}, 0, '{options}')"


def _substr(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """The match; empty where there is none, NULL of an occurrence that no string has so many of."""
    options = _options(node, 4, "ciep")
    written = str(constant(node, 4)) if len(arguments) > 4 else ""
    occurrence = arguments[3] if len(arguments) > 3 else "1"
    group = f", {int('e' in written and '(' in str(constant(node, 1)))}"
    found = (
        f"regexp_substr({arguments[0]}, {_pattern(node, context)}, {_place(arguments, 2)}, "
        f"{occurrence}, '{options}'{group})"
    )
    known = [f"{each} IS NOT NULL" for each in (arguments[0], *arguments[2:3])]
    if len(arguments) > 3:
        known.append(f"{occurrence} BETWEEN 1 AND length({arguments[0]})")
    return f"(CASE WHEN {' AND '.join(known)} THEN coalesce({found}, '') END)"


def _count(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    options, place = _options(node, 3, "cip"), _place(arguments, 2)
    return f"regexp_count({arguments[0]}, {_pattern(node, context)}, {place}, '{options}')"


def _instr(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Where a match begins, or with option 1 the position after its end; 0 without a match."""
    options = _options(node, 5, "ciep")
    occurrence = constant(node, 3) if len(arguments) > 3 else 1
    after = 1 if len(arguments) > 4 and constant(node, 4) else 0
    if not isinstance(occurrence, int):
        return "CAST(NULL AS integer)"
    if occurrence < 1:
        return f"(CASE WHEN {arguments[0]} IS NOT NULL THEN 0 END)"
    searched = f"{arguments[0]}, {_pattern(node, context)}, {_place(arguments, 2)}"
    return f"regexp_instr({searched}, {occurrence}, {after}, '{options}')"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    operators.LIKE: _like("LIKE"),
    operators.ILIKE: _like("ILIKE"),
    operators.SIMILAR_TO: _similar,
    operators.MATCHES: _matches(""),
    operators.MATCHES_ANY_CASE: _matches("i"),
    strings.REGEXP_REPLACE: _replace,
    strings.REGEXP_SUBSTR: _substr,
    strings.REGEXP_COUNT: _count,
    strings.REGEXP_INSTR: _instr,
}
