"""BokehJS as it comes with the package: a file to embed or to serve, never fetched."""

from functools import cache
from importlib import metadata, resources
from importlib.util import find_spec

FILE = "server/static/js/bokeh.min.js"


def available() -> bool:
    """Whether charts can be drawn here: Bokeh is installed."""
    return find_spec("bokeh") is not None


def version() -> str:
    """Of Bokeh."""
    return metadata.version("bokeh")


@cache
def source() -> str:
    """BokehJS without its extensions: 1.3 MB.

    Raises:
        ValueError: it cannot stand in a `<script>` element.
    """
    text = resources.files("bokeh").joinpath(FILE).read_text(encoding="utf-8")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{FILE} of Bokeh {version()} has an end of script in it")
    return text
