"""MANIFEST: the objects to load, one by one.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sparkify_harness.redshift.copying.plan import split_url
from sparkify_harness.redshift.copying.source import ObjectSource, S3Fault, S3Object
from sparkify_harness.redshift.errors import ComputeFault, NotEmulated, RedshiftError

_CODE: Final = 15003


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of a manifest.

    Args:
        url: ``s3://bucket/key``, a full key.
        mandatory: Whether the load fails when it is not there.
        meta: What else is told of it; None where nothing is.
    """

    url: str
    mandatory: bool = False
    meta: Mapping[str, object] | None = None


def manifest_objects(
    source: ObjectSource, bucket: str, key: str, *, columnar: bool = False
) -> list[S3Object]:
    """The objects that a manifest lists; one that is listed twice is loaded twice.

    Args:
        source: S3.
        bucket: Where the manifest is.
        key: Its name there.
        columnar: The objects are Parquet: the manifest must tell their sizes.

    Raises:
        RedshiftError: The manifest or a mandatory object is missing, or there is no object at all.
    """
    try:
        text = source.text(bucket, key)
    except S3Fault as fault:
        if fault.code == "NoSuchKey":
            raise source.fault(
                f"Problem reading manifest file - {fault.message}",
                f"S3 key being read : s3://{bucket}/{key}",
            ) from None
        if fault.code == "AccessDenied":
            raise source.fault(
                "COPY with MANIFEST parameter requires full path of an S3 object",
                f"S3 key being read : s3://{bucket}/{key}",
            ) from None
        raise
    objects: list[S3Object] = []
    for entry in parse_manifest(text):
        told = _content_length(entry, source) if columnar else None
        found_in, name = split_url(entry.url)
        size = source.size(found_in, name)
        if size is not None:
            if told not in {None, size}:
                raise NotEmulated("COPY with a content_length that is not the object's")
            objects.append(S3Object(found_in, name, size))
        elif entry.mandatory:
            raise source.fault("Mandatory url is not present in manifest file", entry.url)
    if not objects:
        raise source.fault(
            "The specified S3 prefix does not exist: the manifest lists no file that is there",
            f"s3://{bucket}/{key}",
        )
    return objects


def _content_length(entry: Entry, source: ObjectSource) -> object:
    """The size of a columnar file, as the manifest has it.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html
    Observed: https://github.com/awslabs/aws-lambda-redshift-loader/pull/221

    Raises:
        ComputeFault: It is not there.
    """
    if entry.meta is None:
        raise _missing("meta", source)
    if "content_length" not in entry.meta:
        raise _missing("content_length", source)
    return entry.meta["content_length"]


def _missing(key: str, source: ObjectSource) -> ComputeFault:
    message = f"File entry does not have '{key}' key."
    return source.fault(message, "", location="spectrum_manifest.cpp:204", code=_CODE)


def parse_manifest(text: str) -> list[Entry]:
    """The entries of a manifest.

    Raises:
        RedshiftError: It is malformed.
    """
    try:
        document = json.loads(text)
        return [_entry(entry) for entry in document["entries"]]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise RedshiftError(
            "Invalid manifest file: it must be a JSON object with an array of entries, each with "
            "a url"
        ) from error


def _entry(entry: dict[str, object]) -> Entry:
    url, mandatory = entry["url"], entry.get("mandatory", False)
    if not isinstance(url, str) or not isinstance(mandatory, bool):
        raise TypeError("url is a string and mandatory a boolean")
    meta = entry.get("meta")
    return Entry(url, mandatory, meta if isinstance(meta, dict) else None)
