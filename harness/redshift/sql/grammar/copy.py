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
