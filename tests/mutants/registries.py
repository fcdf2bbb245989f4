"""The changes to the registries: what is registered, as a whole, is a little wrong.

A change is code below the module that has the registry: it holds in every process, and before
anybody has read from it. What there is to change is asked of the registries themselves.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from tests.mutants.mutant import Mutant

_PACKAGE: Final = "harness/sparkify_harness/redshift"
OVERLOADS: Final = f"{_PACKAGE}/sql/functions/library.py"
LOWERINGS: Final = f"{_PACKAGE}/engine/duckdb/functions/__init__.py"
OPTIONS: Final = f"{_PACKAGE}/sql/options/library.py"

_FLAGS: Final = ("strict", "volatile", "variadic")
_DROP_OPTION: Final = "OPTIONS = tuple(each for each in OPTIONS if each.key != {key!r})"
_DROP_OVERLOAD: Final = """\
_left = [each for each in OVERLOADS[{name!r}] if each is not OVERLOADS[{name!r}][{index}]]
OVERLOADS = {{
    name: tuple(_left) if name == {name!r} else overloads
    for name, overloads in OVERLOADS.items()
    if name != {name!r} or _left
}}
"""
_FLIP: Final = """\
_wrong = OVERLOADS[{name!r}][{index}]
object.__setattr__(_wrong, {flag!r}, not _wrong.{flag})
"""
_RESULT: Final = """\
from sparkify_harness.redshift import types as _types

_wrong = OVERLOADS[{name!r}][{index}]

def _returns(arguments, right=_wrong.returns):
    result = right(arguments) if callable(right) else right
    if result.precision:
        return _types.numeric(result.precision, result.scale + (1 if result.scale == 0 else -1))
    near = {{
        _types.BIGINT: _types.INTEGER,
        _types.INTEGER: _types.BIGINT,
        _types.DOUBLE: _types.REAL,
        _types.REAL: _types.DOUBLE,
        _types.DATE: _types.TIMESTAMP,
        _types.TIMESTAMP: _types.DATE,
        _types.TIMESTAMPTZ: _types.TIMESTAMP,
        _types.TEXT: _types.varchar(256),
    }}
    return near.get(result, _types.INTEGER)

object.__setattr__(_wrong, "returns", _returns)
"""
_SWAP: Final = """\
_keys = list(LOWERINGS)
LOWERINGS = {{**LOWERINGS, _keys[{index}]: LOWERINGS[_keys[{other}]]}}
"""


def registry_mutants(checkout: Path) -> Iterator[Mutant]:
    """Every change to the registries of functions, lowerings, and options of COPY and UNLOAD."""
    for path, change, code in (*_overloads(), *_lowerings(), *_options()):
        yield Mutant(path, 0, change, partial(_below, checkout / path, code))


def _below(path: Path, code: str) -> str:
    return f"{path.read_text(encoding='utf-8')}\n{code}"


def _overloads() -> Iterator[tuple[str, str, str]]:
    from sparkify_harness.redshift.sql.functions import library

    for name, overloads in library.OVERLOADS.items():
        for index, each in enumerate(overloads):
            place = {"name": name, "index": index}
            yield OVERLOADS, f"{each.signature} is missing", _DROP_OVERLOAD.format(**place)
            yield OVERLOADS, f"{each.signature} returns another type", _RESULT.format(**place)
            for flag in _FLAGS:
                said = f"{'not ' if getattr(each, flag) else ''}{flag}"
                yield OVERLOADS, f"{each.signature} is {said}", _FLIP.format(**place, flag=flag)


def _lowerings() -> Iterator[tuple[str, str, str]]:
    """Each lowering for that of the next function with the same parameters."""
    from sparkify_harness.redshift.engine.duckdb.functions import LOWERINGS as REGISTERED

    keys = [each.signature for each in REGISTERED]
    lowerings = list(REGISTERED.values())
    alike: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        alike[key.rpartition(":")[2]].append(index)
    for places in alike.values():
        for index, other in zip(places, [*places[1:], places[0]], strict=True):
            if lowerings[index] != lowerings[other]:
                change = f"{keys[index]} is lowered as {keys[other]}"
                yield LOWERINGS, change, _SWAP.format(index=index, other=other)


def _options() -> Iterator[tuple[str, str, str]]:
    from sparkify_harness.redshift.sql.options.library import OPTIONS as REGISTERED

    for key in sorted({option.key for option in REGISTERED}):
        yield OPTIONS, f"{key} is missing", _DROP_OPTION.format(key=key)
