"""UNLOAD.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html

Options come out as those of COPY do. Names and arguments:

===========================  ======================================================================
``IAM_ROLE`` ``CREDENTIALS`` ``ACCESS_KEY_ID`` ``SECRET_ACCESS_KEY`` ``SESSION_TOKEN``
                             as in COPY
``CSV`` ``JSON`` ``PARQUET`` ``()``
``DELIMITER`` ``FIXEDWIDTH`` ``(text,)``
``NULL AS`` ``REGION``       ``(text,)``
``KMS_KEY_ID``               ``(text,)``
``MASTER_SYMMETRIC_KEY``     ``(text,)``
``EXTENSION``                ``(text,)``
``PARTITION BY``             column names; an option ``INCLUDE`` follows when it was written
``MANIFEST``                 ``()`` or ``("VERBOSE",)``
``ENCRYPTED``                ``()`` or ``("AUTO",)``
``PARALLEL``                 ``()``, ``("ON",)`` or ``("OFF",)``; TRUE is ON, FALSE is OFF
``MAXFILESIZE``              ``(number, unit)``, both text, unit ``MB`` (when left out) or ``GB``
``ROWGROUPSIZE``             ``(number, unit)``
``HEADER`` ``ADDQUOTES`` ``ESCAPE`` ``ALLOWOVERWRITE`` ``CLEANPATH`` ``BZIP2`` ``GZIP`` ``ZSTD``
                             ``()``
===========================  ======================================================================
"""

from collections.abc import Mapping
from typing import Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.options import (
    Arguments,
    OptionReader,
    flag,
    masked,
    read_options,
    role,
    switch,
    text,
)
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.statements import Unload
from sparkify_harness.redshift.sql.tokens import TokenKind

_FORMATS: Final = frozenset({"csv", "json", "parquet"})


def unload(grammar: Grammar) -> Unload:
    """UNLOAD ('query') TO 'target' options."""
    grammar.expect("unload", "(")
    query = grammar.string()
    grammar.expect(")", "to")
    target = grammar.string()
    options = read_options(grammar, _OPTIONS, _FORMATS, frozenset({"format"}))
    return Unload(query=query, target=target, options=options, text=masked(grammar))


def _manifest(stream: Stream) -> Arguments:
    return ("VERBOSE",) if stream.accept("verbose") else ()


def _encrypted(stream: Stream) -> Arguments:
    return ("AUTO",) if stream.accept("auto") else ()


def _partition(stream: Stream) -> Arguments:
    stream.expect("by")
    return stream.identifiers()


def _size(stream: Stream) -> Arguments:
    stream.accept("as")
    if stream.token.kind not in {TokenKind.INTEGER, TokenKind.NUMBER}:
        stream.fail()
    number = stream.advance().value
    return number, stream.accept_any("mb", "gb").upper() or "MB"


_OPTIONS: Final[Mapping[str, OptionReader]] = {
    "iam_role": role,
    "credentials": text,
    "access_key_id": text,
    "secret_access_key": text,
    "session_token": text,
    "csv": flag,
    "json": flag,
    "parquet": flag,
    "delimiter": text,
    "fixedwidth": text,
    "null": text,
    "region": text,
    "kms_key_id": text,
    "master_symmetric_key": text,
    "extension": text,
    "partition": _partition,
    "include": flag,
    "manifest": _manifest,
    "encrypted": _encrypted,
    "parallel": switch(),
    "maxfilesize": _size,
    "rowgroupsize": _size,
    "header": flag,
    "addquotes": flag,
    "escape": flag,
    "allowoverwrite": flag,
    "cleanpath": flag,
    "bzip2": flag,
    "gzip": flag,
    "zstd": flag,
}
