"""The options of COPY and UNLOAD, made from their registry."""

from collections.abc import Iterator
from typing import Final

from sparkify_harness.redshift.compatibility.matrix import CHECKOUT, emulated_commands
from sparkify_harness.redshift.copying.combinations import refusal
from sparkify_harness.redshift.sql.options.formats import TEXT
from sparkify_harness.redshift.sql.options.library import EXCLUSIONS, OPTIONS
from sparkify_harness.redshift.sql.options.option import Format, Option, State, Transfer, Use

DOCUMENT: Final = CHECKOUT / "docs" / "copy-and-unload.md"


def _options(transfer: Transfer) -> list[Option]:
    return [option for option in OPTIONS if transfer in option.uses]


def _all_formats(transfer: Transfer) -> list[Format]:
    return [TEXT, *(option for option in _options(transfer) if isinstance(option, Format))]


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|")


def _written(option: Option, use: Use) -> str:
    """An option with what follows it."""
    return f"{option.name.removesuffix(' AS')} {use.argument}".rstrip()


def _formats(option: Option, transfer: Transfer) -> str:
    """Those that an option goes with."""
    lawful, every = option.uses[transfer].formats, _all_formats(transfer)
    if isinstance(option, Format):
        return ""
    if lawful is None or lawful.issuperset(every):
        return "all"
    others = [item.name for item in every if item not in lawful]
    if len(others) < len(lawful):
        return f"all but {', '.join(others)}"
    return ", ".join(item.name for item in every if item in lawful)


def _state(use: Use, transfer: Transfer) -> str:
    if transfer.value not in emulated_commands():
        return State.NOT_EMULATED.value
    return f"{use.state.value}; {use.note}" if use.note else use.state.value


def _table(transfer: Transfer) -> Iterator[str]:
    yield "| option | what it says | formats | state | documented at |"
    yield "|---|---|---|---|---|"
    for option in _options(transfer):
        use = option.uses[transfer]
        page = use.source.rpartition("/")[2].removesuffix(".html")
        cells = (
            f"`{_cell(_written(option, use))}`",
            _cell(use.means),
            _formats(option, transfer),
            _state(use, transfer),
            f"[{page}]({use.source})",
        )
        yield f"| {' | '.join(cells)} |"


def _refusals(transfer: Transfer) -> Iterator[str]:
    """What is said of the first option that a format does not go with."""
    yield f"| {transfer.value} of | message | SQLSTATE |"
    yield "|---|---|---|"
    for format_ in _all_formats(transfer):
        for option in _options(transfer):
            lawful = option.uses[transfer].formats
            if lawful is not None and format_ not in lawful:
                error = refusal(option, format_, transfer)
                yield f"| {format_} | `{error.message}` | `{error.sqlstate}` |"
                break


def render() -> str:
    """The options as Markdown."""
    lines = [
        "# The options of COPY and UNLOAD",
        "",
        "Made from the code by `python -m sparkify_harness.redshift.compatibility`; a test keeps",
        "it true.",
        "",
        "Options stand in any order, each once at most. `FORMAT [AS]` may come before a format,",
        "`WITH` before `CREDENTIALS` and `NULL AS`. What is not emulated fails with SQLSTATE",
        "`0A000` and `not emulated:`, the statement and the option's name.",
    ]
    for transfer in Transfer:
        lines += ["", f"## {transfer.value}", "", *_table(transfer)]
    lines += ["", "## What does not go together", "", "Whatever the format:", ""]
    lines += [f"- {' '.join(map(_code, each.options))}: `{each.message}`" for each in EXCLUSIONS]
    lines += ["", "The first option of each table above that a format refuses:"]
    for transfer in Transfer:
        lines += ["", *_refusals(transfer)]
    return "\n".join([*lines, ""])


def _code(option: Option) -> str:
    return f"`{option}`"
