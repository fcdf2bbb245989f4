"""The SQL files as templates, for whoever runs them without Airflow.

Under Airflow the DAG renders them, with the same macros (`sparkify.settings.MACROS`).
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sparkify.names import Names


class Templates:
    """Renders the SQL of a folder.

    Args:
        folder: of the .sql files, which may include each other.
        names: of the tables.
        macros: others that the SQL uses, by name.
    """

    def __init__(
        self, folder: Path, names: Names, macros: Mapping[str, Callable[[str], str]] | None = None
    ) -> None:
        # No HTML is made here: nothing must be escaped.
        self._environment = Environment(  # noqa: S701 - see above
            loader=FileSystemLoader(folder), undefined=StrictUndefined
        )
        self._environment.globals.update(
            {"table": names, "table_name": names.bare, **(macros or {})}
        )

    def render(self, sql: str) -> str:
        """SQL, or the .sql file of that name, with its templates rendered, without its semicolon.

        Raises:
            jinja2.TemplateError: there is no such file, or it uses what nobody knows.
        """
        named = sql.endswith(".sql")
        template = (
            self._environment.get_template(sql) if named else self._environment.from_string(sql)
        )
        return template.render().rstrip().rstrip(";")
