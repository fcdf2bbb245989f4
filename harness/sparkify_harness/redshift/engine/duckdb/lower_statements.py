"""INSERT, UPDATE, DELETE and MERGE as DuckDB's SQL; DuckDB answers with the number of rows."""

from collections.abc import Sequence

from sparkify_harness.redshift.engine.duckdb.lower_expressions import (
    LoweringContext,
    condition_sql,
    expression_sql,
)
from sparkify_harness.redshift.engine.duckdb.lower_queries import ctes_sql, query_sql
from sparkify_harness.redshift.engine.duckdb.names import INCOMING, quote, table_name
from sparkify_harness.redshift.engine.expressions import column_list
from sparkify_harness.redshift.engine.queries import from_sql
from sparkify_harness.redshift.errors import NotEmulated
from sparkify_harness.redshift.sql import tree

_Pairs = Sequence[tuple[str, tree.Expression]]


def insert_sql(node: tree.Insert, lowering: LoweringContext, rows: str | None = None) -> str:
    """INSERT.

    Args:
        node: The statement.
        lowering: For what is in it.
        rows: A query for its rows, if they do not come from its own source.
    """
    head = f"{ctes_sql(node.ctes, lowering)}INSERT INTO {table_name(node.target)}"
    if not node.columns:
        return f"{head} DEFAULT VALUES"
    names = ", ".join(quote(name) for name in node.columns)
    if rows is not None:
        return f"{head} ({names}) {rows}"
    match node.source:
        case tree.ValueRows(rows=cells):
            values = ", ".join(
                f"({', '.join(expression_sql(value, lowering) for value in row)})" for row in cells
            )
            return f"{head} ({names}) VALUES {values}"
        case tree.PlainRows(values=values, rest=rest):
            defaults = (expression_sql(each, lowering) for each in rest)
            columns = ", ".join([*values.column_names, *defaults])
            return f"{head} ({names}) SELECT {columns} FROM {INCOMING}"
        case query:
            return f"{head} ({names}) {query_sql(query, lowering)}"


def _set(assignments: _Pairs, lowering: LoweringContext) -> str:
    return ", ".join(
        f"{quote(name)} = {expression_sql(value, lowering)}" for name, value in assignments
    )


def _where(condition: tree.Expression | None, lowering: LoweringContext) -> str:
    return "" if condition is None else f" WHERE {condition_sql(condition, lowering)}"


def update_sql(node: tree.Update, lowering: LoweringContext) -> str:
    """UPDATE; where several rows match, one of them decides.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_error_on_nondeterministic_update.html
    """
    strict = lowering.context.settings.get("error_on_nondeterministic_update", "off").lower()
    if node.source is not None and strict in {"on", "true"}:
        return _strict_update(node, node.source, lowering)
    source = "" if node.source is None else f" FROM {from_sql(node.source, lowering)}"
    return (
        f"{ctes_sql(node.ctes, lowering)}UPDATE {from_sql(node.target, lowering)} "
        f"SET {_set(node.assignments, lowering)}{source}{_where(node.where, lowering)}"
    )


def _strict_update(node: tree.Update, source: tree.FromItem, lowering: LoweringContext) -> str:
    """UPDATE as a MERGE by row id, which refuses a row that is matched twice."""
    target = quote(node.target.source)
    names = column_list(len(node.assignments))
    values = _values(node.assignments, names, lowering)
    sets = ", ".join(
        f"{quote(column)} = m.{name}"
        for (column, _), name in zip(node.assignments, names, strict=True)
    )
    table = from_sql(node.target, lowering)
    return (
        f"{ctes_sql(node.ctes, lowering)}MERGE INTO {table} USING "
        f"(SELECT {target}.rowid AS place, {values} FROM {table} "
        f"CROSS JOIN {_enclosed(source, lowering)}{_where(node.where, lowering)}) AS m "
        f"ON {target}.rowid = m.place WHEN MATCHED THEN UPDATE SET {sets}"
    )


def _values(pairs: _Pairs, names: Sequence[str], lowering: LoweringContext) -> str:
    return ", ".join(
        f"{expression_sql(value, lowering)} AS {name}"
        for (_, value), name in zip(pairs, names, strict=True)
    )


def _enclosed(item: tree.FromItem, lowering: LoweringContext) -> str:
    sql = from_sql(item, lowering)
    return f"({sql})" if isinstance(item, tree.Join) else sql


def delete_sql(node: tree.Delete, lowering: LoweringContext) -> str:
    """DELETE."""
    using = "" if node.source is None else f" USING {from_sql(node.source, lowering)}"
    return (
        f"{ctes_sql(node.ctes, lowering)}DELETE FROM {from_sql(node.target, lowering)}"
        f"{using}{_where(node.where, lowering)}"
    )


def merge_sql(node: tree.Merge, lowering: LoweringContext) -> str:
    """MERGE; DuckDB itself refuses a target row that several source rows match."""
    if node.remove_duplicates:
        return _remove_duplicates(node, node.source, lowering)
    matched = "DELETE" if node.matched is None else f"UPDATE SET {_set(node.matched, lowering)}"
    return (
        f"MERGE INTO {from_sql(node.target, lowering)} "
        f"USING {from_sql(node.source, lowering)} "
        f"ON {expression_sql(node.condition, lowering)} "
        f"WHEN MATCHED THEN {matched} "
        f"WHEN NOT MATCHED THEN INSERT {_inserted(node.inserted, lowering)}"
    )


def _inserted(pairs: _Pairs, lowering: LoweringContext) -> str:
    names = ", ".join(quote(name) for name, _ in pairs)
    values = ", ".join(expression_sql(value, lowering) for _, value in pairs)
    return f"({names}) VALUES ({values})"


def _remove_duplicates(node: tree.Merge, source: tree.FromItem, lowering: LoweringContext) -> str:
    """Of the target rows that match one source row, the first is updated and the rest go."""
    target = quote(node.target.source)
    table = from_sql(node.target, lowering)
    names = column_list(len(node.inserted))
    columns = [quote(column) for column, _ in node.inserted]
    sets = ", ".join(f"{column} = m.{name}" for column, name in zip(columns, names, strict=True))
    numbered = f'(SELECT *, row_number() OVER () AS "place:" FROM {_enclosed(source, lowering)})'
    label = quote(_label(source))
    turn = f'row_number() OVER (PARTITION BY {label}."place:" ORDER BY {target}.rowid)'
    return (
        f"MERGE INTO {table} USING (SELECT {target}.rowid AS place, {turn} AS turn, "
        f"{_values(node.inserted, names, lowering)} FROM {numbered} AS {label} "
        f"LEFT JOIN {table} ON {expression_sql(node.condition, lowering)}) AS m "
        f"ON {target}.rowid = m.place "
        f"WHEN MATCHED AND m.turn = 1 THEN UPDATE SET {sets} "
        "WHEN MATCHED THEN DELETE "
        f"WHEN NOT MATCHED THEN INSERT ({', '.join(columns)}) "
        f"VALUES ({', '.join(f'm.{name}' for name in names)})"
    )


def _label(item: tree.FromItem) -> str:
    if isinstance(item, tree.Join):
        raise NotEmulated("MERGE from a join")
    return item.source
