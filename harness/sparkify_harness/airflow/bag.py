"""The DAGs of a run: parsed once for it, and written to the metadata where they have changed.

`dag.test()` parses the whole bundle on every call and writes it to the metadata, for DAGs that the
run may trigger. We have parsed it a moment before, to find the DAG.
Airflow: https://github.com/apache/airflow/issues/72513
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.sdk import DAG


_WIRING = ("AIRFLOW_CONN_", "AIRFLOW_VAR_", "AIRFLOW__")
"""What names of variables begin with that DAGs may read while they are parsed."""


class Dags:
    """Parses DAGs for runs, one after the other, in one process."""

    def __init__(self) -> None:
        self._written = ""

    @contextmanager
    def parsed(self, dag_id: str) -> Iterator["DAG"]:
        """A DAG, freshly parsed, for a call of its `test()` in the block.

        Raises:
            LookupError: there is no such DAG; the message has what went wrong in the files.
        """
        bag, made_with = self._parse()
        if dag_id not in bag.dags:
            problems = "".join(f"\n{path}: {text}" for path, text in bag.import_errors.items())
            raise LookupError(f"no DAG {dag_id} in {made_with['dag_folder']}{problems}")
        with self._known(bag, made_with):
            yield bag.dags[dag_id]

    def _parse(self) -> "tuple[BundleDagBag, dict[str, Any]]":
        from airflow.dag_processing.bundles.manager import DagBundlesManager  # noqa: PLC0415 - slow, and only processes with Airflow have it
        from airflow.dag_processing.dagbag import BundleDagBag  # noqa: PLC0415 - as above

        manager: Any = DagBundlesManager
        (bundle,) = manager().get_all_dag_bundles()
        bundle.initialize()
        made_with: dict[str, Any] = {
            "dag_folder": bundle.path,
            "bundle_path": bundle.path,
            "bundle_name": bundle.name,
        }
        return BundleDagBag(**made_with), made_with

    @contextmanager
    def _known(self, bag: "BundleDagBag", made_with: Mapping[str, Any]) -> Iterator[None]:
        """Gives `dag.test()` this bag instead of another one, and writes it only where need be."""
        from airflow.dag_processing import dagbag  # noqa: PLC0415 - as above

        parse, write = dagbag.BundleDagBag, dagbag.sync_bag_to_db

        def parse_once(**options: Any) -> "BundleDagBag":
            return bag if options == made_with else parse(**options)

        def write_once(written: Any, *arguments: Any, **options: Any) -> None:
            state = fingerprint()
            if written is not bag or state != self._written:
                write(written, *arguments, **options)
                self._written = state if written is bag else ""

        with (
            patch.object(dagbag, "BundleDagBag", parse_once),
            patch.object(dagbag, "sync_bag_to_db", write_once),
        ):
            yield


def fingerprint(environment: Mapping[str, str] = os.environ) -> str:
    """Changes when anything changes that DAGs are made of: their files, the plugins, the wiring."""
    wiring = [item for item in sorted(environment.items()) if item[0].startswith(_WIRING)]
    found = hashlib.sha256(repr(wiring).encode())
    for name in ("AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER"):
        for path in sorted(Path(environment[name]).rglob("*.py")):
            status = path.stat()
            found.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    return found.hexdigest()
