"""What the documents say is so."""

import re
from pathlib import Path

import typer

from harness.cli import app
from harness.redshift.compatibility import render

CHECKOUT = Path(__file__).resolve().parents[2]


def test_the_compatibility_matrix_is_what_the_code_says() -> None:
    path = CHECKOUT / "docs" / "compatibility.md"
    assert path.read_text(encoding="utf-8") == render(), (
        "make it again: python -m harness.redshift.compatibility"
    )


def test_links_to_files_lead_somewhere() -> None:
    documents = [CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")]
    missing = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert not missing


def test_targets_that_the_readme_names_exist() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"^make (\w+)", readme, re.MULTILINE)):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_readme_tells_of_every_command_and_of_no_other() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^sparkify ([\w-]+)", readme, re.MULTILINE))
    commands = typer.main.get_command(app).commands
    assert told == set(commands)
