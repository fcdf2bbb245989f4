"""Which readers a format has.

Formats of records have one that goes record by record, and perhaps a quick one.
"""

from collections.abc import Callable, Sequence

from sparkify_harness.redshift.copying.files import FileReading, Reading, Vectors
from sparkify_harness.redshift.copying.json_records import json_reader
from sparkify_harness.redshift.copying.json_vectors import JsonVectors
from sparkify_harness.redshift.copying.jsonpaths import Path
from sparkify_harness.redshift.copying.options import Json, Parquet
from sparkify_harness.redshift.copying.parquet_files import ParquetReading
from sparkify_harness.redshift.copying.plan import CopyPlan
from sparkify_harness.redshift.copying.records import DefaultOf, OpenReader, RowReader
from sparkify_harness.redshift.copying.source import ObjectSource
from sparkify_harness.redshift.copying.text_records import text_reader
from sparkify_harness.redshift.copying.text_vectors import TextVectors
from sparkify_harness.redshift.copying.vectors import Doubt


def reading(
    plan: CopyPlan,
    source: ObjectSource,
    paths: Sequence[Path] | None,
    default_of: DefaultOf,
    check: Callable[[], None],
) -> Reading:
    """What reads the files of a COPY.

    Args:
        plan: The COPY.
        source: S3, as errors tell of it.
        paths: Paths of the jsonpaths file; None without one.
        default_of: Value of a column's DEFAULT.
        check: Called now and then; raises when the statement is cancelled.
    """
    if isinstance(plan.data_format, Parquet):
        return ParquetReading(plan, source, check)
    return FileReading(
        open_reader(plan, paths),
        RowReader(plan, default_of),
        quick_reader(plan, paths),
        plan.ignore_header,
        plan.max_errors,
        check,
    )


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
