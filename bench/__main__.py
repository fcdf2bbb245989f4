"""``python -m bench [chapter ...]``: measure, print, and fail where a goal is missed."""

import argparse
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from bench import (
    backfill,
    casts,
    connecting,
    containers,
    copy_events,
    endings,
    few_rows,
    frontend,
    parsing,
    pipeline,
    readiness,
    select_rows,
    unload_rows,
)
from bench.measure import RUNS, Figure

CHAPTERS: dict[str, Callable[[], Iterator[Figure]]] = {
    "readiness": readiness.figures,
    "connect": connecting.figures,
    "copy": copy_events.figures,
    "unload": unload_rows.figures,
    "frontend": frontend.figures,
    "few": few_rows.figures,
    "select": select_rows.figures,
    "endings": endings.figures,
    "casts": casts.figures,
    "parsing": parsing.figures,
    "pipeline": pipeline.figures,
    "backfill": backfill.figures,
    "stack": containers.figures,
}


def main() -> int:
    """Measure the chapters that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("chapter", nargs="*", choices=[*CHAPTERS, []], help="all by default")
    chapters = parser.parse_args().chapter or list(CHAPTERS)
    console = Console()
    table = Table(title=f"Medians of {RUNS} runs after a warm-up")
    for heading in ("what", "figure", "goal", "", "how"):
        table.add_column(heading)
    missed = 0
    for chapter in chapters:
        with console.status(f"measuring: {chapter} ..."):
            for figure in CHAPTERS[chapter]():
                missed += figure.met is False
                mark = {True: "[green]met[/]", False: "[red]MISSED[/]", None: ""}[figure.met]
                table.add_row(figure.name, figure.value, figure.goal, mark, figure.note)
    console.print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
