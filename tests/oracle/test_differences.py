"""The list of differences is true: nothing in it is cited for what agrees."""

from fnmatch import fnmatchcase

import pytest

from tests.oracle.differences import DIFFERENCES
from tests.oracle.tally import FOLDER

DIFFERING = {
    line.strip()
    for path in FOLDER.glob("*.txt")
    for line in path.read_text(encoding="utf-8").splitlines()
}


@pytest.mark.parametrize("pattern", [name for each in DIFFERENCES for name in each.names])
def test_each_pattern_is_met(pattern: str) -> None:
    assert any(fnmatchcase(name, pattern) for name in DIFFERING)


def test_each_cites_its_page() -> None:
    uncited = [each.why for each in DIFFERENCES if bool(each.cites) != bool(each.page)]
    assert uncited == []
