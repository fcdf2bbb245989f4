"""The assets of the pipeline: what its tasks read and change, for Airflow's asset graph.

Their URIs name the parts of the pipeline, not hosts: `x-sparkify://warehouse/songplays`,
`x-sparkify://lake/log_data`. Why not `redshift://host:5439/...` and `s3://bucket/...`:

- Connections, schema and bucket are known when a task runs. To ask for them when the DAG is parsed
  costs the metadata database a query each time, and Airflow forbids it in places.
- The URI is the asset's identity. With a host in it a DAG that waits for `songplays` would stop to
  be triggered when the connection is pointed to another warehouse, which is what we promise works.
- Of the schemes `s3` and `redshift` Airflow imports every provider's handlers to check the URI,
  boto3 among them: 2.8 s each time that the DAG is parsed. Schemes that begin with `x-` are the
  user's own, and are taken as they are.

Where the data really is stands in the events (`uri` in their extra), and in OpenLineage's datasets.
Airflow: https://airflow.apache.org/docs/apache-airflow/stable/authoring-and-scheduling/assets.html
"""

from collections.abc import Iterable
from urllib.parse import quote

from airflow.sdk import Asset

SCHEME = "x-sparkify"


def table_asset(table: str) -> Asset:
    """The asset of a table of the warehouse.

    Args:
        table: what the pipeline calls it.
    """
    return Asset(name=f"sparkify_{table}", uri=f"{SCHEME}://warehouse/{quote(table)}")


def files_asset(name: str) -> Asset:
    """The asset of files in the lake.

    Args:
        name: of the setting that holds their prefix, without `_prefix`.
    """
    return Asset(name=f"sparkify_{name}_files", uri=f"{SCHEME}://lake/{quote(name)}_data")


LOG_FILES = files_asset("log")
"""The event logs."""

SONG_FILES = files_asset("song")
"""The song files."""


def table_assets(tables: Iterable[str]) -> dict[str, Asset]:
    """The assets of tables, by the tables' names."""
    return {table: table_asset(table) for table in tables}
