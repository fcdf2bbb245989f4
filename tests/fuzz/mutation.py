"""Seeded changes of a statement: mostly well-formed nonsense, as only that gets past the parser."""

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from harness.redshift.errors import RedshiftError
from harness.redshift.sql.functions.library import OVERLOADS
from harness.redshift.sql.functions.registry import FunctionKind, Overload
from harness.redshift.sql.functions.signatures import ALIKE, ANY
from harness.redshift.sql.parse import parse_one
from harness.redshift.sql.reserved import RESERVED
from harness.redshift.types import Kind
from tests.fuzz.corpus import corpus

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<string>[eE]?'(?:[^'\\]|\\.|'')*')|(?P<quoted>\"[^\"]*\")"
    r"|(?P<number>\d+(?:\.\d*)?)|(?P<word>\w+)|(?P<symbol>::|\|\||[<>!=]+|.)",
    re.DOTALL,
)
_NUMBERS = (
    "0", "1", "-1", "2", "7", "63", "64", "127", "128", "255", "256", "32767", "32768", "65535",
    "65536", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1e308", "1e-308", "1e309", "0.1", ".5", "1.",
    "99999999999999999999999999999999999999", "999999999999999999999999999999999999999",
    "0.000001",
)  # fmt: skip
_STRINGS = (
    "''", "' '", "'a'", "'%'", "'\\\\'", "'it''s'", "'é€𐍈'", "'a\\0b'", "'[a-'", "'('", "'(?=a)'",
    "'{\"a\": [1, {\"b\": null}]}'", "'[1, 2'", "'2018-11-01'", "'2018-02-30'", "'0001-01-01'",
    "'9999-12-31 23:59:59.999999'", "'294276-12-31'", "'24:00:00'", "'infinity'", "'now'", "'NaN'",
    "'1e400'", "'UTC'", "'America/New_York'", "'+25:00'", "'nowhere'", "'1 year 2 mons'",
    "'9999999999 days'", "'YYYY-MM-DD'", "'FM9999.99'", "'HH24:MI:SS.US TZ'", "'Q'", "'day'",
    "'quarter'", "'epoch'", "'true'", "'-1'", f"'{'x' * 300}'",
)  # fmt: skip
_TYPES = (
    "smallint", "int", "bigint", "decimal(38,37)", "decimal(4,2)", "real", "float", "boolean",
    "char(3)", "varchar(3)", "varchar(65535)", "date", "time", "timetz", "timestamp",
    "timestamptz", "interval", "super", "varbyte", "geometry", "oid", "name", "unknown", "text",
)  # fmt: skip
_WRAPS = (
    "SELECT * FROM ({}) AS q", "SELECT count(*) FROM ({}) AS q GROUP BY 1", "WITH q AS ({}) {}",
    "CREATE TABLE made AS {}", "CREATE VIEW made AS {}", "INSERT INTO t {}", "EXPLAIN {}",
    "DECLARE c CURSOR FOR {}", "{} UNION ALL {}", "{} EXCEPT {}", "SELECT ({})", "{}; {}", "({})",
    "PREPARE p AS {}", "SELECT 1 WHERE EXISTS ({})", "UNLOAD ('{}') TO 's3://b/k' IAM_ROLE default",
)  # fmt: skip
_OPERANDS = (
    "({})", "-{}", "NOT {}", "({} || {})", "({} + {})", "({} / {})", "({} = {})", "({} IS NULL)",
    "coalesce({}, NULL)", "nullif({}, {})", "CASE WHEN {} THEN {} END",
    "CASE {} WHEN {} THEN 1 END",
    "(SELECT {})", "(SELECT max({}) FROM t)", "max({})", "count(DISTINCT {})", "listagg({}, ',')",
    "row_number() OVER (ORDER BY {})", "sum({}) OVER (PARTITION BY {})", "{} IN ({}, NULL)",
    "{} BETWEEN {} AND {}", "{} LIKE {}", "{} ~ {}", "{} SIMILAR TO {}", "extract(day FROM {})",
    "try_cast({} AS int)", "{} AT TIME ZONE 'UTC'", "greatest({}, {})", "decode({}, {}, 1)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY {})", "json_extract_path_text({}, 'a')",
)  # fmt: skip

_NO_OPERANDS = RESERVED | {
    "by", "over", "partition", "rows", "range", "preceding", "following", "unbounded", "row",
    "values", "set", "begin", "temp", "cascade", "view", "schema", "copy", "key", "insert",
    "update", "delete", "merge", "matched", "recursive", "temporary", "rollup", "cube", "varchar",
    "int", "integer", "date", "timestamp", "interval", "numeric", "decimal",
}  # fmt: skip
_NAMES_FOLLOW = {
    "from", "join", "into", "table", "update", "as", ".", "view", "copy", "using", "exists",
    "schema", "column", "rename", "to", "add", "drop", "cursor", "for", "in", "not", "declare",
    "fetch", "close", "prepare", "execute", "set", "show", "::", ")", "with",
}  # fmt: skip
"""What has a name behind it, not an expression."""

_HAVE_LENGTHS = {"varchar", "char", "decimal", "numeric"}
_BEGIN_OPERANDS = {"select", "values", "default", "set", "where", "having", "on"}
_WORDS_OF_TYPES = {
    Kind.DOUBLE: "float8",
    Kind.VARCHAR: "varchar",
    Kind.TIME: "time",
    Kind.TIMETZ: "timetz",
    Kind.TIMESTAMP: "timestamp",
    Kind.TIMESTAMPTZ: "timestamptz",
    Kind.VARBYTE: "varbyte",
}
_QUERIES = {"select", "with", "insert", "update", "delete", "merge", "create", "("}

Tokens = list[str]


def tokens(sql: str) -> Tokens:
    """The pieces of a statement, white space and all; of any text whatever."""
    return [found.group() for found in _TOKEN.finditer(sql)]


@cache
def _pool() -> dict[str, list[str]]:
    """Every piece of the corpus, by its sort."""
    found: dict[str, set[str]] = defaultdict(set)
    for subject in corpus():
        for match in _TOKEN.finditer(subject.sql):
            if len(match.group()) <= 100:
                found[str(match.lastgroup)].add(match.group())
    found["word"] |= RESERVED
    found["number"] |= set(_NUMBERS)
    found["string"] |= set(_STRINGS)
    return {sort: sorted(pieces) for sort, pieces in found.items()}


def _places(pieces: Tokens) -> list[int]:
    return [place for place, piece in enumerate(pieces) if not piece.isspace()] or [0]


def _operands(pieces: Tokens) -> list[tuple[int, int]]:
    """Beginnings and ends of what are probably expressions: constants, columns and calls."""
    found = []
    places = _places(pieces)
    first = next((at for at in places if pieces[at].lower() in _BEGIN_OPERANDS), len(pieces))
    for number, at in enumerate(places):
        if at < first:
            continue
        before = pieces[places[number - 1]].lower() if number else ""
        after = pieces[places[number + 1]] if number + 1 < len(places) else ""
        piece = pieces[at]
        if pieces[max(at - 2, 0)].lower() in _HAVE_LENGTHS:
            continue
        if piece[0] in "'.0123456789" and piece != ".":
            found.append((at, at + 1))
        elif not number or not piece.isidentifier() or piece.lower() in _NO_OPERANDS:
            continue
        elif after == "(":
            found.append((at, _closing(pieces, at)))
        elif before not in _NAMES_FOLLOW and after != ".":
            found.append((at, at + 1))
    return found


def _closing(pieces: Tokens, at: int) -> int:
    """Where a call ends, with what may stand behind it: WITHIN GROUP (...), OVER (...)."""
    depth = 0
    for place in range(at, len(pieces)):
        depth += {"(": 1, ")": -1}.get(pieces[place], 0)
        if pieces[place] == ")" and depth == 0:
            behind = "".join(pieces[place + 1 : place + 5]).split()
            if behind[:1] in (["OVER"], ["over"], ["WITHIN"], ["within"]):
                return _closing(pieces, place + 1)
            return place + 1
    return len(pieces)


# --- what is done to a statement ------------------------------------------------------------------


def _drop(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    del pieces[at : at + dice.choice((1, 1, 1, 2, 3, 5))]


def _repeat(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    span = pieces[at : at + dice.choice((1, 2, 4, 8))]
    pieces[at:at] = [*span, " "]


def _swap(dice: Random, pieces: Tokens) -> None:
    one, other = dice.choice(_places(pieces)), dice.choice(_places(pieces))
    pieces[one], pieces[other] = pieces[other], pieces[one]


def _replace(dice: Random, pieces: Tokens) -> None:
    """By another of its sort."""
    at = dice.choice(_places(pieces))
    match = _TOKEN.match(pieces[at])
    sort = str(match.lastgroup) if match else "symbol"
    pieces[at] = dice.choice(_pool()[sort])


def _insert(dice: Random, pieces: Tokens) -> None:
    sort = dice.choice(sorted(_pool()))
    pieces.insert(dice.choice(_places(pieces)), f" {dice.choice(_pool()[sort])} ")


def _extreme(dice: Random, pieces: Tokens) -> None:
    """A constant at the edge of what there is."""
    constants = [at for at, _ in _operands(pieces) if pieces[at][0] in "'.0123456789"]
    if constants:
        pieces[dice.choice(constants)] = dice.choice((*_NUMBERS, *_STRINGS, "NULL", "true"))


def _function(dice: Random, pieces: Tokens) -> None:
    """One function in the place of another, or around an operand."""
    called = [at for at, end in _operands(pieces) if end > at + 1]
    if called and dice.random() < 0.3:
        pieces[dice.choice(called)] = dice.choice(_functions()).name
        return
    _wrap(dice, pieces, (_call(dice),))


def _call(dice: Random) -> str:
    """A call of a registered function; mostly with arguments of its own types."""
    overload = dice.choice(_functions())
    count = len(overload.parameters) - dice.randint(0, overload.optional)
    typed = dice.random() < 0.8
    arguments = [
        f"({{}})::{_WORDS_OF_TYPES.get(kind.kind, kind.kind.value)}"
        if typed and kind not in {ANY, ALIKE} and kind.kind is not Kind.SUPER
        else "{}"
        for kind in overload.parameters[:count]
    ]
    over = " OVER (ORDER BY {})" if overload.kind is FunctionKind.WINDOW else ""
    return f"{overload.name}({', '.join(arguments)}){over}"


@cache
def _functions() -> list[Overload]:
    """Those that are called as others are."""
    found: list[Overload] = []
    for name, overloads in sorted(OVERLOADS.items()):
        with contextlib.suppress(RedshiftError):
            if name.isidentifier():
                parse_one(f"SELECT {name}(1)")
                found += overloads
    return found


def _operand(dice: Random, pieces: Tokens) -> None:
    _wrap(dice, pieces, _OPERANDS)


def _typed(dice: Random, pieces: Tokens) -> None:
    kind = dice.choice(_TYPES)
    _wrap(dice, pieces, (f"({{}})::{kind}", f"cast({{}} AS {kind})"))


def _other(dice: Random, pieces: Tokens) -> None:
    """Another operand of the statement, or a constant, in the place of one."""
    _wrap(dice, pieces, ("{}",), keep=False)


def _wrap(dice: Random, pieces: Tokens, forms: Sequence[str], *, keep: bool = True) -> None:
    operands = _operands(pieces)
    if not operands:
        return
    start, end = dice.choice(operands)
    form = dice.choice(forms)
    texts = ["".join(pieces[one:other]) for one, other in operands]
    constants = (*_NUMBERS, *_STRINGS, "NULL", "true", "a", "b", "c", "d", "e", "f", "v")
    filled = ["".join(pieces[start:end])] if keep else []
    while len(filled) < form.count("{}"):
        filled.append(dice.choice(texts if dice.random() < 0.4 else constants))
    dice.shuffle(filled)
    pieces[start:end] = [form.format(*filled)]


def _around(dice: Random, pieces: Tokens) -> None:
    """The statement inside another."""
    form = dice.choice(_WRAPS)
    whole = "".join(pieces).rstrip("; \n")
    pieces[:] = tokens(form.format(*[whole] * form.count("{}")))


def _splice(dice: Random, pieces: Tokens) -> None:
    """The beginning of one and the end of another."""
    other = tokens(dice.choice(corpus()).sql)
    pieces[dice.choice(_places(pieces)) :] = other[dice.choice(_places(other)) :]


def _character(dice: Random, pieces: Tokens) -> None:
    at = dice.choice(_places(pieces))
    text = pieces[at]
    inside = dice.randrange(len(text)) if text else 0
    odd = dice.choice("'\"\\;$#@`{}[]%é\u00a0\u200b\x01𐍈")
    pieces[at] = text[:inside] + odd + text[inside + dice.randint(0, 1) :]


def _cut(dice: Random, pieces: Tokens) -> None:
    del pieces[dice.choice(_places(pieces)) :]


_CHANGES: tuple[tuple[Callable[[Random, Tokens], None], int], ...] = (
    (_function, 24), (_operand, 24), (_typed, 16), (_extreme, 12), (_other, 12), (_around, 5),
    (_replace, 3), (_drop, 1), (_repeat, 1), (_swap, 1), (_insert, 1), (_splice, 1),
    (_character, 1), (_cut, 1),
)  # fmt: skip
"""Each with its weight."""


_SMALL_CHANGES = ((_replace, 4), (_extreme, 4), (_drop, 1), (_insert, 1), (_swap, 1), (_around, 1))
"""To what has no expressions in it."""


def mutant(dice: Random, sql: str) -> str:
    """A statement with one to six changes.

    Args:
        dice: Decides; the same dice give the same statement.
        sql: The statement.
    """
    pieces = tokens(sql)
    verb = next((piece.lower() for piece in pieces if not piece.isspace()), "")
    changes, weights = zip(*(_CHANGES if verb in _QUERIES else _SMALL_CHANGES), strict=True)
    for change in dice.choices(changes, weights, k=dice.choice((1, 1, 2, 2, 3, 4, 6))):
        if pieces:
            change(dice, pieces)
            pieces = tokens("".join(pieces))
    return "".join(pieces).replace("\0", "")
