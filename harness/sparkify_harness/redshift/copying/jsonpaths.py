"""Which JSON value feeds which column.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-json.html
"""

import json
import re
from collections.abc import Sequence

from sparkify_harness.redshift.errors import RedshiftError

Path = tuple[str | int, ...]
"""Member names and array indexes from the root."""

_DOT = re.compile(r"\.(?!\*(?:[.\[]|$))([^.'\"\[\]]+)|\[(\d{1,18})\]")
_BRACKET = re.compile(r"\['((?:[^'\\]|\\.)+)'\]|\[\"((?:[^\"\\]|\\.)+)\"\]|\[(\d{1,18})\]")


def parse_jsonpaths(text: str, columns: int) -> tuple[Path, ...] | None:
    """The paths of a jsonpaths file, one for each column.

    Args:
        text: Contents of the file.
        columns: Number of target columns.

    Returns:
        The paths; None where the file has no key ``jsonpaths``: it is ignored then, as on
        Redshift, and keys are matched by name.

    Raises:
        RedshiftError: The file is malformed or has another number of paths than there are columns.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid("the file is not a JSON object") from error
    if not isinstance(document, dict):
        raise _invalid("the file is not a JSON object")
    if "jsonpaths" not in document:
        return None
    expressions = document["jsonpaths"]
    if not isinstance(expressions, list) or not expressions:
        raise _invalid('"jsonpaths" is not an array of path expressions')
    paths = tuple(_path(expression) for expression in expressions)
    _check_notation(expressions)
    if len(paths) != columns:
        raise RedshiftError(
            "Number of jsonpaths and the number of columns should match. JSONPath size: "
            f"{len(paths)}, Number of columns in table or column list: {columns}"
        )
    return paths


def _path(expression: object) -> Path:
    if not isinstance(expression, str) or not expression.startswith("$"):
        raise _invalid(f"{json.dumps(expression)} is not a path expression")
    for notation in (_DOT, _BRACKET):
        parts = _split(notation, expression)
        if parts is not None:
            return parts
    raise _invalid(f"{json.dumps(expression)} is not a path expression")


def _split(notation: re.Pattern[str], expression: str) -> Path | None:
    parts: list[str | int] = []
    at = 1
    while at < len(expression):
        part = notation.match(expression, at)
        if not part:
            return None
        *names, index = part.groups()
        name = next((name for name in names if name is not None), None)
        parts.append(int(index) if name is None else re.sub(r"\\(.)", r"\1", name))
        at = part.end()
    return tuple(parts) if parts else None


def _check_notation(expressions: Sequence[str]) -> None:
    """Bracket and dot notation must not be mixed in a file; indexes fit both."""
    bracket = any(re.search(r"\[['\"]", expression) for expression in expressions)
    dot = any(re.match(r"\$(?:\[\d+\])*\.", expression) for expression in expressions)
    if bracket and dot:
        raise _invalid("bracket notation and dot notation are mixed")


def _invalid(reason: str) -> RedshiftError:
    return RedshiftError(f"Invalid JSONPaths file: {reason}")
