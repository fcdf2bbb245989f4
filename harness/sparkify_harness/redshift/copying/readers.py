"""Which readers a format has: one that goes record by record, and perhaps a quick one."""

from collections.abc import Sequence

from sparkify_harness.redshift.copying.files import Vectors
from sparkify_harness.redshift.copying.json_records import json_reader
from sparkify_harness.redshift.copying.json_vectors import JsonVectors
from sparkify_harness.redshift.copying.jsonpaths import Path
from sparkify_harness.redshift.copying.options import Json
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.records import OpenReader
from sparkify_harness.redshift.copying.text_records import text_reader
from sparkify_harness.redshift.copying.text_vectors import TextVectors
from sparkify_harness.redshift.copying.vectors import Doubt


def open_reader(plan: CopyPlan, paths: Sequence[Path] | None) -> OpenReader:
    """Opens the reader that goes record by record.

    Args:
        plan: The COPY.
        paths: Paths of the jsonpaths file; None without one.
    """
    if isinstance(plan.data_format, Json):
        return json_reader(plan.columns, plan.data_format, paths)
    return text_reader(plan)


def quick_reader(plan: CopyPlan, paths: Sequence[Path] | None) -> Vectors | None:
    """The reader of whole stretches, or None where the format has none."""
    try:
        if isinstance(plan.data_format, Json):
            return JsonVectors(plan.columns, plan.data_format, paths, plan.conversion)
        return TextVectors(plan, plan.data_format)
    except Doubt:
        return None
