"""Values at the edges of types, for calls whose value nobody knows."""

import random
from typing import Final

from tests.unit.places.subjects import Argument, Subject

_EDGES: Final[dict[str, tuple[str, ...]]] = {
    "smallint": ("0", "-1", "32767", "-32768"),
    "integer": ("0", "-1", "37", "1114112", "2147483647", "-2147483648"),
    "bigint": ("0", "-1", "9223372036854775807", "-9223372036854775808"),
    "real": ("0", "-1", "3e38", "-1e-37"),
    "double precision": ("0", "-1", "0.5", "2", "1e308", "-1e308", "1e-307"),
    "boolean": ("t", "f"),
    "date": ("0001-01-01", "9999-12-31", "2020-02-29"),
    "timestamp": ("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"),
    "timestamptz": ("0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00"),
    "time": ("00:00:00", "23:59:59.999999"),
    "timetz": ("00:00:00+14", "23:59:59.999999-12"),
    "interval": ("100000000 days", "-100000000 days", "178000000 years", "0 days"),
    "super": ("null", "[]", "{}", '"x"', "1e400", "[[1],{}]"),
    "varchar": (
        "", " ", "a", "é", "\U0001f600", "\\", "(", "[a-", "*", "a{1,1000}{1,1000}", "(?=a)",
        "UTC", "$", "%", "'", "zz", "0x", "-", "1e9999", "99999999999999999999999999999",
        "America/New_York", "YYYY-MM-DD", "9" * 60, "{", "[1,2", "[1]", '{"a":1}', "epoch",
        "9999-12-31 23:59:59 America/New_York", "\x01", "x" * 2000,
    ),
    "varbyte": ("", "00", "ff", "fffe", "c3"),
    "oid": ("0", "4294967295"),
}  # fmt: skip


def _numerics(type_: str) -> tuple[str, ...]:
    precision, scale = (int(each) for each in type_[8:-1].split(","))
    most = ("9" * (precision - scale) + "." + "9" * scale).rstrip(".")
    return "0", most, f"-{most}"


def edges(argument: Argument) -> list[Argument]:
    """The argument itself, NULL, and the edges of its type."""
    name = argument.type.partition("(")[0]
    if argument.bare or name not in {*_EDGES, "numeric"}:
        return [argument]
    values = _EDGES.get(name) or _numerics(argument.type)
    return [argument, *(Argument(text, argument.type) for text in (None, *values))]


def called(subject: Subject, several: int) -> list[tuple[Argument, ...]]:
    """Each argument at each of its edges, and all of them at some, drawn by the subject's name."""
    choice = random.Random(str(subject))
    ranges = [edges(each) for each in subject.arguments]
    singles = [
        (*subject.arguments[:place], value, *subject.arguments[place + 1 :])
        for place, values in enumerate(ranges)
        for value in values
    ]
    drawn = [tuple(choice.choice(each) for each in ranges) for _ in range(several)]
    return list(dict.fromkeys(singles + (drawn if len(ranges) > 1 else [])))
