"""COPY: its plan, the objects it reads, formats, conversion, load errors.

``prepare`` judges a statement without I/O; ``load`` reads the objects, and the accepted rows stream
to the executor, which inserts them inside the client's transaction.
"""

from sparkify_harness.redshift.copying.load import Load, LoadFailed, load
from sparkify_harness.redshift.copying.plan import CopyPlan, prepare
from sparkify_harness.redshift.copying.s3_settings import Credentials, S3Settings
from sparkify_harness.redshift.copying.source import Caller

__all__ = [
    "Caller",
    "CopyPlan",
    "Credentials",
    "Load",
    "LoadFailed",
    "S3Settings",
    "load",
    "prepare",
]
