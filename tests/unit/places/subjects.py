"""Calls of every registered signature, each with arguments and the value that is recorded for it.

Those of the cases in ``tests/unit/functions`` are taken from there; ``recorded`` has the rest.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import EllipsisType

from sparkify_harness.redshift.sql.functions.registry import is_operator
from sparkify_harness.redshift.sql.tree import Call, Cast, ColumnRef, Expression
from sparkify_harness.redshift.types import Kind, RedshiftType
from tests.unit.functions import (
    test_conditional,
    test_conversion,
    test_dates,
    test_hashes,
    test_json,
    test_math,
    test_patterns,
    test_strings,
)
from tests.unit.functions.evaluation import Engine
from tests.unit.places.recorded import RECORDED
from tests.unit.places.recorded_casts import CASTS

_CASES = (
    test_strings.CASES,
    test_math.CASES,
    test_dates.CASES,
    test_conversion.CASES,
    test_json.CASES,
    test_patterns.CASES,
    test_conditional.CASES,
    test_hashes.CASES,
)
_OF_THE_SESSION = frozenset({"getdate", "sysdate", "current_date", "now", "timeofday"})
"""Recorded for another session: ``recorded`` has them as well."""
_STORED = {
    Kind.VARCHAR: "varchar(2000)",
    Kind.CHAR: "char(40)",
    Kind.VARBYTE: "varbyte(2000)",
    Kind.TIME: "time",
    Kind.TIMETZ: "timetz",
    Kind.TIMESTAMP: "timestamp",
    Kind.TIMESTAMPTZ: "timestamptz",
}


@dataclass(frozen=True)
class Argument:
    """An argument of a call.

    Args:
        text: What a client reads of its value; None for NULL.
        type: As it is written in a statement.
        bare: Whether it is no value at all, but a date part.
    """

    text: str | None
    type: str
    bare: bool = False

    @property
    def constant(self) -> str:
        """SQL of the value."""
        if self.bare:
            return f"'{self.text}'"
        if self.text is None:
            return f"NULL::{self.type}"
        text = "'" + self.text.replace("\\", "\\\\").replace("'", "''") + "'"
        if self.type == "super":
            return f"json_parse({text})"
        if self.type.startswith("varbyte"):
            return f"to_varbyte({text}, 'hex')"
        if self.type == "interval":
            return f"interval {text}"
        return f"{text}::{self.type}"

    @property
    def is_storable(self) -> bool:
        """Whether a table can have a column of it."""
        return not self.bare and self.type not in {"interval", "oid", "name"}


Value = str | EllipsisType | None
"""What a client reads; ``...`` where each call answers differently."""


@dataclass(frozen=True)
class Subject:
    """A call with its recorded value.

    Args:
        template: SQL with a ``{0}``, ``{1}`` ... for each argument.
        arguments: What it is called with.
        value: Of the call.
    """

    template: str
    arguments: tuple[Argument, ...]
    value: Value

    def __str__(self) -> str:
        return self.constants

    @property
    def is_cast(self) -> bool:
        """Whether a type is what it calls."""
        return self.template.startswith(("{0}::", "TRY_CAST({0} "))

    @property
    def constants(self) -> str:
        """The call over constants."""
        return self.template.format(*(each.constant for each in self.arguments))

    def sql(self, *arguments: str) -> str:
        """The call over other arguments."""
        return self.template.format(*arguments)


def type_sql(kind: RedshiftType) -> str:
    """How a type is written, long enough for every value."""
    return _STORED.get(kind.kind, str(kind))


def _template(name: str, count: int) -> str:
    slots = [f"{{{number}}}" for number in range(count)]
    match name, count:
        case "like" | "ilike" | "similar to", 3:
            return f"({{0}} {name} {{1}} escape {{2}})"
        case "like" | "ilike" | "similar to", _:
            return f"({{0}} {name} {{1}})"
        case "position", _:
            return "position({1} in {0})"
        case "extract", _:
            return "extract({0} from {1})"
        case _, 1 if is_operator(name):
            return f"({name} {{0}})"
        case _, 2 if is_operator(name):
            return f"({{0}} {name} {{1}})"
    return f"{name}({', '.join(slots)})"


def _called(node: Call, value: str | None, engine: Engine) -> Subject:
    """A recorded call over the values of its arguments."""
    name = node.overload.name
    arguments = tuple(
        Argument(engine.text(each), type_sql(each.type), bare=node.overload.date_part and not place)
        for place, each in enumerate(node.arguments)
    )
    return Subject(_template(name, len(arguments)), arguments, value)


def _constant_only(node: Expression) -> bool:
    """Whether it reads no column, as the cases of errors do."""
    if isinstance(node, ColumnRef):
        return False
    if isinstance(node, Call):
        return all(_constant_only(each) for each in node.arguments)
    return not isinstance(node, Cast) or _constant_only(node.operand)


def _taken(engine: Engine) -> Iterator[Subject]:
    for cases in _CASES:
        for node, value, *_ in cases.values():  # tables of two shapes
            if not isinstance(node, Call) or not _constant_only(node):
                continue
            if node.overload.name in _OF_THE_SESSION or "sysdate" in repr(node):
                continue
            yield _called(node, value, engine)


_ARGUMENT = re.compile(r"«([^|»]*)\|([^»]*)»")


def _written(recorded: Mapping[str, str | EllipsisType]) -> Iterator[Subject]:
    """``name(«value|type», ...)``; NULL is a value as well."""
    for text, value in recorded.items():
        arguments: list[Argument] = []

        def placed(found: re.Match[str], arguments: list[Argument] = arguments) -> str:
            content = None if found[1] == "NULL" else found[1]
            kind = re.sub(r"^(varchar|varbyte)\(\d+\)", r"\1(2000)", found[2])
            arguments.append(Argument(content, kind))
            return f"{{{len(arguments) - 1}}}"

        yield Subject(_ARGUMENT.sub(placed, text), tuple(arguments), value)


def subjects() -> list[Subject]:
    """All of them."""
    engine = Engine()
    try:
        found = [*_taken(engine), *_written(RECORDED)]
    finally:
        engine.connection.close()
    return list({str(each): each for each in found}.values())


def casts() -> list[Subject]:
    """One of each type to each type that it may become."""
    return [*_written(CASTS)]
