"""What tests leave behind, and its end."""

import psycopg


def clean(connection: psycopg.Connection) -> None:
    """Drop whatever tests created."""
    mine = "NOT IN ('pg_catalog', 'information_schema')"
    for schema, name, word in connection.execute(
        f"SELECT schemaname, tablename, 'TABLE' FROM pg_tables WHERE schemaname {mine} "
        f"UNION ALL SELECT schemaname, viewname, 'VIEW' FROM pg_views WHERE schemaname {mine}"
    ).fetchall():
        if not schema.startswith("pg_temp"):
            connection.execute(f'DROP {word} IF EXISTS "{schema}"."{name}" CASCADE'.encode())
    for (schema,) in connection.execute(
        f"SELECT nspname FROM pg_namespace WHERE nspname {mine} AND nspname <> 'public'"
    ).fetchall():
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'.encode())
