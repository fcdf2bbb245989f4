"""The second DAG: a table of its own, by the same operators, on top of the star schema."""

import pytest

from sparkify_fixtures import Settings, generate
from sparkify_fixtures.oracle import expected_warehouse
from sparkify_harness.objectstore import StoreKind
from tests.pipeline.subject import Pipeline
from tests.pipeline.weekly import QUERY, WEEKLY, top_songs

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.parametrize("stack", [StoreKind.EMBEDDED], indirect=True),
]


def test_the_ten_songs_of_each_week_that_were_played_most(pipeline: Pipeline) -> None:
    objects = list(generate(Settings(days=9, users=20, songs=12)))
    pipeline.seed(objects)
    pipeline.green()
    conf = {"schema": pipeline.name}
    airflow = pipeline.stack.airflow
    for _ in range(2):
        run = airflow.run_dag(WEEKLY, wiring=pipeline.stack.wiring(), conf=conf)
        assert run.succeeded, run.explain()
    expected = top_songs(expected_warehouse(objects))
    assert len({week for week, *_ in expected}) > 1
    assert max(place for _, place, *_ in expected) == 10  # of eleven
    assert pipeline.query(QUERY) == expected
