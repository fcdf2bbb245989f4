"""What the documents say is so."""

import re
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.core import TyperGroup

from sparkify_harness.cli import app
from sparkify_harness.redshift.compatibility import matrix, transfers
from sparkify_harness.redshift.compatibility.matrix import render
from sparkify_harness.redshift.sql.grammar.statements import STATEMENTS
from sparkify_harness.redshift.sql.options.library import OPTIONS
from sparkify_harness.redshift.sql.options.option import Transfer

pytestmark = pytest.mark.medium

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("made", [matrix, transfers])
def test_a_document_that_is_made_is_what_the_code_says(made: ModuleType) -> None:
    assert made.DOCUMENT.read_text(encoding="utf-8") == made.render(), (
        "make it again: python -m sparkify_harness.redshift.compatibility"
    )


def test_every_statement_is_told_to_be_emulated_or_not() -> None:
    """The grammar knows each by its first word; an executor says what it emulates."""
    told, _, missing = (
        line.partition("mulated: ")[2]
        for line in render().partition("## Statements")[2].splitlines()[2:5]
    )
    emulated = set(re.findall(r"`([A-Z ]+)`", told))
    refused = set(re.findall(r"`([A-Z ]+)`", missing))
    first = {command.split()[0].lower() for command in emulated | refused}
    assert first >= {word for word in STATEMENTS if word.isalpha()} - {"with"}
    for command in emulated:
        assert command.split()[0].lower() in STATEMENTS, command
    for statement in ("EXPLAIN", "GRANT", "REVOKE"):
        assert (statement in refused, statement in emulated) == (True, False)


def _told(transfer: Transfer) -> dict[str, tuple[str, str]]:
    """Formats and state by the first word of each option of a statement."""
    section = transfers.render().partition(f"\n## {transfer.value}\n")[2].partition("\n## ")[0]
    rows = re.findall(
        r"^\| `(\w+).*?` \| .* \| (.*?) \| (.*?) \| \[.*\]\(https://", section, re.MULTILINE
    )
    return {word: (formats, state) for word, formats, state in rows}


def test_every_option_is_told_with_what_becomes_of_it() -> None:
    copy, unload = _told(Transfer.COPY), _told(Transfer.UNLOAD)
    assert [len(copy), len(unload)] == [
        len([option for option in OPTIONS if transfer in option.uses]) for transfer in Transfer
    ]
    assert copy["NULL"] == ("delimited text, CSV, FIXEDWIDTH", "kept")
    assert copy["IAM_ROLE"] == ("all", "kept")
    assert copy["TRUNCATECOLUMNS"] == ("all but PARQUET, ORC", "kept")
    assert copy["SSH"] == ("all", "refused: not for S3")
    assert copy["COMPUPDATE"] == ("all", "kept; no effect that a client sees")
    assert copy["JOB"] == copy["ENCRYPTED"] == ("all", "not emulated")
    missing = ("FIXEDWIDTH", "MASTER_SYMMETRIC_KEY")
    assert {unload[word][1] for word in missing} == {"not emulated"}
    assert unload["ESCAPE"] == ("delimited text, CSV", "kept; with CSV: not emulated")
    assert unload["HEADER"] == ("delimited text, CSV", "kept")


def test_no_type_is_shown_that_users_do_not_have() -> None:
    types_and_functions = render().partition("## System tables")[0]
    assert not re.search(r"\b(void|unknown)\b", types_and_functions)


def test_every_deviation_of_a_docstring_is_told() -> None:
    said = sum(
        path.read_text(encoding="utf-8").count("Deviates: ")
        for path in (CHECKOUT / "harness").rglob("*.py")
    )
    told = render().partition("## Known deviations")[2]
    assert told.count("\n| `") == said > 0


def test_links_to_files_lead_somewhere() -> None:
    documents = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")]
    missing = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not missing


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_targets_that_a_document_names_exist(document: str) -> None:
    text = (CHECKOUT / document).read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)", text, re.MULTILINE))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_readme_tells_of_every_command_and_of_no_other() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^sparkify ([\w-]+)", readme, re.MULTILINE))
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    assert told == set(command.commands)
