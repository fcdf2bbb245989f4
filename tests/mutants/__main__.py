"""``python -m tests.mutants [room ...]``: would the tests notice if the code were a little wrong?

A sample of the mutants of modules and registries is put before the tests that reach them. Survivors
are listed, and make the exit code 1 unless `accepted.txt` has them.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tests.mutants.hunt import NotGreen, hunt
from tests.mutants.lines import line_mutants
from tests.mutants.mutant import Mutant
from tests.mutants.registries import registry_mutants
from tests.mutants.trial import Verdict

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ACCEPTED: Final = Path(__file__).with_name("accepted.txt")
SUBSTITUTE: Final = Path("harness/sparkify_harness/redshift")
ROOMS: Final = ("copying", "engine/duckdb/functions", "execute/locks.py", "front/wire", "sql")
"""Where a sample is taken from, unless modules are named; the registries are a room as well."""


def main() -> int:
    """Try a sample, and tell who survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "room",
        nargs="*",
        type=_room,
        help=f"files or folders below {SUBSTITUTE}, such as execute/locks.py; or registries",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--match", default="", help="only mutants with this in their names")
    parser.add_argument("--count", type=int, default=40, help="mutants in the sample; 0 for all")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--limit", type=float, default=240, help="seconds for a mutant")
    parser.add_argument("--verbose", action="store_true", help="tell who killed the others")
    arguments = parser.parse_args()

    console = Console()
    rooms = arguments.room or (*ROOMS, "registries")
    found = [
        [
            mutant
            for mutant in _mutants(room)
            if arguments.match in f"line {mutant.line} of {mutant.name}"
        ]
        for room in rooms
    ]
    mutants = sample(found, arguments.seed, arguments.count)
    accepted = set(ACCEPTED.read_text(encoding="utf-8").splitlines())
    counts: Counter[str] = Counter()
    survivors = Table("module", "line", "mutant", title="Survivors", title_justify="left")
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task("tests without mutants", total=len(mutants))
        tried = hunt(
            CHECKOUT,
            "harness",
            mutants,
            processes=arguments.processes,
            limit=arguments.limit,
        )
        try:
            for mutant, outcome in tried:
                if mutant is None:
                    continue
                progress.update(task, advance=1, description="mutants")
                survived = outcome.verdict is Verdict.SURVIVED
                is_accepted = survived and mutant.name in accepted
                counts["accepted" if is_accepted else outcome.verdict.value] += 1
                if survived and not is_accepted:
                    module, _, _ = mutant.name.partition(": ")
                    survivors.add_row(module, str(mutant.line or ""), Text(mutant.change))
                elif arguments.verbose:
                    said = outcome.test or outcome.verdict.value
                    console.print(Text(f"{mutant.name}\n    {said}"))
        except NotGreen as error:
            console.print(Text(str(error)))
            return 2
    if survivors.row_count:
        console.print(survivors)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    console.print(Text(f"{len(mutants)} mutants, seed {arguments.seed}: {told}"))
    return 1 if survivors.row_count else 0


def sample(found: Sequence[Sequence[Mutant]], seed: int, count: int) -> list[Mutant]:
    """As many mutants of each room as of any other, chosen at random; all of them for 0."""
    dice = random.Random(seed)
    shuffled = [dice.sample(mutants, len(mutants)) for mutants in found]
    turns = [mutant for turn in zip_longest(*shuffled) for mutant in turn if mutant is not None]
    return turns[: count or None]


def _room(name: str) -> str:
    if name != "registries" and not (CHECKOUT / SUBSTITUTE / name).exists():
        raise argparse.ArgumentTypeError(f"there is no {SUBSTITUTE / name}")
    return name


def _mutants(room: str) -> list[Mutant]:
    if room == "registries":
        return list(registry_mutants(CHECKOUT))
    place = SUBSTITUTE / room
    files = (
        sorted((CHECKOUT / place).rglob("*.py")) if place.suffix != ".py" else [CHECKOUT / place]
    )
    paths = (str(file.relative_to(CHECKOUT)) for file in files)
    return [mutant for path in paths for mutant in line_mutants(CHECKOUT, path)]


if __name__ == "__main__":
    sys.exit(main())
