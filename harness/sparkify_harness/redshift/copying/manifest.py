"""MANIFEST: the objects to load, one by one.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
"""

import json
from dataclasses import dataclass

from sparkify_harness.redshift.copying.plan import split_url
from sparkify_harness.redshift.copying.source import ObjectSource, S3Fault, S3Object
from sparkify_harness.redshift.errors import RedshiftError


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of a manifest.

    Args:
        url: ``s3://bucket/key``, a full key.
        mandatory: Whether the load fails when it is not there.
    """

    url: str
    mandatory: bool = False


def manifest_objects(source: ObjectSource, bucket: str, key: str) -> list[S3Object]:
    """The objects that a manifest lists; one that is listed twice is loaded twice.

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
        found_in, name = split_url(entry.url)
        size = source.size(found_in, name)
        if size is not None:
            objects.append(S3Object(found_in, name, size))
        elif entry.mandatory:
            raise source.fault("Mandatory url is not present in manifest file", entry.url)
    if not objects:
        raise source.fault(
            "The specified S3 prefix does not exist: the manifest lists no file that is there",
            f"s3://{bucket}/{key}",
        )
    return objects


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
    return Entry(url, mandatory)
