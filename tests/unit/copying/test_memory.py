"""Memory does not grow with the data."""

import subprocess
import sys
from pathlib import Path

import pytest

READ = """
import resource, sys
from pathlib import Path
from sparkify_harness.redshift.catalog.relations import Column, Relation, RelationKind
from sparkify_harness.redshift.copying.files import FileReading, Destination
from sparkify_harness.redshift.copying.plan import prepare
from sparkify_harness.redshift.copying.readers import open_reader, quick_reader
from sparkify_harness.redshift.copying.records import RowReader
from sparkify_harness.redshift.copying.sink import Sink, schema_of
from sparkify_harness.redshift.sql.parse import parse_one
from sparkify_harness.redshift.types import INTEGER, varchar

path, line, options = Path(sys.argv[1]), sys.argv[3].encode(), sys.argv[4]
with path.open("wb") as file:
    for _ in range(int(sys.argv[2])):
        file.write(line * 10_000)
keys = "ACCESS_KEY_ID 'a' SECRET_ACCESS_KEY 's'"
columns = (Column("a", INTEGER), Column("b", varchar(200)))
plan = prepare(parse_one(f"COPY t FROM 's3://b/k' {keys} {options}"),
               Relation("public", "t", RelationKind.TABLE, columns))
quick = quick_reader(plan, None) if sys.argv[5] == "quick" else None
reading = FileReading(open_reader(plan, None), RowReader(plan, None), quick, 0, 1, lambda: None)
with Sink(path.with_suffix(".arrow"), schema_of(plan.columns)) as sink:
    reading.read(path, Destination("u", sink, []))
assert sink.rows == int(sys.argv[2]) * 10_000
unit = 1 << 10 if sys.platform == "linux" else 1 << 20
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit)
"""


def _peak(path: Path, blocks: int, line: str, options: str, how: str) -> int:
    command = [sys.executable, "-c", READ, str(path), str(blocks), line, options, how]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    return int(run.stdout)


OBJECT = '{"a": 1, "b": "%s"}' % ("x" * 180)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "options", "how", "blocks"),
    [
        pytest.param(OBJECT + "\n", "JSON 'auto'", "quick", (10, 40), id="JSON"),
        pytest.param(OBJECT, "JSON 'auto'", "quick", (6, 15), id="JSON on one line"),
        pytest.param("1|%s\n" % ("x" * 190), "", "quick", (10, 40), id="text"),
        pytest.param(OBJECT, "JSON 'auto'", "slow", (1, 8), id="records"),
    ],
)
def test_more_data_takes_no_more_memory(
    tmp_path: Path, line: str, options: str, how: str, blocks: tuple[int, int]
) -> None:
    few, many = blocks
    growth = _peak(tmp_path / "n", many, line, options, how) - _peak(
        tmp_path / "1", few, line, options, how
    )
    megabytes = (many - few) * len(line) / 100
    assert growth < megabytes / 2
