"""Whether what is described as data is there as SQL, too."""

from collections.abc import Iterable
from pathlib import Path

from sparkify.table import Table


def refuse_missing_sql(tables: Iterable[Table], folder: Path, script: str) -> None:
    """Called where a DAG is parsed, which is when a mistake should be seen.

    Args:
        tables: that the DAG creates and fills.
        folder: with the .sql files.
        script: name of the one with a CREATE TABLE for each table.

    Raises:
        ValueError: a table has no SELECT, or no CREATE TABLE.
        OSError: the script cannot be read.
    """
    created = (folder / script).read_text(encoding="utf-8")
    for table in tables:
        if table.sql and not (folder / table.sql).is_file():
            raise ValueError(f"table {table.name}: there is no {table.sql} in {folder}")
        if f"table('{table.name}')" not in created:
            raise ValueError(
                f"table {table.name}: {script} has no "
                f"CREATE TABLE IF NOT EXISTS {{{{ table('{table.name}') }}}}"
            )
