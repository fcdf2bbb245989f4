"""COPY.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html

Options come out as CopyOption(name, arguments) in the order written, with the optional words
``AS``, ``FORMAT`` and ``WITH`` left out. An option that is written twice is a syntax error; which
options fit together is for the planner to judge. Names and arguments:

===========================  ======================================================================
Authorization
===========================  ======================================================================
``IAM_ROLE``                 ``("arn:...",)`` or ``("DEFAULT",)`` for the keyword
``CREDENTIALS``              ``(text,)``
``ACCESS_KEY_ID``            ``(text,)``
``SECRET_ACCESS_KEY``        ``(text,)``
``SESSION_TOKEN``            ``(text,)``
===========================  ======================================================================

===========================  ======================================================================
Data format
===========================  ======================================================================
``JSON``, ``AVRO``           ``(text,)``: ``auto``, ``noshred``, a path ...; ``()`` when left out
``CSV``                      ``()``
``DELIMITER``                ``(text,)``
``FIXEDWIDTH``               ``(text,)``
``SHAPEFILE``                ``()``, ``("SIMPLIFY",)``, ``("SIMPLIFY", "0.5")``,
                             ``("SIMPLIFY AUTO",)`` or ``("SIMPLIFY AUTO", "0.5")``
``PARQUET``, ``ORC``         ``()`` or ``("SERIALIZETOJSON",)``
``QUOTE``                    ``(text,)``
===========================  ======================================================================

===========================  ======================================================================
Source, encryption, compression
===========================  ======================================================================
``REGION``                   ``(text,)``
``MANIFEST``                 ``()``
``ENCRYPTED``                ``()``
``MASTER_SYMMETRIC_KEY``     ``(text,)``
``GZIP`` ``BZIP2`` ``LZOP``  ``()``
``ZSTD``                     ``()``
``READRATIO``                ``(n,)``
``SSH``                      ``()``
===========================  ======================================================================

===========================  ======================================================================
Conversion and load
===========================  ======================================================================
``ACCEPTANYDATE``            ``()``
``ACCEPTINVCHARS``           ``()`` or ``(text,)``: the replacement character
``BLANKSASNULL``             ``()``
``DATEFORMAT``               ``(text,)``
``EMPTYASNULL``              ``()``
``ENCODING``                 ``(keyword,)``: ``UTF8``, ``UTF16``, ``UTF16LE``, ``UTF16BE``,
                             ``ISO88591``
``ESCAPE``                   ``()``
``EXPLICIT_IDS``             ``()``
``FILLRECORD``               ``()``
``IGNOREALLERRORS``          ``()``
``IGNOREBLANKLINES``         ``()``
``IGNOREHEADER``             ``(n,)``
``NULL AS``                  ``(text,)``; also written ``NULL``
``REMOVEQUOTES``             ``()``
``ROUNDEC``                  ``()``
``TIMEFORMAT``               ``(text,)``
``TRIMBLANKS``               ``()``
``TRUNCATECOLUMNS``          ``()``
``COMPROWS``                 ``(n,)``
``COMPUPDATE``               ``()`` or ``("ON",)``, ``("OFF",)``, ``("PRESET",)``; TRUE is ON,
                             FALSE is OFF
``MAXERROR``                 ``(n,)``
``NOLOAD``                   ``()``
``STATUPDATE``               ``()`` or ``("ON",)``, ``("OFF",)``; TRUE is ON, FALSE is OFF
===========================  ======================================================================

Numbers are ``int``. A jsonpaths or manifest path is the text as written.
"""

from collections.abc import Mapping
from typing import Final

from sparkify_harness.redshift.sql.grammar.dml import Grammar
from sparkify_harness.redshift.sql.grammar.options import (
    Arguments,
    OptionReader,
    flag,
    masked,
    number,
    optional_text,
    read_options,
    role,
    switch,
    text,
)
from sparkify_harness.redshift.sql.grammar.stream import Stream
from sparkify_harness.redshift.sql.statements import Copy
from sparkify_harness.redshift.sql.tokens import TokenKind

_FORMATS: Final = frozenset(
    {"avro", "csv", "delimiter", "fixedwidth", "json", "orc", "parquet", "shapefile"}
)
_JOB_ACTIONS: Final = frozenset({"alter", "run", "list", "show", "drop"})
_ENCODINGS: Final = ("utf8", "utf16", "utf16le", "utf16be", "iso88591")


def copy(grammar: Grammar) -> Copy:
    """COPY table [(columns)] FROM 'source' options."""
    token = grammar.expect("copy")
    if grammar.at("job") and grammar.peek().key in _JOB_ACTIONS:
        grammar.not_emulated("COPY JOB", token)
    table = grammar.name()
    columns = grammar.identifiers() if grammar.at("(") else None
    grammar.expect("from")
    source = grammar.string()
    options = read_options(grammar, {**OPTIONS, **_REFUSED}, _FORMATS, frozenset({"format", "as"}))
    return Copy(table=table, columns=columns, source=source, options=options, text=masked(grammar))


def _job(stream: Stream) -> Arguments:
    """``JOB CREATE name``, which loads what arrives later.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-JOB.html
    """
    stream.expect("create")
    stream.not_emulated("COPY ... JOB CREATE")


def _template(stream: Stream) -> Arguments:
    """``USING TEMPLATE name``.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-WITH-TEMPLATE.html
    """
    stream.expect("template")
    stream.not_emulated("COPY ... USING TEMPLATE")


def _columnar(stream: Stream) -> Arguments:
    return ("SERIALIZETOJSON",) if stream.accept("serializetojson") else ()


def _shapefile(stream: Stream) -> Arguments:
    if not stream.accept("simplify"):
        return ()
    word = "SIMPLIFY AUTO" if stream.accept("auto") else "SIMPLIFY"
    if stream.token.kind in {TokenKind.INTEGER, TokenKind.NUMBER}:
        return (word, stream.advance().value)
    return (word,)


def _encoding(stream: Stream) -> Arguments:
    stream.accept("as")
    if stream.token.kind is TokenKind.STRING and stream.token.value.lower() in _ENCODINGS:
        return (stream.advance().value.upper(),)
    return (stream.expect_any(*_ENCODINGS).upper(),)


_REFUSED: Final[Mapping[str, OptionReader]] = {"job": _job, "using": _template}
OPTIONS: Final[Mapping[str, OptionReader]] = {
    "iam_role": role,
    "credentials": text,
    "access_key_id": text,
    "secret_access_key": text,
    "session_token": text,
    "json": optional_text,
    "avro": optional_text,
    "csv": flag,
    "delimiter": text,
    "fixedwidth": text,
    "shapefile": _shapefile,
    "parquet": _columnar,
    "orc": _columnar,
    "quote": text,
    "region": text,
    "manifest": flag,
    "encrypted": flag,
    "master_symmetric_key": text,
    "gzip": flag,
    "bzip2": flag,
    "lzop": flag,
    "zstd": flag,
    "readratio": number,
    "ssh": flag,
    "acceptanydate": flag,
    "acceptinvchars": optional_text,
    "blanksasnull": flag,
    "dateformat": text,
    "emptyasnull": flag,
    "encoding": _encoding,
    "escape": flag,
    "explicit_ids": flag,
    "fillrecord": flag,
    "ignoreallerrors": flag,
    "ignoreblanklines": flag,
    "ignoreheader": number,
    "null": text,
    "removequotes": flag,
    "roundec": flag,
    "timeformat": text,
    "trimblanks": flag,
    "truncatecolumns": flag,
    "comprows": number,
    "compupdate": switch("preset"),
    "maxerror": number,
    "noload": flag,
    "statupdate": switch(),
}
