"""The manifest of an UNLOAD, which COPY can read.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

import json
from collections.abc import Sequence
from typing import Any

from sparkify_harness.redshift.types import Kind, RedshiftType
from sparkify_harness.redshift.unloading.files import Written
from sparkify_harness.redshift.unloading.plan import UnloadPlan


def manifest(
    plan: UnloadPlan,
    written: Sequence[Written],
    names: Sequence[str],
    types: Sequence[RedshiftType],
) -> bytes:
    """Its contents.

    Args:
        plan: Of the statement.
        written: What was made.
        names: Of the columns of the files.
        types: Theirs.
    """
    entries: list[dict[str, Any]] = []
    for one in written:
        meta: dict[str, int] = {"content_length": one.size}
        if plan.verbose:
            meta["record_count"] = one.rows
        entries.append({"url": one.url, "meta": meta})
    whole: dict[str, Any] = {"entries": entries}
    if plan.verbose:
        elements = [_element(name, type_) for name, type_ in zip(names, types, strict=True)]
        whole["schema"] = {"elements": elements}
        whole["meta"] = {
            "content_length": sum(one.size for one in written),
            "record_count": sum(one.rows for one in written),
        }
        whole["author"] = {"name": "Amazon Redshift", "version": "1.0.0"}
    return json.dumps(whole, indent=2).encode()


def _element(name: str, type_: RedshiftType) -> dict[str, Any]:
    base: dict[str, Any] = {"base": type_.kind.value}
    if type_.kind is Kind.NUMERIC:
        base |= {"precision": type_.precision, "scale": type_.scale}
    element: dict[str, Any] = {"name": name, "type": base}
    if type_.length is not None:
        element["max_length"] = type_.length
    return element
