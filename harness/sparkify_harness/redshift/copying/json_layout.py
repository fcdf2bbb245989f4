"""JSON in any layout as one root value a line, which is what the quick reader knows.

COPY takes root values however they are broken in lines: pretty-printed, or all in one line.
"""

import re
from typing import Final

import numpy as np

from sparkify_harness.redshift.copying.vectors import Doubt

_escape: Final = re.compile(rb"\\.", re.DOTALL).sub
_QUOTE, _LINE_FEED, _BLANK = b'"\n '
_STEPS: Final = np.zeros(256, np.int8)
"""By how much each character makes what follows deeper."""
_STEPS[list(b"{[")] = 1
_STEPS[list(b"}]")] = -1


def one_a_line(data: bytes) -> tuple[bytes, int]:
    """Root values, each on a line of its own.

    Args:
        data: Begins between two root values; may end within one.

    Returns:
        The whole ones among them, and the number of bytes that they took.

    Raises:
        Doubt: There is none that is whole.
    """
    shape = np.frombuffer(_escape(b"__", data) if b"\\" in data else data, np.uint8)
    outside = np.cumsum(shape == _QUOTE, dtype=np.int32) & 1 == 0
    steps = _STEPS[shape]
    steps[~outside] = 0
    depth = np.cumsum(steps, dtype=np.int32)
    ends = np.flatnonzero((steps < 0) & (depth == 0)) + 1
    if not len(ends) or depth.min() < 0:
        raise Doubt
    size = int(ends[-1])
    text = np.frombuffer(data, np.uint8)[:size].copy()
    # A line feed within a string stays: it is an error, and not ours to judge.
    text[((shape == _LINE_FEED) & outside)[:size]] = _BLANK
    return np.insert(text, ends, _LINE_FEED).tobytes(), size
