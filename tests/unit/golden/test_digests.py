"""Nothing that any test says is read, bound or lowered otherwise than it was.

``python -m pytest tests/unit/golden --rewrite`` takes over what is made now, and
``python -m tests.unit.golden NAME`` prints it.
"""

import pytest

from sparkify_harness.redshift.sql.functions.library import OVERLOADS
from tests.unit.golden import chapters
from tests.unit.golden.digests import CORPORA, FOLDER
from tests.unit.golden.printer import differences

pytestmark = pytest.mark.medium


@pytest.mark.parametrize("corpus", CORPORA)
def test_is_what_it_was(corpus: str, rewrite: bool) -> None:
    path = FOLDER / f"{corpus}.txt"
    now = "".join(f"{subject.digest()}\n" for subject in CORPORA[corpus]())
    if rewrite:
        path.write_text(now, encoding="utf-8")
    changed = differences(path.read_text(encoding="utf-8"), now)
    assert not changed, f"{path.name}: `python -m tests.unit.golden NAME` prints each:\n{changed}"


def test_every_signature_is_among_them_or_in_a_chapter() -> None:
    texts = [text for subject in CORPORA["functions"]() for text, _ in subject.trees()]
    texts += [path.read_text(encoding="utf-8") for path in chapters.paths()]
    seen = "\n".join(texts)
    keys = {each.signature for overloads in OVERLOADS.values() for each in overloads}
    assert {key for key in keys if f"({key})" not in seen and f"({key}, " not in seen} == set()
