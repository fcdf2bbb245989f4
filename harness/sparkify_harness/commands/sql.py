"""`sparkify sql`: statements for the last run's warehouse, or for any other."""

import sys
from contextlib import suppress
from typing import Annotated

import typer

from sparkify_harness.commands.exits import CommandError, ExitCode
from sparkify_harness.commands.query import ServerError, SimpleConnection, connect
from sparkify_harness.commands.results import Format, write
from sparkify_harness.commands.statements import split
from sparkify_harness.commands.terminal import messages, output, tell
from sparkify_harness.commands.warehouses import DsnOption, RunOption, address
from sparkify_harness.runs import RunFolder

_HELP = """\
Statements end with a semicolon and may take several lines.
  \\q, exit, Ctrl-D   leave
  Ctrl-C             stop a statement, or forget what was typed
  \\d                 list tables and columns
"""

_LIST = (
    "SELECT table_name, column_name, data_type FROM svv_columns "
    "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
)

StatementArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="STATEMENT",
        help="One or more statements; without any a prompt, or what is piped in.",
        show_default=False,
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        metavar="KIND",
        help="How rows are written: table, csv or json. \\[default: table on a terminal, else csv]",
        show_default=False,
    ),
]


def sql(
    *,
    statement: StatementArgument = None,
    dsn: DsnOption = None,
    run: RunOption = None,
    format_: FormatOption = None,
) -> None:
    """Query the warehouse of the last run, or any other.

    Rows go to standard output, everything else to standard error. An
    error of the warehouse ends the command with exit code 1.
    """
    how = format_ or (Format.TABLE if sys.stdout.isatty() else Format.CSV)
    prompt = statement is None and sys.stdin.isatty()
    with address(run, dsn, _introduce) as where, connect(where, on_notice=_note) as session:
        if prompt:
            _converse(session, how)
        elif not _run(session, sys.stdin.read() if statement is None else statement, how):
            raise typer.Exit(ExitCode.FAILED)


def _introduce(folder: RunFolder) -> None:
    record = folder.record
    if record and sys.stdin.isatty() and sys.stdout.isatty():
        tell(messages(), f"Run {folder.id} ({record.state}): {record.loaded}", "dim")


def _run(session: SimpleConnection, text: str, how: Format) -> bool:
    """Runs statements one by one, up to the first that fails; whether all went well."""
    typed = split(text)
    statements = [*typed.complete, *([typed.rest] if typed.rest else [])]
    return all(_run_one(session, statement, how) for statement in statements)


def _run_one(session: SimpleConnection, statement: str, how: Format) -> bool:
    try:
        for result in session.run(statement):
            if result.columns is None:
                tell(messages(), result.tag)
            write(result, how, output())
    except ServerError as error:
        tell(messages(), str(error), "red")
        if session.closed:
            raise CommandError("the connection is lost", ExitCode.FAILED) from None
        return False
    return True


def _note(text: str) -> None:
    tell(messages(), text, "dim")


def _converse(session: SimpleConnection, how: Format) -> None:
    """Reads and runs statements until the user leaves."""
    with suppress(ImportError):
        import readline  # noqa: F401, PLC0415  # gives input() its editing; keeps no file
    tell(messages(), 'Type a statement and a semicolon, "\\?" for help, "\\q" to leave.', "dim")
    typed = ""
    while True:
        mark = "*" if session.in_transaction else ""
        try:
            line = input(f"{session.database}{mark}{'->' if typed else '=>'} ")
            match line.strip() if not typed else "":
                case "\\q" | "exit" | "quit":
                    return
                case "\\?" | "help":
                    tell(messages(), _HELP)
                    continue
                case "\\d":
                    line = f"{_LIST};"
            found = split(f"{typed}\n{line}" if typed else line)
            typed = found.rest
            for statement in found.complete:
                _run_one(session, statement, how)
        except EOFError:
            tell(messages(), "")
            return
        except KeyboardInterrupt:
            typed = ""
            tell(messages(), "")
