"""Names of the objects that an UNLOAD writes."""

import re
from typing import Final

from sparkify_harness.redshift.copying.options import Compression
from sparkify_harness.redshift.unloading.plan import FileFormat, UnloadPlan

NULL_PARTITION: Final = "__HIVE_DEFAULT_PARTITION__"

_SUFFIXES: Final = {
    Compression.NONE: "",
    Compression.GZIP: ".gz",
    Compression.BZIP2: ".bz2",
    Compression.ZSTD: ".zst",
}
_SPECIAL: Final = re.compile(r"[\x00-\x1f\x7f\"#%'*/:=?\\{\[\]^]")


def key(plan: UnloadPlan, folder: str, slice_: int, part: int) -> str:
    """Key of an object.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html

    Args:
        plan: Whose prefix and suffix it has.
        folder: Of its partition, with a slash at the end; empty without PARTITION BY.
        slice_: Which slice writes it.
        part: How many objects that slice has written before.
    """
    number = f"{slice_:04d}_part_{part:02d}" if plan.parallel else f"{part:03d}"
    if plan.extension is not None:
        suffix = f".{plan.extension}"
    else:
        columnar = plan.file_format is FileFormat.PARQUET
        suffix = ".parquet" if columnar else _SUFFIXES[plan.compression]
    return f"{plan.prefix}{folder}{number}{suffix}"


def manifest_key(plan: UnloadPlan) -> str:
    """Key of the manifest."""
    return f"{plan.prefix}manifest"


def folder_part(name: str, value: str | None) -> str:
    """A folder of a partition, as Hive names it: ``year=2018/``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    """
    return f"{name}={NULL_PARTITION if value is None else _escaped(value)}/"


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", value)
