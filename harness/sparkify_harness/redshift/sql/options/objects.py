"""Which objects COPY reads, and in which region; how they are encrypted."""

from typing import Final

from sparkify_harness.redshift.sql.options.arguments import Flag, Number, Text, Unread, Word
from sparkify_harness.redshift.sql.options.formats import RECORDS
from sparkify_harness.redshift.sql.options.option import Option, State, Transfer, Use, always

_S3: Final = "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-s3.html"
_SSH: Final = "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-ssh.html"
_DYNAMODB: Final = (
    "https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-source-dynamodb.html"
)
_JOB: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-JOB.html"
_TEMPLATE: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-WITH-TEMPLATE.html"
_UNLOAD: Final = "https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html"

_REGION: Final = "where the bucket is, if not where the cluster is"
_CLIENT_KEY: Final = "the client's own key"

REGION: Final = Option(
    "REGION",
    {
        Transfer.COPY: Use(argument=Text("region"), means=_REGION, source=_S3, formats=RECORDS),
        Transfer.UNLOAD: Use(argument=Text("region"), means=_REGION, source=_UNLOAD),
    },
)
MANIFEST: Final = Option(
    "MANIFEST",
    {
        Transfer.COPY: Use(argument=Flag(), means="the source is a list of objects", source=_S3),
        Transfer.UNLOAD: Use(
            argument=Word("VERBOSE"), means="a list of the objects is written too", source=_UNLOAD
        ),
    },
)
ENCRYPTED: Final = Option(
    "ENCRYPTED",
    {
        Transfer.COPY: Use(
            argument=Flag(),
            means="the client has encrypted the objects",
            source=_S3,
            state=State.NOT_EMULATED,
        ),
        Transfer.UNLOAD: Use(
            argument=Word("AUTO"),
            means="the objects are to be encrypted",
            source=_UNLOAD,
            note="AUTO: not emulated",
        ),
    },
)
MASTER_SYMMETRIC_KEY: Final = Option(
    "MASTER_SYMMETRIC_KEY",
    {
        Transfer.COPY: Use(
            argument=Text("key"), means=_CLIENT_KEY, source=_S3, state=State.NOT_EMULATED
        ),
        Transfer.UNLOAD: Use(
            argument=Text("key"), means=_CLIENT_KEY, source=_UNLOAD, state=State.NOT_EMULATED
        ),
    },
    is_secret=always,
)
KMS_KEY_ID: Final = Option(
    "KMS_KEY_ID",
    {
        Transfer.UNLOAD: Use(
            argument=Text("id"),
            means="the key of KMS to encrypt with",
            source=_UNLOAD,
            note="the store has to know KMS; without ENCRYPTED: not emulated",
        )
    },
)
READRATIO: Final = Option(
    "READRATIO",
    {
        Transfer.COPY: Use(
            argument=Number(),
            means="per cent of a DynamoDB table's throughput",
            source=_DYNAMODB,
            state=State.NOT_FOR_S3,
        )
    },
)
SSH: Final = Option(
    "SSH",
    {
        Transfer.COPY: Use(
            argument=Flag(),
            means="the source is a list of hosts and commands",
            source=_SSH,
            state=State.NOT_FOR_S3,
        )
    },
)
JOB_CREATE: Final = Option(
    "JOB CREATE",
    {
        Transfer.COPY: Use(
            argument=Unread("name [AUTO ON | OFF]"),
            means="loads what arrives later",
            source=_JOB,
            state=State.NOT_EMULATED,
        )
    },
)
USING_TEMPLATE: Final = Option(
    "USING TEMPLATE",
    {
        Transfer.COPY: Use(
            argument=Unread("name"),
            means="takes options that are kept under a name",
            source=_TEMPLATE,
            state=State.NOT_EMULATED,
        )
    },
)
