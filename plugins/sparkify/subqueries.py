"""Queries that another one reads as tables."""

import re
from collections.abc import Mapping

_COMMENTS = re.compile(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
_WITH = re.compile(r"WITH\b(?:\s+(RECURSIVE)\b)?", re.IGNORECASE)


def with_subqueries(sql: str, subqueries: Mapping[str, str]) -> str:
    """The query with the others as the first elements of its WITH clause.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html

    Args:
        sql: a query; comments that it begins with are left out, as those of the others are.
        subqueries: by the names under which it reads them.
    """
    sql = _COMMENTS.sub("", sql)
    if not subqueries:
        return sql
    first = ", ".join(
        f"{name} AS (\n{_COMMENTS.sub('', text)}\n)" for name, text in subqueries.items()
    )
    if match := _WITH.match(sql):
        recursive = "RECURSIVE " if match[1] else ""
        return f"WITH {recursive}{first},{sql[match.end() :]}"
    return f"WITH {first}\n{sql}"
