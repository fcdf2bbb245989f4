"""DuckDB as the engine: SQL for it from the typed tree, storage, transactions."""
