"""Where the files of the pipeline are: in a checkout, or in the package that was installed.

A wheel has the DAGs, the SQL and Airflow's plugin below `sparkify_harness/pipeline`, in the folders
that they have in a checkout; the stack in containers is built from a checkout alone.
"""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent

CHECKOUT: Final = _PACKAGE.parent.parent
"""The folder of the project; without its files where the package was installed from a wheel."""

IS_CHECKOUT: Final = (CHECKOUT / "dags" / "sparkify_etl.py").is_file()

PIPELINE: Final = CHECKOUT if IS_CHECKOUT else _PACKAGE / "pipeline"
"""The folder with `dags/`, `plugins/` and `sql/`."""

DAGS: Final = PIPELINE / "dags"
PLUGINS: Final = PIPELINE / "plugins"
SQL: Final = PIPELINE / "sql"


def import_path() -> list[Path]:
    """The folders from which a child imports the same packages as this process."""
    if IS_CHECKOUT:
        return [CHECKOUT / "harness", CHECKOUT / "fixtures", PLUGINS]
    return [_PACKAGE.parent]
