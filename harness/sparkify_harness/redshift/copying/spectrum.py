"""Errors of the layer that reads columnar files, which is Redshift Spectrum's.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

from typing import Final
from urllib.parse import quote

from sparkify_harness.redshift.catalog.logs import LoadError
from sparkify_harness.redshift.catalog.relations import Column
from sparkify_harness.redshift.copying.faults import cut, declared_length
from sparkify_harness.redshift.copying.source import ObjectSource
from sparkify_harness.redshift.errors import ComputeBlock, ComputeFault

MESSAGE: Final = "Spectrum Scan Error"

_CODE: Final = 15007
_LOCATION: Final = "dory_util.cpp:1450"
_PROCESS: Final = "worker_thread"
_LONGEST_CONTEXT: Final = 256


class ScanFault(ComputeFault):
    """A columnar file cannot be loaded: it fails the whole COPY, with a text of its own.

    Observed: https://github.com/rudderlabs/rudder-server/pull/3178; and the context is cut off:
    https://github.com/aws/amazon-redshift-python-driver/issues/107

    Args:
        block: DETAIL.
        load_error: The row of stl_load_errors.
    """

    def __init__(self, block: ComputeBlock, load_error: LoadError) -> None:
        super().__init__(MESSAGE, block)
        self.load_error = load_error


class Scan:
    """One object, as errors tell of it.

    Args:
        source: S3, which knows who runs the statement.
        name: ``s3://bucket/key``.
    """

    def __init__(self, source: ObjectSource, name: str) -> None:
        self._source = source
        self._name = name
        place = quote(name.removeprefix("s3://"))
        self.url = f"https://s3.{source.region}.amazonaws.com/{place}"

    def fault(self, context: str, column: Column | None = None) -> ScanFault:
        """An error in this object.

        Args:
            context: What is wrong.
            column: The target column; None for an error of the whole object.
        """
        context = cut(context, _LONGEST_CONTEXT)
        block = self._source.block(context, _LOCATION, code=_CODE, process=_PROCESS)
        return ScanFault(
            block,
            LoadError(
                filename=cut(self._name, 256),
                line_number=0,
                colname=cut(column.name, 127) if column else "",
                type=cut(column.type.kind.internal_name, 10) if column else "",
                col_length=cut(declared_length(column.type), 10) if column else "",
                position=0,
                raw_line="",
                raw_field_value="",
                err_code=_CODE,
                err_reason=cut(f"{MESSAGE}. {context}", 100),
                error_message=cut(f"{MESSAGE}. {context}", 512),
            ),
        )
