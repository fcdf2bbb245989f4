"""LIKE, SIMILAR TO, POSIX operators and regular-expression functions, on DuckDB's RE2.

Deviates: RE2 takes the first alternative that matches where POSIX takes the longest, and it has
neither look-around nor back-references; patterns with those are refused, but for those that say
that they are PCRE's.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.engine.duckdb.faults import text_sql
from sparkify_harness.redshift.engine.duckdb.functions import lines, pcre
from sparkify_harness.redshift.engine.duckdb.functions.strings import at_least
from sparkify_harness.redshift.engine.lowering import Invocation, Lowering, constant
from sparkify_harness.redshift.engine.posix import SET, as_posix, check
from sparkify_harness.redshift.errors import InvalidParameterValue, NotEmulated
from sparkify_harness.redshift.sql.functions import operators, strings
from sparkify_harness.redshift.sql.functions.registry import Overload
from sparkify_harness.redshift.sql.tree import Literal

_UNGROUPED = re.compile(rf"\\.|{SET}|\(\?", re.DOTALL)
"""What is no parenthesis of a sub-expression, although it may have one."""
_UNSUPPORTED = re.compile(r"\(\?(?:=|!|<[=!]|>|\()|\\[1-9<>mMyY]|[*+?}]\+")
_PLAIN = re.compile(rf"\\[^1-9<>mMyY]|{SET}", re.DOTALL)
"""What looks like something unsupported, and is none."""


def _is_unsupported(pattern: str) -> bool:
    return _UNSUPPORTED.search(_PLAIN.sub("x", pattern)) is not None


def _like(operator: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        del context
        pattern = node.arguments[1]
        if len(arguments) > 2:
            return f"({arguments[0]} {operator} {arguments[1]} ESCAPE {arguments[2]})"
        if isinstance(pattern, Literal) and "\\" not in str(pattern.value):
            return f"({arguments[0]} {operator} {arguments[1]})"
        return f"({arguments[0]} {operator} {arguments[1]} ESCAPE '\\')"

    return lower


def _is_perl(node: Invocation, index: int) -> bool:
    """Whether the parameters ask for PCRE's dialect, and the pattern for what RE2 lacks of it."""
    if len(node.arguments) <= index or "p" not in str(constant(node, index)):
        return False
    return _is_unsupported(str(constant(node, 1)))


def _spans(source: str, node: Invocation, options: str) -> str:
    """SQL of the places of all matches: where the first begins and has ended, the second ..."""
    pattern = str(constant(node, 1))
    if not pcre.check(pattern):
        options = options.replace("e", "")
    return f"{pcre.SPANS}({source}, {text_sql(pattern)}, {text_sql(options)})"


def _expression(node: Invocation, index: int, context: ExecutionContext) -> str:
    """A constant regular expression of a function that RE2 can run.

    Raises:
        ComputeFault: Redshift cannot read it.
        NotEmulated: It is no constant or needs look-around, back-references or the like.
    """
    pattern = str(constant(node, 1))
    if index < len(node.arguments) and "p" in str(constant(node, index)):
        return _runnable(pattern)
    check(pattern, context)
    return lines.with_lines(_runnable(pattern))


def _operand(pattern: str, context: ExecutionContext) -> str:
    """A constant regular expression of an operator that RE2 can run.

    Raises:
        ComputeFault: Compute nodes cannot read it.
        NotEmulated: It needs back-references or the like.
    """
    check(pattern, context)
    with_lines = lines.without_lines if context.on_leader() else lines.with_lines
    return with_lines(_runnable(pattern))


def _runnable(pattern: str) -> str:
    if _is_unsupported(pattern):
        raise NotEmulated(f"regular expression with look-around or back-references: {pattern}")
    return pattern


def _matches(options: str) -> Lowering:
    def lower(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
        pattern = text_sql(_operand(str(constant(node, 1)), context))
        return f"regexp_matches({arguments[0]}, {pattern}, '{options}')"

    return lower


def _similar(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """SIMILAR TO: the whole string on the leader node, from one line's end to another's elsewhere.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-similar-to.html
    Reported, "Repeat the previous item": https://docs.snowconvert.com/sc/translation-references/redshift/conditions/pattern-matching-conditions/similar-to
    """
    escape = str(constant(node, 2)) if len(arguments) > 2 else "\\"
    pattern = as_posix(str(constant(node, 1)), escape)
    check(pattern, context)
    if context.on_leader():
        whole = text_sql(f"(?s:{_runnable(pattern)})")
        return f"regexp_full_match({arguments[0]}, {whole})"
    return f"regexp_matches({arguments[0]}, {text_sql(lines.whole_lines(_runnable(pattern)))})"


def _options(node: Invocation, index: int, known: str) -> str:
    if len(node.arguments) <= index:
        return "c"
    options = str(constant(node, index))
    if set(options) - set(known):
        raise InvalidParameterValue(f"Invalid parameter for regular expression: {options}")
    return "i" if "i" in options else "c"


def _tail(arguments: Sequence[str]) -> tuple[str, str]:
    """The part of the source that is searched, and the characters before it."""
    if len(arguments) < 3:
        return arguments[0], "0"
    skipped = at_least(f"({arguments[2]} - 1)", 0)
    return f"substr({arguments[0]}, 1 + {skipped})", skipped


def _replace(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """All occurrences; without a replacement they are taken away."""
    options = _options(node, 4, "cip")
    is_perl = _is_perl(node, 4)
    expression = str(constant(node, 1)) if is_perl else _expression(node, 4, context)
    pattern, groups = text_sql(expression), _groups(expression)
    replacement = arguments[2] if len(arguments) > 2 else "''"
    if len(arguments) > 2:
        argument = node.arguments[2]
        if not isinstance(argument, Literal):
            kept = f"replace({replacement}, '\\', '\\\\')"
            known = f"regexp_replace({kept}, '\\$([0-{groups}])', '\\\\\\1', 'g')"
            replacement = f"regexp_replace({known}, '\\$[0-9]', '', 'g')"
        elif argument.value is not None and re.search(r"[\\$]", str(argument.value)):
            replacement = text_sql(_references(str(argument.value), groups))
    source, skipped = _tail([arguments[0], "", *arguments[3:4]])
    replaced = f"regexp_replace({source}, {pattern}, {replacement}, 'g{options}')"
    if is_perl:
        pcre.check(expression)
        replaced = f"{pcre.REPLACED}({source}, {pattern}, {replacement}, '{options}')"
    return replaced if skipped == "0" else f"(left({arguments[0]}, {skipped}) || {replaced})"


def _groups(pattern: str) -> int:
    """How many sub-expressions a replacement can name."""
    return min(_UNGROUPED.sub("", pattern).count("("), 9)


def _references(replacement: str, groups: int) -> str:
    """``$1`` stands for the first sub-expression; one that is not there is empty."""
    if re.search(r"\\[0-9]", replacement):
        raise NotEmulated("a back-reference in the replacement of regexp_replace")
    return re.sub(
        r"\$([0-9])",
        lambda found: rf"\{found[1]}" if int(found[1]) <= groups else "",
        replacement.replace("\\", "\\\\"),
    )


def _substr(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    options = _options(node, 4, "ciep")
    written = str(constant(node, 4)) if len(arguments) > 4 else ""
    source, _ = _tail(arguments)
    occurrence = arguments[3] if len(arguments) > 3 else "1"
    if _is_perl(node, 4):
        found = _cut(source, _spans(source, node, written), occurrence)
    else:
        pattern = _expression(node, 4, context)
        group = int("e" in written and _groups(pattern) > 0)
        every = f"regexp_extract_all({source}, {text_sql(pattern)}, {group}, '{options}')"
        found = f"{every}[{occurrence}]"
    if len(arguments) < 4:
        return f"(CASE WHEN {source} IS NOT NULL THEN coalesce({found}, '') END)"
    return (
        f"(CASE WHEN {occurrence} BETWEEN 1 AND length({arguments[0]}) AND {source} IS NOT NULL "
        f"THEN coalesce({found}, '') END)"
    )


def _cut(source: str, spans: str, occurrence: str) -> str:
    """The text of a match; NULL where there is none."""
    begin, end = (f"places[CAST(2 * {occurrence} - {back} AS BIGINT)]" for back in (1, 0))
    cut = f"substr({source}, {begin}, {end} - {begin})"
    return f"list_transform([{spans}], lambda places: {cut})[1]"


def _count(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    options = _options(node, 3, "cip")
    source, _ = _tail(arguments)
    if _is_perl(node, 3):
        return f"CAST(len({_spans(source, node, options)}) // 2 AS INTEGER)"
    pattern = text_sql(_expression(node, 3, context))
    return f"CAST(len(regexp_extract_all({source}, {pattern}, 0, '{options}')) AS INTEGER)"


def _instr(arguments: Sequence[str], node: Invocation, context: ExecutionContext) -> str:
    """Where a match begins, or with option 1 the position after its end; 0 without a match."""
    options = _options(node, 5, "ciep")
    occurrence = constant(node, 3) if len(arguments) > 3 else 1
    after = constant(node, 4) if len(arguments) > 4 else 0
    if not isinstance(occurrence, int):
        return "CAST(NULL AS INTEGER)"
    if occurrence < 1:
        return f"(CASE WHEN {arguments[0]} IS NOT NULL THEN 0 END)"
    if _is_perl(node, 5):
        source, skipped = _tail(arguments)
        written = str(constant(node, 5))
        place = f"{_spans(source, node, written)}[{2 * occurrence - (0 if after else 1)}]"
        return f"(CASE WHEN {source} IS NOT NULL THEN coalesce({skipped} + {place}, 0) END)"
    pattern = _expression(node, 5, context)
    before = f"(?:(?s:.)*?(?:{pattern})){{{occurrence - 1}}}" if occurrence > 1 else ""
    lead = f"{before}(?s:.)*?"
    whole = f"^({lead}(?:{pattern}))" if after else f"^({lead})(?:{pattern})"
    source, skipped = _tail(arguments)
    found = f"regexp_matches({source}, {text_sql(whole)}, '{options}')"
    size = f"length(regexp_extract({source}, {text_sql(whole)}, 1, '{options}'))"
    # Alone the pattern comes first: in the parentheses of another it may seem to be one.
    alone = f"NOT regexp_matches({source}, {text_sql(pattern)}, '{options}')"
    place = (
        f"CASE WHEN {alone} THEN 0 WHEN {found} THEN {skipped} + 1 + {size} "
        f"WHEN NOT {found} THEN 0 END"
    )
    return f"CAST({place} AS INTEGER)"


LOWERINGS: Final[Mapping[Overload, Lowering]] = {
    operators.LIKE: _like("LIKE"),
    operators.ILIKE: _like("ILIKE"),
    operators.SIMILAR_TO: _similar,
    operators.MATCHES: _matches("c"),
    operators.MATCHES_ANY_CASE: _matches("i"),
    strings.REGEXP_REPLACE: _replace,
    strings.REGEXP_SUBSTR: _substr,
    strings.REGEXP_COUNT: _count,
    strings.REGEXP_INSTR: _instr,
}
