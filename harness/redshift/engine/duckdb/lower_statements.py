"""INSERT, UPDATE, DELETE and MERGE as DuckDB's SQL; DuckDB answers with the number of rows."""

from collections.abc import Sequence

from harness.redshift.engine.duckdb.lower_expressions import Lowering, expression_sql
from harness.redshift.engine.duckdb.lower_queries import from_sql, query_sql, with_sql
from harness.redshift.engine.duckdb.names import quote, table_name
from harness.redshift.errors import NotEmulated
from harness.redshift.sql import tree

_Pairs = Sequence[tuple[str, tree.Expression]]


def insert_sql(node: tree.Insert, lowering: Lowering) -> str:
    """INSERT."""
    head = f"{with_sql(node.ctes, lowering)}INSERT INTO {table_name(node.target)}"
    if not node.columns:
        return f"{head} DEFAULT VALUES"
    names = ", ".join(quote(name) for name in node.columns)
    match node.source:
        case tree.ValueRows(rows=rows):
            values = ", ".join(
                f"({', '.join(expression_sql(value, lowering) for value in row)})" for row in rows
            )
            return f"{head} ({names}) VALUES {values}"
        case query:
            return f"{head} ({names}) {query_sql(query, lowering)}"


def _set(assignments: _Pairs, lowering: Lowering) -> str:
    return ", ".join(
        f"{quote(name)} = {expression_sql(value, lowering)}" for name, value in assignments
    )


def _where(condition: tree.Expression | None, lowering: Lowering) -> str:
    return "" if condition is None else f" WHERE {expression_sql(condition, lowering)}"


def update_sql(node: tree.Update, lowering: Lowering) -> str:
    """UPDATE; where several rows match, one of them decides.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_error_on_nondeterministic_update.html
    """
    strict = lowering.context.settings.get("error_on_nondeterministic_update", "off").lower()
    if node.source is not None and strict in {"on", "true"}:
        raise NotEmulated("UPDATE ... FROM under error_on_nondeterministic_update")
    source = "" if node.source is None else f" FROM {from_sql(node.source, lowering)}"
    return (
        f"{with_sql(node.ctes, lowering)}UPDATE {from_sql(node.target, lowering)} "
        f"SET {_set(node.assignments, lowering)}{source}{_where(node.where, lowering)}"
    )


def delete_sql(node: tree.Delete, lowering: Lowering) -> str:
    """DELETE."""
    using = "" if node.source is None else f" USING {from_sql(node.source, lowering)}"
    return (
        f"{with_sql(node.ctes, lowering)}DELETE FROM {from_sql(node.target, lowering)}"
        f"{using}{_where(node.where, lowering)}"
    )


def merge_sql(node: tree.Merge, lowering: Lowering) -> str:
    """MERGE; DuckDB itself refuses a target row that several source rows match."""
    if node.remove_duplicates:
        raise NotEmulated("MERGE ... REMOVE DUPLICATES")
    matched = "DELETE" if node.matched is None else f"UPDATE SET {_set(node.matched, lowering)}"
    return (
        f"MERGE INTO {from_sql(node.target, lowering)} "
        f"USING {from_sql(node.source, lowering)} "
        f"ON {expression_sql(node.condition, lowering)} "
        f"WHEN MATCHED THEN {matched} "
        f"WHEN NOT MATCHED THEN INSERT {_inserted(node.inserted, lowering)}"
    )


def _inserted(pairs: _Pairs, lowering: Lowering) -> str:
    names = ", ".join(quote(name) for name, _ in pairs)
    values = ", ".join(expression_sql(value, lowering) for _, value in pairs)
    return f"({names}) VALUES ({values})"
