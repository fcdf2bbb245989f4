"""Redshift's data types: one record for each, and types with their length or precision.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

MAX_CHAR: Final = 4096
MAX_VARCHAR: Final = 65535
MAX_VARBYTE: Final = 1_024_000
MAX_PRECISION: Final = 38
MAX_SCALE: Final = 37


class Category(Enum):
    """Families of types; those of numbers, strings and moments turn into each other."""

    BOOLEAN = auto()
    NUMBER = auto()
    STRING = auto()
    DATETIME = auto()
    TIMESPAN = auto()
    BYTES = auto()
    SUPER = auto()
    UNKNOWN = auto()
    VOID = auto()


class Modifier(Enum):
    """What may follow the words of a type: mostly numbers in parentheses.

    LENGTH in bytes, DIGITS in all and after the point, BITS of a float, decimal places of SECONDS,
    FIELDS of an interval.
    """

    NONE = auto()
    LENGTH = auto()
    DIGITS = auto()
    BITS = auto()
    SECONDS = auto()
    FIELDS = auto()


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a type is written.

    Args:
        words: In lower case, with one blank between them.
        modifier: What may follow.
        length: Bytes where none are given; None for those of the type.
        unbounded: Whether, in an expression, any length is taken where none is given.
    """

    words: str
    modifier: Modifier = Modifier.NONE
    length: int | None = None
    unbounded: bool = False


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What is known of a type without its length or precision.

    Args:
        name: As catalogs and errors print it.
        oid: Object id that the row description carries.
        size: Bytes of the binary form; -1 where it varies.
        category: Its family.
        preferred: Whether it is the one of its family that open arguments are taken for.
        internal: The name in pg_type and stl_load_errors, and the label of a cast, such as
            ``int4``; None where it is ``name``.
        compute: The name in errors of compute nodes and of COPY.
        spellings: How statements write it; none where they cannot.
        arrow: pyarrow's alias of the type in which values are handed over for storage; None where
            they never are.
        bounds: Integers: the least and the greatest.
        digits: Floats: how many are printed.
        width: Characters that a value is printed with at most; None where there is no such number.
        length: Bytes where a column gives none.
        most: The greatest length that may be given.
        column: Whether a column may be given it.
        key: Whether such a column may be a distribution or sort key.
        identity: Whether such a column may be numbered.
        encodings: Which ones such a column may have; None where AWS lists none.
        encoding: The one that it has where none is given.
        local: Of a type with a zone: the member of ``Kind`` that is the same without.
    """

    name: str
    oid: int
    category: Category
    size: int = -1
    preferred: bool = False
    internal: str | None = None
    compute: str = ""
    spellings: tuple[Spelling, ...] = ()
    arrow: str | None = None
    bounds: tuple[int, int] | None = None
    digits: int | None = None
    width: int | None = None
    length: int | None = None
    most: int | None = None
    column: bool = True
    key: bool = True
    identity: bool = False
    encodings: frozenset[str] | None = None
    encoding: str = "az64"
    local: str | None = None


_ANY: Final = frozenset({"RAW", "RUNLENGTH", "ZSTD"})
_BYTEDICT: Final = _ANY | {"BYTEDICT"}
_TEXTS: Final = _BYTEDICT | {"LZO"}
_STEPS: Final = _TEXTS | {"AZ64", "DELTA"}
_WIDE: Final = _STEPS | {"DELTA32K"}
_MOSTLY: Final = frozenset({"MOSTLY8", "MOSTLY16", "MOSTLY32"})
"""Column encodings, by what they are made for.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html
"""


def _spelled(
    *words: str,
    modifier: Modifier = Modifier.NONE,
    unbounded: bool = False,
) -> tuple[Spelling, ...]:
    return tuple(Spelling(each, modifier, unbounded=unbounded) for each in words)


class Kind(Enum):
    """A type without its length or precision; the value is the name that catalogs print.

    TIMESTAMP is the preferred moment where PostgreSQL prefers TIMESTAMPTZ, as in AWS's examples of
    DATEADD('2008-02-28') and of TO_CHAR(date). SUPER and VARBYTE are no keys:
    https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html
    """

    _value_: str
    facts: TypeFacts

    BOOLEAN = TypeFacts(
        "boolean", 16, Category.BOOLEAN, size=1, preferred=True, internal="bool",
        spellings=_spelled("boolean", "bool"), arrow="bool", width=len("false"),
        encodings=_ANY, encoding="none",
    )  # fmt: skip
    SMALLINT = TypeFacts(
        "smallint", 21, Category.NUMBER, size=2, internal="int2", compute="Short",
        spellings=_spelled("smallint", "int2"), arrow="int16", bounds=(-(2**15), 2**15 - 1),
        encodings=_STEPS | {"MOSTLY8"},
    )  # fmt: skip
    INTEGER = TypeFacts(
        "integer", 23, Category.NUMBER, size=4, internal="int4", compute="Integer",
        spellings=_spelled("integer", "int", "int4"), arrow="int32", bounds=(-(2**31), 2**31 - 1),
        identity=True, encodings=_WIDE | {"MOSTLY8", "MOSTLY16"},
    )  # fmt: skip
    BIGINT = TypeFacts(
        "bigint", 20, Category.NUMBER, size=8, internal="int8", compute="Long",
        spellings=_spelled("bigint", "int8"), arrow="int64", bounds=(-(2**63), 2**63 - 1),
        identity=True, encodings=_WIDE | _MOSTLY,
    )  # fmt: skip
    NUMERIC = TypeFacts(
        "numeric", 1700, Category.NUMBER, compute="Decimal",
        spellings=_spelled("decimal", "numeric", "dec", modifier=Modifier.DIGITS),
        arrow="decimal128", encodings=_WIDE | _MOSTLY,
    )  # fmt: skip
    REAL = TypeFacts(
        "real", 700, Category.NUMBER, size=4, internal="float4", compute="Float",
        spellings=_spelled("real", "float4"), arrow="float32", digits=6,
        width=len("-1.2345678901234567e-308"), encodings=_BYTEDICT, encoding="none",
    )  # fmt: skip
    DOUBLE = TypeFacts(
        "double precision", 701, Category.NUMBER, size=8, preferred=True, internal="float8",
        compute="Double",
        spellings=(
            *_spelled("double precision", "float8"), *_spelled("float", modifier=Modifier.BITS),
        ),
        arrow="float64", digits=15, width=len("-1.2345678901234567e-308"), encodings=_BYTEDICT,
        encoding="none",
    )  # fmt: skip
    CHAR = TypeFacts(
        "character", 1042, Category.STRING, internal="bpchar",
        spellings=(
            *_spelled(
                "char", "character", "nchar", "national char", "national character",
                modifier=Modifier.LENGTH,
            ),
            Spelling("bpchar", Modifier.LENGTH, length=256, unbounded=True),
        ),
        arrow="string", length=1, most=MAX_CHAR, encodings=_TEXTS, encoding="lzo",
    )  # fmt: skip
    VARCHAR = TypeFacts(
        "character varying", 1043, Category.STRING, preferred=True, internal="varchar",
        spellings=(
            *_spelled(
                "varchar", "nvarchar", "char varying", "character varying", "nchar varying",
                "national char varying", "national character varying",
                modifier=Modifier.LENGTH, unbounded=True,
            ),
            Spelling("text", unbounded=True),
        ),
        arrow="string", length=256, most=MAX_VARCHAR, encodings=_TEXTS | {"TEXT255", "TEXT32K"},
        encoding="lzo",
    )  # fmt: skip
    DATE = TypeFacts(
        "date", 1082, Category.DATETIME, size=4, spellings=_spelled("date"), arrow="date32",
        width=len("2020-02-29"), encodings=_WIDE,
    )  # fmt: skip
    TIME = TypeFacts(
        "time without time zone", 1083, Category.DATETIME, size=8, internal="time",
        spellings=(*_spelled("time without time zone"), Spelling("time", Modifier.SECONDS)),
        arrow="time64[us]", width=len("10:11:12.123456"),
    )  # fmt: skip
    TIMETZ = TypeFacts(
        "time with time zone", 1266, Category.DATETIME, size=12, internal="timetz",
        spellings=_spelled("timetz", "time with time zone"), arrow="string",
        width=len("10:11:12.123456+14:59:59"), local="TIME",
    )  # fmt: skip
    TIMESTAMP = TypeFacts(
        "timestamp without time zone", 1114, Category.DATETIME, size=8, preferred=True,
        internal="timestamp",
        spellings=(
            *_spelled("timestamp without time zone"), Spelling("timestamp", Modifier.SECONDS),
        ),
        arrow="timestamp[us]", width=len("2020-02-29 10:11:12.123456"), encodings=_WIDE,
    )  # fmt: skip
    TIMESTAMPTZ = TypeFacts(
        "timestamp with time zone", 1184, Category.DATETIME, size=8, internal="timestamptz",
        spellings=_spelled("timestamptz", "timestamp with time zone"), arrow="timestamp[us]",
        width=len("2020-02-29 10:11:12.123456+14:59:59"), encodings=_WIDE, local="TIMESTAMP",
    )  # fmt: skip
    INTERVAL = TypeFacts(
        "interval", 1186, Category.TIMESPAN, size=16, preferred=True,
        spellings=_spelled("interval", modifier=Modifier.FIELDS),
    )  # fmt: skip
    SUPER = TypeFacts(
        "super", 4000, Category.SUPER, spellings=_spelled("super"), arrow="string", key=False,
        encoding="none",
    )  # fmt: skip
    VARBYTE = TypeFacts(
        "binary varying", 6551, Category.BYTES, internal="varbyte",
        spellings=_spelled("varbyte", "varbinary", "binary varying", modifier=Modifier.LENGTH),
        arrow="binary", length=64_000, most=MAX_VARBYTE, key=False, encoding="lzo",
    )  # fmt: skip
    NAME = TypeFacts(
        "name", 19, Category.STRING, size=64, spellings=_spelled("name"), column=False
    )  # fmt: skip
    OID = TypeFacts(
        "oid", 26, Category.NUMBER, size=4, preferred=True, compute="Long",
        spellings=_spelled("oid"), bounds=(0, 2**32 - 1), column=False,
    )  # fmt: skip
    UNKNOWN = TypeFacts("unknown", 705, Category.UNKNOWN)
    VOID = TypeFacts("void", 2278, Category.VOID)

    def __new__(cls, facts: TypeFacts) -> "Kind":
        """A member whose value is its name."""
        kind = object.__new__(cls)
        kind._value_ = facts.name
        kind.facts = facts
        return kind

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers of 2, 4 or 8 bytes."""
        return self.facts.bounds is not None

    @property
    def is_number(self) -> bool:
        """Whether arithmetic applies."""
        return self.facts.category is Category.NUMBER

    @property
    def is_text(self) -> bool:
        """Whether values are strings of characters."""
        return self.facts.category is Category.STRING

    @property
    def is_temporal(self) -> bool:
        """Whether values are dates, times or instants."""
        return self.facts.category is Category.DATETIME

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest value of an integer type.

        Raises:
            ValueError: It is none.
        """
        if self.facts.bounds is None:
            raise ValueError(f"{self.value} is no integer type")
        return self.facts.bounds

    @property
    def local(self) -> "Kind | None":
        """The same type without a zone; None where it has none."""
        return None if self.facts.local is None else Kind[self.facts.local]

    @property
    def internal_name(self) -> str:
        """The name in pg_type and stl_load_errors, and the label of a cast."""
        return self.facts.internal or self.facts.name


@dataclass(frozen=True, slots=True)
class RedshiftType:
    """A type as an expression or a column has it.

    Args:
        kind: Which type.
        length: CHAR, VARCHAR and VARBYTE: the limit in **bytes**; None where no limit is declared,
            as in the result of a string function.
        precision: NUMERIC: digits in all. Never None for NUMERIC: drivers scale by it.
        scale: NUMERIC: digits after the point.
    """

    kind: Kind
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.NUMERIC and (self.precision is None or self.scale is None):
            raise ValueError("NUMERIC needs a precision and a scale")

    @property
    def oid(self) -> int:
        """Object id that the row description carries."""
        return self.kind.facts.oid

    @property
    def size(self) -> int:
        """Bytes of the binary form; -1 where it varies."""
        return self.kind.facts.size

    @property
    def signed_size(self) -> int | None:
        """Bytes of an integer with a sign; None of any other type."""
        return self.size if self.kind.is_integer and self.kind.bounds[0] < 0 else None

    @property
    def typmod(self) -> int:
        """Type modifier: length + 4, or precision and scale, or -1."""
        if self.kind is Kind.NUMERIC:
            return (((self.precision or 0) << 16) | (self.scale or 0)) + 4
        if self.length is not None and self.kind is not Kind.NAME:
            return self.length + 4
        return -1

    @property
    def limit(self) -> int:
        """Bytes that a column takes: as declared, or the type's own.

        Raises:
            ValueError: It is of no type with a length.
        """
        limit = self.length or self.kind.facts.length
        if limit is None:
            raise ValueError(f"{self} has no length")
        return limit

    @property
    def width(self) -> int | None:
        """Characters that a value is printed with at most; None where there is no such number."""
        if self.kind is Kind.NUMERIC:
            return (self.precision or 0) + len("-0.")
        if self.kind.is_integer:
            return max(len(str(bound)) for bound in self.kind.bounds)
        return self.kind.facts.width

    def __str__(self) -> str:
        if self.kind is Kind.NUMERIC:
            return f"numeric({self.precision},{self.scale})"
        if self.length is not None and self.kind is not Kind.NAME:
            return f"{self.kind.value}({self.length})"
        return str(self.kind.value)


def numeric(precision: int, scale: int) -> RedshiftType:
    """DECIMAL(precision, scale)."""
    return RedshiftType(Kind.NUMERIC, precision=precision, scale=scale)


def varchar(length: int | None = None) -> RedshiftType:
    """VARCHAR(length), in bytes; without a length, a string expression of any size."""
    return RedshiftType(Kind.VARCHAR, length=length)


def char(length: int) -> RedshiftType:
    """CHAR(length)."""
    return RedshiftType(Kind.CHAR, length=length)


BOOLEAN: Final = RedshiftType(Kind.BOOLEAN)
SMALLINT: Final = RedshiftType(Kind.SMALLINT)
INTEGER: Final = RedshiftType(Kind.INTEGER)
BIGINT: Final = RedshiftType(Kind.BIGINT)
REAL: Final = RedshiftType(Kind.REAL)
DOUBLE: Final = RedshiftType(Kind.DOUBLE)
DATE: Final = RedshiftType(Kind.DATE)
TIME: Final = RedshiftType(Kind.TIME)
TIMETZ: Final = RedshiftType(Kind.TIMETZ)
TIMESTAMP: Final = RedshiftType(Kind.TIMESTAMP)
TIMESTAMPTZ: Final = RedshiftType(Kind.TIMESTAMPTZ)
INTERVAL: Final = RedshiftType(Kind.INTERVAL)
SUPER: Final = RedshiftType(Kind.SUPER)
VARBYTE: Final = RedshiftType(Kind.VARBYTE, length=Kind.VARBYTE.facts.length)
NAME: Final = RedshiftType(Kind.NAME)
OID: Final = RedshiftType(Kind.OID)
UNKNOWN: Final = RedshiftType(Kind.UNKNOWN)
VOID: Final = RedshiftType(Kind.VOID)
TEXT: Final = varchar()

_BY_OID: Final = {
    kind.facts.oid: RedshiftType(kind) for kind in Kind if kind is not Kind.NUMERIC
} | {25: TEXT, 1700: numeric(MAX_PRECISION, 18)}


def from_oid(oid: int) -> RedshiftType | None:
    """The type that a client means by an object id in Parse.

    Args:
        oid: Object id; 0 stands for "infer it".

    Returns:
        The type; None for 0 and 705 (unknown), whose type the context decides, and for ids that
        Redshift does not know.
    """
    if oid in {0, UNKNOWN.oid}:
        return None
    return _BY_OID.get(oid)
