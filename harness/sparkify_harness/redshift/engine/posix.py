"""Regular expressions without the parameter 'p': what is refused, whatever an engine could run.

AWS lists what its POSIX operators know, and not what they refuse. The errors that users report are
those of Boost.Regex for POSIX extended expressions, which knows no ``(?``, no repeat of a repeat
(``*?``, ``++``), and takes ``.`` for line feeds as well, ``^`` and ``$`` for both sides of them.
What has a counterpart on the leader node (``~`` and SIMILAR TO, not the functions) is PostgreSQL's
there, for which ``^`` and ``$`` are the ends of the string; what it may know beyond compute nodes
is refused there as well.

Redshift: https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html
Reported: https://github.com/sodadata/soda-core/issues/2269
Boost: https://www.boost.org/doc/libs/1_80_0/libs/regex/doc/html/boost_regex/syntax/basic_extended.html
"""

import re
from typing import Final

from sparkify_harness.redshift.engine.context import ExecutionContext
from sparkify_harness.redshift.errors import ComputeBlock, ComputeFault

NO_OPERAND: Final = "Invalid preceding regular expression prior to repetition operator."
"""What a repetition of nothing is told; a group that begins with ``(?`` is one to POSIX.

Observed:
    https://github.com/sodadata/soda-core/issues/2269
    https://github.com/ontop/ontop/issues/738
"""
REGEX_CONTEXT: Final = "setup_regex_init"
_CODE: Final = 8002
_ABOUT: Final = 10
"""Characters on each side of its place that an error shows."""

_OPEN: Final = "Missing } in quantified repetition."
_CLOSED: Final = "Found a closing repetition operator } with no corresponding {."
_REVERSED: Final = "Invalid content of repeat range."

SET: Final = r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]"
"""A set of characters in brackets, as a regular expression."""

_TOKEN: Final = re.compile(
    r"""
    (?P<place>\\[bB<>AzZG`'] | [\^$(|])
  | (?P<repeat>[*+?] | \{ \s* (?P<low>\d+) \s* (?: (?P<comma>,) \s* (?P<high>\d*) \s* )? \})
  | (?P<open>\{ (?!\s*\d))
  | (?P<closed>\})
  | (?P<atom>\\Q .*? (?: \\E | \Z) | \\. | \[ \^? \]? (?: \[:\w+:\] | [^\]] )* \] | .)
    """,
    re.VERBOSE | re.DOTALL,
)
"""``place``: what stands for no character, so that it cannot be repeated."""


def check(pattern: str, context: ExecutionContext) -> None:
    """Refuse what compute nodes cannot read.

    Args:
        pattern: The expression.
        context: Whose statement it is.

    Raises:
        ComputeFault: In Boost's words, with its code 8002.
    """
    repeatable = False
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup:
            case "open":
                raise _fault(pattern, token.end(), _OPEN, context)
            case "closed":
                raise _fault(pattern, token.start(), _CLOSED, context)
            case "repeat":
                if not repeatable:
                    raise _unrepeatable(pattern, token, context)
                if token["high"] and int(token["high"]) < int(token["low"]):
                    raise _fault(pattern, token.start("high"), _REVERSED, context)
                repeatable = False
            case kind:
                repeatable = kind == "atom"


def _unrepeatable(pattern: str, token: re.Match[str], context: ExecutionContext) -> ComputeFault:
    if token.start():
        return _fault(pattern, token.end(), NO_OPERAND, context)
    if token["low"]:
        return _fault(pattern, token.end(), "Nothing to repeat.", context)
    words = f'The repeat operator "{token[0]}" cannot start a regular expression.'
    return _fault(pattern, 0, words, context)


def _fault(pattern: str, place: int, words: str, context: ExecutionContext) -> ComputeFault:
    begin, end = max(0, place - _ABOUT), min(len(pattern), place + _ABOUT)
    part = "" if (begin, end) == (0, len(pattern)) else " fragment"
    message = (
        f"{words}  The error occurred while parsing the regular expression{part}: "
        f"'{pattern[begin:place]}>>>HERE>>>{pattern[place:end]}'."
    )
    query, pid = context.last_query_id, context.pid
    process = f"query0_{query} [pid={pid}]"
    return ComputeFault(message, ComputeBlock(_CODE, REGEX_CONTEXT, query, "regex.cpp:0", process))


def as_posix(pattern: str, escape: str) -> str:
    r"""A pattern of SIMILAR TO as an expression of the POSIX operators.

    ``%`` and ``_`` are those of LIKE, points and anchors are plain characters; an escape makes a
    plain character of what follows, but of a letter (``\d``), as in PostgreSQL.
    """
    escaped = rf"{re.escape(escape)}(?P<escaped>.)|" if escape else ""
    parts = re.compile(rf"{escaped}(?P<set>{SET})|(?P<plain>.)", re.DOTALL)
    return "".join(_part_as_posix(part) for part in parts.finditer(pattern))


def _part_as_posix(part: re.Match[str]) -> str:
    if part.lastgroup == "set":
        return part[0]
    if part.lastgroup == "escaped":
        follows = part["escaped"]
        return f"\\{follows}" if follows.isascii() and follows.isalnum() else re.escape(follows)
    character = part[0]
    plain = re.escape(character) if character in ".^$\\" else character
    return {"%": ".*", "_": "."}.get(character, plain)
