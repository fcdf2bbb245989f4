"""``python -m tests.unit.golden NAME``: what is made of the subjects with that in their names.

Run it here and in a checkout of the commit before, and compare.
"""

import sys

from rich.console import Console

from tests.unit.golden.digests import CORPORA
from tests.unit.golden.printer import Printer
from tests.unit.golden.reading import World


def main(name: str) -> int:
    """Print them."""
    show = Console(soft_wrap=True, markup=False, highlight=False, emoji=False).print
    found = [each for subjects in CORPORA.values() for each in subjects() if name in each.name]
    for subject in found:
        show(f"# {subject.name}\n")
        world, printer = World(), Printer()
        for sql in subject.statements:
            for reading in world.read(sql):
                show(f"{sql}\n----\n{printer.text(reading, sql)}")
                show(*(f"engine: {lowered}" for lowered in reading.lowered()), "", sep="\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
