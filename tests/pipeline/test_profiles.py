"""A red COPY of the pipeline says why on every kind of Redshift."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sparkify_fixtures import Settings, StoredObject, generate
from sparkify_harness.redshift.catalog.profile import Profile
from sparkify_harness.stack import ROLE, Stack
from sparkify_harness.warehouse import open_warehouse
from tests.pipeline.subject import Pipeline, session

pytestmark = pytest.mark.pipeline

DAY = dt.date(2018, 11, 1)
LOG = f"log_data/2018/11/{DAY}-events.json"


@pytest.fixture(params=Profile)
def profile(request: pytest.FixtureRequest) -> Profile:
    found: Profile = request.param
    return found


@pytest.fixture
def pipeline(
    profile: Profile, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pipeline]:
    """The pipeline on another warehouse, which is of that kind."""
    reader = stack.reader
    keys = {"access_key": reader.access_key_id, "secret_key": reader.secret_access_key}
    with open_warehouse(
        folder=tmp_path_factory.mktemp(profile.value),
        profile=profile,
        s3_endpoint=reader.url,
        s3_ca_file=reader.ca_file,
        region=reader.region,
        roles={ROLE: keys},
    ) as running:
        pipeline = Pipeline(replace(stack, running=running), f"on_{profile.name.lower()}")
        with session(pipeline.stack) as cursor:
            cursor.execute(f'CREATE SCHEMA "{pipeline.name}"')
        yield pipeline


def lengthened(item: StoredObject) -> StoredObject:
    """A log whose first event does not fit."""
    first, *others = item.body.decode().splitlines()
    event = json.loads(first) | {"userAgent": "x" * 2000}
    return StoredObject(item.key, "\n".join([json.dumps(event), *others]).encode())


def test_a_red_copy_names_line_and_column(profile: Profile, pipeline: Pipeline) -> None:
    objects = list(generate(Settings(days=1, users=10, songs=5, seed=5)))
    pipeline.seed(lengthened(item) if item.key == LOG else item for item in objects)
    result = pipeline.run(DAY)
    assert [task.task_id for task in result.failed] == ["Stage_events"], result.explain()
    error = result.task("Stage_events").error or ""
    assert f"Check '{profile.load_errors}' system table" in error
    assert (
        f"\n  s3://{pipeline.stack.bucket}/{pipeline.name}/{LOG} line 1: column user_agent "
        "(varchar(1024)): String length exceeds DDL length [1204]"
    ) in error
    # Only what the nodes log themselves has the values.
    assert ("value 'xxxx" in error) is (profile is Profile.PROVISIONED)


def test_a_green_run_is_green(pipeline: Pipeline) -> None:
    pipeline.seed(generate(Settings(days=1, users=10, songs=5, seed=5)))
    pipeline.green(DAY)
