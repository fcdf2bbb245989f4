"""What COPY's options say, apart from each other: formats, conversions, credentials.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-parameters.html
"""

from dataclasses import dataclass
from enum import Enum, auto

from sparkify_harness.redshift.copying.s3_settings import Credentials


@dataclass(frozen=True, slots=True)
class Json:
    """JSON.

    Args:
        ignore_case: ``auto ignorecase``: keys fit columns whatever their case.
        no_shred: ``noshred``: the whole object is the value of the one SUPER column.
        paths: ``s3://bucket/key`` of a jsonpaths file; None maps keys to columns by name.
    """

    ignore_case: bool = False
    no_shred: bool = False
    paths: str | None = None


@dataclass(frozen=True, slots=True)
class Csv:
    """CSV."""

    delimiter: str = ","
    quote: str = '"'


@dataclass(frozen=True, slots=True)
class Delimited:
    """Text with a delimiter.

    Args:
        delimiter: One character or more, as in CSV.
        escape: ESCAPE: a backslash takes the next character literally.
        remove_quotes: REMOVEQUOTES: fields may stand in quotation marks.
    """

    delimiter: str = "|"
    escape: bool = False
    remove_quotes: bool = False


@dataclass(frozen=True, slots=True)
class FixedWidth:
    """Columns of fixed width, in characters."""

    widths: tuple[int, ...]


DataFormat = Json | Csv | Delimited | FixedWidth


class Compression(Enum):
    """How the objects are compressed; COPY never looks for itself."""

    NONE = auto()
    GZIP = auto()
    BZIP2 = auto()
    ZSTD = auto()


@dataclass(frozen=True, slots=True)
class Role:
    """IAM_ROLE: ARN, several ARNs with commas between (a chain), or ``default``."""

    arn: str


Authorization = Credentials | Role


@dataclass(frozen=True, slots=True)
class Conversion:
    """How fields become values.

    Redshift: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html

    Args:
        null_string: Field that means NULL; None for JSON, which has a null of its own.
        empty_as_null: EMPTYASNULL, or NULL AS ''.
        blanks_as_null: BLANKSASNULL.
        trim_blanks: TRIMBLANKS.
        truncate: TRUNCATECOLUMNS.
        round_decimals: ROUNDEC.
        accept_any_date: ACCEPTANYDATE.
        replacement: ACCEPTINVCHARS: the byte that replaces each byte that is not UTF-8.
        date_format, time_format: DATEFORMAT, TIMEFORMAT; None for the default.
    """

    null_string: str | None = None
    empty_as_null: bool = False
    blanks_as_null: bool = False
    trim_blanks: bool = False
    truncate: bool = False
    round_decimals: bool = False
    accept_any_date: bool = False
    replacement: str | None = None
    date_format: str | None = None
    time_format: str | None = None
