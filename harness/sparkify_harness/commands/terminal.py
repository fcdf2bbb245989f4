"""Where commands write: results to standard output, everything else to standard error.

Colours follow the terminal: none where it is not one, nor with NO_COLOR or TERM=dumb.
"""

from rich.console import Console

_UNLIMITED = 1_000_000
"""Columns of a page that nobody looks at."""


def output() -> Console:
    """For results."""
    return unfolded(Console(highlight=False))


def unfolded(console: Console) -> Console:
    """A console that cuts and folds nothing where it is no terminal."""
    if console.is_terminal:
        return console
    return Console(file=console.file, highlight=False, width=_UNLIMITED)


def messages() -> Console:
    """For progress, notices and errors."""
    return Console(stderr=True, highlight=False)


def tell(console: Console, text: str, style: str = "") -> None:
    """Writes text as it is: brackets are no markup, long words such as paths stay whole."""
    console.print(text, style=style, markup=False, soft_wrap=True)
