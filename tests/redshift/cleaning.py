"""What tests leave behind, and its end."""

import psycopg


def clean(connection: psycopg.Connection) -> None:
    """Drop whatever tests created."""
    mine = "NOT IN ('pg_catalog', 'information_schema')"
    found = connection.execute(
        f"SELECT schemaname, tablename, 'TABLE' FROM pg_tables WHERE schemaname {mine} "
        f"UNION ALL SELECT schemaname, viewname, 'VIEW' FROM pg_views WHERE schemaname {mine} "
        f"UNION ALL SELECT nspname, '', 'SCHEMA' FROM pg_namespace WHERE nspname {mine}"
        " AND nspname <> 'public' ORDER BY 3 DESC"
    ).fetchall()
    dropped = [
        f'DROP {word} IF EXISTS "{schema}"' + (f'."{name}" CASCADE' if name else " CASCADE")
        for schema, name, word in found
        if not schema.startswith("pg_temp")
    ]
    if dropped:
        connection.execute("; ".join(dropped).encode())
