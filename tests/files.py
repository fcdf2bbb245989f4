"""Files that other processes write: they may be half written, or gone, whenever one looks."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The files below a folder, in order, each with what is in it; not those gone meanwhile."""
    # Path.rglob fails where a folder goes while it looks.
    for place, _, names in sorted(os.walk(folder)):
        for path in (Path(place, name) for name in sorted(names)):
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield path, path.read_bytes()


def whole_lines(path: Path) -> list[str]:
    """The lines of a text that others append to, as far as they are whole; none without a file."""
    text = path.read_bytes() if path.exists() else b""
    return text[: text.rfind(b"\n") + 1].decode().splitlines()


def write_at_once(path: Path, text: str) -> None:
    """Let others read the old text or the new one, and nothing between the two."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
