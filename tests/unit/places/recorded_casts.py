"""A value of each type as each type that it may become, and what a client reads of it.

``«value|type»::type``, as in ``recorded``. Which types become which:
https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#r_Type_conversion
"""

from collections.abc import Iterator
from typing import Final

TEXTS: Final = ("varchar(2000)", "char(40)", "varchar(3)", "char(3)")
_NUMBERS: Final = {
    "smallint": "7", "integer": "7", "bigint": "7", "numeric(8,2)": "2.50", "real": "2.5",
    "double precision": "2.5",
}  # fmt: skip
_BYTES: Final = {"smallint": "0007", "integer": "00000007", "bigint": "0000000000000007"}
_PRINTED: Final = {
    "oid": "7",
    "date": "2020-02-29",
    "time": "10:11:12.50",
    "timetz": "10:11:12.50+00",
    "timestamp": "2020-02-29 10:11:12.50",
    "timestamptz": "2020-02-29 10:11:12.50+00",
    "interval": "1 day 02:00:00",
}
"""Of what is neither a text nor a number: as it is printed."""


def _as_text(value: str, target: str) -> str:
    """Cut off and padded."""
    length = int(target.partition("(")[2][:-1])
    cut = value[:length]
    return cut.ljust(length) if target.startswith("char") else cut


def _numbers() -> Iterator[tuple[str, str]]:
    for source, value in _NUMBERS.items():
        # Half of a DECIMAL is rounded away from zero, of a float to the even number.
        whole = {"7": "7", "2.50": "3", "2.5": "2"}[value]
        for target in _NUMBERS:
            if target != source:
                read = whole if target in _BYTES else f"{float(value):g}"
                exact = f"{float(value):.2f}" if target.startswith("numeric") else read
                yield f"«{value}|{source}»::{target}", exact
        for target in TEXTS:
            yield f"«{value}|{source}»::{target}", _as_text(value, target)
    yield "«2.55|numeric(8,2)»::numeric(5,1)", "2.6"
    for source in ("smallint", "integer", "bigint"):
        yield f"«7|{source}»::oid", "7"
        yield f"«7|{source}»::boolean", "t"
        yield f"«7|{source}»::varbyte(40)", _BYTES[source]
        yield f"«t|boolean»::{source}", "1"


def _printed() -> Iterator[tuple[str, str]]:
    for source, value in _PRINTED.items():
        for target in TEXTS:
            yield f"«{value}|{source}»::{target}", _as_text(value, target)
    for target in ("smallint", "integer", "bigint", "numeric(8,2)", "double precision"):
        yield f"«7|oid»::{target}", "7.00" if target.startswith("numeric") else "7"


def _texts() -> Iterator[tuple[str, str]]:
    for source in ("varchar(40)", "char(40)"):
        for target in ("smallint", "integer", "bigint", "oid"):
            yield f"«7|{source}»::{target}", "7"
        yield f"«2.505|{source}»::numeric(8,2)", "2.51"
        for target in ("real", "double precision"):
            yield f"«2.5|{source}»::{target}", "2.5"
        for target in ("date", "time", "timestamp", "timestamptz"):
            yield f"«{_PRINTED[target]}|{source}»::{target}", _PRINTED[target]
            yield f"TRY_CAST(«{_PRINTED[target]}|{source}» AS {target})", _PRINTED[target]
        yield f"TRY_CAST(«yes|{source}» AS boolean)", "t"
        for target in TEXTS:
            yield f"«abcd|{source}»::{target}", _as_text("abcd", target)
        yield f"«abcd|{source}»::name", "abcd"
    yield "«abcd|varchar(40)»::varbyte(3)", "616263"
    yield "«ab|char(40)»::varbyte(3)", "616220"
    yield "«abcd|varchar(40)»::super", '"abcd"'
    yield "«é€x|varchar(40)»::varchar(4)", "é"
    yield "«abcd|name»::varchar(2000)", "abcd"
    yield "«abcd|name»::char(3)", "abc"


def _times() -> Iterator[tuple[str, str]]:
    for source, target, value in (
        ("date", "timestamp", "2020-02-29 00:00:00"),
        ("date", "timestamptz", "2020-02-29 00:00:00+00"),
        ("time", "timetz", "10:11:12.50+00"),
        ("time", "interval", "10:11:12.50"),
        ("timetz", "time", "10:11:12.50"),
        ("timestamp", "date", "2020-02-29"),
        ("timestamp", "time", "10:11:12.50"),
        ("timestamp", "timestamptz", "2020-02-29 10:11:12.50+00"),
        ("timestamptz", "date", "2020-02-29"),
        ("timestamptz", "time", "10:11:12.50"),
        ("timestamptz", "timetz", "10:11:12.50+00"),
        ("timestamptz", "timestamp", "2020-02-29 10:11:12.50"),
    ):
        yield f"«{_PRINTED[source]}|{source}»::{target}", value


def _semistructured() -> Iterator[tuple[str, str]]:
    for source, whole in _NUMBERS.items():
        value = "2.25" if source.startswith("numeric") else whole
        yield f"«{value}|{source}»::super", value
        yield f"«7|super»::{source}", "7.00" if source.startswith("numeric") else "7"
    yield "«t|boolean»::super", "true"
    yield "«true|super»::boolean", "t"
    yield "«ab|char(40)»::super", '"ab"'
    for target in TEXTS:
        yield f'«"abcd"|super»::{target}', _as_text("abcd", target)
    for target in ("date", "timestamp", "timestamptz", "time"):
        yield f'«"{_PRINTED[target]}"|super»::{target}', _PRINTED[target]


def _binary() -> Iterator[tuple[str, str]]:
    for target in TEXTS:
        yield f"«61626364|varbyte(40)»::{target}", _as_text("abcd", target)
    yield "«61626364|varbyte(40)»::varbyte(3)", "616263"


CASTS: Final[dict[str, str]] = {
    **dict(_numbers()),
    **dict(_printed()),
    **dict(_texts()),
    **dict(_times()),
    **dict(_semistructured()),
    **dict(_binary()),
}
